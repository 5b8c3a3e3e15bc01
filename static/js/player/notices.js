/** What the page says: announcements, messages of the proctor, the state of saving, and the curtain before the form. */

import { byId, h, keep, kept, ofTab } from "./dom.js";
import { timeOf } from "./clock.js";

/** Say something to screen readers, politely. */
export function announce(sentence) {
  const place = byId("announcer");
  place.textContent = "";
  setTimeout(() => {
    place.textContent = sentence;
  }, 50);
}

/** Messages of the proctor stay in a strip above the item until the candidate has read them. */
export class Strip {
  #shown = new Set();
  #name;

  constructor(attempt) {
    this.#name = `sit.read.${attempt}`;
    this.place = byId("strip");
    for (const id of (kept(ofTab, this.#name) || "").split(" ")) this.#shown.add(id);
  }

  show(messages) {
    for (const { id, text, sent_at: at } of messages) {
      if (this.#shown.has(id)) continue;
      this.#shown.add(id);
      this.place.hidden = false;
      const line = h("p", { class: "strip__line" }, h("span", { class: "strip__text" }, h("strong", {}, "监考员消息"), ` ${timeOf(at)}　${text}`));
      const read = h("button", { type: "button", class: "button strip__read", on: { click: () => this.#read(id, line) } }, "知道了");
      line.append(read);
      this.place.append(line);
    }
  }

  #read(id, line) {
    line.remove();
    this.place.hidden = !this.place.children.length;
    keep(ofTab, this.#name, `${kept(ofTab, this.#name) || ""} ${id}`.trim());
    byId("item-title")?.focus({ preventScroll: true });
  }
}

const SAVE = {
  idle: () => "作答会自动保存",
  saved: (at) => `已保存 ${timeOf(at)}`,
  saving: () => "保存中…",
  offline: (at, unsaved) => (unsaved ? "网络断开，答案保留在本页，正在重试" : "网络断开，正在重试，可以继续作答"),
  faulty: () => "有作答未能保存，请举手",
  stopped: () => "本页已停止保存",
};

/** The state of saving, always visible. Only trouble and its end are read aloud. */
export class SaveState {
  #kind = "idle";

  show(kind, { at = null, unsaved = 0 } = {}) {
    const sentence = SAVE[kind](at, unsaved);
    byId("save").dataset.kind = kind;
    byId("save-text").textContent = sentence;
    if (kind === this.#kind) return;
    const bad = (one) => one === "offline" || one === "faulty";
    if (bad(kind)) announce(sentence);
    else if (bad(this.#kind) && kind === "saved") announce("网络已恢复，作答已保存。");
    if (kind !== "saving" || !bad(this.#kind)) this.#kind = kind;
  }
}

/** Covers the form: before the start, during a pause, when this page may not go on. */
export class Curtain {
  constructor() {
    this.place = byId("curtain");
    this.desk = byId("desk");
  }

  /** @param {Array<{label: string, primary?: boolean, href?: string, blank?: boolean, act?: () => void}>} actions */
  show(title, text = "", actions = []) {
    byId("curtain-title").textContent = title;
    byId("curtain-text").textContent = text;
    byId("curtain-actions").replaceChildren(
      ...actions.map(({ label, primary, href, blank, act }) => {
        const look = `button ${primary ? "button--primary" : ""}`;
        if (href) return h("a", { class: look, href, target: blank ? "_blank" : null, rel: blank ? "noopener" : null }, label);
        const node = h("button", { type: "button", class: look }, label);
        node.addEventListener("click", () => {
          node.disabled = true;
          act();
        });
        return node;
      }),
    );
    this.desk.hidden = true;
    this.place.hidden = false;
    this.place.focus({ preventScroll: true });
    announce(`${title}。${text}`);
  }

  lift() {
    this.place.hidden = true;
    this.desk.hidden = false;
  }
}
