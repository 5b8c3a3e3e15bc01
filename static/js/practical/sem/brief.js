/** The task sheet: scenario, what to do, limits, and the material with which to do it. */

import { h } from "../console/dom.js";

export function renderBrief(content) {
  const { limits } = content;
  const rows = [
    ["账户日预算", `${content.daily_budget} 元`],
    ["计划、单元、关键词", `最多 ${limits.campaigns} 个、${limits.groups} 个、${limits.keywords} 个`],
    ["否定词", `每个计划最多 ${limits.negatives} 个`],
    ["出价上限", `${limits.bid} 元`],
    ["创意", `每单元最多 ${limits.creatives} 条；标题 ${limits.title.join("～")} 字，描述 ${limits.desc.join("～")} 字`],
    ["卖点库", content.selling_points.join("、")],
    ["号召用语", content.calls.join("、")],
  ];
  return [
    h("h3", {}, "任务书"),
    content.scenario.map((text) => h("p", {}, text)),
    h("ol", { class: "sem-tasks" }, content.tasks.map((text) => h("li", {}, text))),
    h("h3", {}, "资料"),
    material({ title: "平台限额与用语", rows }),
    material({ title: "落地页", rows: content.landings.map((page) => [page.name, page.about]) }),
    content.materials.map(material),
  ];
}

function material({ title, rows, lines }) {
  return h(
    "details",
    { class: "sem-material", open: true },
    h("summary", {}, title),
    rows && h("table", {}, h("tbody", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))))),
    lines && h("ul", {}, lines.map((line) => h("li", {}, line))),
  );
}
