/** The pane of the sheets: tabs, formula bar, the grid, and the sums of what is selected. */

import { button, h } from "../shared/dom.js";
import { clean } from "../shared/text.js";
import { renderColumnPanel } from "./column.js";
import { addressOf, columnName, FormulaError, shifted } from "./formula.js";
import { createGrid } from "./grid.js";
import { renderHelp, WHY } from "./help.js";
import { general } from "./numbers.js";
import { createView } from "./view.js";

const CELLS_LIMIT = 400; // the safety limit of the server, as is the next
const CELL_LIMIT = 200;

export function createSheetPane(ctx) {
  const { book, store, readOnly } = ctx;
  const views = new Map(book.titles.map((title) => [title, createView(book, title)]));
  let title = book.titles[0];
  let panel = null; // the column whose sorting and filtering is open
  let copied = null; // {title, cells: [{row, column, text}]}
  let grid = null;

  const tabs = h("div", { class: "da-tabs", role: "group", "aria-label": "工作表" });
  const place = h("span", { class: "da-place", "aria-hidden": "true" });
  const bar = h("input", {
    type: "text",
    class: "pc-input da-bar",
    maxlength: CELL_LIMIT,
    autocomplete: "off",
    spellcheck: "false",
    on: { keydown: onBarKey, change: writeBar },
  });
  const fillDown = button("向下填充", { on: { click: fill } });
  const clear = button("清除", { on: { click: clearCells } });
  const summary = h("div", { class: "da-summary" });
  const panelBox = h("div", { class: "da-panel-box" });
  const gridBox = h("div", { class: "da-grid-box" });
  const sums = h("p", { class: "da-sums" });
  const note = h("p", { class: "pc-hint da-sheet-note" });
  const node = h(
    "section",
    { class: "da-pane da-sheets", "aria-label": "数据表" },
    tabs,
    h("div", { class: "da-formula" }, place, bar, !readOnly && fillDown, !readOnly && clear),
    summary,
    panelBox,
    gridBox,
    sums,
    note,
    renderHelp(),
  );

  const view = () => views.get(title);
  const nameOf = (column) => {
    const name = book.shown(title, 0, column);
    return name && !name.startsWith("#") ? `“${name}”` : `${columnName(column)} 列`;
  };

  // ---- drawing ---------------------------------------------------------------------------------------
  function draw() {
    grid?.destroy();
    grid = createGrid({ book, title, view: view(), readOnly, write, onSelect: drawBar, onColumn: openColumn, onLocked: locked, onClear: clearCells, onShortcut: shortcut });
    gridBox.replaceChildren(grid.node);
    drawTabs();
    note.textContent = [book.sheet(title).note, !readOnly && "浅色的格是题目数据，不能改；空白的格可以打草稿，不计分。"].filter(Boolean).join("。");
    refreshView();
  }

  function drawTabs() {
    tabs.hidden = book.titles.length < 2;
    tabs.replaceChildren(
      ...book.titles.map((one) =>
        h("button", { type: "button", "aria-pressed": String(one === title), on: { click: () => open(one, true) } }, one),
      ),
    );
  }

  /** After sorting or filtering. */
  function refreshView() {
    grid.draw();
    const text = view().summary(nameOf);
    summary.replaceChildren(
      ...(text
        ? [
            h("span", {}, text),
            button("恢复原样", {
              on: {
                click: () => {
                  view().clear();
                  refreshView();
                  drawPanel();
                  ctx.announce("已恢复原来的顺序，显示全部行。");
                  grid.select(grid.active);
                },
              },
            }),
          ]
        : []),
    );
  }

  function drawPanel() {
    panelBox.replaceChildren(...(panel === null ? [] : [renderColumnPanel({ book, title, view: view(), column: panel, nameOf, onApply: applyView, onClose: closePanel })]));
  }

  /** The active cell in the formula bar, and the sums of the selection. */
  function drawBar() {
    if (!grid) return;
    const { row, column } = grid.active;
    const spare = book.isSpare(title, row, column);
    const value = book.value(title, row, column);
    place.textContent = addressOf(row, column);
    if (document.activeElement !== bar) bar.value = grid.draft ?? (spare ? book.text(title, row, column) : book.shown(title, row, column));
    bar.readOnly = readOnly || !spare;
    bar.setAttribute("aria-label", `${addressOf(row, column)} 的内容或算式`);
    fillDown.disabled = !spare || !(grid.draft ?? book.text(title, row, column));
    clear.disabled = !scratchOf(grid.selection()).length;
    sums.textContent = describe(grid.selection(), value);
  }

  function describe(chosen, value) {
    if (value instanceof FormulaError && chosen.length === 1) return `${addressOf(chosen[0].row, chosen[0].column)}：${WHY[value.message] || value.message}`;
    const numbers = chosen.map(({ row, column }) => book.value(title, row, column)).filter((one) => typeof one === "number");
    if (chosen.length > 1 && numbers.length) {
      const sum = numbers.reduce((a, b) => a + b, 0);
      return `已选 ${chosen.length} 格　求和 ${general(sum)}　平均 ${general(sum / numbers.length)}　计数 ${numbers.length}　最小 ${general(Math.min(...numbers))}　最大 ${general(Math.max(...numbers))}`;
    }
    if (typeof value === "number" && value && Math.abs(value) < 1) return `${general(value)} = ${general(value * 100)}%`;
    return chosen.length > 1 ? `已选 ${chosen.length} 格` : "拖动选中多格，这里显示求和、平均和计数。";
  }

  // ---- writing ---------------------------------------------------------------------------------------
  function scratchOf(chosen) {
    return chosen.filter(({ row, column }) => book.isSpare(title, row, column) && book.text(title, row, column));
  }

  /** Put texts into cells as one step of the history. */
  function writeAll(entries, label) {
    const changed = entries.filter(({ row, column, text }) => book.isSpare(title, row, column) && text !== book.text(title, row, column));
    const filled = Object.values(store.doc.s || {}).reduce((sum, cells) => sum + Object.keys(cells).length, 0);
    if (filled + changed.filter((one) => clean(one.text) && !book.text(title, one.row, one.column)).length > CELLS_LIMIT) {
      ctx.announce(`草稿最多 ${CELLS_LIMIT} 格，请先清除用不到的草稿。`);
      return 0;
    }
    if (!changed.length) return 0;
    store.change({ label, screen: { pane: "sheet", title, row: changed[0].row, column: changed[0].column } }, (doc) => {
      const cells = { ...doc.s?.[title] };
      for (const { row, column, text } of changed) {
        if (clean(text)) cells[addressOf(row, column)] = text.slice(0, CELL_LIMIT);
        else delete cells[addressOf(row, column)];
      }
      doc.s = { ...doc.s, [title]: cells };
      if (!Object.keys(cells).length) delete doc.s[title];
    });
    return changed.length;
  }

  function write(row, column, text) {
    writeAll([{ row, column, text }], `填写草稿 ${addressOf(row, column)}`);
  }

  function writeBar() {
    if (!bar.readOnly) write(grid.active.row, grid.active.column, bar.value);
  }

  function onBarKey(event) {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    if (event.key === "Escape") bar.value = book.text(title, grid.active.row, grid.active.column);
    else writeBar();
    grid.select(grid.active);
  }

  function clearCells() {
    const chosen = scratchOf(grid.selection());
    if (readOnly) return;
    if (!chosen.length) locked();
    else if (writeAll(chosen.map((one) => ({ ...one, text: "" })), `清除 ${chosen.length} 格草稿`)) ctx.announce(`已清除 ${chosen.length} 格草稿，可以点“撤销”恢复。`);
    grid.select(grid.active);
  }

  /** The active cell into the chosen rows below, or into every data row below when it is chosen alone. */
  function fill() {
    grid.finish();
    const { row, column } = grid.active;
    const chosen = grid.selection();
    const shown = grid.shownRows();
    const isData = row < book.sheet(title).data.rows;
    let source = row;
    let rows = shown.slice(shown.indexOf(row) + 1).filter((one) => !isData || one < book.sheet(title).data.rows);
    if (new Set(chosen.map((one) => one.row)).size > 1) {
      source = chosen[0].row;
      rows = [...new Set(chosen.slice(1).map((one) => one.row))].filter((one) => one !== source);
    }
    const text = book.text(title, source, column);
    const done = text ? writeAll(rows.map((one) => ({ row: one, column, text: shifted(text, one - source, 0) })), `向下填充 ${addressOf(source, column)}`) : 0;
    ctx.announce(done ? `已填充 ${done} 格。` : "下面没有可以填充的格。");
    grid.select(grid.active);
  }

  function shortcut(key) {
    if (key === "c") {
      copied = { title, cells: grid.selection().map((one) => ({ ...one, text: sourceOf(one) })) };
      ctx.announce(`已复制 ${copied.cells.length} 格。`);
      return true;
    }
    if (readOnly || (key !== "v" && key !== "d")) return false;
    if (key === "d") fill();
    else paste();
    return true;
  }

  function sourceOf({ row, column }) {
    return book.isSpare(title, row, column) ? book.text(title, row, column) : String(book.value(title, row, column) ?? "");
  }

  /** Formulas copied within a sheet move their addresses along. */
  function paste() {
    if (!copied) return;
    const { row, column } = grid.active;
    const [first] = copied.cells;
    const down = row - first.row;
    const right = column - first.column;
    const entries = copied.cells.map((one) => ({ row: one.row + down, column: one.column + right, text: shifted(one.text, down, right) }));
    const { rows, columns } = book.sheet(title).size;
    const inside = entries.filter((one) => one.row < rows && one.column < columns);
    const done = writeAll(inside, `粘贴 ${inside.length} 格`);
    if (!done && inside.some((one) => !book.isSpare(title, one.row, one.column))) locked();
    else ctx.announce(done ? `已粘贴 ${done} 格。` : "");
  }

  function locked() {
    ctx.announce("这里是题目数据，不能修改。草稿请写在右边的空白列或下面的空白行。");
  }

  // ---- sorting and filtering -------------------------------------------------------------------------
  function openColumn(column) {
    grid.finish();
    panel = panel === column ? null : column;
    drawPanel();
    panelBox.querySelector("h4")?.focus();
  }

  function closePanel() {
    const column = panel;
    panel = null;
    drawPanel();
    grid.heading(column).focus();
  }

  function applyView(text) {
    refreshView();
    ctx.announce(text);
  }

  /** Show a sheet, and a cell of it. */
  function open(wanted, focus = false) {
    grid.finish();
    if (wanted !== title) {
      title = wanted;
      panel = null;
      drawPanel();
      draw();
      if (focus) tabs.querySelector("[aria-pressed=true]").focus();
    }
  }

  draw();
  return {
    node,
    update() {
      book.refresh();
      grid.update();
    },
    show({ title: wanted, row, column }) {
      open(wanted);
      if (!grid.shownRows().includes(row)) {
        view().clear();
        refreshView();
      }
      grid.select({ row, column }, { focus: false });
    },
    finish: () => grid.finish(),
    destroy: () => grid.destroy(),
  };
}
