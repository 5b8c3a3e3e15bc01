/** Page of one unit: settings, keywords, creatives and negatives, one under each tab. */

import { button, h, uid } from "../shared/dom.js";
import { moneyField, selectField, textField } from "./fields.js";
import { renderCreatives } from "./creatives.js";
import { holds, left, MATCH, negativesIn, planAt, unitAt, unitName } from "./model.js";
import { added, negativesEditor, wordAdder } from "./words.js";

const TABS = { settings: "单元设置", keywords: "关键词", creatives: "创意", negatives: "否定词" };
const RENDER = { settings, keywords, creatives: renderCreatives, negatives };

export function renderUnit(place, ctx) {
  const unit = unitAt(ctx.store.doc, place);
  const count = (tab) => (tab === "settings" ? "" : ` ${(unit[tab] || []).length}`);
  return [
    h(
      "div",
      { class: "sem-tabs", role: "group", "aria-label": "单元的内容" },
      Object.entries(TABS).map(([tab, label]) =>
        h(
          "button",
          { type: "button", "aria-pressed": String(place.tab === tab), "data-focus": `tab:${tab}`, on: { click: () => ctx.go({ ...place, tab }, `tab:${tab}`) } },
          label,
          h("span", { class: "sem-tab-count" }, count(tab)),
        ),
      ),
    ),
    RENDER[place.tab](place, ctx, unit),
  ];
}

function settings(place, ctx, unit) {
  const { c, g } = place;
  const key = `unit:${c}:${g}`;
  const set = (label, field, merge = null) => (value) => ctx.change({ label, place, merge: merge && `${key}:${field}` }, (doc) => (unitAt(doc, place)[field] = value));
  const name = uid("landing");
  return [
    h(
      "section",
      { class: "sem-card sem-pair" },
      textField({ label: "单元名称", value: unit.name, focus: `${key}:name`, readOnly: ctx.readOnly, onInput: set("修改单元名称", "name", true) }),
      moneyField({ label: "单元出价", value: unit.bid, most: ctx.content.limits.bid, hint: `上限 ${ctx.content.limits.bid} 元`, focus: `${key}:bid`, readOnly: ctx.readOnly, onValue: set("修改单元出价", "bid", true) }),
    ),
    h(
      "fieldset",
      { class: "sem-card sem-group" },
      h("legend", { class: "pc-label" }, "落地页"),
      ctx.content.landings.map((page) =>
        h(
          "label",
          { class: "pc-choice" },
          h("input", { type: "radio", name, value: page.id, checked: unit.landing === page.id, disabled: ctx.readOnly, on: { change: () => set("选择落地页", "landing")(page.id) } }),
          h("span", {}, h("strong", {}, page.name), h("span", { class: "pc-hint" }, page.about)),
        ),
      ),
    ),
    !ctx.readOnly &&
      button("删除这个单元", {
        class: "pc-btn-danger",
        on: {
          click: () => {
            const title = unitName(unitAt(ctx.store.doc, place), g);
            ctx.change({ label: `删除单元“${title}”`, place }, (doc) => planAt(doc, place).groups.splice(g, 1));
            ctx.go({ page: "plan", c });
            ctx.announce(`已删除单元“${title}”，可以点“撤销”恢复。`);
          },
        },
      }),
  ];
}

