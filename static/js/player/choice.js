/** A choice item: large native radio buttons or checkboxes, the whole card clickable. */

import { h } from "./dom.js";

const LABELS = { choice_single: "单选题", choice_multiple: "多选题", true_false: "判断题" };
const HINTS = { choice_multiple: "选出所有正确的选项；多选、少选、错选均不得分。" };

/** Heading shared with practical items; `name` is the task's title. */
export function itemHead(item, total, label, name = "") {
  return h(
    "header",
    { class: "item__head" },
    h("h2", { id: "item-title", tabindex: "-1", class: "item__title" }, item.called, h("span", { class: "item__of" }, ` / 共 ${total} ${name ? "项" : "题"}`)),
    name && h("span", { class: "item__name" }, name),
    h("span", { class: "badge badge--busy" }, label),
    h("span", { class: "muted nowrap" }, `${item.max_score} 分`),
  );
}

/** Why nothing can be changed here. */
export function frozenNote() {
  return h("p", { class: "notice notice--warning" }, "这道题在休息前已经看过，不能再改。");
}

/**
 * Draw the item into `root`. `onPick(response)` gets the whole response after each change. A `frozen` item can only be read.
 * @returns {{pick(index: number): void, show(response: Object|null): void}}
 */
export function drawChoice(root, { item, total, response, frozen, onPick }) {
  const many = item.interaction === "choice_multiple";
  const inputs = item.shown.map((choice) =>
    h("input", { type: many ? "checkbox" : "radio", name: `choice-${item.slot}`, value: choice.id, class: "choice__input", disabled: frozen, on: { change: picked } }),
  );
  const lettered = item.interaction !== "true_false";
  const cards = item.shown.map((choice, index) =>
    h(
      "label",
      { class: "choice" },
      inputs[index],
      h("span", { class: "choice__frame", "aria-hidden": "true" }),
      lettered && h("span", { class: "choice__letter" }, String.fromCharCode(65 + index)),
      h("span", { class: "choice__text" }, choice.text),
    ),
  );
  const hint = HINTS[item.interaction];
  root.replaceChildren(
    itemHead(item, total, LABELS[item.interaction] || item.section),
    ...(frozen ? [frozenNote()] : []),
    ...(item.stimulus ? [h("div", { class: "item__stimulus" }, item.stimulus)] : []),
    h(
      "fieldset",
      { class: `item__choices ${frozen ? "item__choices--frozen" : ""}`, "aria-describedby": hint ? "item-hint" : null },
      h("legend", { class: "item__prompt" }, item.prompt),
      hint && h("p", { class: "item__hint muted", id: "item-hint" }, hint),
      h("div", { class: `choices ${item.interaction === "true_false" ? "choices--pair" : ""}` }, cards),
    ),
  );
  show(response);

  function picked() {
    // Always in the order of the form: the order of ticking means nothing, nor does the order on screen.
    const ticked = new Set(inputs.filter((input) => input.checked).map((input) => input.value));
    onPick({ choices: item.choices.map(({ id }) => id).filter((id) => ticked.has(id)) });
  }

  function show(value) {
    const chosen = new Set(value && Array.isArray(value.choices) ? value.choices : []);
    for (const input of inputs) input.checked = chosen.has(input.value);
  }

  return {
    show,
    /** As if the card with this index was clicked. */
    pick(index) {
      if (!inputs[index] || frozen) return;
      inputs[index].focus();
      inputs[index].click();
    },
  };
}
