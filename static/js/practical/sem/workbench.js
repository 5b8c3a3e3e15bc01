/**
 * SEM workbench: a search advertising account in the browser.
 *
 * mount(root, {content, response, onChange, readOnly}) -> {destroy(), setResponse(json)}
 *
 * `content` is the task's public part, `response` what the server holds (or null). `onChange(submission)` gets a copy
 * of the whole submission after every change; when to send it is the player's business. Nothing here knows the key or
 * the world, so no simulated result can be shown while the account is built.
 */

import { h, uid } from "../console/dom.js";
import { createStore } from "../console/store.js";
import { renderBrief } from "./brief.js";
import { button } from "./fields.js";
import { planAt, planName, prune, unitAt, unitName } from "./model.js";
import { renderAccount, renderPlan } from "./pages.js";
import { renderPlanner, renderReport } from "./planner.js";
import { createTree } from "./tree.js";
import { renderUnit } from "./unit.js";

const RENDER = { account: renderAccount, plan: renderPlan, unit: renderUnit, planner: renderPlanner, report: renderReport };
const HOME = { page: "account" };

export function mount(root, { content, response = null, onChange = () => {}, readOnly = false }) {
  const store = createStore(response, onChange);
  const waiting = new Map(); // timers of small delayed actions; run at once when the workbench closes
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
  const ids = { brief: uid("brief"), nav: uid("nav") };
  let place = HOME;
  let pressed = false; // a pointer is down: nothing may move under it before its click has landed

  const status = h("p", { class: "sem-status", role: "status" });
  const undo = button("撤销", { on: { click: () => travel("undo") } });
  const redo = button("恢复", { on: { click: () => travel("redo") } });
  const briefButton = button("任务书与资料", { "aria-expanded": "true", "aria-controls": ids.brief, on: { click: toggleBrief } });
  const navButton = button("账户结构", { class: "sem-nav-button", "aria-expanded": "false", "aria-controls": ids.nav, on: { click: () => toggleNav() } });
  const nav = h("nav", { class: "sem-nav", id: ids.nav, "aria-label": "账户结构" });
  const main = h("div", { class: "sem-main" });
  const brief = h("aside", { class: "sem-brief", id: ids.brief, "aria-label": "任务书与资料", tabindex: "0" }, renderBrief(content));
  const tree = createTree(nav, ctx, () => place);
  const shell = h("div", { class: "sem-shell" }, nav, brief, main);
  const box = h(
    "div",
    { class: "sem", on: { keydown: onKey } },
    h(
      "div",
      { class: "sem-inner" },
      h(
        "header",
        { class: "sem-top" },
        h("div", { class: "sem-brand" }, h("strong", {}, content.account), h("span", {}, content.platform), h("span", { class: "sem-tag" }, "模拟")),
        h("div", { class: "sem-row" }, navButton, briefButton, !readOnly && undo, !readOnly && redo),
      ),
      status,
      shell,
    ),
  );

  // Before any button acts, what was waiting is finished: words typed but not yet added belong to their unit.
  box.addEventListener("click", flush, true);
  const stop = store.subscribe(() => {
    tree.update();
    drawHistory();
    const title = main.querySelector("h3");
    if (title && existing(place) === place) title.textContent = titleOf(place);
  });
  const press = () => (pressed = true);
  const release = () => (pressed = false);
  box.addEventListener("pointerdown", press, true);
  addEventListener("pointerup", release, true);
  addEventListener("pointercancel", release, true);
  tree.update();
  drawHistory();
  draw();
  root.replaceChildren(box);

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
    main.replaceChildren(...path(), h("h3", { class: "sem-title", tabindex: "-1" }, titleOf(place)), h("div", { class: "sem-page" }, RENDER[place.page](place, ctx)));
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

  function focusable(focus) {
    return [...main.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focus && !node.disabled);
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

  function drawHistory() {
    for (const [node, word, label] of [
      [undo, "撤销", store.undoLabel],
      [redo, "恢复", store.redoLabel],
    ]) {
      node.disabled = !label;
      node.title = label ? `${word}：${label}` : "";
      node.setAttribute("aria-label", label ? `${word}：${label}` : word);
    }
  }

  function travel(way) {
    flush();
    const entry = store[way]();
    if (!entry) return;
    place = entry.screen;
    draw();
    tree.update();
    const pressed = way === "undo" ? undo : redo;
    (pressed.disabled ? main.querySelector("h3") : pressed).focus();
    announce(`${way === "undo" ? "已撤销" : "已恢复"}：${entry.label}`);
  }

  function onKey(event) {
    if (readOnly || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const way = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
    if (!way || isWriting(event.target)) return;
    event.preventDefault();
    travel(way);
  }

  /** Inside a text box with text Ctrl+Z belongs to the browser and takes back typing. */
  function isWriting(node) {
    return node instanceof Element && node.matches("textarea, input[type=text]") && node.value !== "";
  }

  function toggleBrief() {
    brief.hidden = !brief.hidden;
    shell.classList.toggle("is-brief-closed", brief.hidden);
    briefButton.setAttribute("aria-expanded", String(!brief.hidden));
  }

  /** On a narrow page the tree is folded away; on a wide one it is always there. */
  function toggleNav(open = navButton.getAttribute("aria-expanded") !== "true") {
    navButton.setAttribute("aria-expanded", String(open));
    shell.classList.toggle("is-nav-open", open);
  }

  function announce(text) {
    status.textContent = text;
  }

  function later(delay, action) {
    const run = () => {
      waiting.delete(timer);
      if (pressed) later(delay, action);
      else action();
    };
    const timer = setTimeout(run, delay);
    waiting.set(timer, run);
  }

  function flush() {
    pressed = false;
    for (const [timer, run] of [...waiting]) {
      clearTimeout(timer);
      run();
    }
  }

  return {
    destroy() {
      flush();
      stop();
      removeEventListener("pointerup", release, true);
      removeEventListener("pointercancel", release, true);
      root.replaceChildren();
    },
    setResponse(json) {
      if (!store.replace(json)) return;
      draw();
      tree.update();
      announce("");
    },
  };
}
