/** Keyword planner and search term report: a table to sort, filter and pick words from. */

import { button, h } from "../shared/dom.js";
import { fold } from "../shared/text.js";
import { selectField } from "./fields.js";
import { allUnits, holds, left, MATCH, NEGATIVE_MATCH, negativesIn, planName, plansOf, unitAt, unitName } from "./model.js";
import { added } from "./words.js";

const LEVELS = { 低: 1, 中: 2, 高: 3 };
const money = (value) => value.toFixed(2);
const count = (value) => value.toLocaleString("zh-CN");

const PLANNER = [
  { id: "volume", label: "日搜索量", of: (row) => row.volume, show: count },
  { id: "price", label: "市场均价（元）", of: (row) => row.price, show: money },
  { id: "competition", label: "竞争度", of: (row) => LEVELS[row.competition], show: (value, row) => row.competition },
];

const report = (unit) => [
  { id: "impressions", label: "展现", of: (row) => row.impressions, show: count },
  { id: "clicks", label: "点击", of: (row) => row.clicks, show: count },
  { id: "cost", label: "消费（元）", of: (row) => row.cost, show: money },
  { id: "conversions", label: unit, of: (row) => row.conversions, show: count },
  { id: "cpc", label: "平均点击价格（元）", of: (row) => (row.clicks ? row.cost / row.clicks : 0), show: money },
];

export function renderPlanner(place, ctx) {
  return renderTable(place, ctx, { rows: ctx.content.planner, columns: PLANNER, first: "volume", total: (rows) => `日搜索量合计 ${count(sum(rows, "volume"))}` });
}

export function renderReport(place, ctx) {
  const { rows } = ctx.content.report;
  const unit = ctx.content.conversion;
  return renderTable(place, ctx, {
    rows,
    columns: report(unit),
    first: "cost",
    total: (shown) => `消费合计 ${money(sum(shown, "cost"))} 元，${unit} ${count(sum(shown, "conversions"))} 个`,
  });
}

const sum = (rows, name) => rows.reduce((all, row) => all + row[name], 0);

function renderTable(place, ctx, { rows, columns, first, total }) {
  const ui = (ctx.ui[place.page] = ctx.ui[place.page] || { sort: first, down: true, has: "", without: "", chosen: new Set() });
  const body = h("tbody");
  const heads = [{ id: "text", label: "搜索词" }, ...columns];
  const head = h("thead");
  const summary = h("p", { class: "pc-hint", role: "status" });
  const all = h("input", { type: "checkbox", "aria-label": "选中列出的全部搜索词", on: { change: () => pickAll(all.checked) } });
  const bar = h("div", { class: "sem-pick" });
  let listed = [];

  function draw() {
    const has = words(ui.has);
    const without = words(ui.without);
    const column = heads.find((one) => one.id === ui.sort);
    const of = column.of || ((row) => row.text);
    listed = rows
      .filter((row) => has.every((word) => fold(row.text).includes(word)) && !without.some((word) => fold(row.text).includes(word)))
      .sort((a, b) => compare(of(a), of(b)) * (ui.down ? -1 : 1) || compare(a.text, b.text));
    head.replaceChildren(
      h(
        "tr",
        {},
        !ctx.readOnly && h("th", { scope: "col", class: "sem-tick" }, h("label", {}, all)),
        heads.map((one) =>
          h(
            "th",
            { scope: "col", "aria-sort": ui.sort === one.id ? (ui.down ? "descending" : "ascending") : null, class: one.of ? "sem-number" : null },
            h("button", { type: "button", "data-sort": one.id, on: { click: () => sortBy(one) } }, one.label, h("span", { "aria-hidden": "true" }, ui.sort === one.id ? (ui.down ? " ↓" : " ↑") : "")),
          ),
        ),
        h("th", { scope: "col" }, "已添加到"),
      ),
    );
    const where = used(ctx);
    body.replaceChildren(...listed.map((row) => tableRow(row, where.get(fold(row.text)))));
    tell();
  }

  function tableRow(row, where) {
    return h(
      "tr",
      {},
      !ctx.readOnly &&
        h(
          "td",
          { class: "sem-tick" },
          h(
            "label",
            {},
            h("input", {
              type: "checkbox",
              checked: ui.chosen.has(row.text),
              "aria-label": `选中“${row.text}”`,
              on: {
                change: (event) => {
                  if (event.target.checked) ui.chosen.add(row.text);
                  else ui.chosen.delete(row.text);
                  tell();
                },
              },
            }),
          ),
        ),
      h("th", { scope: "row" }, row.text),
      columns.map((column) => h("td", { class: "sem-number" }, column.show(column.of(row), row))),
      h("td", { class: "sem-where" }, where ? where.join("；") : ""),
    );
  }

  function sortBy(column) {
    // A second press turns the order round; numbers start with the largest, words with the first.
    ui.down = ui.sort === column.id ? !ui.down : Boolean(column.of);
    ui.sort = column.id;
    draw();
    head.querySelector(`[data-sort="${column.id}"]`).focus();
  }

  function pickAll(on) {
    for (const row of listed) {
      if (on) ui.chosen.add(row.text);
      else ui.chosen.delete(row.text);
    }
    for (const box of body.querySelectorAll("input")) box.checked = on;
    tell();
  }

  function tell() {
    const chosen = rows.filter((row) => ui.chosen.has(row.text));
    summary.textContent = `列出 ${listed.length} 个，${total(listed)}；已选 ${chosen.length} 个${chosen.length ? `，${total(chosen)}` : ""}。`;
    all.checked = listed.length > 0 && listed.every((row) => ui.chosen.has(row.text));
    all.indeterminate = !all.checked && listed.some((row) => ui.chosen.has(row.text));
    if (!ctx.readOnly) bar.replaceChildren(...picker(place, ctx, ui, chosen, () => ctx.refresh("pick:target")));
  }

  const filter = (name, label) =>
    h(
      "label",
      { class: "sem-filter" },
      h("span", { class: "pc-label" }, label),
      h("input", {
        class: "pc-input",
        type: "text",
        maxlength: 40,
        autocomplete: "off",
        value: ui[name],
        on: {
          input: (event) => {
            ui[name] = event.target.value;
            draw();
          },
        },
      }),
    );
  draw();
  return [
    h("div", { class: "sem-filters" }, filter("has", "包含"), filter("without", "不包含")),
    summary,
    h("div", { class: "sem-scroll sem-scroll-tall", tabindex: "0", role: "region", "aria-label": "搜索词列表" }, h("table", { class: "sem-table sem-data" }, head, body)),
    bar,
  ];
}

