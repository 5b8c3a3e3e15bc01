/**
 * The grid of one sheet: cells with headings, a selection, and an editor in the cell. Keys are those of any spreadsheet;
 * Tab leaves the grid, so that the page stays usable by keyboard.
 *
 * A blank cell that is chosen holds an input that nobody sees until something is typed: an input method for Chinese works
 * only where the focus is in a text box before the first key.
 */

import { h } from "../shared/dom.js";
import { addressOf, columnName, FormulaError, isFormula } from "./formula.js";
import { referenceTo, reveal, stepOf } from "./places.js";

const CELL_LIMIT = 200;
const ROW_HEIGHT = 33;
const AWAITS_CELL = /[=＝(（,，+\-*/×÷]\s*$/u; // after this a click on a cell writes its address

/**
 * @param {Object} ctx book, title, view, readOnly
 * @param {(row, column, text) => void} ctx.write put a text into a blank cell
 * @param {() => void} ctx.onSelect the selection changed
 * @param {(column) => void} ctx.onColumn a column's heading was pressed
 * @param {(row, column) => void} ctx.onLocked somebody tried to write over the data
 * @param {() => void} ctx.onClear the chosen cells are to be emptied
 * @param {(key) => boolean} ctx.onShortcut Ctrl and a letter; true when it was used
 */
export function createGrid(ctx) {
  const { book, title, view, readOnly } = ctx;
  const sheet = book.sheet(title);
  const columns = Array.from({ length: sheet.size.columns }, (_, index) => index);
  let rows = [];
  let cells = new Map(); // address -> td
  let active = { row: 1, column: 0 };
  let anchor = active;
  let editor = null; // {row, column, point} while something is typed into a cell
  let isDragging = false;

  const input = h("input", {
    type: "text",
    class: "da-edit",
    maxlength: CELL_LIMIT,
    autocomplete: "off",
    spellcheck: "false",
    on: { blur: finish, compositionstart: begin, input: begin },
  });
  const table = h("table", { class: "da-grid", role: "grid", "aria-label": `${title}：数据与草稿` });
  const node = h(
    "div",
    {
      class: "da-scroll",
      on: { keydown: onKey, mousedown: onPress, mouseover: onDrag, dblclick: onDouble },
    },
    table,
  );
  const release = () => {
    isDragging = false;
    if (editor) editor.point = null;
  };
  addEventListener("mouseup", release);
  addEventListener("pagehide", finish); // what is half typed when the page is left is kept
  const sizes = new ResizeObserver(freeze); // widths are known only on the page, and change with what is typed
  sizes.observe(table);

  // ---- drawing ---------------------------------------------------------------------------------------
  function draw() {
    finish();
    rows = view.rows();
    cells = new Map();
    if (!rows.includes(active.row)) active = { row: rows[0], column: active.column };
    anchor = active;
    table.replaceChildren(h("thead", {}, headings()), h("tbody", {}, rows.map(rowOf)));
    freeze();
    mark();
  }

  /** The first columns stay in sight where there is room (the style sheet decides); their places depend on the texts. */
  function freeze() {
    const names = table.querySelector(".da-names");
    let left = 0;
    for (let place = 0; names && place <= (sheet.freeze || 0); place += 1) {
      for (const row of place ? table.rows : []) {
        row.children[place].classList.add("is-frozen");
        row.children[place].style.setProperty("--da-left", `${left}px`);
      }
      left += names.children[place].offsetWidth;
    }
  }

  function headings() {
    return h(
      "tr",
      {},
      h("th", { class: "da-corner", scope: "col" }, h("span", { class: "pc-sr" }, "行号")),
      columns.map((column) => {
        const name = sheet.columns[column]?.title;
        const order = view.order?.column === column ? (view.order.way > 0 ? "ascending" : "descending") : null;
        const isFiltered = Boolean(view.filterOf(column));
        return h(
          "th",
          { scope: "col", class: name ? "" : "da-spare-head", "aria-sort": order },
          h(
            "button",
            { type: "button", "data-column": column, "aria-label": `${columnName(column)} 列${name ? ` ${name}` : ""}：排序和筛选`, on: { click: () => ctx.onColumn(column) } },
            h("span", {}, columnName(column)),
            h("span", { class: `da-mark${isFiltered ? " is-filtered" : ""}`, "aria-hidden": "true" }, order ? (order === "ascending" ? "▲" : "▼") : "▾"),
          ),
        );
      }),
    );
  }

  function rowOf(row) {
    return h("tr", { class: row ? null : "da-names" }, h("th", { scope: "row" }, String(row + 1)), columns.map((column) => cellOf(row, column)));
  }

  function cellOf(row, column) {
    const cell = h("td", { tabindex: "-1", "data-row": row, "data-column": column }, h("span", { class: "da-value" }));
    cells.set(addressOf(row, column), cell);
    fill(cell, row, column);
    return cell;
  }

  function fill(cell, row, column) {
    const value = book.value(title, row, column);
    const isNumber = typeof value === "number";
    const spare = book.isSpare(title, row, column);
    const unit = row === 0 && sheet.columns[column]?.unit;
    const frozen = column < (sheet.freeze || 0) ? " is-frozen" : "";
    cell.className = `${spare ? "da-spare" : "da-data"}${isNumber ? " is-number" : ""}${value instanceof FormulaError ? " is-error" : ""}${isNumberColumn(column) ? " is-right" : ""}${frozen}`;
    cell.firstChild.replaceChildren(book.shown(title, row, column), unit ? h("span", { class: "da-unit" }, `（${unit}）`) : "");
  }

  function isNumberColumn(column) {
    return sheet.columns[column] && sheet.columns[column].show !== "text";
  }

  /** Show what the cells hold now. */
  function update() {
    for (const row of rows) {
      for (const column of columns) fill(cells.get(addressOf(row, column)), row, column);
    }
    mark();
  }

  /** The selection on the screen. */
  function mark() {
    const chosen = new Set(selection().map(({ row, column }) => addressOf(row, column)));
    for (const [address, cell] of cells) {
      const isActive = address === addressOf(active.row, active.column);
      cell.tabIndex = isActive && !isWritable(active) ? 0 : -1;
      cell.classList.toggle("is-active", isActive);
      cell.classList.toggle("is-editing", isActive && editor !== null);
      cell.classList.toggle("is-chosen", chosen.has(address) && chosen.size > 1);
      if (chosen.has(address)) cell.setAttribute("aria-selected", "true");
      else cell.removeAttribute("aria-selected");
    }
    placeInput();
    ctx.onSelect();
  }

  function isWritable({ row, column }) {
    return !readOnly && book.isSpare(title, row, column);
  }

  function placeInput() {
    if (editor) return;
    const cell = cells.get(addressOf(active.row, active.column));
    if (!isWritable(active)) input.remove();
    else if (input.parentNode !== cell) cell.append(input);
    input.value = "";
    input.setAttribute("aria-label", `${addressOf(active.row, active.column)}：${book.shown(title, active.row, active.column) || "空白"}`);
  }

  function focusActive() {
    (isWritable(active) ? input : cells.get(addressOf(active.row, active.column))).focus({ preventScroll: true });
  }

  // ---- selection -------------------------------------------------------------------------------------
  /** The chosen cells in the order in which they are shown. */
  function selection() {
    const [from, to] = [rows.indexOf(anchor.row), rows.indexOf(active.row)].sort((a, b) => a - b);
    const [left, right] = [anchor.column, active.column].sort((a, b) => a - b);
    return rows.slice(from, to + 1).flatMap((row) => columns.slice(left, right + 1).map((column) => ({ row, column })));
  }

  function select(place, { extend = false, focus = true } = {}) {
    active = place;
    if (!extend) anchor = place;
    mark();
    const cell = cells.get(addressOf(active.row, active.column));
    if (focus) focusActive();
    reveal(cell, node);
    if (focus) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function moved(rowStep, columnStep) {
    const index = Math.min(Math.max(rows.indexOf(active.row) + rowStep, 0), rows.length - 1);
    return { row: rows[index], column: Math.min(Math.max(active.column + columnStep, 0), columns.length - 1) };
  }

  function placeOf(target) {
    const cell = target instanceof Element && target.closest("td");
    return cell && table.contains(cell) ? { row: Number(cell.dataset.row), column: Number(cell.dataset.column) } : null;
  }

  // ---- editing ---------------------------------------------------------------------------------------
  /** Something is typed: from now on the input is seen. */
  function begin() {
    if (!editor) editor = { ...active, point: null };
    mark();
  }

  /** Go on with what the cell holds. */
  function edit() {
    if (!isWritable(active)) {
      if (!readOnly) ctx.onLocked();
      return;
    }
    focusActive();
    input.value = book.text(title, active.row, active.column);
    input.setSelectionRange(input.value.length, input.value.length);
    begin();
  }

  /** Take over what was typed, or leave the cell as it was. */
  function finish({ keep = true } = {}) {
    if (!editor) return;
    const { row, column } = editor;
    const typed = input.value;
    editor = null;
    input.value = "";
    if (keep && typed !== book.text(title, row, column)) ctx.write(row, column, typed);
    mark();
  }

  /** While a formula waits for a cell, pressing one writes its address, and dragging a range. */
  function point(place) {
    if (!editor.point) {
      const before = input.value.slice(0, input.selectionStart);
      if (!isFormula(input.value) || !AWAITS_CELL.test(before)) return false;
      editor.point = { from: place, before, after: input.value.slice(input.selectionEnd) };
    }
    const { from, before, after } = editor.point;
    const reference = referenceTo(from, place, rows);
    input.value = before + reference + after;
    input.setSelectionRange(before.length + reference.length, before.length + reference.length);
    ctx.onSelect();
    return true;
  }

  // ---- mouse and keys --------------------------------------------------------------------------------
  function onPress(event) {
    const place = placeOf(event.target);
    if (!place || event.button !== 0 || (editor && event.target === input)) return;
    if (editor && point(place)) {
      event.preventDefault(); // the editor keeps the focus
      return;
    }
    event.preventDefault();
    finish();
    select(place, { extend: event.shiftKey });
    isDragging = true;
  }

  function onDrag(event) {
    const place = placeOf(event.target);
    if (!place || !(event.buttons & 1)) return;
    if (editor?.point) point(place);
    else if (isDragging) select(place, { extend: true, focus: false });
  }

  function onDouble(event) {
    if (placeOf(event.target) && !editor) edit();
  }

  function onKey(event) {
    if (event.isComposing) return;
    if (editor) onEditorKey(event);
    else if (placeOf(event.target)) onCellKey(event);
  }

  function onEditorKey(event) {
    const step = { Enter: [event.shiftKey ? -1 : 1, 0], Tab: [0, event.shiftKey ? -1 : 1], Escape: [0, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    finish({ keep: event.key !== "Escape" });
    select(moved(...step));
  }

  function onCellKey(event) {
    const { key } = event;
    const far = event.ctrlKey || event.metaKey;
    const step = stepOf(key, far, Math.max(Math.floor(node.clientHeight / ROW_HEIGHT) - 3, 1));
    if (step) select(moved(...step), { extend: event.shiftKey });
    else if (far && ctx.onShortcut(key.toLowerCase())) event.preventDefault();
    else if (far || event.altKey) return;
    else if (key === "Enter" || key === "F2") edit();
    else if (key === "Delete" || key === "Backspace") ctx.onClear();
    else if (key.length === 1 && !isWritable(active)) edit(); // says why not
    else return; // typed into the input
    event.preventDefault();
  }

  return {
    node,
    draw,
    update,
    finish,
    edit,
    select,
    selection,
    get active() {
      return active;
    },
    /** What is being typed into the active cell, or null. */
    get draft() {
      return editor ? input.value : null;
    },
    shownRows: () => rows,
    heading: (column) => table.querySelector(`[data-column="${column}"]`),
    destroy() {
      editor = null;
      removeEventListener("mouseup", release);
      removeEventListener("pagehide", finish);
      sizes.disconnect();
      node.remove();
    },
  };
}
