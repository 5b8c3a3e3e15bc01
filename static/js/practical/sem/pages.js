/** Pages of the account and of one plan. */

import { button, h } from "../shared/dom.js";
import { moneyField, textField } from "./fields.js";
import { allUnits, left, negativesIn, planAt, planName, plansOf, unitName, unitsOf } from "./model.js";
import { negativesEditor } from "./words.js";

export function renderAccount(place, ctx) {
  const { doc } = ctx.store;
  const plans = plansOf(doc);
  return [
    h(
      "section",
      { class: "sem-card" },
      moneyField({
        label: "账户日预算",
        value: doc.daily_budget,
        hint: "所有计划合计不会超过它",
        focus: "account:budget",
        readOnly: ctx.readOnly,
        onValue: (value) => ctx.change({ label: "修改账户日预算", place, merge: "account:budget" }, (d) => (d.daily_budget = value)),
      }),
    ),
    h("h4", { class: "sem-sub-title" }, "推广计划"),
    plans.length
      ? h(
          "div",
          { class: "sem-scroll", tabindex: "0", role: "region", "aria-label": "推广计划列表" },
          h(
            "table",
            { class: "sem-table" },
            h("thead", {}, h("tr", {}, ["计划", "日预算", "单元", "关键词", "否定词"].map((name) => h("th", { scope: "col" }, name)))),
            h("tbody", {}, plans.map((plan, c) => planRow(plan, c, ctx))),
            h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "合计"), h("td", {}, `${total(plans)} 元`), h("td", {}, String(allUnits(doc).length)), h("td", {}, String(keywordsIn(allUnits(doc)))), h("td", {}, String(plans.reduce((sum, plan) => sum + negativesIn(plan), 0))))),
          ),
        )
      : h("p", { class: "sem-empty" }, "还没有计划。点“新建计划”开始搭建账户。"),
    addPlanButton(ctx, "account:add"),
  ];
}

function planRow(plan, c, ctx) {
  const units = unitsOf(plan).map((unit) => ({ unit }));
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("button", { type: "button", class: "sem-link", on: { click: () => ctx.go({ page: "plan", c }) } }, planName(plan, c))),
    h("td", {}, plan.daily_budget === undefined ? "未填写" : `${plan.daily_budget} 元`),
    h("td", {}, String(units.length)),
    h("td", {}, String(keywordsIn(units))),
    h("td", {}, String(negativesIn(plan))),
  );
}

const keywordsIn = (units) => units.reduce((sum, { unit }) => sum + (unit.keywords || []).length, 0);
const total = (plans) => Math.round(plans.reduce((sum, plan) => sum + (plan.daily_budget || 0), 0) * 100) / 100;

/** Opens a new plan with the focus in its name. */
export function addPlanButton(ctx, focus) {
  if (ctx.readOnly) return null;
  const full = !left(ctx.store.doc, ctx.content.limits, "计划");
  return button("＋ 新建计划", {
    class: "pc-btn-wide",
    disabled: full,
    title: full ? `最多 ${ctx.content.limits.campaigns} 个计划` : null,
    "data-focus": focus,
    on: {
      click: () => {
        const c = plansOf(ctx.store.doc).length;
        ctx.change({ label: "新建计划", place: { page: "account" } }, (doc) => (doc.campaigns = [...plansOf(doc), {}]));
        ctx.go({ page: "plan", c }, `plan:${c}:name`);
      },
    },
  });
}

/** Opens a new unit of a plan with the focus in its name. In the tree there is one for each plan, so it names its own. */
export function addUnitButton(ctx, c, { focus, named = false }) {
  if (ctx.readOnly) return null;
  const { doc } = ctx.store;
  const full = !left(doc, ctx.content.limits, "单元");
  return button("＋ 新建单元", {
    class: "pc-btn-wide",
    disabled: full,
    title: full ? `最多 ${ctx.content.limits.groups} 个单元` : null,
    "aria-label": named ? `＋ 新建单元：${planName(plansOf(doc)[c], c)}` : null,
    "data-focus": focus,
    on: {
      click: () => {
        const g = unitsOf(plansOf(ctx.store.doc)[c]).length;
        ctx.change({ label: "新建单元", place: { page: "plan", c } }, (d) => (d.campaigns[c].groups = [...unitsOf(d.campaigns[c]), {}]));
        ctx.go({ page: "unit", c, g, tab: "settings" }, `unit:${c}:${g}:name`);
      },
    },
  });
}

