/** The list of messages: those put in handling order, and those still waiting in order of arrival. */

import { button, h } from "../shared/dom.js";
import { clean } from "../shared/text.js";
import { entryOf, place, placeOf } from "./order.js";

/**
 * @param {Object} ctx the workbench: store, content, readOnly, announce, selected(), select(id)
 * @returns {{node: Element, draw: function(string=): void}} `draw(focus)` redraws and moves the focus when asked
 */
export function createInbox(ctx) {
  const { store, content, readOnly } = ctx;
  const word = content.labels.message;
  const node = h("section", { class: "ib-inbox", "aria-label": `${word}列表` });
  let dragged = null;

  function draw(focus) {
    const { doc } = store;
    const kept = focus || focusInside();
    const top = node.scrollTop;
    const queue = (doc.handled || []).map((entry) => messageOf(entry.id)).filter(Boolean);
    const waiting = content.messages.filter((message) => !entryOf(doc, message.id));
    node.replaceChildren(
      h("div", { class: "ib-group" }, heading("处理顺序", queue.length), !readOnly && queue.length > 1 && h("p", { class: "pc-hint" }, "拖动，或按 ↑ ↓ 调整先后。")),
      queueList(queue),
      h("div", { class: "ib-group" }, heading("待处理", waiting.length)),
      waiting.length ? h("ul", { class: "ib-rows", "aria-label": "待处理" }, waiting.map(waitingRow)) : h("p", { class: "ib-none" }, `所有${word}都已排入处理顺序。`),
    );
    node.scrollTop = top;
    if (kept) find(kept)?.focus();
  }

  function heading(title, count) {
    return h("h3", { class: "ib-heading" }, title, h("span", { class: "ib-count" }, `${count} 条`));
  }

  function messageOf(id) {
    return content.messages.find((message) => message.id === id);
  }

  function focusInside() {
    return node.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  }

  function find(focus) {
    const wanted = [...node.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === focus);
    // A row that came to an end of the order has one of its two buttons switched off; the row itself stays.
    return wanted && !wanted.disabled ? wanted : wanted?.closest(".ib-row")?.querySelector(".ib-open");
  }

  // ---- rows ------------------------------------------------------------------------------------
  function queueList(queue) {
    const list = h("ol", { class: "ib-rows ib-queue", "aria-label": "处理顺序" }, queue.map(queueRow));
    if (!queue.length) list.append(h("li", { class: "ib-none" }, `还没有${word}排入处理顺序。`));
    if (!readOnly) accept(list, () => queue.length);
    return list;
  }

  function queueRow(message, index, queue) {
    const row = h(
      "li",
      { class: "ib-row" },
      h("span", { class: "ib-number", "aria-hidden": "true" }, String(index + 1)),
      openButton(message, summary(message), `第 ${index + 1} 位，`),
      !readOnly &&
        h(
          "span",
          { class: "ib-moves" },
          moveButton("↑", "上移", message, index - 1, index === 0),
          moveButton("↓", "下移", message, index + 1, index === queue.length - 1),
        ),
    );
    if (!readOnly) {
      drag(row, message);
      accept(row, (event) => index + (isLowerHalf(event, row) ? 1 : 0));
    }
    return row;
  }

  function waitingRow(message) {
    const row = h("li", { class: "ib-row" }, openButton(message, [source(message.platform, message.channel, message.time), h("span", { class: "ib-snippet" }, message.text)], ""));
    if (!readOnly) drag(row, message);
    return row;
  }

  function openButton(message, below, spoken) {
    return h(
      "button",
      {
        type: "button",
        class: "ib-open",
        "data-focus": `open:${message.id}`,
        "aria-current": ctx.selected() === message.id ? "true" : null,
        on: { click: () => ctx.select(message.id), keydown: (event) => onKey(event, message) },
      },
      spoken && h("span", { class: "pc-sr" }, spoken),
      h("strong", { class: "ib-author" }, message.author),
      below,
    );
  }

  function source(...parts) {
    return h("span", { class: "ib-source" }, parts.join(" · "));
  }

  /** What was done so far; never whether it is right. */
  function summary(message) {
    const entry = entryOf(store.doc, message.id);
    const chosen = [entry.prio && content.priorities[entry.prio - 1], entry.type].filter(Boolean);
    return [
      source(message.platform, clean(entry.reply) ? "已写回复" : message.channel),
      h("span", { class: "ib-done" }, chosen.join(" · ") || "还没有选择"),
    ];
  }

  function moveButton(sign, name, message, to, off) {
    return button(sign, {
      class: "ib-move",
      disabled: off,
      "aria-label": `“${message.author}”${name}`,
      title: name,
      "data-focus": `${name}:${message.id}`,
      on: { click: () => move(message, to, `${name}:${message.id}`) },
    });
  }

  // ---- moving ----------------------------------------------------------------------------------
  function onKey(event, message) {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const from = placeOf(store.doc, message.id);
    if (readOnly || !event.altKey || !step || from < 0) return;
    event.preventDefault();
    if (from + step >= 0 && from + step < store.doc.handled.length) move(message, from + step, `open:${message.id}`);
  }

  function move(message, to, focus) {
    const from = placeOf(store.doc, message.id);
    if (from === to) return;
    const label = from < 0 ? `排入“${message.author}”` : `移动“${message.author}”`;
    store.change({ label, screen: message.id }, (doc) => place(doc, message.id, to));
    draw(focus);
    ctx.announce(`“${message.author}”现在排在第 ${to + 1} 位，共 ${store.doc.handled.length} 条。`);
  }

  function drag(row, message) {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      dragged = message;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", message.author);
      row.classList.add("is-dragged");
    });
    row.addEventListener("dragend", () => {
      dragged = null;
      clearMarks();
      row.classList.remove("is-dragged");
    });
  }

  /** Let a dragged message fall on `target`; `placeAt(event)` says where it then stands in the order. */
  function accept(target, placeAt) {
    target.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      event.stopPropagation();
      clearMarks();
      const isRow = target.classList.contains("ib-row");
      target.classList.add(!isRow ? "is-over" : isLowerHalf(event, target) ? "is-over-below" : "is-over-above");
    });
    target.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      event.stopPropagation();
      const message = dragged;
      dragged = null; // the row is drawn anew, so its own “dragend” may never come
      clearMarks();
      const from = placeOf(store.doc, message.id);
      const to = placeAt(event);
      // Taking the message out of its old place moves everything behind it up by one.
      move(message, from >= 0 && from < to ? to - 1 : to, `open:${message.id}`);
    });
  }

  function clearMarks() {
    for (const one of node.querySelectorAll(".is-over, .is-over-above, .is-over-below")) {
      one.classList.remove("is-over", "is-over-above", "is-over-below");
    }
  }

  return { node, draw };
}

function isLowerHalf(event, row) {
  const box = row.getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
}
