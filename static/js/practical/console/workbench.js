/**
 * CONSOLE workbench: the back office of a media account in the browser.
 *
 * mount(root, {content, response, onChange, readOnly}) -> {destroy(), setResponse(json)}
 *
 * `content` is the task's public part, `response` what the server holds (or null). `onChange(submission)` gets a copy
 * of the whole submission after every change; when to send it is the player's business. Nothing here knows the key.
 */

import { button, h, uid } from "../shared/dom.js";
import { createFrame } from "../shared/frame.js";
import { createStore } from "../shared/store.js";
import { filled, renderForm } from "./fields.js";
import { renderMenu } from "./menu.js";
import { createPhone } from "./phone.js";
import { renderRules } from "./rules.js";
import { renderTags } from "./tags.js";

const RENDER = { form: renderForm, rules: renderRules, menu: renderMenu, tags: renderTags };

export function mount(root, { content, response = null, onChange = () => {}, readOnly = false }) {
  const store = createStore(response, onChange);
  const nav = h("nav", { class: "pc-nav", "aria-label": "后台栏目" });
  const frame = createFrame({
    name: "console",
    content,
    store,
    readOnly,
    arrange: ({ brief, main }) => [nav, brief, main],
    onTravel: (entry) => {
      current = content.screens.find((screen) => screen.id === entry.screen) || current;
      draw();
      drawNav();
    },
    title: () => main.querySelector("h3"),
  });
  const { main, announce, later } = frame;
  const ctx = { store, content, readOnly, chat: [], lastMatch: null, refresh, announce, later };
  const titleId = uid("title");
  let current = content.screens[0];
  let phone = null;

  const stop = store.subscribe(() => {
    drawNav();
    if (phone) phone.update();
  });
  drawNav();
  draw();
  root.replaceChildren(frame.box);

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
      h("h3", { class: "pc-title", id: titleId, tabindex: "-1" }, current.title),
      ...(current.hint ? [h("p", { class: "pc-lead" }, current.hint)] : []),
      ...(phone ? [button("查看手机预览", { class: "pc-to-phone", on: { click: () => phone.show() } })] : []),
      phone ? h("div", { class: "pc-split" }, editor, phone.node) : editor,
    );
  }

  /** Draw the screen again after a change of structure and put the focus where the work goes on. */
  function refresh(focus) {
    draw();
    (frame.focusable(focus) || main.querySelector("h3")).focus();
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

  return {
    destroy() {
      frame.destroy();
      stop();
    },
    setResponse(json) {
      if (!store.replace(json)) return;
      ctx.chat.length = 0;
      draw();
      announce("");
    },
  };
}
