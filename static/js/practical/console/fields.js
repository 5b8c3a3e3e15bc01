/** Forms made from the declarative list of fields of a screen. */

import { selectControl, textControl } from "../shared/controls.js";
import { h, uid } from "../shared/dom.js";
import { put, valueAt } from "../shared/store.js";

export function renderForm(screen, ctx) {
  return h("div", { class: "pc-form" }, screen.fields.map((field) => renderField(field, screen, ctx)));
}

/**
 * How many of the fields hold something, e.g. “3/6”. A switch that is off may be a decision too, so a screen with
 * switches shows no count.
 */
export function filled(screen, doc) {
  if (screen.fields.some((field) => field.widget === "switch")) return "";
  const done = screen.fields.filter((field) => valueAt(doc, field.path)?.length > 0);
  return `${done.length}/${screen.fields.length}`;
}

function renderField(field, screen, ctx) {
  const set = (value) =>
    ctx.store.change(
      { label: `修改“${field.label}”`, screen: screen.id, merge: `field:${field.path}` },
      (doc) => put(doc, field.path, value),
    );
  const value = valueAt(ctx.store.doc, field.path);
  if (field.widget === "switch") return switchField(field, value, set, ctx);
  if (field.widget === "radio") return radioField(field, value, set, ctx);
  if (field.widget === "multiselect") return multiField(field, value, set, ctx);
  if (field.widget === "select") return selectField(field, value, set, ctx);
  return textField(field, value, set, ctx);
}

function textField(field, value, set, ctx) {
  return textControl({
    label: field.label,
    value,
    limit: field.maxlength,
    multiline: field.widget === "textarea",
    type: field.widget === "tel" ? "tel" : "text",
    hint: field.hint,
    unit: field.unit,
    focus: `field:${field.path}`,
    readOnly: ctx.readOnly,
    onInput: set,
  });
}

function selectField(field, value, set, ctx) {
  return selectControl({ ...field, value, focus: `field:${field.path}`, readOnly: ctx.readOnly, onPick: set });
}

function group(field, body, className) {
  const hintId = field.hint ? uid("h") : null;
  return h(
    "fieldset",
    { class: "pc-field pc-group", "aria-describedby": hintId },
    h("legend", { class: "pc-label" }, field.label),
    field.hint && h("p", { class: "pc-hint", id: hintId }, field.hint),
    h("div", { class: className }, body),
  );
}

function radioField(field, value, set, ctx) {
  const name = uid("r");
  const rows = field.options.map((option) =>
    h(
      "label",
      { class: "pc-choice" },
      h("input", {
        type: "radio",
        name,
        value: option,
        checked: value === option,
        disabled: ctx.readOnly,
        "data-focus": value === option ? `field:${field.path}` : null,
        on: { change: () => set(option) },
      }),
      h("span", {}, option),
    ),
  );
  return group(field, rows, "pc-choices");
}

function multiField(field, value, set, ctx) {
  const chosen = new Set(Array.isArray(value) ? value : (value || "").split(field.join || "+").filter(Boolean));
  const rows = field.options.map((option) =>
    h(
      "label",
      { class: "pc-choice" },
      h("input", {
        type: "checkbox",
        value: option,
        checked: chosen.has(option),
        disabled: ctx.readOnly,
        on: {
          change: (event) => {
            if (event.target.checked) chosen.add(option);
            else chosen.delete(option);
            // Always in the order of the options: the order of ticking means nothing.
            const inOrder = field.options.filter((o) => chosen.has(o));
            set(field.join ? inOrder.join(field.join) : inOrder);
          },
        },
      }),
      h("span", {}, option),
    ),
  );
  return group(field, rows, "pc-choices");
}

function switchField(field, value, set, ctx) {
  const hintId = field.hint ? uid("h") : null;
  const state = h("span", { class: "pc-switch-state", "aria-hidden": "true" }, value === true ? "已开启" : "已关闭");
  return h(
    "label",
    { class: "pc-switch-row" },
    h(
      "span",
      { class: "pc-switch-text" },
      h("span", { class: "pc-label" }, field.label),
      field.hint && h("span", { class: "pc-hint", id: hintId }, field.hint),
    ),
    state,
    h("input", {
      type: "checkbox",
      role: "switch",
      class: "pc-switch",
      checked: value === true,
      disabled: ctx.readOnly,
      "aria-label": field.label,
      "aria-describedby": hintId,
      "data-focus": `field:${field.path}`,
      on: {
        change: (event) => {
          state.textContent = event.target.checked ? "已开启" : "已关闭";
          set(event.target.checked);
        },
      },
    }),
  );
}
