/** The hand-in dialog: what is still open, and a way to each of it. */

import { byId, h } from "./dom.js";

export class HandIn {
  /** @param {Object} options `onConfirm()`, `onCancel()`, `onJump(index)` */
  constructor({ onConfirm, onCancel, onJump }) {
    this.onJump = onJump;
    this.dialog = byId("hand-in-dialog");
    this.confirm = byId("hand-in-confirm");
    this.confirm.addEventListener("click", () => {
      this.busy(true);
      onConfirm();
    });
    const cancel = () => {
      this.close();
      onCancel();
    };
    byId("hand-in-cancel").addEventListener("click", cancel);
    this.cancel = cancel;
    this.dialog.addEventListener("cancel", onCancel); // the Escape key
    this.dialog.addEventListener("close", () => this.busy(false));
  }

  open(sitting, unsaved) {
    const open = sitting.unanswered;
    const marked = sitting.marked;
    const total = sitting.items.length;
    byId("hand-in-summary").textContent = open.length
      ? `共 ${total} 题，已答 ${total - open.length} 题，还有 ${open.length} 题未答${marked.length ? `，${marked.length} 题标疑` : ""}。`
      : `共 ${total} 题，已全部作答${marked.length ? `，其中 ${marked.length} 题标疑` : ""}。`;
    byId("hand-in-lists").replaceChildren(
      ...[
        ["未答", open],
        ["标疑", marked],
      ]
        .filter(([, items]) => items.length)
        .map(([word, items]) =>
          h("section", { class: "jumps" }, h("h3", {}, word), h("ul", { class: "jumps__list" }, items.map((item) => h("li", {}, this.#jump(word, item))))),
        ),
    );
    this.trouble(unsaved ? "有作答还没有保存好，交卷时会一并提交。" : "");
    if (!this.dialog.open) this.dialog.showModal();
    byId("hand-in-cancel").focus();
  }

  #jump(word, item) {
    const act = () => {
      this.cancel();
      this.onJump(item.number - 1);
    };
    return h("button", { type: "button", class: "button jumps__button number", "aria-label": `去${item.called}（${word}）`, on: { click: act } }, String(item.number));
  }

  busy(yes) {
    this.confirm.disabled = yes;
    this.confirm.textContent = yes ? "正在交卷…" : "确认交卷";
  }

  trouble(sentence) {
    const place = byId("hand-in-trouble");
    place.hidden = !sentence;
    place.textContent = sentence;
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  get isOpen() {
    return this.dialog.open;
  }
}
