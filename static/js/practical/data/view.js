/**
 * How a sheet is looked at: sorted, filtered. Rows keep their numbers, so a formula means the same whatever is shown, and
 * nothing of this is handed in.
 */

import { fold } from "../shared/text.js";
import { compare } from "./evaluation.js";

const SIGNS = { ">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于", "=": "等于", "<>": "不等于" };

export function createView(book, title) {
  const sheet = book.sheet(title);
  const data = sheet.rows.map((_, index) => index + 1);
  let order = null; // {column, way: 1 | -1}
  const filters = new Map(); // column -> {hidden: Set of texts}, {part: text} or {sign, number}

  const valueAt = (row, column) => book.value(title, row, column);

  function passes(row) {
    return [...filters].every(([column, filter]) => {
      if (filter.sign) return compare(filter.sign, valueAt(row, column), filter.number);
      const text = book.shown(title, row, column);
      return filter.hidden ? !filter.hidden.has(text) : fold(text).includes(fold(filter.part));
    });
  }

  function rows() {
    const shown = data.filter(passes);
    if (order) shown.sort((a, b) => order.way * byValue(valueAt(a, order.column), valueAt(b, order.column), order.way) || a - b);
    return shown;
  }

  return {
    /** Numbers of the rows to show: headings, data as sorted and filtered, then the blank rows below. */
    rows: () => [0, ...rows(), ...Array.from({ length: sheet.spare.rows }, (_, index) => sheet.data.rows + index)],
    dataRows: rows,
    get order() {
      return order;
    },
    sort(column, way) {
      order = way ? { column, way } : null;
    },
    filterOf: (column) => filters.get(column),
    /** Without a filter the column shows everything again. */
    filter(column, filter) {
      if (filter && (!filter.hidden || filter.hidden.size)) filters.set(column, filter);
      else filters.delete(column);
    },
    clear() {
      order = null;
      filters.clear();
    },
    /** The different texts of a column, or null when it holds numbers alone. */
    texts(column) {
      const values = data.map((row) => valueAt(row, column));
      if (values.every((value) => value === null || typeof value === "number")) return null;
      return [...new Set(data.map((row) => book.shown(title, row, column)))];
    },
    /** One line that says how the sheet is looked at now; empty when nothing is changed. */
    summary(nameOf) {
      const parts = [...filters].map(([column, filter]) =>
        filter.sign ? `${nameOf(column)}${SIGNS[filter.sign]} ${filter.number}` : filter.hidden ? `${nameOf(column)}只看部分` : `${nameOf(column)}包含“${filter.part}”`,
      );
      if (filters.size) parts.push(`显示 ${rows().length} 行，共 ${data.length} 行`);
      if (order) parts.unshift(`按${nameOf(order.column)}${order.way > 0 ? "升序" : "降序"}`);
      return parts.join("；");
    },
  };
}

export const FILTER_SIGNS = Object.entries(SIGNS).map(([value, label]) => ({ value, label }));

/** Numbers before texts; what has no value stands last whichever way is sorted. */
function byValue(a, b, way) {
  const rank = (value) => (typeof value === "number" ? 0 : typeof value === "string" ? 1 : 2);
  const last = (rank(a) === 2) - (rank(b) === 2);
  if (last) return last * way;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (rank(a) === 0) return a - b;
  return rank(a) === 1 ? a.localeCompare(b, "zh-Hans-CN") : 0;
}
