/** Sorting and filtering one column. */

import { selectControl, textControl } from "../shared/controls.js";
import { button, h } from "../shared/dom.js";
import { columnName } from "./formula.js";
import { clean } from "../shared/text.js";
import { cellNumber } from "./numbers.js";
import { FILTER_SIGNS } from "./view.js";

const TICKED = 8; // a column with more different texts is filtered by typing a part of them

/** `onApply(text)` is told in words what was done; `nameOf(column)` names a column for the person. */
export function renderColumnPanel({ book, title, view, column, nameOf, onApply, onClose }) {
  const name = nameOf(column);
  const texts = view.texts(column);
  const sort = (way, word) =>
    button(word, {
      "aria-pressed": String(way !== 0 && view.order?.column === column && view.order.way === way),
      on: {
        click: (event) => {
          view.sort(column, way);
          for (const one of event.currentTarget.parentNode.querySelectorAll("[aria-pressed]")) one.setAttribute("aria-pressed", String(one === event.currentTarget && way !== 0));
          onApply(way ? `已按${name}${word}排列。` : "已恢复原来的顺序。");
        },
      },
    });
  const apply = (filter) => {
    view.filter(column, filter);
    onApply(`显示 ${view.dataRows().length} 行，共 ${book.sheet(title).rows.length} 行。`);
  };
  return h(
    "div",
    {
      class: "da-panel",
      role: "group",
      "aria-label": `${name}的排序和筛选`,
      on: {
        keydown: (event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          onClose();
        },
      },
    },
    h("div", { class: "da-panel-head" }, h("h4", { tabindex: "-1" }, `${columnName(column)} 列　${name}`), button("收起", { on: { click: onClose } })),
    h("div", { class: "pc-row" }, sort(1, "升序"), sort(-1, "降序"), sort(0, "原来的顺序")),
    texts ? (texts.length > TICKED ? byPart(view, column, apply) : byText(view, column, texts, apply)) : byNumber(view, column, apply),
  );
}

function byText(view, column, texts, apply) {
  const hidden = new Set(view.filterOf(column)?.hidden);
  return h(
    "fieldset",
    { class: "pc-group da-filter" },
    h("legend", { class: "pc-label" }, "只看勾选的"),
    h(
      "div",
      { class: "da-values" },
      texts.map((text) =>
        h(
          "label",
          { class: "pc-choice" },
          h("input", {
            type: "checkbox",
            checked: !hidden.has(text),
            on: {
              change: (event) => {
                if (event.target.checked) hidden.delete(text);
                else hidden.add(text);
                apply({ hidden: new Set(hidden) });
              },
            },
          }),
          h("span", {}, text || "（空白）"),
        ),
      ),
    ),
  );
}

function byPart(view, column, apply) {
  return h(
    "div",
    { class: "da-part" },
    textControl({ label: "只看包含", hint: "输入其中几个字", value: view.filterOf(column)?.part || "", cap: 20, onInput: (part) => apply(clean(part) ? { part } : null) }),
  );
}

function byNumber(view, column, apply) {
  const filter = view.filterOf(column);
  let sign = filter?.sign || "";
  let typed = filter ? String(filter.number) : "";
  const tell = () => {
    const number = cellNumber(typed);
    apply(sign && number !== null ? { sign, number } : null);
  };
  return h(
    "div",
    { class: "da-condition" },
    selectControl({
      label: "只看",
      value: sign,
      options: FILTER_SIGNS,
      onPick: (value) => {
        sign = value;
        tell();
      },
    }),
    textControl({
      label: "数值",
      value: typed,
      cap: 20,
      onInput: (value) => {
        typed = value;
        tell();
      },
    }),
  );
}
