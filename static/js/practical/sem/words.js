/** Adding words in bulk, and the list of negative keywords of a plan or unit. */

import { button, h, uid } from "../shared/dom.js";
import { clean, length } from "../shared/text.js";
import { selectField } from "./fields.js";
import { holds, NEGATIVE_MATCH } from "./model.js";

const SETTLE = 200; // a click that takes the focus away must land before the page grows under it
const SPLIT = /[\n,，、;；]+/;
const CAP = 2000;

/**
 * A box for words, one a line, and their match. `onAdd(words)` gets [{text, match}] and returns what to tell.
 * Words that were typed but not added would be lost silently; leaving the box adds them.
 */
export function wordAdder({ label, matches, match, focus, ctx, limit, onMatch, onAdd }) {
  const hintId = uid("h");
  const note = h("p", { class: "pc-note", role: "status" });
  const area = h("textarea", {
    class: "pc-input",
    rows: 2,
    maxlength: CAP,
    spellcheck: "false",
    "aria-label": label,
    "aria-describedby": hintId,
    "data-focus": focus,
    on: {
      keydown: (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
        event.preventDefault();
        add();
      },
    },
  });
  let chosen = match;

  function add(leaving = false) {
    const words = area.value.split(SPLIT).map((text) => text.trim()).filter((text) => clean(text));
    if (!words.length) return;
    const long = words.find((text) => length(text) > limit);
    if (long) {
      note.textContent = `“${long}”超过 ${limit} 字，请缩短后再添加。`;
      return;
    }
    area.value = "";
    note.textContent = "";
    onAdd(words.map((text) => ({ text, match: chosen })), leaving);
  }

  const row = h(
    "div",
    { class: "sem-adder" },
    area,
    selectField({ label: "匹配方式", hideLabel: true, value: chosen, options: Object.entries(matches), onPick: (value) => onMatch((chosen = value)) }),
    button("添加", { class: "pc-btn-main", "aria-label": `添加${label}`, on: { click: () => add() } }),
  );
  row.addEventListener("focusout", (event) => {
    if (row.contains(event.relatedTarget) || !clean(area.value)) return;
    ctx.later(SETTLE, () => area.isConnected && add(true));
  });
  return h("div", { class: "sem-add-box" }, h("p", { class: "pc-hint", id: hintId }, `每行一个，也可以用逗号或顿号隔开；按 Ctrl+回车添加。每个不超过 ${limit} 字。`), row, note);
}

/** Editor of the negatives of a plan or unit. `find(doc)` gives the part that holds them. */
export function negativesEditor({ ctx, place, find, owner, room, key }) {
  const words = find(ctx.store.doc).negatives || [];
  const change = (label, mutate) => ctx.change({ label, place }, (doc) => mutate(find(doc)));

  function chip(word, at) {
    const other = word.match === "exact" ? "phrase" : "exact";
    if (ctx.readOnly) return h("li", { class: "sem-chip" }, h("span", { class: "sem-chip-text" }, word.text), h("span", { class: "sem-chip-tag" }, NEGATIVE_MATCH[word.match]));
    return h(
      "li",
      { class: "sem-chip" },
      h("span", { class: "sem-chip-text" }, word.text),
      h(
        "button",
        {
          type: "button",
          class: "sem-chip-tag",
          title: `点一下改为${NEGATIVE_MATCH[other]}`,
          "aria-label": `“${word.text}”是${NEGATIVE_MATCH[word.match]}，改为${NEGATIVE_MATCH[other]}`,
          "data-focus": `${key}:match:${at}`,
          on: {
            click: () => {
              change(`修改否定词“${word.text}”`, (part) => (part.negatives[at].match = other));
              ctx.refresh(`${key}:match:${at}`);
            },
          },
        },
        NEGATIVE_MATCH[word.match],
      ),
      h(
        "button",
        {
          type: "button",
          class: "sem-chip-x",
          "aria-label": `删除否定词“${word.text}”`,
          "data-focus": `${key}:x:${at}`,
          on: {
            click: () => {
              change(`删除否定词“${word.text}”`, (part) => part.negatives.splice(at, 1));
              ctx.refresh(words.length > 1 ? `${key}:x:${Math.min(at, words.length - 2)}` : `${key}:add`);
            },
          },
        },
        "×",
      ),
    );
  }

  function add(found, leaving) {
    const fresh = [];
    for (const word of found) if (!holds([...words, ...fresh], word.text, word.match)) fresh.push(word);
    const kept = fresh.slice(0, room);
    if (kept.length) {
      change(`添加 ${kept.length} 个否定词`, (part) => (part.negatives = [...(part.negatives || []), ...kept]));
    }
    if (leaving) ctx.redraw();
    else ctx.refresh(`${key}:add`);
    ctx.announce(added(kept.length, found.length - fresh.length, fresh.length - kept.length, "否定词"));
  }

  return [
    words.length ? h("ul", { class: "sem-chips", "aria-label": `${owner}的否定词` }, words.map(chip)) : h("p", { class: "sem-empty" }, "还没有否定词。"),
    !ctx.readOnly &&
      (room > 0
        ? wordAdder({
            label: `${owner}的否定词`,
            matches: NEGATIVE_MATCH,
            match: ctx.ui.negativeMatch,
            focus: `${key}:add`,
            ctx,
            limit: ctx.content.limits.keyword,
            onMatch: (value) => (ctx.ui.negativeMatch = value),
            onAdd: add,
          })
        : h("p", { class: "pc-hint" }, `每个计划（连同其中的单元）最多 ${ctx.content.limits.negatives} 个否定词，已用完。`)),
  ];
}

/** What happened to a batch of words, in one sentence. */
export function added(number, known, beyond, what) {
  const parts = [number ? `已添加 ${number} 个${what}` : `没有添加${what}`];
  if (known) parts.push(`${known} 个已经有了`);
  if (beyond) parts.push(`${beyond} 个超出限额`);
  return `${parts.join("，")}。`;
}