function keywords(place, ctx, unit) {
  const words = unit.keywords || [];
  const room = left(ctx.store.doc, ctx.content.limits, "关键词");
  const key = `unit:${place.c}:${place.g}:kw`;

  function add(found, leaving) {
    const fresh = [];
    for (const word of found) if (!holds([...words, ...fresh], word.text, word.match)) fresh.push(word);
    const kept = fresh.slice(0, room);
    if (kept.length) {
      ctx.change({ label: `添加 ${kept.length} 个关键词`, place }, (doc) => {
        unitAt(doc, place).keywords = [...words, ...kept];
      });
    }
    if (leaving) ctx.redraw();
    else ctx.refresh(`${key}:add`);
    ctx.announce(added(kept.length, found.length - fresh.length, fresh.length - kept.length, "关键词"));
  }

  return [
    words.length
      ? h(
          "table",
          { class: "sem-table sem-keywords" },
          h("thead", {}, h("tr", {}, ["关键词", "匹配方式", "出价", "操作"].map((name) => h("th", { scope: "col" }, name)))),
          h("tbody", {}, words.map((word, at) => keywordRow(word, at, { place, ctx, unit, key, count: words.length }))),
        )
      : h("p", { class: "sem-empty" }, "还没有关键词。可以在下面输入，也可以去关键词规划师选词。"),
    !ctx.readOnly &&
      h(
        "section",
        { class: "sem-card" },
        h("div", { class: "pc-field-head" }, h("h4", {}, "添加关键词"), h("span", { class: "pc-hint" }, `账户还能添加 ${room} 个`)),
        room > 0 &&
          wordAdder({
            label: "关键词",
            matches: MATCH,
            match: ctx.ui.match,
            focus: `${key}:add`,
            ctx,
            limit: ctx.content.limits.keyword,
            onMatch: (value) => (ctx.ui.match = value),
            onAdd: add,
          }),
        button("去关键词规划师选词", {
          on: {
            click: () => {
              ctx.ui.target = `k:${place.c}:${place.g}`;
              ctx.go({ page: "planner" });
            },
          },
        }),
      ),
  ];
}

function keywordRow(word, at, { place, ctx, unit, key, count }) {
  const find = (doc) => unitAt(doc, place).keywords[at];
  const fact = ctx.volumes.get(word.text);
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, word.text, h("span", { class: "pc-hint" }, fact ? `日搜索量 ${fact.volume} · 均价 ${fact.price.toFixed(2)} 元` : "规划师里没有这个词")),
    h(
      "td",
      {},
      selectField({
        label: `“${word.text}”的匹配方式`,
        hideLabel: true,
        value: word.match,
        options: Object.entries(MATCH),
        focus: `${key}:match:${at}`,
        readOnly: ctx.readOnly,
        onPick: (value) => ctx.change({ label: `修改“${word.text}”的匹配方式`, place }, (doc) => (find(doc).match = value)),
      }),
    ),
    h(
      "td",
      {},
      moneyField({
        label: `“${word.text}”的出价`,
        hideLabel: true,
        value: word.bid,
        most: ctx.content.limits.bid,
        placeholder: unit.bid === undefined ? "随单元" : `随单元 ${unit.bid}`,
        readOnly: ctx.readOnly,
        onValue: (value) => ctx.change({ label: `修改“${word.text}”的出价`, place, merge: `${key}:bid:${at}` }, (doc) => (find(doc).bid = value)),
      }),
    ),
    h(
      "td",
      {},
      !ctx.readOnly &&
        button("删除", {
          class: "pc-btn-danger",
          "aria-label": `删除关键词“${word.text}”`,
          "data-focus": `${key}:x:${at}`,
          on: {
            click: () => {
              ctx.change({ label: `删除关键词“${word.text}”`, place }, (doc) => unitAt(doc, place).keywords.splice(at, 1));
              ctx.refresh(count > 1 ? `${key}:x:${Math.min(at, count - 2)}` : `${key}:add`);
            },
          },
        }),
    ),
  );
}

function negatives(place, ctx) {
  const plan = planAt(ctx.store.doc, place);
  return [
    h("p", { class: "pc-lead" }, `只对本单元有效；所在计划（连同单元）已用 ${negativesIn(plan)} / ${ctx.content.limits.negatives}。`),
    h(
      "section",
      { class: "sem-card" },
      negativesEditor({
        ctx,
        place,
        find: (doc) => unitAt(doc, place),
        owner: "单元",
        room: ctx.content.limits.negatives - negativesIn(plan),
        key: `unit:${place.c}:${place.g}:neg`,
      }),
    ),
  ];
}
