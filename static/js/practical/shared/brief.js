/** The task sheet: scenario, what to do, and the material with which to do it. */

import { h } from "./dom.js";

/** `extra` is material that the kind makes from its own settings; it stands before the author's. */
export function renderBrief(content, extra = []) {
  const materials = [...extra, ...content.materials];
  return [
    h("h3", {}, "任务书"),
    content.scenario.map((text) => h("p", {}, text)),
    h("ol", { class: "pc-tasks" }, content.tasks.map((text) => h("li", {}, text))),
    materials.length > 0 && h("h3", {}, "资料"),
    materials.map(material),
  ];
}

function material({ title, rows, lines }) {
  return h(
    "details",
    { class: "pc-material", open: true },
    h("summary", {}, title),
    rows && h("table", {}, h("tbody", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))))),
    lines && h("ul", {}, lines.map((line) => h("li", {}, line))),
  );
}
