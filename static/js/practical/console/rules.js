/** Editor of keyword reply rules: keywords as chips, full or half match, one reply with a counter. */

import { button, h, uid } from "../shared/dom.js";
import { textControl } from "../shared/controls.js";
import { clean, fold, length, SAFETY, shown } from "../shared/text.js";

const MATCH = { full: "全匹配", half: "半匹配" };
const SETTLE = 200; // a click that takes the focus away must land before the list of chips grows under it

export function renderRules(screen, ctx) {
  const rules = ctx.store.doc.rules || [];
  const full = rules.length >= Math.min(ctx.content.limits.rules, SAFETY.rules);
  return h(
    "div",
    { class: "pc-stack" },
    !rules.length && h("p", { class: "pc-empty" }, "还没有规则。点“添加规则”，填写关键词和对应的回复。"),
    rules.map((rule, index) => renderRule(rule, index, rules.length, screen, ctx)),
    !ctx.readOnly &&
      button("＋ 添加规则", {
        class: "pc-btn-main pc-btn-wide",
        disabled: full,
        "data-focus": "rules:add",
        on: {
          click: () => {
            ctx.store.change({ label: "添加规则", screen: screen.id }, (doc) => {
              doc.rules = [...(doc.rules || []), { keywords: [], reply: "" }];
            });
            ctx.refresh(`rule:${rules.length}:keyword`);
          },
        },
      }),
  );
}

function renderRule(rule, index, count, screen, ctx) {
  const title = `规则 ${index + 1}`;
  const headId = uid("rule");
  const move = (to) => {
    ctx.store.change({ label: `移动${title}`, screen: screen.id }, (doc) => {
      doc.rules.splice(to, 0, ...doc.rules.splice(index, 1));
    });
    ctx.refresh(`rule:${to}:move`);
  };
  const remove = () => {
    ctx.store.change({ label: `删除${title}`, screen: screen.id }, (doc) => doc.rules.splice(index, 1));
    ctx.refresh(index < count - 1 ? `rule:${index}:delete` : "rules:add");
    ctx.announce(`已删除${title}，可以点“撤销”恢复。`);
  };
  return h(
    "section",
    { class: "pc-card", "aria-labelledby": headId },
    h(
      "div",
      { class: "pc-card-head" },
      h("h4", { id: headId }, title),
      !ctx.readOnly &&
        h(
          "div",
          { class: "pc-row" },
          button("上移", { disabled: index === 0, "aria-label": `${title}上移`, "data-focus": index ? `rule:${index}:move` : null, on: { click: () => move(index - 1) } }),
          button("下移", { disabled: index === count - 1, "aria-label": `${title}下移`, "data-focus": index ? null : `rule:${index}:move`, on: { click: () => move(index + 1) } }),
          button("删除", { class: "pc-btn-danger", "aria-label": `删除${title}`, "data-focus": `rule:${index}:delete`, on: { click: remove } }),
        ),
    ),
    renderKeywords(index, screen, ctx),
    textControl({
      label: "回复内容",
      value: rule.reply,
      limit: ctx.content.limits.reply,
      multiline: true,
      rows: 3,
      focus: `rule:${index}:reply`,
      readOnly: ctx.readOnly,
      onInput: (value) =>
        ctx.store.change({ label: `修改${title}的回复`, screen: screen.id, merge: `rule:${index}:reply` }, (doc) => {
          doc.rules[index].reply = value;
        }),
    }),
  );
}

