/** Labelled controls that every workbench uses. */

import { h, uid } from "./dom.js";
import { length, SAFETY } from "./text.js";

/** Label, control, hint, and a counter where there is a limit. */
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
