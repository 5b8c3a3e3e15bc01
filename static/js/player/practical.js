/** Hosts the workbenches of practical items. Each stays open while the form is, so that undo works across items. */

import { h } from "./dom.js";
import { frozenNote, itemHead } from "./choice.js";

const QUIET = 400; // save after a pause in typing of this length …
const LONGEST = 2_000; // … but never later than this after the first change

export class Workbenches {
  #open = new Map(); // slot -> {node, bench}
  #waiting = new Map(); // slot -> {response, since, timer}

  /** @param {Object} options `addresses` of the modules by interaction, `onSave(slot, response)`, `onDirty()` */
  constructor({ addresses, onSave, onDirty }) {
    Object.assign(this, { addresses, onSave, onDirty });
  }

  /** Changes that are not in the queue yet. */
  get dirty() {
    return this.#waiting.size;
  }

  /** Show the item's workbench in `root`. */
  async show(root, { item, total, response, frozen, onResponse }) {
    let entry = this.#open.get(item.slot);
    if (!entry) {
      entry = { node: h("div", { class: "practical" }, h("p", { class: "muted" }, "正在打开操作台……")), bench: null };
      this.#open.set(item.slot, entry);
    }
    const label = item.minutes ? `建议用时 ${item.minutes} 分钟` : "实操任务";
    root.replaceChildren(itemHead(item, total, label, item.title), ...(frozen ? [frozenNote()] : []), entry.node);
    if (entry.bench || entry.loading) return;
    entry.loading = true;
    try {
      const module = await import(this.addresses[item.interaction]);
      if (this.#open.get(item.slot) !== entry) return; // closed meanwhile
      entry.bench = module.mount(entry.node, {
        content: item.task,
        response,
        readOnly: frozen,
        onChange: (submission) => {
          onResponse(submission);
          this.#later(item.slot, submission);
        },
      });
    } catch {
      this.#open.delete(item.slot);
      const again = h("button", { type: "button", class: "button", on: { click: () => this.show(root, { item, total, response, frozen, onResponse }) } }, "重新打开");
      entry.node.replaceChildren(h("p", { class: "notice notice--error", role: "alert" }, "操作台没有打开。请检查网络后点击“重新打开”；仍不行请举手。"), again);
    } finally {
      entry.loading = false;
    }
  }

  /** The server holds something newer: show that. */
  setResponse(slot, response) {
    this.#cancel(slot);
    this.#open.get(slot)?.bench?.setResponse(response);
  }

  /** Put everything that waits into the queue now. */
  flush() {
    for (const [slot, { response }] of [...this.#waiting]) {
      this.#cancel(slot);
      this.onSave(slot, response);
    }
  }

  close() {
    for (const { bench } of this.#open.values()) bench?.destroy(); // finishes what was being typed
    this.flush();
    this.#open.clear();
  }

  #cancel(slot) {
    clearTimeout(this.#waiting.get(slot)?.timer);
    this.#waiting.delete(slot);
  }

  #later(slot, response) {
    const now = performance.now();
    const since = this.#waiting.get(slot)?.since ?? now;
    this.#cancel(slot);
    const timer = setTimeout(() => {
      this.#waiting.delete(slot);
      this.onSave(slot, response);
    }, Math.max(0, Math.min(QUIET, since + LONGEST - now)));
    this.#waiting.set(slot, { response, since, timer });
    this.onDirty();
  }
}
