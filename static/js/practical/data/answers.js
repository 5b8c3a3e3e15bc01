/** The answer sheet: numbers with fixed units, choices and conclusions. How much is filled in is shown, never whether it
 *  is right. */

import { textControl } from "../shared/controls.js";
import { h, uid } from "../shared/dom.js";
import { put } from "../shared/store.js";
import { clean, length } from "../shared/text.js";
import { general, readNumber, TYPED_LIMIT } from "./numbers.js";

export function createAnswers(ctx) {
  const { content, store } = ctx;
  const count = h("span", { class: "da-count" });
  const body = h("div", { class: "da-sections" });
  const node = h("section", { class: "da-pane da-answers", "aria-label": "答题" }, h("h3", { class: "pc-title", tabindex: "-1", "data-focus": "title" }, "答题", count), body);

  function draw() {
    body.replaceChildren(...content.sections.map((section) => renderSection(section, ctx)));
    update();
  }

  function update() {
    const { filled, all } = progress(content, store.doc);
    count.textContent = `已填 ${filled} / ${all} 项`;
  }

  draw();
  return {
    node,
    draw,
    update,
    /** Bring a field into sight, after undo. */
    show: (focus) => [...body.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === focus)?.scrollIntoView({ block: "nearest" }),
  };
}

/** How many fields hold something. */
export function progress(content, doc) {
  const fields = content.sections.flatMap((section) => section.fields).flatMap((field) => (field.type === "grid" ? field.questions.map((one) => ({ ...one, type: "choice" })) : [field]));
  const isFilled = ({ type, id }) => (type === "choice" ? doc.c?.[id]?.length > 0 : clean(doc[type === "number" ? "n" : "t"]?.[id]) !== "");
  return { filled: fields.filter(isFilled).length, all: fields.length };
}

function renderSection(section, ctx) {
  return h(
    "div",
    { class: "da-section" },
    h("h4", {}, section.title),
    section.lead && h("p", { class: "pc-hint" }, section.lead),
    section.fields.map((field) => RENDER[field.type](field, ctx)),
  );
}

function change(ctx, part, field, value) {
  const focus = `${part}:${field.id}`;
  ctx.store.change({ label: `填写“${field.label}”`, screen: { pane: "answers", focus }, merge: part === "c" ? null : focus }, (doc) => put(doc, `${part}.${field.id}`, value));
}

function numberField(field, ctx) {
  const note = h("p", { class: "pc-note da-read" });
  const read = (typed) => {
    const found = readNumber(typed, field.unit);
    note.textContent = !clean(typed) || (found && !found.large) ? "" : found ? `即 ${general(found.value)} ${field.unit}` : "这里要填一个数，请不要写文字或算式。";
    note.classList.toggle("is-plain", Boolean(found));
  };
  const typed = ctx.store.doc.n?.[field.id] || "";
  const control = textControl({
    label: field.label,
    hint: field.meaning,
    unit: field.unit,
    value: typed,
    cap: TYPED_LIMIT,
    focus: `n:${field.id}`,
    readOnly: ctx.readOnly,
    onInput: (value) => {
      read(value);
      change(ctx, "n", field, clean(value) ? value : "");
    },
  });
  describe(control, note);
  read(typed);
  return h("div", { class: "da-number" }, control, note);
}

/** The unit and the note are read out with the box. */
function describe(control, note) {
  const input = control.querySelector("input");
  const unit = control.querySelector(".pc-unit");
  unit.id = uid("unit");
  note.id = uid("note");
  input.inputMode = "decimal";
  input.setAttribute("aria-describedby", [input.getAttribute("aria-describedby"), unit.id, note.id].filter(Boolean).join(" "));
}

function choiceField(field, ctx) {
  const name = uid("choice");
  const chosen = new Set(ctx.store.doc.c?.[field.id]);
  return h(
    "fieldset",
    { class: "pc-group", "data-focus": `c:${field.id}` },
    h("legend", { class: "pc-label" }, field.label, h("span", { class: "pc-hint" }, field.one ? "　选一个" : "　可选多个")),
    h(
      "div",
      { class: "pc-choices da-choices" },
      field.options.map((option) =>
        h(
          "label",
          { class: "pc-choice" },
          tick(field, option, chosen, ctx, { type: field.one ? "radio" : "checkbox", name }),
          h("span", {}, option.label),
        ),
      ),
    ),
  );
}

function tick(field, option, chosen, ctx, props) {
  return h("input", {
    ...props,
    value: option.value,
    checked: chosen.has(option.value),
    disabled: ctx.readOnly,
    on: {
      change: (event) => {
        if (field.one) chosen.clear();
        if (event.target.checked) chosen.add(option.value);
        else chosen.delete(option.value);
        // Always in the order of the options: the order of ticking means nothing.
        change(ctx, "c", field, field.options.map((one) => one.value).filter((value) => chosen.has(value)));
      },
    },
  });
}

/** Several questions over the same options: one table, an option a row, a question a column. */
function gridField(field, ctx) {
  const questions = field.questions.map((question) => ({ ...question, options: field.options, chosen: new Set(ctx.store.doc.c?.[question.id]) }));
  return h(
    "div",
    { class: "da-matrix", "data-focus": `c:${questions[0].id}` },
    h(
      "table",
      {},
      h("caption", { class: "pc-sr" }, field.label),
      h("thead", {}, h("tr", {}, h("td", {}), questions.map((question) => h("th", { scope: "col" }, question.label)))),
      h(
        "tbody",
        {},
        field.options.map((option) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, option.label),
            questions.map((question) => h("td", {}, h("label", { class: "da-tick" }, tick(question, option, question.chosen, ctx, { type: "checkbox", "aria-label": `${option.label}：${question.label}`, "data-focus": `c:${question.id}` })))),
          ),
        ),
      ),
    ),
  );
}

function textField(field, ctx) {
  const note = h("p", { class: "pc-hint" });
  const read = (text) => {
    const short = field.least - length(text);
    note.textContent = short > 0 ? `还差 ${short} 字到 ${field.least} 字。` : "";
  };
  const typed = ctx.store.doc.t?.[field.id] || "";
  const control = textControl({
    label: field.label,
    hint: `${field.least}～${field.most} 字`,
    value: typed,
    limit: field.most,
    multiline: true,
    rows: 9,
    focus: `t:${field.id}`,
    readOnly: ctx.readOnly,
    onInput: (value) => {
      read(value);
      change(ctx, "t", field, clean(value) ? value : "");
    },
  });
  if (!ctx.readOnly) read(typed);
  return h("div", {}, control, note);
}

const RENDER = { number: numberField, choice: choiceField, grid: gridField, text: textField };