/** Filter words, separated by blanks. */
const words = (text) => text.split(/\s+/).map(fold).filter(Boolean);

const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "zh-CN"));

/** Where each word is in the account already. */
function used(ctx) {
  const found = new Map();
  const note = (text, where) => found.set(fold(text), [...(found.get(fold(text)) || []), where]);
  plansOf(ctx.store.doc).forEach((plan, c) => {
    for (const word of plan.negatives || []) note(word.text, `${planName(plan, c)}（否定）`);
  });
  for (const { unit, g } of allUnits(ctx.store.doc)) {
    for (const word of unit.keywords || []) note(word.text, unitName(unit, g));
    for (const word of unit.negatives || []) note(word.text, `${unitName(unit, g)}（否定）`);
  }
  return found;
}

/** Where the chosen words go and how they match. */
function picker(place, ctx, ui, chosen, done) {
  const { doc } = ctx.store;
  const units = allUnits(doc).map(({ plan, unit, c, g }) => [`k:${c}:${g}`, `${planName(plan, c)} / ${unitName(unit, g)}`]);
  const plans = plansOf(doc).map((plan, c) => [`n:${c}`, planName(plan, c)]);
  if (!plans.length) return [h("p", { class: "pc-hint" }, "先新建计划和单元，再把选中的词加进去。")];
  const values = [...units, ...plans].map(([value]) => value);
  if (!values.includes(ctx.ui.target)) ctx.ui.target = values[0];
  const negative = ctx.ui.target.startsWith("n:");
  const matches = negative ? NEGATIVE_MATCH : MATCH;
  const now = negative ? "negativeMatch" : "match";
  return [
    selectField({
      label: "加到",
      value: ctx.ui.target,
      focus: "pick:target",
      options: [units.length && { group: "单元（作为关键词）", options: units }, { group: "计划（作为否定词）", options: plans }].filter(Boolean),
      onPick: (value) => {
        ctx.ui.target = value;
        ctx.refresh("pick:target");
      },
    }),
    selectField({ label: "匹配方式", value: ctx.ui[now], options: Object.entries(matches), onPick: (value) => (ctx.ui[now] = value) }),
    button(`添加所选（${chosen.length}）`, {
      class: "pc-btn-main",
      disabled: !chosen.length,
      "data-focus": "pick:add",
      on: {
        click: () => {
          const message = negative ? addNegatives(place, ctx, chosen, ctx.ui[now]) : addKeywords(place, ctx, chosen, ctx.ui[now]);
          ui.chosen.clear();
          done();
          ctx.announce(message);
        },
      },
    }),
  ];
}

function addKeywords(place, ctx, chosen, match) {
  const [, c, g] = ctx.ui.target.split(":").map(Number);
  const own = unitAt(ctx.store.doc, { c, g }).keywords;
  const room = left(ctx.store.doc, ctx.content.limits, "关键词");
  const add = (doc, kept) => {
    const unit = unitAt(doc, { c, g });
    unit.keywords = [...(unit.keywords || []), ...kept];
  };
  return addWords(place, ctx, { chosen, match, own, room, what: "关键词", add });
}

function addNegatives(place, ctx, chosen, match) {
  const c = Number(ctx.ui.target.split(":")[1]);
  const plan = plansOf(ctx.store.doc)[c];
  const room = ctx.content.limits.negatives - negativesIn(plan);
  const add = (doc, kept) => (doc.campaigns[c].negatives = [...(doc.campaigns[c].negatives || []), ...kept]);
  return addWords(place, ctx, { chosen, match, own: plan.negatives, room, what: "否定词", add });
}

function addWords(place, ctx, { chosen, match, own, room, what, add }) {
  const fresh = chosen.filter((row) => !holds(own, row.text, match)).map((row) => ({ text: row.text, match }));
  const kept = fresh.slice(0, Math.max(0, room));
  if (kept.length) ctx.change({ label: `添加 ${kept.length} 个${what}`, place }, (doc) => add(doc, kept));
  return added(kept.length, chosen.length - fresh.length, fresh.length - kept.length, what);
}
