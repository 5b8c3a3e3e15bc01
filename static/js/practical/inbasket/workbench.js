/**
 * INBASKET workbench: a desk with the messages of several platforms, or with the incidents of a live show.
 *
 * mount(root, {content, response, onChange, readOnly}) -> {destroy(), setResponse(json)}
 *
 * `content` is the task's public part, `response` what the server holds (or null). `onChange(submission)` gets a copy
 * of the whole submission after every change; when to send it is the player's business. Nothing here knows the key.
 */

import { h } from "../shared/dom.js";
import { createFrame } from "../shared/frame.js";
import { createStore } from "../shared/store.js";
import { renderHandling } from "./handling.js";
import { createInbox } from "./inbox.js";
import { renderLibrary } from "./library.js";

const LIBRARY = "library";

export function mount(root, { content, response = null, onChange = () => {}, readOnly = false }) {
  const store = createStore(response, onChange);
  let current = content.messages[0].id; // the id of a message, or LIBRARY
  let opened = current; // the message to come back to from the library
  let watching = []; // what the open pane redraws by itself on every change

  const ctx = {
    store,
    content,
    readOnly,
    selected: () => (current === LIBRARY ? null : current),
    select: open,
    refresh,
    announce: (text) => frame.announce(text),
    onChange: (draw) => watching.push(draw),
    toList: () => inbox.draw(`open:${opened}`),
  };
  const inbox = createInbox(ctx);
  const tabs = h("nav", { class: "ib-tabs", "aria-label": "工作台栏目" }, tab(content.labels.message, () => open(opened)), tab(content.labels.library, () => open(LIBRARY)));
  const frame = createFrame({
    name: "ib",
    content,
    store,
    readOnly,
    tabs,
    arrange: ({ brief, main }) => [brief, inbox.node, main],
    onTravel: (entry) => {
      current = entry.screen;
      if (current !== LIBRARY) opened = current;
      drawPane();
      inbox.draw();
      drawFrame();
    },
    title: () => main.querySelector("[data-focus=title]"),
  });
  const { main, shell, announce } = frame;

  const stop = store.subscribe(() => {
    for (const draw of watching) draw();
    inbox.draw();
    drawFrame();
  });
  drawPane();
  inbox.draw();
  drawFrame();
  root.replaceChildren(frame.box);

  function open(place) {
    current = place;
    if (place !== LIBRARY) opened = place;
    drawPane();
    inbox.draw();
    drawFrame();
    announce("");
    focusTitle();
  }

  function focusTitle() {
    const title = main.querySelector("[data-focus=title]");
    title.focus({ preventScroll: true });
    // On a narrow page the pane stands below the list, and after a long one its start may be above what is visible.
    const { top } = title.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight * 0.7) title.scrollIntoView();
  }

  function drawPane() {
    watching = [];
    const message = content.messages.find((one) => one.id === current);
    main.replaceChildren(message ? renderHandling(message, ctx) : renderLibrary(ctx));
  }

  /** Draw the pane again after a change of structure and put the focus where the work goes on. */
  function refresh(focus) {
    drawPane();
    const place = frame.focusable(focus);
    if (place) place.focus();
    else focusTitle();
  }

  function tab(label, action) {
    return h("button", { type: "button", on: { click: action } }, h("span", {}, label), h("span", { class: "ib-tab-count" }));
  }

  /** Tabs and history. How much is filled in is shown, never whether it is right. */
  function drawFrame() {
    const { doc } = store;
    const isLibrary = current === LIBRARY;
    const counts = [`${(doc.handled || []).length}/${content.messages.length}`, `${(doc.library || []).length}`];
    [...tabs.children].forEach((node, index) => {
      if (isLibrary === (index === 1)) node.setAttribute("aria-current", "page");
      else node.removeAttribute("aria-current");
      node.lastChild.textContent = counts[index];
    });
    inbox.node.hidden = isLibrary;
    shell.classList.toggle("is-library", isLibrary);
  }

  return {
    destroy() {
      frame.destroy();
      stop();
    },
    setResponse(json) {
      if (!store.replace(json)) return;
      drawPane();
      announce("");
    },
  };
}
