/**
 * The control of one cell by the type of its column. A control writes through `set(value)`; an empty value takes the
 * cell out of the document. What is kept may be half-typed: the candidate sees a hint, never a refusal.
 */

import { h, uid } from "../shared/dom.js";
import { clean, length } from "../shared/text.js";
import { daysOf, dayLabel, isNumber, minutes, readNumber, splitMoment, tidyTime, writeNumber } from "./values.js";

const MOST_LINES = 6;
const LONGEST = 500; // safety limit of the server for a text

/**
 * @param {Object} column as the task declares it
 * @param {Object} cell {label, focus, value, readOnly, choices(), set(value)}
 */
export function cellControl(column, cell) {
  return BY_TYPE[column.type](column, cell);
}

const BY_TYPE = {
  text: textCell,
  number: numberCell,
  percent: numberCell,
  time: timeCell,
  day: (column, cell) => selectCell({ ...cell, options: daysOf(column.days), name: dayLabel }),
  moment: momentCell,
  choice: (column, cell) => (column.many ? manyCell(cell) : selectCell({ ...cell, options: cell.choices() })),
  pick: (column, cell) => (column.many ? manyCell(cell) : selectCell({ ...cell, options: cell.choices(), missing: "（已不在表中）" })),
};

function input({ label, focus, value, readOnly, describe }, props) {
  return { class: "pc-input", type: "text", autocomplete: "off", spellcheck: "false", "aria-label": label, "aria-describedby": describe, "data-focus": focus, disabled: readOnly, value, ...props };
}

function textCell(column, cell) {
  const limit = column.limit || LONGEST;
  const id = uid("n");
  const count = h("span", { class: "pl-count", id });
  const recount = (text) => (count.textContent = `${length(text)} / ${limit} 字`);
  const on = {
    input: (event) => {
      recount(event.target.value);
      if (column.wide) fit(event.target);
      cell.set(event.target.value);
    },
  };
  const value = typeof cell.value === "string" ? cell.value : "";
  recount(value);
  const props = input({ ...cell, value, describe: id }, { maxlength: limit, on });
  if (!column.wide) return h("div", { class: "pl-cell" }, h("input", props), count);
  return h("div", { class: "pl-cell" }, h("textarea", { ...props, type: null, rows: 1 }), count);
}

/** Give a box as many lines as its text has; `box` must stand on the page. */
export function fit(box) {
  box.rows = 1;
  const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(box);
  const room = box.scrollHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
  box.rows = Math.min(MOST_LINES, Math.max(1, Math.round(room / parseFloat(lineHeight))));
}

/** A box with a note below it that appears when what was typed cannot be read. */
function typedCell(cell, { value, hint, unit, inputmode, placeholder, read, isRight, onDone }) {
  const id = uid("n");
  const note = h("p", { class: "pc-note", id });
  const check = (text) => {
    const wrong = clean(text) && !isRight(text);
    note.textContent = wrong ? hint : "";
    control.setAttribute("aria-invalid", String(Boolean(wrong)));
  };
  const control = h(
    "input",
    input({ ...cell, value, describe: id }, {
      inputmode,
      placeholder,
      maxlength: 20,
      on: {
        input: (event) => cell.set(read(event.target.value)),
        change: (event) => {
          if (onDone) onDone(event.target);
          check(event.target.value);
        },
      },
    }),
  );
  check(value);
  return h("div", { class: "pl-cell" }, unit ? h("span", { class: "pc-with-unit" }, control, h("span", { class: "pc-unit" }, unit)) : control, note);
}

function numberCell(column, cell) {
  const isPercent = column.type === "percent";
  const read = (text) => readNumber(text, isPercent);
  return typedCell(cell, {
    value: writeNumber(cell.value, isPercent),
    hint: "请填写数字",
    unit: column.unit || (isPercent ? "%" : null),
    inputmode: "decimal",
    read,
    isRight: (text) => isNumber(read(text)),
  });
}

