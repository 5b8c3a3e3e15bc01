/** What the candidate has before him: items, responses, marks and the place in the form. */

import { keep, kept, ofTab } from "./dom.js";

/** Rows sorted as their names stand in `names`; as they are where nothing is said. */
function inOrder(rows, names, name) {
  if (!names) return rows;
  const place = new Map(names.map((one, index) => [one, index]));
  return [...rows].sort((a, b) => place.get(a[name]) - place.get(b[name]));
}

export class Sitting {
  #attempt;
  #responses = new Map();

  constructor(attempt) {
    this.#attempt = attempt;
    this.items = [];
    this.sections = [];
    this.marks = new Set(this.#recall("marks") || []);
    this.current = 0;
  }

  #recall(what) {
    try {
      return JSON.parse(kept(ofTab, `sit.${what}.${this.#attempt}`));
    } catch {
      return null;
    }
  }

  #remember(what, value) {
    keep(ofTab, `sit.${what}.${this.#attempt}`, JSON.stringify(value));
  }

  /** Take the form as `start` gave it, in the candidate's own order if there is one (`{items, choices}`). */
  load(sections, order = null) {
    this.items = [];
    this.sections = sections.map((section) => {
      const items = inOrder(section.items, order?.items, "slot").map((found) => {
        const data = { ...found, shown: inOrder(found.choices || [], order?.choices[found.slot], "id") };
        const number = this.items.length + 1;
        const called = data.interaction.startsWith("practical.") ? `任务 ${number}` : `第 ${number} 题`;
        const item = { ...data, number, called, section: section.title };
        this.items.push(item);
        return item;
      });
      return { title: section.title, items };
    });
    const place = this.items.findIndex((item) => item.slot === this.#recall("current"));
    this.current = place < 0 ? Math.min(this.current, Math.max(0, this.items.length - 1)) : place;
  }

  /** Drop the form (it is hidden during a pause); responses and marks stay. */
  unload() {
    this.items = [];
    this.sections = [];
  }

  get item() {
    return this.items[this.current] || null;
  }

  go(index) {
    if (index < 0 || index >= this.items.length) return false;
    this.current = index;
    this.#remember("current", this.items[index].slot);
    return true;
  }

  responseOf(slot) {
    return this.#responses.get(slot) ?? null;
  }

  setResponse(slot, response) {
    this.#responses.set(slot, response);
  }

  isAnswered(slot) {
    const response = this.#responses.get(slot);
    if (!response) return false;
    return Array.isArray(response.choices) ? response.choices.length > 0 : Object.keys(response).length > 0;
  }

  toggleMark(slot) {
    if (!this.marks.delete(slot)) this.marks.add(slot);
    this.#remember("marks", [...this.marks]);
    return this.marks.has(slot);
  }

  get unanswered() {
    return this.items.filter((item) => !this.isAnswered(item.slot));
  }

  get marked() {
    return this.items.filter((item) => this.marks.has(item.slot));
  }
}
