/** The task sheet: scenario, what to do, and the material with which to do it. */

import { h } from "./dom.js";

export function renderBrief(content) {
  return [
    h("h3", {}, "任务书"),
    content.scenario.map((text) => h("p", {}, text)),
    h("ol", { class: "pc-tasks" }, content.tasks.map((text) => h("li", {}, text))),
    content.materials.length > 0 && h("h3", {}, "资料"),
    content.materials.map((material) =>
      h(
        "details",
        { class: "pc-material", open: true },
        h("summary", {}, material.title),
        material.rows &&
          h("table", {}, h("tbody", {}, material.rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))))),
        material.lines && h("ul", {}, material.lines.map((line) => h("li", {}, line))),
      ),
    ),
  ];
}
