/** A form or a table of the plan, with what is counted below its title and the ways to add, move and remove rows. */

import { button, h, uid } from "../shared/dom.js";
import { cellControl } from "./cells.js";
import { renderPicture } from "./pictures.js";
import { length } from "../shared/text.js";
import { insertRow, moveRow, pickable, rowsOf, setCell } from "./rows.js";
import { duration, renderTotals } from "./totals.js";

const MOST = 60; // the safety limit of the server

export function renderSection(section, ctx) {
  return h(
    "section",
    { class: "pl-section", "aria-labelledby": ctx.titleId },
    h("h3", { class: "pc-title", id: ctx.titleId, tabindex: "-1", "data-focus": "title" }, section.title),
    section.note && h("p", { class: "pc-lead" }, section.note),
    section.kind === "form" ? renderForm(section, ctx) : renderTable(section, ctx),
  );
}

/** How the control of a cell reads and writes the document. */
function cellOf(column, ctx, { label, focus, value, write }) {
  const { store, section, readOnly } = ctx;
  return {
    label,
    focus,
    value,
    readOnly,
    choices: () => column.options || pickable(store.doc, column.from),
    set: (next) => store.change({ label: `修改${label}`, screen: section.id, merge: `${section.id}:${focus}` }, (doc) => write(doc, next)),
  };
}

// ---- forms, and figures below a table -------------------------------------------------------------
function renderForm(section, ctx) {
  const record = ctx.store.doc[section.id] || {};
  return h(
    "div",
    { class: "pl-form" },
    section.columns.map((column) =>
      field(column, ctx, record[column.id], (doc, value) => {
        const row = { ...(doc[section.id] || {}) };
        setCell(row, column.id, value);
        doc[section.id] = row;
      }),
    ),
  );
}

function field(column, ctx, value, write) {
  const cell = cellOf(column, ctx, { label: column.label, focus: column.id, value, write });
  return h("div", { class: "pc-field" }, h("span", { class: "pc-label", "aria-hidden": "true" }, column.label), column.hint && h("span", { class: "pc-hint" }, column.hint), cellControl(column, cell));
}

function renderBelow(section, ctx) {
  return (section.below || []).map((column) => field(column, ctx, ctx.store.doc[column.id], (doc, value) => setCell(doc, column.id, value)));
}

// ---- tables --------------------------------------------------------------------------------------
function renderTable(section, ctx) {
  const { store, readOnly } = ctx;
  const rows = rowsOf(store.doc, section.id);
  const word = section.row || "行";
  const totals = h("dl", { class: "pl-totals", "aria-label": "合计" });
  const picture = h("div", {});
  const draw = () => {
    totals.replaceChildren(...renderTotals(section, store.doc));
    totals.hidden = !totals.childElementCount;
    const drawn = renderPicture(section, store.doc);
    if (drawn) picture.replaceChildren(drawn);
  };
  ctx.onChange(draw);
  draw();
  const actions = rowActions(section, ctx, word);
  return h(
    "div",
    { class: "pl-stack" },
    picture,
    totals,
    rows.length
      ? h(
          "table",
          { class: `pl-table`, "aria-label": section.title },
          h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "pl-number" }, h("span", { class: "pc-sr" }, "行号")), section.columns.map((column) => h("th", { scope: "col", class: widthClass(column) }, column.label)), section.span && h("th", { scope: "col", class: "pl-long" }, "时长"))),
          h("tbody", {}, rows.map((row, index) => renderRow(section, ctx, row, index, actions))),
        )
      : h("p", { class: "pl-none" }, `还没有填写。点“添加一${word}”开始。`),
    !readOnly &&
      button(`＋ 添加一${word}`, {
        class: "pc-btn-main pc-btn-wide",
        disabled: rows.length >= (section.most || MOST),
        "data-focus": "add",
        on: { click: () => actions.insert(rows.length) },
      }),
    section.below && h("div", { class: "pl-form pl-below" }, renderBelow(section, ctx)),
  );
}

function widthClass(column) {
  const kind = column.wide ? "wide" : column.many ? "many" : column.type;
  return `pl-col pl-col-${kind}${column.options ? ` pl-fits-${Math.min(8, Math.max(3, ...column.options.map(length)))}` : ""}`;
}

function renderRow(section, ctx, row, index, actions) {
  const { store, readOnly } = ctx;
  const name = `第 ${index + 1} ${section.row || "行"}`;
  const long = section.span && h("td", { class: "pl-long", "data-label": "时长" });
  if (long) {
    const draw = () => {
      const minutes = duration(rowsOf(store.doc, section.id)[index] || {}, section.span.start, section.span.end);
      long.textContent = minutes ? `${minutes} 分` : "—";
    };
    ctx.onChange(draw);
    draw();
  }
  const cells = section.columns.map((column) => {
    const focus = `${index}:${column.id}`;
    const write = (doc, value) => setCell(doc[section.id][index], column.id, value);
    const cell = cellOf(column, ctx, { label: `${name}${column.label}`, focus, value: row[column.id], write });
    return h("td", { class: widthClass(column), "data-label": column.label }, cellControl(column, cell));
  });
  const node = h("tr", { class: "pl-row", "aria-label": name }, h("th", { scope: "row", class: "pl-number" }, readOnly ? String(index + 1) : handle(name, index, actions)), cells, long);
  if (readOnly) return node;
  node.addEventListener("keydown", (event) => actions.onKey(event, index));
  actions.accept(node, index);
  return node;
}

