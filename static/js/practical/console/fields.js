/** Forms made from the declarative list of fields of a screen. */

import { h, uid } from "./dom.js";
import { put, valueAt } from "./store.js";
import { length, SAFETY } from "./text.js";

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

/** Label, control, hint, and a counter where there is a limit. Also used by the editors of rules and menus. */
export function textControl({ label, value, limit, multiline, type, hint, unit, focus, cap, hideLabel, readOnly, rows, onInput }) {
  const id = uid("f");
  const hintId = hint ? uid("h") : null;
  const countId = limit ? uid("c") : null;
  const counter = limit ? h("span", { class: "pc-count", id: countId }) : null;
  const describe = [hintId, countId].filter(Boolean).join(" ") || null;
  const recount = (text) => {
    if (!counter) return;
    const over = length(text) - limit;
    counter.textContent = over > 0 ? `${length(text)} / ${limit}，超出 ${over} 字` : `${length(text)} / ${limit}`;
    counter.classList.toggle("is-over", over > 0);
  };
  const control = h(multiline ? "textarea" : "input", {
    id,
    class: "pc-input",
    type: multiline ? null : type || "text",
    rows: multiline ? rows || 4 : null,
    maxlength: cap || SAFETY.text,
    autocomplete: "off",
    spellcheck: "false",
    disabled: readOnly,
    "data-focus": focus,
    "aria-describedby": describe,
    value: typeof value === "string" ? value : "",
    on: {
      input: (event) => {
        recount(event.target.value);
        onInput(event.target.value);
      },
    },
  });
  recount(control.value);
  return h(
    "div",
    { class: "pc-field" },
    h(
      "div",
      { class: "pc-field-head" },
      h("label", { for: id, class: hideLabel ? "pc-sr" : "pc-label" }, label),
      hint && h("span", { class: "pc-hint", id: hintId }, hint),
      counter,
    ),
    unit ? h("span", { class: "pc-with-unit" }, control, h("span", { class: "pc-unit" }, unit)) : control,
  );
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

/** A select with an empty first choice, so that nothing is chosen until the candidate chooses. */
export function selectControl({ label, value, options, focus, hint, readOnly, hideLabel, onPick }) {
  const id = uid("s");
  const hintId = hint ? uid("h") : null;
  const choices = options.map((option) => (typeof option === "string" ? { value: option, label: option } : option));
  return h(
    "div",
    { class: "pc-field" },
    h(
      "div",
      { class: "pc-field-head" },
      h("label", { for: id, class: hideLabel ? "pc-sr" : "pc-label" }, label),
      hint && h("span", { class: "pc-hint", id: hintId }, hint),
    ),
    h(
      "select",
      {
        id,
        class: "pc-input pc-select",
        disabled: readOnly,
        "data-focus": focus,
        "aria-describedby": hintId,
        value: value || "",
        on: { change: (event) => onPick(event.target.value) },
      },
      h("option", { value: "" }, "请选择"),
      choices.map((choice) => h("option", { value: choice.value }, choice.label)),
    ),
  );
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
