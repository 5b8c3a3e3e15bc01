/** What is counted while the candidate writes: sums, numbers per value, minutes. Never whether it is right. */

import { h } from "../shared/dom.js";
import { rowsOf } from "./rows.js";
import { figure, isNumber, minutes, writeNumber } from "./values.js";

export function renderTotals(section, doc) {
  const rows = rowsOf(doc, section.id);
  const lines = [...sums(section, rows), ...counts(section, rows), ...durations(section, rows)];
  return lines.map(([name, text]) => h("div", { class: "pl-total" }, h("dt", {}, name), h("dd", {}, text)));
}

function columnOf(section, id) {
  return section.columns.find((column) => column.id === id);
}

function sums(section, rows) {
  return (section.sums || []).map((id) => {
    const column = columnOf(section, id);
    const sum = rows.reduce((all, row) => all + (isNumber(row[id]) ? row[id] : 0), 0);
    const isPercent = column.type === "percent";
    return [`各行${column.label}相加`, isPercent ? `${writeNumber(sum, true)}%` : `${figure(sum)} ${column.unit || ""}`.trim()];
  });
}

function counts(section, rows) {
  return (section.counts || []).map((id) => [`按${columnOf(section, id).label}`, tally(rows.map((row) => [row[id], 1])) || "还没有"]);
}

function durations(section, rows) {
  if (!section.span) return [];
  const { start, end, by, opens, closes } = section.span;
  const long = rows.map((row) => [row, duration(row, start, end)]);
  const all = long.reduce((sum, [, one]) => sum + one, 0);
  const window = minutes(closes) - minutes(opens);
  const lines = [["各段时长相加", `${all} 分钟（${opens}–${closes} 共 ${window} 分钟）`]];
  if (by) lines.push([`按${columnOf(section, by).label}`, tally(long.map(([row, one]) => [row[by], one]), " 分钟") || "还没有"]);
  return lines;
}

/** Minutes of a row, 0 while it has no readable start and end. */
export function duration(row, start, end) {
  const [from, to] = [minutes(row[start]), minutes(row[end])];
  return from === null || to === null || to <= from ? 0 : to - from;
}

/** “抖音 6 · 视频号 2”, in order of first appearance. */
function tally(pairs, unit = "") {
  const found = new Map();
  for (const [value, amount] of pairs) {
    for (const one of Array.isArray(value) ? value : [value]) if (one) found.set(one, (found.get(one) || 0) + amount);
  }
  return [...found].map(([name, number]) => `${name} ${number}${unit}`).join(" · ");
}
