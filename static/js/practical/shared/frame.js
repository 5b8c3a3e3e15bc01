/**
 * What every workbench stands in: the top row with undo, redo and the task sheet, the line that tells what happened,
 * and the timers that are finished before anything else happens.
 */

import { renderBrief } from "./brief.js";
import { button, h, uid } from "./dom.js";

/**
 * @param {Object} options
 * @param {string} options.name prefix of the kind's own classes: the box is `.pc.<name>`, its grid `.pc-shell.<name>-shell`
 * @param {Object} options.content the task's public part (account and platform stand in the top row)
 * @param {Object} options.store see store.js
 * @param {(Node|null)[]} [options.tools] buttons before those of the frame
 * @param {Node} [options.tabs] stands between the name of the account and the buttons
 * @param {Node[]} [options.sheet] the task sheet, where it is not the usual one
 * @param {({brief, main}) => Node[]} options.arrange the parts of the grid in reading order
 * @param {(entry) => void} options.onTravel show the place where undo or redo acted
 * @param {() => Node} options.title where the focus goes when nothing better is left
 */
export function createFrame({ name, content, store, readOnly, tools = [], tabs = null, sheet = renderBrief(content), arrange, onTravel, title }) {
  const waiting = new Map(); // timers of small delayed actions; run at once when the workbench closes
  const briefId = uid("brief");
  let isPressed = false; // a pointer is down: nothing may move under it before its click has landed

  const status = h("p", { class: "pc-status", role: "status" });
  const undo = button("撤销", { on: { click: () => travel("undo") } });
  const redo = button("恢复", { on: { click: () => travel("redo") } });
  const briefButton = button("任务书与资料", { "aria-expanded": "true", "aria-controls": briefId, on: { click: toggleBrief } });
  const main = h("div", { class: `pc-main ${name}-main` });
  const brief = h("aside", { class: "pc-brief", id: briefId, "aria-label": "任务书与资料", tabindex: "0" }, sheet);
  const shell = h("div", { class: `pc-shell ${name}-shell` }, arrange({ brief, main }));
  const box = h(
    "div",
    { class: `pc ${name}`, on: { keydown: onKey } },
    h(
      "div",
      { class: "pc-inner" },
      h(
        "header",
        { class: "pc-top" },
        h("div", { class: "pc-brand" }, h("strong", {}, content.account), h("span", {}, content.platform), h("span", { class: "pc-badge" }, "模拟")),
        tabs,
        h("div", { class: "pc-row" }, tools, briefButton, !readOnly && undo, !readOnly && redo),
      ),
      status,
      shell,
    ),
  );

  // Before any button acts, what was waiting is finished: a word typed but not yet added belongs where it was typed.
  box.addEventListener("click", flush, true);
  const press = () => (isPressed = true);
  const release = () => (isPressed = false);
  box.addEventListener("pointerdown", press, true);
  addEventListener("pointerup", release, true);
  addEventListener("pointercancel", release, true);
  const stop = store.subscribe(drawHistory);
  drawHistory();

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
    onTravel(entry);
    const pressed = way === "undo" ? undo : redo;
    (pressed.disabled ? title() : pressed).focus();
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
    return node instanceof Element && node.matches("textarea, input[type=text], input[type=tel]") && node.value !== "";
  }

  function toggleBrief() {
    brief.hidden = !brief.hidden;
    shell.classList.toggle("is-brief-closed", brief.hidden);
    briefButton.setAttribute("aria-expanded", String(!brief.hidden));
  }

  function announce(text) {
    status.textContent = text;
  }

  /** Run `action` after `delay` ms, or before the next click acts, or when the workbench closes. */
  function later(delay, action) {
    const run = () => {
      waiting.delete(timer);
      if (isPressed) later(delay, action);
      else action();
    };
    const timer = setTimeout(run, delay);
    waiting.set(timer, run);
  }

  function flush() {
    isPressed = false;
    for (const [timer, run] of [...waiting]) {
      clearTimeout(timer);
      run();
    }
  }

  /** The control named `data-focus=focus` that can take the focus now, if there is one. */
  function focusable(focus) {
    return focus && [...main.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focus && !node.disabled);
  }

  return {
    box,
    shell,
    main,
    announce,
    later,
    focusable,
    destroy() {
      flush();
      stop();
      removeEventListener("pointerup", release, true);
      removeEventListener("pointercancel", release, true);
      box.remove();
    },
  };
}
