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

/** Messages of the proctor, and the page's own that must be read, stay in a strip above the item until they were. */
export class Strip {
  #shown = new Set();
  #name;

  constructor(attempt) {
    this.#name = `sit.read.${attempt}`;
    this.place = byId("strip");
    for (const id of (kept(ofTab, this.#name) || "").split(" ")) this.#shown.add(id);
  }

  show(messages) {
    for (const { id, text, sent_at: at = null, from = "监考员消息" } of messages) {
      if (this.#shown.has(id)) continue;
      this.#shown.add(id);
      this.place.hidden = false;
      const line = h("p", { class: "strip__line" }, h("span", { class: "strip__text" }, h("strong", {}, from), ` ${at ? timeOf(at) : ""}　${text}`));
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
  offline: (at, kept) => (kept ? "网络断开，答案已存本机，可继续作答" : "网络断开，答案只在本页，请勿关闭页面，请举手"),
  catching_up: () => "正在补传答案，请勿关闭页面",
  restoring: () => "服务器恢复了较早的备份，正在重新上传答案，请勿关闭页面",
  faulty: () => "有作答未能保存，请举手",
  stopped: () => "本页已停止保存",
};
const TROUBLE = ["offline", "faulty", "restoring"];

/** The state of saving, always visible. Only trouble and its end are read aloud. */
export class SaveState {
  #kind = "idle";

  /** @param {{at?: string, kept?: boolean}} facts when the last answer was saved; whether this machine keeps answers */
  show(kind, { at = null, kept = false } = {}) {
    const sentence = SAVE[kind](at, kept);
    byId("save").dataset.kind = kind;
    byId("save-text").textContent = sentence;
    byId("offline").hidden = kind !== "offline";
    if (kind === this.#kind) return;
    const bad = TROUBLE.includes(this.#kind);
    if (TROUBLE.includes(kind)) announce(sentence);
    else if (bad && kind === "saved") announce("网络已恢复，作答已保存。");
    if (!["saving", "catching_up"].includes(kind) || !bad) this.#kind = kind;
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
