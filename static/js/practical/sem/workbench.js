/**
 * SEM workbench: a search advertising account in the browser.
 *
 * mount(root, {content, response, onChange, readOnly}) -> {destroy(), setResponse(json)}
 *
 * `content` is the task's public part, `response` what the server holds (or null). `onChange(submission)` gets a copy
 * of the whole submission after every change; when to send it is the player's business. Nothing here knows the key or
 * the world, so no simulated result can be shown while the account is built.
 */

import { renderBrief } from "../shared/brief.js";
import { button, h, uid } from "../shared/dom.js";
import { createFrame } from "../shared/frame.js";
import { createStore } from "../shared/store.js";
import { limitsAsMaterial } from "./brief.js";
import { planAt, planName, prune, unitAt, unitName } from "./model.js";
import { renderAccount, renderPlan } from "./pages.js";
import { renderPlanner, renderReport } from "./planner.js";
import { createTree } from "./tree.js";
import { renderUnit } from "./unit.js";

const RENDER = { account: renderAccount, plan: renderPlan, unit: renderUnit, planner: renderPlanner, report: renderReport };
const HOME = { page: "account" };

export function mount(root, { content, response = null, onChange = () => {}, readOnly = false }) {
  const store = createStore(response, onChange);
  const navId = uid("nav");
  const navButton = button("账户结构", { class: "sem-nav-button", "aria-expanded": "false", "aria-controls": navId, on: { click: () => toggleNav() } });
  const nav = h("nav", { class: "sem-nav", id: navId, "aria-label": "账户结构" });
  const frame = createFrame({
    name: "sem",
    content,
    store,
    readOnly,
    tools: [navButton],
    sheet: renderBrief(content, limitsAsMaterial(content)),
    arrange: ({ brief, main }) => [nav, brief, main],
    onTravel: (entry) => {
      place = entry.screen;
      draw();
      tree.update();
    },
    title: () => main.querySelector("h3"),
  });
  const { main, shell, announce, later, focusable } = frame;
  const ctx = {
    store,
    content,
    readOnly,
    ui: { match: "phrase", negativeMatch: "phrase", target: "" }, // what is remembered between pages, never handed in
    volumes: new Map(content.planner.map((row) => [row.text, row])),
    change,
    go,
    refresh,
    redraw,
    announce,
    later,
  };
  let place = HOME;
  const tree = createTree(nav, ctx, () => place);

  const stop = store.subscribe(() => {
    tree.update();
    const title = main.querySelector("h3");
    if (title && existing(place) === place) title.textContent = titleOf(place);
  });
  tree.update();
  draw();
  root.replaceChildren(frame.box);

  /** Change the document and keep it tidy. `place` is where undo will lead back to. */
  function change({ label, place: at, merge = null }, mutate) {
    store.change({ label, screen: at, merge }, (doc) => {
      mutate(doc);
      prune(doc);
    });
  }

  /** Open a page and put the focus on its heading, or on `focus`. */
  function go(to, focus) {
    place = to;
    draw();
    tree.update();
    announce("");
    toggleNav(false);
    const target = focusable(focus) || main.querySelector("h3");
    target.focus({ preventScroll: true });
    if (target.getBoundingClientRect().top < 0 || target.getBoundingClientRect().bottom > innerHeight) target.scrollIntoView();
  }

  function draw() {
    place = existing(place);
    main.replaceChildren(...path(), h("h3", { class: "pc-title", tabindex: "-1" }, titleOf(place)), h("div", { class: "sem-page" }, RENDER[place.page](place, ctx)));
  }

  /** A place that undo or another machine took away leads to the nearest one that is left. */
  function existing(at) {
    if (at.page === "unit" && !unitAt(store.doc, at)) return existing({ page: "plan", c: at.c });
    if (at.page === "plan" && !planAt(store.doc, at)) return HOME;
    return at;
  }

  function titleOf(at) {
    const { doc } = store;
    if (at.page === "unit") return `单元：${unitName(unitAt(doc, at), at.g)}`;
    if (at.page === "plan") return `计划：${planName(planAt(doc, at), at.c)}`;
    return { account: "账户概览", planner: "关键词规划师", report: content.report?.title }[at.page];
  }

  /** From a unit a way up to its plan. */
  function path() {
    if (place.page !== "unit") return [];
    const { c } = place;
    return [h("p", { class: "sem-path" }, "计划 ", h("button", { type: "button", class: "sem-link", on: { click: () => go({ page: "plan", c }) } }, planName(planAt(store.doc, place), c)))];
  }

  /** Draw the page again after a change of structure and put the focus where the work goes on. */
  function refresh(focus) {
    const tall = main.querySelector(".sem-scroll-tall")?.scrollTop;
    draw();
    if (tall) main.querySelector(".sem-scroll-tall").scrollTop = tall;
    (focusable(focus) || main.querySelector("h3")).focus();
  }

  /** Draw the page again and leave the focus where it is: the person has gone on already. */
  function redraw() {
    const active = document.activeElement;
    const name = (node) => node.dataset.focus || node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent;
    const inside = main.contains(active) && name(active);
    draw();
    if (inside) [...main.querySelectorAll("button, input, select, textarea, [tabindex]")].find((node) => name(node) === inside)?.focus();
  }

  /** On a narrow page the tree is folded away; on a wide one it is always there. */
  function toggleNav(open = navButton.getAttribute("aria-expanded") !== "true") {
    navButton.setAttribute("aria-expanded", String(open));
    shell.classList.toggle("is-nav-open", open);
  }

  return {
    destroy() {
      frame.destroy();
      stop();
    },
    setResponse(json) {
      if (!store.replace(json)) return;
      draw();
      tree.update();
      announce("");
    },
  };
}
