/** The task sheet of a plan: its tables have several columns, the first row names them. */

import { h } from "../shared/dom.js";
import { renderBrief } from "../shared/brief.js";

export function renderSheet(content) {
  const sheet = renderBrief({ ...content, materials: [] });
  if (!content.materials.length) return sheet;
  return [...sheet, h("h3", {}, "资料"), ...content.materials.map(material)];
}

function material({ title, rows, lines }) {
  return h("details", { class: "pc-material", open: true }, h("summary", {}, title), rows && table(rows), lines && h("ul", {}, lines.map((line) => h("li", {}, line))));
}

function table([head, ...rows]) {
  return h(
    "div",
    { class: "pl-data" },
    h(
      "table",
      { class: head.length > 2 ? "is-many" : null },
      h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map(([name, ...cells]) => h("tr", {}, h("th", { scope: "row" }, name), cells.map((cell) => h("td", {}, cell))))),
    ),
  );
}
