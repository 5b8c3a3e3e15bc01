/**
 * PLAN workbench: a plan in typed tables, one section at a time, with totals and pictures that count along.
 *
 * mount(root, {content, response, onChange, readOnly}) -> {destroy(), setResponse(json)}
 *
 * `content` is the task's public part, `response` what the server holds (or null). `onChange(submission)` gets a copy
 * of the whole submission after every change; when to send it is the player's business. Nothing here knows the key.
 */

import { h, uid } from "../shared/dom.js";
import { createFrame } from "../shared/frame.js";
import { createStore } from "../shared/store.js";
import { renderSheet } from "./brief.js";
import { fit } from "./cells.js";
import { rowsOf } from "./rows.js";
import { renderSection } from "./table.js";

export function mount(root, { content, response = null, onChange = () => {}, readOnly = false }) {
  const store = createStore(response, onChange);
  const titleId = uid("section");
  let current = content.sections[0];
  let watching = []; // what the open section redraws by itself on every change

  const ctx = {
    store,
    content,
    readOnly,
    titleId,
    refresh,
    get section() {
      return current;
    },
    announce: (text) => frame.announce(text),
    onChange: (draw) => watching.push(draw),
    focus: (name) => frame.focusable(name)?.focus(),
  };
  const tabs = h("nav", { class: "pl-tabs", "aria-label": "方案栏目" }, content.sections.map(tab));
  const frame = createFrame({
    name: "pl",
    content,
    store,
    readOnly,
    tabs,
    sheet: renderSheet(content),
    arrange: ({ brief, main }) => [brief, main],
    onTravel: (entry) => {
      current = content.sections.find((section) => section.id === entry.screen) || current;
      drawSection();
    },
    title: () => main.querySelector("[data-focus=title]"),
  });
  const { main, announce } = frame;

  const stop = store.subscribe(() => {
    for (const draw of watching) draw();
    drawTabs();
  });
  root.replaceChildren(frame.box);
  drawSection();
  const watch = new ResizeObserver(fitAll);
  watch.observe(main);

  /** Lines break elsewhere when the width changes. */
  function fitAll() {
    for (const box of main.querySelectorAll("textarea")) fit(box);
  }

  function open(section) {
    current = section;
    drawSection();
    announce("");
    focusTitle();
  }

  function focusTitle() {
    const title = main.querySelector("[data-focus=title]");
    title.focus({ preventScroll: true });
    const { top } = title.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight * 0.7) title.scrollIntoView();
  }

  function drawSection() {
    watching = [];
    main.replaceChildren(renderSection(current, ctx));
    fitAll();
    drawTabs();
  }

  /** Draw the section again after a change of structure and put the focus where the work goes on. */
  function refresh(focus) {
    drawSection();
    const place = frame.focusable(focus);
    if (place) place.focus();
    else focusTitle();
  }

  function tab(section) {
    return h("button", { type: "button", on: { click: () => open(section) } }, h("span", {}, section.title), h("span", { class: "pl-tab-count" }));
  }

  /** How much is filled in is shown, never whether it is right. */
  function drawTabs() {
    content.sections.forEach((section, index) => {
      const node = tabs.children[index];
      if (section === current) node.setAttribute("aria-current", "page");
      else node.removeAttribute("aria-current");
      node.lastChild.textContent = section.kind === "form" ? `${Object.keys(store.doc[section.id] || {}).length}/${section.columns.length}` : `${rowsOf(store.doc, section.id).length}`;
    });
  }

  return {
    destroy() {
      watch.disconnect();
      frame.destroy();
      stop();
    },
    setResponse(json) {
      if (!store.replace(json)) return;
      drawSection();
      announce("");
    },
  };
}
