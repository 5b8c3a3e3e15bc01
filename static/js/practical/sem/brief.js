/** The material every search advertising task has: limits, landing pages and the words that may be used. */

export function limitsAsMaterial(content) {
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
    { title: "平台限额与用语", rows },
    { title: "落地页", rows: content.landings.map((page) => [page.name, page.about]) },
  ];
}
