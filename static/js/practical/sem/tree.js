/** The left column: pages, what is used of the limits, and the account as a tree of plans and units. */

import { h } from "../shared/dom.js";
import { planAt, planName, plansOf, unitAt, unitName, unitsOf, usage } from "./model.js";
import { addPlanButton, addUnitButton } from "./pages.js";

/**
 * @param ctx the workbench; `where()` tells the open place
 * @returns {{update: Function}} The tree is built anew only when plans or units come and go, so that a click on it
 *   never misses a node that was replaced under the pointer.
 */
export function createTree(nav, ctx, where) {
  let shape = null;
  let tellers = [];

  function update() {
    const now = JSON.stringify(plansOf(ctx.store.doc).map((plan) => unitsOf(plan).length));
    if (now !== shape) {
      shape = now;
      tellers = [];
      build();
    }
    for (const tell of tellers) tell();
  }

  function node({ name, count, here, to }) {
    const label = h("span", { class: "sem-node-name" });
    const number = h("span", { class: "sem-node-count" });
    const press = h("button", { type: "button", class: "sem-node", on: { click: () => ctx.go(to()) } }, label, number);
    tellers.push(() => {
      label.textContent = name();
      number.textContent = count ? count() : "";
      if (here(where())) press.setAttribute("aria-current", "page");
      else press.removeAttribute("aria-current");
    });
    return press;
  }

  function page(id, title) {
    return h("li", {}, node({ name: () => title, here: (place) => place.page === id, to: () => ({ page: id }) }));
  }

  /** A button whose state follows the limits of the account. */
  function adder(make) {
    const holder = h("li");
    tellers.push(() => {
      const next = make();
      const old = holder.firstChild;
      if (!old || old.disabled !== next.disabled || old.getAttribute("aria-label") !== next.getAttribute("aria-label")) holder.replaceChildren(next);
    });
    return holder;
  }

  function unit(c, g) {
    const at = { c, g };
    const facts = () => unitAt(ctx.store.doc, at) || {};
    return h(
      "li",
      {},
      node({
        name: () => unitName(facts(), g),
        count: () => `${(facts().keywords || []).length} 词`,
        here: (place) => place.page === "unit" && place.c === c && place.g === g,
        to: () => ({ page: "unit", c, g, tab: where().tab || "keywords" }),
      }),
    );
  }

  function plan(c) {
    const facts = () => planAt(ctx.store.doc, { c }) || {};
    return h(
      "li",
      {},
      node({
        name: () => planName(facts(), c),
        count: () => `${unitsOf(facts()).length} 单元`,
        here: (place) => place.page === "plan" && place.c === c,
        to: () => ({ page: "plan", c }),
      }),
      h("ul", { class: "sem-units" }, unitsOf(facts()).map((_, g) => unit(c, g)), !ctx.readOnly && adder(() => addUnitButton(ctx, c, { named: true }))),
    );
  }

  function build() {
    const used = h("ul", { class: "sem-usage", "aria-label": "已用限额" });
    tellers.push(() =>
      used.replaceChildren(...usage(ctx.store.doc, ctx.content.limits).map((row) => h("li", { class: row.left ? null : "is-full" }, row.name, h("strong", {}, ` ${row.used}/${row.limit}`)))),
    );
    nav.replaceChildren(
      h("ul", {}, page("account", "账户概览"), page("planner", "关键词规划师"), ctx.content.report && page("report", "搜索词报告")),
      used,
      h("ul", { class: "sem-plans", "aria-label": "计划与单元" }, plansOf(ctx.store.doc).map((_, c) => plan(c)), !ctx.readOnly && adder(() => addPlanButton(ctx))),
    );
  }

  return { update };
}
