/** Creatives of a unit: title with wildcard, description, live length, and how a searcher would see them. */

import { button, h } from "../shared/dom.js";
import { clean, length, shown as asTyped } from "../shared/text.js";
import { selectField, textField } from "./fields.js";
import { allUnits, planName, unitAt, unitName } from "./model.js";

const WILDCARD = /\{([^{}]+)\}/;
const DEFAULT_WORD = "关键词";

/** Length of a title: the braces of a wildcard are marks and not shown. The twin of account.py. */
const titleLength = (text) => length(text) - [...clean(text)].filter((c) => c === "{" || c === "}").length;

export function renderCreatives(place, ctx, unit) {
  const creatives = unit.creatives || [];
  const { limits } = ctx.content;
  const key = `unit:${place.c}:${place.g}:cr`;
  const full = creatives.length >= limits.creatives;
  return [
    h("p", { class: "pc-lead" }, `每个单元最多 ${limits.creatives} 条。通配符写作 {默认词}，展现时换成触发的关键词，大括号不计入字数。`),
    !creatives.length && h("p", { class: "sem-empty" }, "还没有创意。"),
    creatives.map((creative, at) => card(creative, at, { place, ctx, unit, key, count: creatives.length })),
    !ctx.readOnly &&
      button("＋ 添加创意", {
        class: "pc-btn-wide",
        disabled: full,
        "data-focus": `${key}:add`,
        on: {
          click: () => {
            ctx.change({ label: "添加创意", place }, (doc) => {
              const found = unitAt(doc, place);
              found.creatives = [...(found.creatives || []), {}];
            });
            ctx.refresh(`${key}:${creatives.length}:title`);
          },
        },
      }),
    !ctx.readOnly && !full && copier(place, ctx, key),
  ];
}

function card(creative, at, { place, ctx, unit, key, count }) {
  const { limits } = ctx.content;
  const title = `创意 ${at + 1}`;
  const find = (doc) => unitAt(doc, place).creatives[at];
  const shown = { ...creative };
  const preview = h("div", { class: "sem-ad", role: "group", "aria-label": `${title}的预览` });
  const draw = () => preview.replaceChildren(...advert(shown, unit, ctx));
  const set = (field, label) => (value) => {
    shown[field] = value;
    draw();
    ctx.change({ label: `修改${title}的${label}`, place, merge: `${key}:${at}:${field}` }, (doc) => (find(doc)[field] = value));
  };
  draw();
  return h(
    "section",
    { class: "sem-card", "aria-label": title },
    h(
      "div",
      { class: "sem-card-head" },
      h("h4", {}, title),
      !ctx.readOnly &&
        button("删除", {
          class: "pc-btn-danger",
          "aria-label": `删除${title}`,
          "data-focus": `${key}:x:${at}`,
          on: {
            click: () => {
              ctx.change({ label: `删除${title}`, place }, (doc) => unitAt(doc, place).creatives.splice(at, 1));
              ctx.refresh(count > 1 ? `${key}:x:${Math.min(at, count - 2)}` : `${key}:add`);
              ctx.announce(`已删除${title}，可以点“撤销”恢复。`);
            },
          },
        }),
    ),
    textField({
      label: "标题",
      value: creative.title,
      least: limits.title[0],
      limit: limits.title[1],
      count: titleLength,
      focus: `${key}:${at}:title`,
      readOnly: ctx.readOnly,
      onInput: set("title", "标题"),
      extra: (input) => !ctx.readOnly && button("插入通配符", { "aria-label": `在${title}的标题里插入通配符`, on: { click: () => insertWildcard(input) } }),
    }),
    textField({ label: "描述", value: creative.desc, least: limits.desc[0], limit: limits.desc[1], multiline: true, focus: `${key}:${at}:desc`, readOnly: ctx.readOnly, onInput: set("desc", "描述") }),
    preview,
  );
}

/** Puts {关键词} where the cursor stands, or around what is selected, and leaves the default word selected. */
function insertWildcard(input) {
  const from = input.selectionStart ?? input.value.length;
  const to = input.selectionEnd ?? from;
  const word = input.value.slice(from, to) || DEFAULT_WORD;
  input.setRangeText(`{${word}}`, from, to);
  input.focus();
  input.setSelectionRange(from + 1, from + 1 + word.length);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The result a searcher would see. It shows what was written and nothing about how well it would do. */
function advert(creative, unit, ctx) {
  const title = asTyped(creative.title).replace(/｛/g, "{").replace(/｝/g, "}");
  const found = WILDCARD.exec(title);
  const word = (unit.keywords || [])[0]?.text || found?.[1];
  const page = ctx.content.landings.find((one) => one.id === unit.landing);
  const head = found ? [title.slice(0, found.index), h("em", {}, word), title.slice(found.index + found[0].length)] : [title || "（标题）"];
  return [
    h("p", { class: "sem-ad-title" }, ...head),
    h("p", {}, asTyped(creative.desc) || "（描述）"),
    h("p", { class: "sem-ad-foot" }, `${ctx.content.account} · ${page ? page.name : "未选落地页"}`, h("span", { class: "pc-badge" }, "广告")),
  ];
}

/** Taking over the creatives of another unit. */
function copier(place, ctx, key) {
  const others = allUnits(ctx.store.doc).filter(({ c, g, unit }) => (c !== place.c || g !== place.g) && (unit.creatives || []).length);
  if (!others.length) return null;
  let from = `${others[0].c}:${others[0].g}`;
  return h(
    "div",
    { class: "sem-copy" },
    selectField({
      label: "从其他单元复制创意",
      value: from,
      options: others.map(({ plan, unit, c, g }) => [`${c}:${g}`, `${planName(plan, c)} / ${unitName(unit, g)}（${unit.creatives.length} 条）`]),
      onPick: (value) => (from = value),
    }),
    button("复制过来", {
      "data-focus": `${key}:copy`,
      on: {
        click: () => {
          const [c, g] = from.split(":").map(Number);
          ctx.change({ label: "复制创意", place }, (doc) => {
            const found = unitAt(doc, place);
            const copies = unitAt(doc, { c, g }).creatives.map((one) => ({ ...one }));
            found.creatives = [...(found.creatives || []), ...copies].slice(0, ctx.content.limits.creatives);
          });
          ctx.refresh(`${key}:add`);
          ctx.announce("已复制创意，请按本单元的主题修改。");
        },
      },
    }),
  );
}