/** The number of a row: drag it to move the row, open it for what can be done with the row. */
function handle(name, index, actions) {
  const id = uid("row");
  const menu = h("div", { class: "pl-menu", id, role: "group", "aria-label": `${name}的操作`, hidden: true }, actions.buttons(name, index));
  const toggle = (open) => {
    menu.hidden = !open;
    number.setAttribute("aria-expanded", String(open));
  };
  const number = h(
    "button",
    {
      type: "button",
      class: "pl-handle",
      draggable: "true",
      title: "点开可移动、插入、删除；也可以拖动",
      "aria-label": `${name}，移动或删除`,
      "aria-expanded": "false",
      "aria-controls": id,
      "data-focus": `row:${index}`,
      on: { click: () => toggle(menu.hidden), dragstart: (event) => actions.drag(event, index), dragend: actions.drop },
    },
    String(index + 1),
  );
  const on = {
    keydown: (event) => {
      if (event.key !== "Escape" || menu.hidden) return;
      event.stopPropagation();
      toggle(false);
      number.focus();
    },
    focusout: (event) => {
      if (!box.contains(event.relatedTarget)) toggle(false);
    },
  };
  const box = h("div", { class: "pl-handle-box", on }, number, menu);
  return box;
}

function rowActions(section, ctx, word) {
  const { store } = ctx;
  const most = section.most || MOST;
  const count = () => rowsOf(store.doc, section.id).length;
  let dragged = null;

  function change(label, focus, said, mutate) {
    store.change({ label, screen: section.id }, mutate);
    ctx.refresh(focus);
    ctx.announce(said);
  }

  function insert(at, row = {}, verb = "添加") {
    change(`${verb}第 ${at + 1} ${word}`, `${at}:${section.columns[0].id}`, "", (doc) => insertRow(doc, section.id, at, row));
  }

  function move(from, to, focus = `row:${to}`) {
    if (to < 0 || to >= count() || from === to) return;
    change(`移动第 ${from + 1} ${word}`, focus, `第 ${from + 1} ${word}现在是第 ${to + 1} ${word}。`, (doc) => moveRow(doc, section.id, from, to));
  }

  function remove(index) {
    const next = index < count() - 1 ? `row:${index}` : index ? `row:${index - 1}` : "add";
    change(`删除第 ${index + 1} ${word}`, next, `已删除第 ${index + 1} ${word}，可以点“撤销”恢复。`, (doc) => doc[section.id].splice(index, 1));
  }

  function buttons(name, index) {
    const full = count() >= most;
    const one = (label, act, props = {}) => button(label, { "aria-label": `${name}${label}`, ...props, on: { click: act } });
    return [
      one("上移", () => move(index, index - 1), { disabled: index === 0 }),
      one("下移", () => move(index, index + 1), { disabled: index === count() - 1 }),
      one("在下方插入", () => insert(index + 1, {}, "插入"), { disabled: full }),
      one("复制", () => insert(index + 1, JSON.parse(JSON.stringify(rowsOf(store.doc, section.id)[index])), "复制到"), { disabled: full }),
      one("删除", () => remove(index), { class: "pc-btn-danger" }),
    ];
  }

  /** Alt+↑/↓ moves the row, Enter goes to the same column of the next row, as in a spreadsheet. */
  function onKey(event, index) {
    const focus = event.target.dataset?.focus;
    if (!focus) return;
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (event.altKey && step) {
      event.preventDefault();
      move(index, index + step, focus.replace(String(index), String(index + step)));
    } else if (event.key === "Enter" && event.target.matches("input") && !event.isComposing) {
      event.preventDefault();
      ctx.focus(focus.replace(String(index), String(index + 1)));
    }
  }

  function drag(event, index) {
    dragged = index;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", String(index + 1));
  }

  function accept(node, index) {
    const mark = (event) => {
      node.classList.toggle("is-over-below", isLower(event, node));
      node.classList.toggle("is-over-above", !isLower(event, node));
    };
    const clear = () => node.classList.remove("is-over-above", "is-over-below");
    node.addEventListener("dragover", (event) => {
      if (dragged === null) return;
      event.preventDefault();
      mark(event);
    });
    node.addEventListener("dragleave", clear);
    node.addEventListener("drop", (event) => {
      if (dragged === null) return;
      event.preventDefault();
      clear();
      const from = dragged;
      dragged = null;
      const place = index + (isLower(event, node) ? 1 : 0);
      // Taking the row out of its old place moves everything behind it up by one.
      move(from, from < place ? place - 1 : place);
    });
  }

  const drop = () => (dragged = null);

  return { insert, buttons, onKey, drag, drop, accept };
}

function isLower(event, node) {
  const box = node.getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
}
