/**
 * Where events wait until the server has acknowledged them. The queue works on its own copy; a store keeps it beyond
 * the page. This one keeps nothing beyond the page; an encrypted one in IndexedDB takes its place later, with the same
 * three functions.
 */
export class MemoryStore {
  #events = new Map();

  /** Events of an earlier page, oldest first. */
  async load() {
    return [...this.#events.values()];
  }

  async put(event) {
    this.#events.set(event.key, event);
  }

  async remove(keys) {
    for (const key of keys) this.#events.delete(key);
  }
}