function timeCell(column, cell) {
  return typedCell(cell, {
    value: typeof cell.value === "string" ? cell.value : "",
    hint: "请写成 19:30",
    inputmode: "numeric",
    placeholder: "时:分",
    read: (text) => clean(text),
    isRight: (text) => minutes(text) !== null,
    onDone: (box) => {
      const tidy = tidyTime(box.value);
      if (tidy === box.value) return;
      box.value = tidy;
      cell.set(tidy);
    },
  });
}

function momentCell(column, cell) {
  const now = splitMoment(cell.value);
  const write = () => cell.set([now.day, now.time].filter(Boolean).join(" "));
  const day = selectCell({
    ...cell,
    label: `${cell.label}日期`,
    value: now.day,
    options: daysOf(column.days),
    name: dayLabel,
    set: (value) => {
      now.day = value;
      write();
    },
  });
  const time = timeCell(column, {
    ...cell,
    label: `${cell.label}时间`,
    focus: `${cell.focus}:time`,
    value: now.time,
    set: (value) => {
      now.time = value.slice(0, 9); // a day, a blank and this are within the limit of the server
      write();
    },
  });
  return h("div", { class: "pl-moment" }, day, time);
}

/** A select that also shows a value that is no choice any more, so that nothing disappears unseen. */
function selectCell({ label, focus, value, readOnly, options, set, missing = "", name = (one) => one }) {
  const choices = options.map((option) => (typeof option === "string" ? { value: option, label: option } : option));
  const kept = typeof value === "string" ? value : "";
  if (kept && !choices.some((choice) => choice.value === kept)) choices.push({ value: kept, label: `${name(kept)}${missing}` });
  return h(
    "div",
    { class: "pl-cell" },
    h(
      "select",
      { class: "pc-input pc-select", "aria-label": label, "data-focus": focus, disabled: readOnly, value: kept, on: { change: (event) => set(event.target.value) } },
      h("option", { value: "" }, "请选择"),
      choices.map((choice) => h("option", { value: choice.value }, choice.label)),
    ),
  );
}

/** Several choices: a button-like line with what is chosen, and boxes to tick below it. */
function manyCell({ label, focus, value, readOnly, choices, set }) {
  let chosen = Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  const offered = choices();
  const gone = chosen.filter((one) => !offered.includes(one));
  const words = h("span", {});
  const draw = () => {
    words.textContent = chosen.map((one) => (gone.includes(one) ? `${one}（已不在表中）` : one)).join("、") || "请选择";
    summary.setAttribute("aria-label", `${label}：${words.textContent}`);
  };
  const summary = h("summary", { class: "pc-input pc-select", "data-focus": focus }, words);
  const tick = (one) =>
    h(
      "label",
      { class: "pc-choice" },
      h("input", {
        type: "checkbox",
        checked: chosen.includes(one),
        on: {
          change: (event) => {
            const all = [...offered, ...gone];
            chosen = all.filter((other) => (other === one ? event.target.checked : chosen.includes(other)));
            set(chosen);
            draw();
          },
        },
      }),
      h("span", {}, gone.includes(one) ? `${one}（已不在表中）` : one),
    );
  const close = (event) => {
    if (event.key !== "Escape" || !box.open) return;
    event.stopPropagation();
    box.open = false;
    summary.focus();
  };
  const leave = (event) => {
    if (!box.contains(event.relatedTarget)) box.open = false;
  };
  const ticks = [...offered, ...gone].map(tick);
  const box = h(
    "details",
    { class: "pl-many", on: { keydown: close, focusout: leave } },
    summary,
    h("div", { class: "pl-ticks", role: "group", "aria-label": label, tabindex: "-1" }, ticks.length ? ticks : h("p", { class: "pc-hint" }, "还没有可以选的，请先填写前面的表。")),
  );
  draw();
  if (readOnly) return h("div", { class: "pl-cell" }, h("p", { class: "pl-fixed" }, words));
  return h("div", { class: "pl-cell" }, box);
}
