/**
 * INBASKET workbench: a desk with the messages of several platforms, or with the incidents of a live show.
 *
 * mount(root, {content, response, onChange, readOnly}) -> {destroy(), setResponse(json)}
 *
 * `content` is the task's public part, `response` what the server holds (or null). `onChange(submission)` gets a copy
 * of the whole submission after every change; when to send it is the player's business. Nothing here knows the key.
 */

import { renderBrief } from "../console/brief.js";
import { button, h, uid } from "../console/dom.js";
import { createStore } from "../console/store.js";
import { renderHandling } from "./handling.js";
import { createInbox } from "./inbox.js";
import { renderLibrary } from "./library.js";

const LIBRARY = "library";

export function mount(root, { content, response = null, onChange = () => {}, readOnly = false }) {
  const store = createStore(response, onChange);
  const ids = { brief: uid("brief") };
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
    announce,
    onChange: (draw) => watching.push(draw),
    toList: () => inbox.draw(`open:${opened}`),
  };
  const inbox = createInbox(ctx);

  const status = h("p", { class: "pc-status", role: "status" });
  const undo = button("撤销", { on: { click: () => travel("undo") } });
  const redo = button("恢复", { on: { click: () => travel("redo") } });
  const briefButton = button("任务书与资料", { "aria-expanded": "true", "aria-controls": ids.brief, on: { click: toggleBrief } });
  const tabs = h("nav", { class: "ib-tabs", "aria-label": "工作台栏目" }, tab(content.labels.message, () => open(opened)), tab(content.labels.library, () => open(LIBRARY)));
  const main = h("div", { class: "pc-main ib-main" });
  const brief = h("aside", { class: "pc-brief", id: ids.brief, "aria-label": "任务书与资料", tabindex: "0" }, renderBrief(content));
  const shell = h("div", { class: "ib-shell" }, brief, inbox.node, main);
  const box = h(
    "div",
    { class: "pc ib", on: { keydown: onKey } },
    h(
      "div",
      { class: "pc-inner" },
      h(
        "header",
        { class: "pc-top" },
        h("div", { class: "pc-brand" }, h("strong", {}, content.account), h("span", {}, content.platform), h("span", { class: "pc-badge" }, "模拟")),
        tabs,
        h("div", { class: "pc-row" }, briefButton, !readOnly && undo, !readOnly && redo),
      ),
      status,
      shell,
    ),
  );

  const stop = store.subscribe(() => {
    for (const draw of watching) draw();
    inbox.draw();
    drawFrame();
  });
  drawPane();
  inbox.draw();
  drawFrame();
  root.replaceChildren(box);

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
    const place = [...main.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focus && !node.disabled);
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
    const entry = store[way]();
    if (!entry) return;
    current = entry.screen; // show where it acted
    if (current !== LIBRARY) opened = current;
    drawPane();
    inbox.draw();
    drawFrame();
    const pressed = way === "undo" ? undo : redo;
    if (pressed.disabled) focusTitle();
    else pressed.focus();
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

  function announce(text) {
    status.textContent = text;
  }

  return {
    destroy() {
      stop();
      root.replaceChildren();
    },
    setResponse(json) {
      if (!store.replace(json)) return;
      drawPane();
      announce("");
    },
  };
}
