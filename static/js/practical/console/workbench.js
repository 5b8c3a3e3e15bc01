/**
 * CONSOLE workbench: the back office of a media account in the browser.
 *
 * mount(root, {content, response, onChange, readOnly}) -> {destroy(), setResponse(json)}
 *
 * `content` is the task's public part, `response` what the server holds (or null). `onChange(submission)` gets a copy
 * of the whole submission after every change; when to send it is the player's business. Nothing here knows the key.
 */

import { renderBrief } from "./brief.js";
import { button, h, uid } from "./dom.js";
import { filled, renderForm } from "./fields.js";
import { renderMenu } from "./menu.js";
import { createPhone } from "./phone.js";
import { renderRules } from "./rules.js";
import { createStore } from "./store.js";
import { renderTags } from "./tags.js";

const RENDER = { form: renderForm, rules: renderRules, menu: renderMenu, tags: renderTags };

export function mount(root, { content, response = null, onChange = () => {}, readOnly = false }) {
  const store = createStore(response, onChange);
  const waiting = new Map(); // timers of small delayed actions; run at once when the workbench closes
  const ctx = { store, content, readOnly, chat: [], lastMatch: null, refresh, announce, later };
  const ids = { title: uid("title"), brief: uid("brief") };
  let current = content.screens[0];
  let phone = null;

  const status = h("p", { class: "pc-status", role: "status" });
  const undo = button("撤销", { on: { click: () => travel("undo") } });
  const redo = button("恢复", { on: { click: () => travel("redo") } });
  const briefButton = button("任务书与资料", { "aria-expanded": "true", "aria-controls": ids.brief, on: { click: toggleBrief } });
  const nav = h("nav", { class: "pc-nav", "aria-label": "后台栏目" });
  const main = h("div", { class: "pc-main" });
  const brief = h("aside", { class: "pc-brief", id: ids.brief, "aria-label": "任务书与资料", tabindex: "0" }, renderBrief(content));
  const shell = h("div", { class: "pc-shell" }, nav, brief, main);
  const box = h(
    "div",
    { class: "pc", on: { keydown: onKey } },
    h(
      "div",
      { class: "pc-inner" },
      h(
        "header",
        { class: "pc-top" },
        h("div", { class: "pc-brand" }, h("strong", {}, content.account), h("span", {}, content.platform), h("span", { class: "pc-badge" }, "模拟")),
        h("div", { class: "pc-row" }, briefButton, !readOnly && undo, !readOnly && redo),
      ),
      status,
      shell,
    ),
  );

  // Before any button acts, what was waiting is finished: a keyword typed but not yet added belongs to its rule.
  box.addEventListener("click", flush, true);
  const stop = store.subscribe(() => {
    drawNav();
    drawHistory();
    if (phone) phone.update();
  });
  drawNav();
  drawHistory();
  draw();
  root.replaceChildren(box);

  function open(screen) {
    current = screen;
    draw();
    drawNav();
    announce("");
    const heading = main.querySelector("h3");
    heading.focus({ preventScroll: true });
    // On a narrow page the screen may start above what is visible after a long one.
    if (heading.getBoundingClientRect().top < 0) heading.scrollIntoView();
  }

  function draw() {
    const talks = current.type === "rules" || current.type === "menu" || (current.fields || []).some((f) => f.path === "welcome");
    phone = talks ? createPhone(ctx) : null;
    const editor = h("div", { class: "pc-editor" }, RENDER[current.type](current, ctx));
    main.replaceChildren(
      h("h3", { class: "pc-title", id: ids.title, tabindex: "-1" }, current.title),
      ...(current.hint ? [h("p", { class: "pc-lead" }, current.hint)] : []),
      ...(phone ? [button("查看手机预览", { class: "pc-to-phone", on: { click: () => phone.show() } })] : []),
      phone ? h("div", { class: "pc-split" }, editor, phone.node) : editor,
    );
  }

  /** Draw the screen again after a change of structure and put the focus where the work goes on. */
  function refresh(focus) {
    draw();
    const place = focus && [...main.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focus && !node.disabled);
    (place || main.querySelector("h3")).focus();
  }

  function drawNav() {
    if (nav.children.length !== content.screens.length) {
      nav.replaceChildren(
        ...content.screens.map((screen) =>
          h("button", { type: "button", on: { click: () => open(screen) } }, h("span", {}, screen.title), h("span", { class: "pc-nav-count" })),
        ),
      );
    }
    content.screens.forEach((screen, index) => {
      const node = nav.children[index];
      if (screen === current) node.setAttribute("aria-current", "page");
      else node.removeAttribute("aria-current");
      node.lastChild.textContent = progress(screen);
    });
  }

  /** How much is filled in, never whether it is right. */
  function progress(screen) {
    const { doc } = store;
    if (screen.type === "rules") return `${(doc.rules || []).length} 条`;
    if (screen.type === "menu") return `${(doc.menu || []).length} 个`;
    if (screen.type === "tags") return `${Object.keys(doc.tags || {}).length}/${screen.users.length}`;
    return filled(screen, doc);
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
    current = content.screens.find((screen) => screen.id === entry.screen) || current;
    draw();
    drawNav();
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

  function later(delay, action) {
    const run = () => {
      waiting.delete(timer);
      action();
    };
    const timer = setTimeout(run, delay);
    waiting.set(timer, run);
  }

  function flush() {
    for (const [timer, run] of [...waiting]) {
      clearTimeout(timer);
      run();
    }
  }

  return {
    destroy() {
      flush();
      stop();
      root.replaceChildren();
    },
    setResponse(json) {
      if (!store.replace(json)) return;
      ctx.chat.length = 0;
      draw();
      announce("");
    },
  };
}
