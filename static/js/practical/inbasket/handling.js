/** The reading pane: one message, and what the candidate does with it. */

import { button, h, uid } from "../shared/dom.js";
import { selectControl, textControl } from "../shared/controls.js";
import { length } from "../shared/text.js";
import { entryOf, place, placeOf, setField, withdraw } from "./order.js";

export function renderHandling(message, ctx) {
  return h("div", { class: "pc-stack" }, renderMessage(message, ctx), renderForm(message, ctx), renderSteps(message, ctx));
}

function renderMessage(message, ctx) {
  const headId = uid("msg");
  return h(
    "article",
    { class: "ib-message", "aria-labelledby": headId },
    h(
      "header",
      { class: "ib-message-head" },
      h("span", { class: "ib-avatar", "aria-hidden": "true" }, [...message.author][0]),
      h(
        "div",
        {},
        h("h3", { id: headId, class: "ib-author", tabindex: "-1", "data-focus": "title" }, message.author),
        h("p", { class: "ib-source" }, `${message.platform} · ${message.channel} · ${message.time}`),
      ),
    ),
    message.facts && h("ul", { class: "ib-facts", "aria-label": "已知情况" }, message.facts.map((fact) => h("li", {}, fact))),
    message.about && h("p", { class: "ib-about" }, message.about),
    h("blockquote", { class: "ib-text" }, message.text),
    renderPlace(message, ctx),
  );
}

/** Where the message stands in the order, with the way in and out. */
function renderPlace(message, ctx) {
  const { store, readOnly } = ctx;
  const line = h("p", { class: "ib-place-text" });
  const put = button("排入处理顺序", {
    class: "pc-btn-main",
    "data-focus": "place",
    on: {
      click: () => {
        store.change({ label: `排入“${message.author}”`, screen: message.id }, (doc) => place(doc, message.id, (doc.handled || []).length));
        take.focus();
        ctx.announce(`“${message.author}”排在第 ${placeOf(store.doc, message.id) + 1} 位。`);
      },
    },
  });
  const take = button("移出处理顺序", {
    class: "pc-btn-danger",
    on: {
      click: () => {
        store.change({ label: `移出“${message.author}”`, screen: message.id }, (doc) => withdraw(doc, message.id));
        ctx.refresh("place");
        ctx.announce(`“${message.author}”已移出处理顺序，填写的内容一并清除，可以点“撤销”恢复。`);
      },
    },
  });
  const draw = () => {
    const at = placeOf(store.doc, message.id);
    line.textContent = at < 0 ? "还没有排入处理顺序；开始填写时会自动排在最后。" : `处理顺序：第 ${at + 1} 位，共 ${store.doc.handled.length} 条`;
    put.hidden = at >= 0;
    take.hidden = at < 0;
  };
  ctx.onChange(draw);
  draw();
  return h("div", { class: "ib-place" }, line, !readOnly && put, !readOnly && take);
}

function renderForm(message, ctx) {
  const { content, readOnly } = ctx;
  const { labels } = content;
  const entry = entryOf(ctx.store.doc, message.id) || {};
  const headId = uid("form");
  const set = (field, label) => (value) => {
    const merge = `${message.id}:${field}`;
    ctx.store.change({ label: `修改“${message.author}”的${label}`, screen: message.id, merge }, (doc) => setField(doc, message.id, field, value));
  };
  const choice = (field, options) =>
    selectControl({ label: labels[field], value: entry[field], options, focus: field, readOnly, onPick: set(field, labels[field]) });
  return h(
    "section",
    { class: "ib-form", "aria-labelledby": headId },
    h("h4", { id: headId, class: "pc-sr" }, "处置"),
    h("div", { class: "ib-choices" }, choice("type", content.types), choice("route", content.routes), choice("action", content.actions)),
    renderPriority(entry.prio, set("prio", labels.prio), ctx),
    renderReply(message, entry.reply, set("reply", labels.reply), ctx),
  );
}

function renderPriority(value, onPick, { content, readOnly }) {
  const name = uid("prio");
  return h(
    "fieldset",
    { class: "pc-field pc-group ib-prio" },
    h("legend", { class: "pc-label" }, content.labels.prio),
    h(
      "div",
      { class: "ib-prio-row" },
      content.priorities.map((label, index) =>
        h(
          "label",
          { class: `pc-choice ib-prio-${Math.min(index + 1, 3)}` },
          h("input", { type: "radio", name, value: String(index + 1), checked: value === index + 1, disabled: readOnly, on: { change: () => onPick(index + 1) } }),
          h("span", {}, label),
        ),
      ),
    ),
  );
}

function renderReply(message, value, onInput, ctx) {
  const { content, readOnly } = ctx;
  const field = textControl({ label: content.labels.reply, value, limit: content.limits.reply, multiline: true, rows: 4, focus: "reply", readOnly, onInput });
  const scripts = [...content.scripts, ...(ctx.store.doc.library || [])].filter((script) => length(script.q) && length(script.a));
  if (readOnly || !scripts.length) return field;
  const pick = selectControl({
    label: `插入${content.labels.entry}`,
    hideLabel: true,
    options: scripts.map((script, index) => ({ value: String(index), label: script.q })),
    onPick: (chosen) => {
      insert.disabled = chosen === "";
    },
  });
  const select = pick.querySelector("select");
  select.firstChild.textContent = `从${content.labels.library}里选一条`;
  const insert = button("插入", {
    disabled: true,
    "aria-label": `插入所选的${content.labels.entry}`,
    on: { click: () => insertText(field.querySelector("textarea"), scripts[Number(select.value)].a) },
  });
  return h("div", { class: "pc-stack" }, field, h("div", { class: "ib-insert" }, pick, insert));
}

/** Write into a text box where its cursor stands, as if it had been typed. */
export function insertText(box, text, select) {
  const start = box.selectionStart;
  box.setRangeText(text, start, box.selectionEnd, "end");
  box.focus();
  if (select) box.setSelectionRange(start + select[0], start + select[1]);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function renderSteps(message, ctx) {
  const { messages, labels } = ctx.content;
  const at = messages.indexOf(message);
  const step = (text, to) => button(text, { disabled: !messages[to], on: { click: () => ctx.select(messages[to].id) } });
  return h(
    "nav",
    { class: "ib-steps", "aria-label": `翻看${labels.message}` },
    step("上一条", at - 1),
    button(`${labels.message}列表`, { class: "ib-back", on: { click: () => ctx.toList() } }),
    step("下一条", at + 1),
  );
}