export function renderPlan(place, ctx) {
  const { c } = place;
  const { doc } = ctx.store;
  const plan = planAt(doc, place);
  return [
    h(
      "section",
      { class: "sem-card sem-pair" },
      textField({
        label: "计划名称",
        value: plan.name,
        focus: `plan:${c}:name`,
        readOnly: ctx.readOnly,
        onInput: (value) => ctx.change({ label: "修改计划名称", place, merge: `plan:${c}:name` }, (d) => (d.campaigns[c].name = value)),
      }),
      moneyField({
        label: "计划日预算",
        value: plan.daily_budget,
        focus: `plan:${c}:budget`,
        readOnly: ctx.readOnly,
        onValue: (value) => ctx.change({ label: "修改计划日预算", place, merge: `plan:${c}:budget` }, (d) => (d.campaigns[c].daily_budget = value)),
      }),
    ),
    h("h4", { class: "sem-sub-title" }, "推广单元"),
    unitsOf(plan).length
      ? h(
          "ul",
          { class: "sem-list" },
          unitsOf(plan).map((unit, g) =>
            h(
              "li",
              {},
              h("button", { type: "button", class: "sem-link", on: { click: () => ctx.go({ page: "unit", c, g, tab: "keywords" }) } }, unitName(unit, g)),
              h("span", { class: "pc-hint" }, `出价 ${unit.bid === undefined ? "未填写" : `${unit.bid} 元`} · 关键词 ${(unit.keywords || []).length} · 创意 ${(unit.creatives || []).length}`),
            ),
          ),
        )
      : h("p", { class: "sem-empty" }, "这个计划还没有单元。"),
    addUnitButton(ctx, c, { focus: `plan:${c}:add` }),
    h("h4", { class: "sem-sub-title" }, "计划否定词", h("span", { class: "pc-hint" }, `对计划内所有单元有效；已用 ${negativesIn(plan)} / ${ctx.content.limits.negatives}`)),
    h(
      "section",
      { class: "sem-card" },
      negativesEditor({ ctx, place, find: (d) => d.campaigns[c], owner: "计划", room: ctx.content.limits.negatives - negativesIn(plan), key: `plan:${c}:neg` }),
      !ctx.readOnly && copyNegatives(ctx, place),
    ),
    !ctx.readOnly &&
      button("删除这个计划", {
        class: "pc-btn-danger",
        on: {
          click: () => {
            const name = planName(planAt(ctx.store.doc, place), c);
            ctx.change({ label: `删除计划“${name}”`, place }, (d) => d.campaigns.splice(c, 1));
            ctx.go({ page: "account" });
            ctx.announce(`已删除计划“${name}”，可以点“撤销”恢复。`);
          },
        },
      }),
  ];
}

/** The usual set of negatives serves several plans; typing it once is enough. */
function copyNegatives(ctx, place) {
  const { doc } = ctx.store;
  const words = planAt(doc, place).negatives || [];
  if (!words.length || plansOf(doc).length < 2) return null;
  return button("复制到其他计划", {
    "data-focus": "plan:copy",
    on: {
      click: () => {
        let copied = 0;
        ctx.change({ label: "复制否定词到其他计划", place }, (d) => {
          for (const plan of plansOf(d).filter((_, c) => c !== place.c)) {
            for (const word of words) {
              const has = (plan.negatives || []).some((own) => own.text === word.text && own.match === word.match);
              if (has || negativesIn(plan) >= ctx.content.limits.negatives) continue;
              plan.negatives = [...(plan.negatives || []), { ...word }];
              copied += 1;
            }
          }
        });
        ctx.refresh("plan:copy");
        ctx.announce(copied ? `已向其他计划添加 ${copied} 个否定词。` : "其他计划已经有这些否定词，或限额已满。");
      },
    },
  });
}
