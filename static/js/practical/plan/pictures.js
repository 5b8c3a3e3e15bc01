/** Pictures of a table: a time line of segments, a calendar of days. They repeat what the table says, so a screen reader
    is told only what they are. */

import { h } from "../shared/dom.js";
import { clean, shown } from "../shared/text.js";
import { rowsOf } from "./rows.js";
import { clock, daysOf, minutes, weekday } from "./values.js";

const SVG = "http://www.w3.org/2000/svg";
const BAR = 40;
const AXIS = 22;
const KINDS = 6; // colours of the style sheet
const HEADS = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

export function renderPicture(section, doc) {
  const rows = rowsOf(doc, section.id);
  if (section.span) return timeline(section, rows);
  if (section.agenda) return agenda(section.agenda, rows);
  return null;
}

// ---- time line -----------------------------------------------------------------------------------
function timeline({ span, columns }, rows) {
  const bars = rows
    .map((row, index) => ({ row, number: index + 1, from: minutes(row[span.start]), to: minutes(row[span.end]) }))
    .filter(({ from, to }) => from !== null && to !== null && from < to)
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const first = Math.min(minutes(span.opens), ...bars.map((bar) => bar.from));
  const last = Math.max(minutes(span.closes), ...bars.map((bar) => bar.to));
  const lanes = stack(bars);
  const percent = (minute) => `${((minute - first) / (last - first)) * 100}%`;
  const height = AXIS + Math.max(1, lanes) * BAR;
  const options = columns.find((column) => column.id === span.label).options || [];
  const box = svg("svg", { class: "pl-line", width: "100%", height, role: "img", "aria-label": "时间线示意图，内容与下表相同" });
  const step = last - first > 240 ? 60 : last - first > 90 ? 30 : 10;
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) {
    const anchor = at === first ? "start" : at === last ? "end" : "middle";
    box.append(svg("line", { class: "pl-tick", x1: percent(at), x2: percent(at), y1: 0, y2: height - AXIS }), text(percent(at), height - 5, clock(at), { class: "pl-hour", "text-anchor": anchor }));
  }
  box.append(svg("rect", { class: "pl-window", x: percent(minutes(span.opens)), width: width(minutes(span.closes) - minutes(span.opens), first, last), y: 1, height: height - AXIS - 2 }));
  for (const bar of bars) box.append(drawBar(bar, span, options, percent(bar.from), width(bar.to - bar.from, first, last)));
  return h("div", { class: "pl-picture" }, box);
}

function width(long, first, last) {
  return `${(long / (last - first)) * 100}%`;
}

/** Give each bar the first lane that is free at its start; returns the number of lanes. */
function stack(bars) {
  const ends = [];
  for (const bar of bars) {
    const free = ends.findIndex((end) => end <= bar.from);
    bar.lane = free < 0 ? ends.length : free;
    ends[bar.lane] = bar.to;
  }
  return ends.length;
}

/** A nested drawing cuts off what does not fit into the bar. */
function drawBar({ row, number, from, to, lane }, span, options, x, wide) {
  const label = clean(row[span.label]);
  const kind = options.indexOf(label);
  const about = (span.by && shown(row[span.by])) || shown(row[span.note]);
  const bar = svg("svg", { x, y: lane * BAR + 3, width: wide, height: BAR - 6 });
  const title = svg("title", {});
  title.append(`第 ${number} 行 ${clock(from)}–${clock(to)} ${label} ${about}`);
  bar.append(title, svg("rect", { class: `pl-bar pl-kind-${kind < 0 ? "none" : kind % KINDS}`, x: 1, width: "100%", height: BAR - 6, rx: 4 }));
  bar.append(text(7, 14, `${number} ${label}`, { class: "pl-bar-name" }), text(7, 28, about, { class: "pl-bar-about" }));
  return bar;
}

function svg(name, props) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, String(value));
  return node;
}

function text(x, y, words, props) {
  const node = svg("text", { x, y, ...props });
  node.append(words);
  return node;
}

// ---- calendar ------------------------------------------------------------------------------------
function agenda({ day, time, label, note, days }, rows) {
  const all = daysOf(days);
  const blanks = Array.from({ length: weekday(all[0].value) }, () => h("li", { class: "pl-blank", "aria-hidden": "true" }));
  return h(
    "div",
    { class: "pl-picture" },
    h("ol", { class: "pl-heads", "aria-hidden": "true" }, HEADS.map((name) => h("li", {}, name))),
    h("ol", { class: "pl-days", "aria-label": "日历示意图，内容与下表相同" }, blanks, all.map(({ value, label: name }) => oneDay(name, postsOn(rows, value, day, time), { time, label, note }))),
  );
}

function postsOn(rows, value, day, time) {
  return rows
    .map((row, index) => ({ row, number: index + 1 }))
    .filter(({ row }) => clean(row[day]) === value)
    .sort((a, b) => (minutes(a.row[time]) ?? 0) - (minutes(b.row[time]) ?? 0));
}

function oneDay(name, posts, { time, label, note }) {
  const [date, week] = name.split(" ");
  return h(
    "li",
    { class: posts.length ? "pl-day" : "pl-day is-free" },
    h("strong", {}, date, h("span", { class: "pl-week" }, ` ${week}`)),
    posts.map(({ row, number }) =>
      h("p", { class: "pl-post", title: `第 ${number} 行 ${shown(row[note])}` }, [clean(row[time]), shown(row[label])].filter(Boolean).join(" "), note && h("span", {}, shown(row[note]))),
    ),
  );
}
