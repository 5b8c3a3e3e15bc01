/** Labelled controls of the SEM workbench. */

import { h, uid } from "../shared/dom.js";
import { length } from "../shared/text.js";

const MONEY = /^\d{1,4}(\.\d{0,2})?$/;
const TEXT_CAP = 200; // the safety limit of the server (schema.py); the platform's own limits only count

/**
 * A line or box of text with a live count. `least` and `limit` belong to the platform and cut nothing off.
 * `count` measures the text when something in it does not count.
 */
export function textField({ label, value, least = 0, limit, count = length, multiline, hint, focus, hideLabel, readOnly, onInput, extra }) {
  const id = uid("t");
  const hintId = hint ? uid("h") : null;
  const countId = limit ? uid("c") : null;
  const counter = limit ? h("span", { class: "pc-count", id: countId }) : null;
  const recount = (text) => {
    if (!counter) return;
    const size = count(text);
    const fault = size > limit ? `，超出 ${size - limit} 字` : size && size < least ? `，至少 ${least} 字` : "";
    counter.textContent = `${size} / ${limit}${fault}`;
    counter.classList.toggle("is-over", fault !== "");
  };
  const control = h(multiline ? "textarea" : "input", {
    id,
    class: "pc-input",
    type: multiline ? null : "text",
    rows: multiline ? 2 : null,
    maxlength: TEXT_CAP,
    autocomplete: "off",
    spellcheck: "false",
    disabled: readOnly,
    "data-focus": focus,
    "aria-describedby": [hintId, countId].filter(Boolean).join(" ") || null,
    value: value || "",
    on: {
      input: () => {
        recount(control.value);
        onInput(control.value);
      },
    },
  });
  recount(control.value);
  const node = h(
    "div",
    { class: "pc-field" },
    h("div", { class: "pc-field-head" }, h("label", { for: id, class: hideLabel ? "pc-sr" : "pc-label" }, label), hint && h("span", { class: "pc-hint", id: hintId }, hint), counter),
    extra ? h("div", { class: "sem-with" }, control, extra(control)) : control,
  );
  return node;
}

/** A sum in yuan. What is no sum is not kept, and a note says so. `most` only warns: the platform's limit is part of the task. */
export function moneyField({ label, value, hint, most, placeholder, focus, hideLabel, readOnly, onValue }) {
  const id = uid("m");
  const noteId = uid("n");
  const hintId = hint ? uid("h") : null;
  const note = h("p", { class: "pc-note", id: noteId, role: "status" });
  const check = (text) => {
    const plain = text.normalize("NFKC").trim();
    const valid = MONEY.test(plain);
    note.textContent = plain && !valid ? "请填 0～9999.99 之间的数，最多两位小数。" : valid && most && Number(plain) > most ? `超过上限 ${most} 元。` : "";
    return plain && valid ? Number(plain) : null;
  };
  const control = h("input", {
    id,
    class: "pc-input sem-money",
    type: "text",
    inputmode: "decimal",
    maxlength: 12,
    autocomplete: "off",
    disabled: readOnly,
    placeholder,
    "data-focus": focus,
    "aria-describedby": [hintId, noteId].filter(Boolean).join(" "),
    value: value === undefined ? "" : String(value),
    on: { input: () => onValue(check(control.value)) },
  });
  check(control.value);
  return h(
    "div",
    { class: "pc-field" },
    h("div", { class: "pc-field-head" }, h("label", { for: id, class: hideLabel ? "pc-sr" : "pc-label" }, label), hint && h("span", { class: "pc-hint", id: hintId }, hint)),
    h("span", { class: "pc-with-unit" }, control, h("span", { class: "pc-unit" }, "元")),
    note,
  );
}

/** A list to choose from. Options are [value, label] or {group, options}. */
export function selectField({ label, value, options, empty, focus, hideLabel, readOnly, onPick }) {
  const id = uid("s");
  const one = ([key, text]) => h("option", { value: key }, text);
  return h(
    "div",
    { class: "pc-field" },
    h("label", { for: id, class: hideLabel ? "pc-sr" : "pc-label" }, label),
    h(
      "select",
      { id, class: "pc-input pc-select", disabled: readOnly, "data-focus": focus, value: value ?? "", on: { change: (event) => onPick(event.target.value) } },
      empty && h("option", { value: "" }, empty),
      options.map((option) => (Array.isArray(option) ? one(option) : h("optgroup", { label: option.group }, option.options.map(one)))),
    ),
  );
}
