/** The answer sheet: one button per item; colour, sign and spoken words all tell its state. */

import { byId, h } from "./dom.js";

export class Sheet {
  #cells = new Map();

  constructor({ onJump }) {
    this.onJump = onJump;
    this.panel = byId("sheet");
    this.button = byId("sheet-button");
    this.button.addEventListener("click", () => this.open(this.button.getAttribute("aria-expanded") !== "true"));
    byId("sheet-close").addEventListener("click", () => {
      this.open(false);
      this.button.focus();
    });
  }

  /** On narrow screens the sheet lies below and is opened by a button. */
  open(yes) {
    this.button.setAttribute("aria-expanded", String(yes));
    this.panel.classList.toggle("is-open", yes);
  }

  build(sitting) {
    this.#cells.clear();
    byId("sheet-sections").replaceChildren(
      ...sitting.sections.map((section) =>
        h(
          "section",
          { class: "sheet__section" },
          h("h3", {}, section.title, " ", h("span", { class: "muted" }, `${section.items.length} 题`)),
          h("ol", { class: "cells" }, section.items.map((item) => h("li", {}, this.#cell(item)))),
        ),
      ),
    );
  }

  #cell(item) {
    const word = h("span", { class: "cell__word" });
    const cell = h(
      "button",
      {
        type: "button",
        class: "cell",
        on: {
          click: () => {
            this.open(false);
            this.onJump(item.number - 1);
          },
        },
      },
      item.called.startsWith("任务") ? item.called : h("span", { class: "number" }, String(item.number)),
      word,
    );
    this.#cells.set(item.slot, { cell, word });
    return cell;
  }

  draw(sitting, faulty, breakTime) {
    sitting.items.forEach((item, index) => {
      const { cell, word } = this.#cells.get(item.slot);
      const answered = sitting.isAnswered(item.slot);
      const marked = sitting.marks.has(item.slot);
      const fault = faulty.has(item.slot);
      cell.className = ["cell", answered && "cell--answered", marked && "cell--marked", fault && "cell--faulty", breakTime.isFrozen(item.slot) && "cell--frozen"].filter(Boolean).join(" ");
      if (index === sitting.current) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
      const frozen = breakTime.isFrozen(item.slot) && "不能再改";
      const words = [answered ? "已答" : "未答", marked && "标疑", fault && "未能保存", frozen].filter(Boolean).join("，");
      word.textContent = words;
      cell.setAttribute("aria-label", `${item.called}，${words}`);
    });
    const open = sitting.unanswered.length;
    const done = sitting.items.length - open;
    byId("count-answered").textContent = done;
    byId("count-open").textContent = open;
    byId("count-marked").textContent = sitting.marked.length;
    byId("sheet-count").textContent = `${done}/${sitting.items.length}`;
  }

  /** Keep the current item's number in view. */
  reveal(sitting) {
    const entry = sitting.item && this.#cells.get(sitting.item.slot);
    if (entry && entry.cell.offsetParent) {
      const box = this.panel.getBoundingClientRect();
      const at = entry.cell.getBoundingClientRect();
      if (at.top < box.top || at.bottom > box.bottom) this.panel.scrollTop += at.top - box.top - box.height / 2;
    }
  }
}