function renderKeywords(index, screen, ctx) {
  const { store, content, readOnly } = ctx;
  const limits = content.limits;
  const labelId = uid("kw");
  const list = h("ul", { class: "pc-chips", "aria-labelledby": labelId });
  const note = h("p", { class: "pc-note", role: "status" });
  const words = () => store.doc.rules[index].keywords || [];
  const change = (label, mutate) =>
    store.change({ label, screen: screen.id }, (doc) => {
      doc.rules[index].keywords = doc.rules[index].keywords || [];
      mutate(doc.rules[index].keywords);
    });

  // Chips are redrawn on their own, so that the box for the next keyword keeps its focus and its text.
  function draw() {
    list.replaceChildren(...words().map((word, at) => chip(word, at)));
    list.hidden = !words().length;
  }

  function chip(word, at) {
    if (readOnly) return h("li", { class: "pc-chip" }, h("span", { class: "pc-chip-text" }, word.text), h("span", { class: "pc-chip-tag" }, MATCH[word.match]));
    const other = word.match === "full" ? "half" : "full";
    return h(
      "li",
      { class: "pc-chip" },
      h("span", { class: "pc-chip-text" }, word.text),
      h(
        "button",
        {
          type: "button",
          class: "pc-chip-tag",
          title: `点一下改为${MATCH[other]}`,
          "aria-label": `“${word.text}”是${MATCH[word.match]}，改为${MATCH[other]}`,
          on: {
            click: () => {
              change(`修改关键词“${word.text}”`, (all) => {
                all[at].match = other;
              });
              draw();
              list.children[at].querySelector(".pc-chip-tag").focus();
            },
          },
        },
        MATCH[word.match],
      ),
      h(
        "button",
        {
          type: "button",
          class: "pc-chip-x",
          "aria-label": `删除关键词“${word.text}”`,
          on: {
            click: () => {
              change(`删除关键词“${word.text}”`, (all) => all.splice(at, 1));
              draw();
              const next = list.children[Math.min(at, words().length - 1)];
              (next ? next.querySelector(".pc-chip-x") : input).focus();
            },
          },
        },
        "×",
      ),
    );
  }

  const input = h("input", {
    class: "pc-input",
    type: "text",
    maxlength: SAFETY.keyword,
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "输入关键词",
    "aria-label": `规则 ${index + 1} 的新关键词`,
    "data-focus": `rule:${index}:keyword`,
    on: {
      keydown: (event) => {
        // Enter that picks a word in an input method must not add a half-written keyword.
        if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        add();
      },
    },
  });
  const match = h(
    "select",
    { class: "pc-input pc-select", "aria-label": "匹配方式", value: ctx.lastMatch || "full", on: { change: () => (ctx.lastMatch = match.value) } },
    Object.entries(MATCH).map(([value, label]) => h("option", { value }, label)),
  );

  function add() {
    const text = shown(input.value);
    if (!text) return;
    const reason = refusal(text);
    note.textContent = reason || "";
    if (reason) return;
    change(`添加关键词“${text}”`, (all) => all.push({ text, match: match.value }));
    input.value = "";
    draw();
  }

  function refusal(text) {
    if (length(text) > limits.keyword) return `关键词不能超过 ${limits.keyword} 字，请缩短后再添加。`;
    if (words().length >= limits.keywords) return `每条规则最多 ${limits.keywords} 个关键词，可以另加一条规则。`;
    if (words().some((word) => fold(word.text) === fold(text))) return `“${text}”已经在这条规则里了。`;
    return null;
  }

  draw();
  if (readOnly) return h("div", { class: "pc-field" }, h("span", { class: "pc-label", id: labelId }, "关键词"), list);
  const adder = h(
    "div",
    { class: "pc-adder" },
    input,
    match,
    button("添加", { "aria-label": `把关键词添加到规则 ${index + 1}`, on: { click: () => (add(), input.focus()) } }),
  );
  // A keyword that was typed but not added would be lost silently; leaving the row adds it.
  adder.addEventListener("focusout", (event) => {
    if (adder.contains(event.relatedTarget) || !clean(input.value)) return;
    ctx.later(SETTLE, () => input.isConnected && add());
  });
  return h(
    "div",
    { class: "pc-field" },
    h(
      "div",
      { class: "pc-field-head" },
      h("span", { class: "pc-label", id: labelId }, "关键词"),
      h("span", { class: "pc-hint" }, "输入后按回车添加；点关键词上的匹配方式可以切换"),
    ),
    list,
    adder,
    note,
  );
}
