/** Getting about in a grid: steps of keys, addresses of what is pointed at, scrolling to a cell. */

import { addressOf } from "./formula.js";

const ALL = 10_000; // more rows and columns than any sheet has

/** Rows and columns that a key goes on, or undefined for a key that goes nowhere. `far` is with Ctrl. */
export function stepOf(key, far, page) {
  return {
    ArrowUp: [far ? -ALL : -1, 0],
    ArrowDown: [far ? ALL : 1, 0],
    ArrowLeft: [0, far ? -ALL : -1],
    ArrowRight: [0, far ? ALL : 1],
    PageUp: [-page, 0],
    PageDown: [page, 0],
    Home: [far ? -ALL : 0, -ALL],
    End: [far ? ALL : 0, ALL],
  }[key];
}

/** How a formula names the cells from `a` to `b`. Sorted or filtered `rows` need not follow each other: only what is seen
 *  is named. */
export function referenceTo(a, b, rows) {
  const [left, right] = [a.column, b.column].sort((x, y) => x - y);
  const [from, to] = [rows.indexOf(a.row), rows.indexOf(b.row)].sort((x, y) => x - y);
  const runs = [];
  for (const row of rows.slice(from, to + 1).sort((x, y) => x - y)) {
    const last = runs[runs.length - 1];
    if (last && last.to === row - 1) last.to = row;
    else runs.push({ from: row, to: row });
  }
  return runs
    .map((run) => (run.from === run.to && left === right ? addressOf(run.from, left) : `${addressOf(run.from, left)}:${addressOf(run.to, right)}`))
    .join(",");
}

/** Scroll the box of the grid, not the page, and not under the headings and columns that stay in sight. */
export function reveal(cell, box) {
  const edges = box.getBoundingClientRect();
  const at = cell.getBoundingClientRect();
  const names = cell.closest("tbody").querySelector(".da-names");
  const held = [...cell.parentNode.children].filter((one) => one.matches("th, .is-frozen") && getComputedStyle(one).position === "sticky");
  const top = edges.top + cell.closest("table").tHead.offsetHeight + (cell.parentNode === names ? 0 : names.offsetHeight);
  const left = held.includes(cell) ? edges.left : Math.max(...held.map((one) => one.getBoundingClientRect().right));
  if (at.top < top) box.scrollTop -= top - at.top;
  else if (at.bottom > edges.top + box.clientHeight) box.scrollTop += at.bottom - edges.top - box.clientHeight;
  if (at.left < left) box.scrollLeft -= left - at.left;
  else if (at.right > edges.left + box.clientWidth) box.scrollLeft += at.right - edges.left - box.clientWidth;
}
