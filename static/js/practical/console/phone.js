/**
 * A phone that behaves as the account now would: greets, shows the menu, and answers messages by the candidate's own
 * rules. It tells what happens, never whether that is wanted.
 */

import { button, h } from "../shared/dom.js";
import { replyTo } from "./replies.js";
import { length, shown } from "../shared/text.js";

export function createPhone(ctx) {
  const name = h("span", { class: "pc-phone-name" });
  const chat = h("div", { class: "pc-chat", role: "log", "aria-label": "对话", tabindex: "0" });
  const bar = h("div", { class: "pc-phone-menu" });
  const popup = h("div", { class: "pc-phone-popup", hidden: true });
  const input = h("input", {
    class: "pc-input",
    type: "text",
    maxlength: 200,
    autocomplete: "off",
    placeholder: "以顾客身份发消息",
    "aria-label": "试发一条消息",
    "data-focus": "phone:message",
    on: {
      keydown: (event) => {
        if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        send();
      },
    },
  });
  let opened = null;

  function say(from, text) {
    ctx.chat.push({ from, text });
    draw();
    chat.scrollTop = chat.scrollHeight;
  }

  function send() {
    const text = shown(input.value);
    if (!text) return;
    input.value = "";
    ctx.chat.push({ from: "user", text });
    const reply = replyTo(ctx.store.doc.rules, text, ctx.content.limits);
    if (!reply) say("note", "没有规则符合，账号不自动回复。");
    else if (!reply.sendable) say("note", `规则 ${reply.rule + 1} 符合，但回复超过 ${ctx.content.limits.reply} 字，平台发不出去。`);
    else say("account", reply.text);
  }

  function tap(leaf) {
    const types = ctx.content.screens.find((screen) => screen.type === "menu")?.types || [];
    const type = types.find((t) => t.value === leaf.type);
    opened = null;
    say("note", type ? `点了“${leaf.name}”，${type.label}：${leaf.target || "还没有选择"}` : `“${leaf.name}”还没有设置点击后的动作。`);
    drawMenu();
  }

  function draw() {
    const { doc } = ctx.store;
    name.textContent = shown(doc.name) || "未设置名称";
    const lines = [];
    const welcome = shown(doc.welcome);
    if (welcome) lines.push({ from: "account", text: welcome });
    if (doc.msg && doc.msg.card && doc.msg.card !== "不发送") lines.push({ from: "account", text: `［卡片］${doc.msg.card}` });
    const all = [...lines, ...ctx.chat];
    chat.replaceChildren(
      ...(all.length ? all : [{ from: "note", text: "在下面发一条消息，看看账号怎样回复。" }]).map(({ from, text }) =>
        h("p", { class: `pc-line pc-line-${from}` }, from !== "note" && h("span", { class: "pc-sr" }, from === "user" ? "顾客：" : "账号："), text),
      ),
    );
  }

  function drawMenu(focusIndex) {
    const menu = ctx.store.doc.menu || [];
    bar.hidden = !menu.length;
    bar.replaceChildren(
      ...menu.map((entry, index) => {
        const below = Array.isArray(entry.sub) ? entry.sub : [];
        const label = shown(entry.name) || "未命名";
        return h(
          "button",
          {
            type: "button",
            class: length(entry.name) > ctx.content.limits.menu_name ? "is-over" : "",
            "aria-expanded": below.length ? String(opened === index) : null,
            on: {
              click: () => {
                if (!below.length) return tap({ ...entry, name: label });
                opened = opened === index ? null : index;
                drawMenu(index);
                return undefined;
              },
            },
          },
          below.length ? `≡ ${label}` : label,
        );
      }),
    );
    const below = opened !== null && menu[opened] ? menu[opened].sub || [] : [];
    popup.hidden = !below.length;
    popup.className = `pc-phone-popup pc-at-${opened ?? 0}-of-${menu.length}`;
    popup.replaceChildren(
      ...below.map((leaf) => {
        const label = shown(leaf.name) || "未命名";
        return h("button", { type: "button", on: { click: () => tap({ ...leaf, name: label }) } }, label);
      }),
    );
    if (focusIndex !== undefined) bar.children[focusIndex]?.focus();
  }

  const node = h(
    "section",
    { class: "pc-phone-box", "aria-label": "手机预览" },
    h("h4", {}, "手机预览"),
    h(
      "div",
      { class: "pc-phone" },
      h("div", { class: "pc-phone-top" }, name),
      chat,
      popup,
      bar,
      h("div", { class: "pc-phone-send" }, input, button("发送", { on: { click: send } })),
    ),
    h("p", { class: "pc-hint" }, "预览只显示账号会怎样回应，不代表得分。"),
  );
  const update = () => {
    draw();
    drawMenu();
  };
  update();
  // Where the phone stands below a long editor, a button leads to it.
  const show = () => {
    node.scrollIntoView({ block: "center" });
    input.focus({ preventScroll: true });
  };
  return { node, update, show };
}
