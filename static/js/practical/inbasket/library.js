/** The script library: what is there already, and the entries the candidate adds. */

import { button, h, uid } from "../shared/dom.js";
import { textControl } from "../shared/controls.js";
import { clean, SAFETY } from "../shared/text.js";
import { insertText } from "./handling.js";

const MOST = 20; // the safety limit of the server
const VARIABLE = /\{[^{}]{1,12}\}/gu; // as the scorer reads it

export function renderLibrary(ctx) {
  const { content, store, readOnly } = ctx;
  const { labels } = content;
  const entries = store.doc.library || [];
  return h(
    "div",
    { class: "pc-stack" },
    h("h3", { class: "pc-title", tabindex: "-1", "data-focus": "title" }, labels.library),
    content.scripts.length > 0 &&
      h(
        "details",
        { class: "ib-known", open: true },
        h("summary", {}, `已有的${labels.entry}（${content.scripts.length} 条）`),
        h("dl", {}, content.scripts.map((script) => h("div", {}, h("dt", {}, script.q), h("dd", {}, script.a)))),
      ),
    h("h4", { class: "ib-heading" }, `补充的${labels.entry}`, h("span", { class: "ib-count" }, `${entries.length} 条`)),
    !entries.length && h("p", { class: "pc-empty" }, `还没有补充。点“添加${labels.entry}”，写明${labels.question}和内容。`),
    entries.map((entry, index) => renderEntry(entry, index, entries.length, ctx)),
    !readOnly &&
      button(`＋ 添加${labels.entry}`, {
        class: "pc-btn-main pc-btn-wide",
        disabled: entries.length >= MOST,
        "data-focus": "add",
        on: {
          click: () => {
            store.change({ label: `添加${labels.entry}`, screen: "library" }, (doc) => {
              doc.library = [...(doc.library || []), {}];
            });
            ctx.refresh(`script:${entries.length}:q`);
          },
        },
      }),
  );
}

function renderEntry(entry, index, count, ctx) {
  const { content, store, readOnly } = ctx;
  const { labels, limits } = content;
  const title = `${labels.entry} ${index + 1}`;
  const headId = uid("script");
  const variables = h("p", { class: "pc-hint ib-variables" });
  const showVariables = (text) => {
    const found = [...new Set(clean(text).match(VARIABLE) || [])];
    variables.textContent = found.length ? `变量：${found.join("、")}` : "变量写在大括号里，使用时换成实际内容，如 {订单号}。";
  };
  const set = (part, label) => (value) => {
    store.change({ label: `修改${title}的${label}`, screen: "library", merge: `script:${index}:${part}` }, (doc) => {
      if (value === "") delete doc.library[index][part];
      else doc.library[index][part] = value;
    });
    if (part === "a") showVariables(value);
  };
  const remove = () => {
    store.change({ label: `删除${title}`, screen: "library" }, (doc) => doc.library.splice(index, 1));
    ctx.refresh(index < count - 1 ? `script:${index}:delete` : "add");
    ctx.announce(`已删除${title}，可以点“撤销”恢复。`);
  };
  const script = textControl({ label: labels.entry, value: entry.a, limit: limits.script, multiline: true, rows: 4, focus: `script:${index}:a`, readOnly, onInput: set("a", labels.entry) });
  showVariables(entry.a);
  return h(
    "section",
    { class: "ib-script", "aria-labelledby": headId },
    h(
      "div",
      { class: "ib-script-head" },
      h("h4", { id: headId }, title),
      !readOnly && button("删除", { class: "pc-btn-danger", "aria-label": `删除${title}`, "data-focus": `script:${index}:delete`, on: { click: remove } }),
    ),
    textControl({ label: labels.question, value: entry.q, limit: limits.question, cap: SAFETY.name, focus: `script:${index}:q`, readOnly, onInput: set("q", labels.question) }),
    script,
    h(
      "div",
      { class: "ib-script-foot" },
      variables,
      !readOnly &&
        button("插入变量", {
          "aria-label": `在${title}里插入变量`,
          on: { click: () => insertText(script.querySelector("textarea"), "{变量}", [1, 3]) },
        }),
    ),
  );
}
