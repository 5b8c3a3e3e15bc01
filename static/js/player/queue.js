/**
 * The queue of unsaved responses: one request at a time, the newest revision per item, tried again until the server
 * has acknowledged it. Nothing leaves the queue without an acknowledgement or a visible refusal.
 */

import { sleep } from "./dom.js";

const BATCH = 100;
const FIRST_WAIT = 700;
const LONGEST_WAIT = 8_000;

export class SaveQueue {
  #pending = new Map(); // key -> {event, sent}; insertion order is the order of sending
  #faulty = new Map(); // slot -> sentence why it could not be saved
  #revs = new Map(); // slot -> newest revision known, ours or the server's
  #tries = 0;
  #running = false;
  #stopped = true;
  #limit = BATCH;
  #wake = {};
  #abort = null;

  /**
   * @param {Object} options
   * @param {(events: Object[], options: Object) => Promise<Object>} options.send
   * @param {Object} options.store see store.js
   * @param {() => void} options.onChange the state changed; read `state`, `size`, `faulty`
   * @param {(ack: Object, event: Object) => void} options.onAck
   * @param {(answer: Object) => void} options.onAnswer each answer as a whole (clock, messages)
   * @param {(problem: Error) => void} options.onStopped a refusal that trying again does not mend
   */
  constructor({ send, store, onChange, onAck, onAnswer, onStopped }) {
    Object.assign(this, { send, store, onChange, onAck, onAnswer, onStopped });
    this.savedAt = null;
  }

  get size() {
    return this.#pending.size;
  }

  get faulty() {
    return this.#faulty;
  }

  /** "idle", "saving" or "offline". */
  get state() {
    if (this.#tries) return "offline";
    return this.#pending.size ? "saving" : "idle";
  }

  /** Whether this item has a change the server has not acknowledged. */
  isPending(slot) {
    return [...this.#pending.values()].some(({ event }) => event.slot === slot);
  }

  /** A revision the server holds: ours must be higher. */
  learn(slot, rev) {
    this.#revs.set(slot, Math.max(rev, this.#revs.get(slot) ?? 0));
  }

  /** Queue the newest response of an item. */
  push(slot, response) {
    for (const [key, entry] of this.#pending) {
      // Never sent: nobody has seen it, the newer one stands for it.
      if (entry.event.slot === slot && !entry.sent) {
        this.#pending.delete(key);
        this.store.remove([key]);
      }
    }
    const rev = (this.#revs.get(slot) ?? 0) + 1;
    this.#revs.set(slot, rev);
    const event = { key: newKey(), slot, rev, response };
    this.#pending.set(event.key, { event, sent: false });
    this.store.put(event);
    this.#faulty.delete(slot);
    this.onChange();
    this.#pump();
  }

  /** Begin or go on sending. */
  resume() {
    this.#stopped = false;
    this.#tries = 0;
    this.onChange();
    this.#pump();
  }

  /** Stop sending at once and return what is not acknowledged; those events may have arrived all the same. */
  halt() {
    this.#stopped = true;
    if (this.#abort) this.#abort.abort();
    if (this.#wake.now) this.#wake.now();
    return this.events();
  }

  events() {
    return [...this.#pending.values()].map(({ event }) => event);
  }

  /** Try now instead of waiting out the pause (the network is back). */
  kick() {
    if (this.#wake.now) this.#wake.now();
  }

  /** The hand-in carried everything: nothing is left to do. */
  clear() {
    this.store.remove([...this.#pending.keys()]);
    this.#pending.clear();
    this.#tries = 0;
    this.onChange();
  }

  /**
   * Put events the server refused aside, visibly. Returns false when the refusal names none of ours.
   * @param {Object[]} errors `errors[]` of the problem document
   */
  setAside(errors) {
    let found = false;
    for (const { key, message } of errors) {
      const entry = this.#pending.get(key);
      if (!entry) continue;
      found = true;
      this.#drop(entry.event, message);
    }
    this.onChange();
    return found;
  }

  #drop(event, message) {
    this.#pending.delete(event.key);
    this.store.remove([event.key]);
    // A newer change of the same item may be right; then it is sent and the fault is over.
    if (!this.isPending(event.slot)) this.#faulty.set(event.slot, message || "这道题的作答未能保存。");
  }

  async #pump() {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    while (this.#pending.size && !this.#stopped) {
      const entries = [...this.#pending.values()].slice(0, this.#limit);
      for (const entry of entries) entry.sent = true;
      this.#abort = new AbortController();
      try {
        const { data, ms } = await this.send(entries.map(({ event }) => event), { signal: this.#abort.signal });
        this.#settle(data);
        this.onAnswer(data, ms);
      } catch (problem) {
        if (this.#abort.signal.aborted) continue; // halted, and perhaps resumed since
        await this.#fail(problem, entries);
      }
    }
    this.#running = false;
    this.onChange();
  }

  #settle(answer) {
    this.#tries = 0;
    this.#limit = BATCH;
    this.savedAt = answer.server_time;
    for (const ack of answer.acks) {
      const entry = this.#pending.get(ack.key);
      if (!entry) continue;
      this.#pending.delete(ack.key);
      this.store.remove([ack.key]);
      if (ack.current) this.learn(entry.event.slot, ack.current.rev);
      this.onAck(ack, entry.event);
    }
    this.onChange();
  }

  async #fail(problem, entries) {
    if (problem.transient) {
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries) * (0.6 + Math.random() * 0.8);
      this.#tries += 1;
      this.onChange();
      await sleep(wait, this.#wake);
      return;
    }
    if (problem.status === 422) {
      if (this.setAside(problem.errors)) return;
      // The refusal names no event: halve the batch until it is clear which one it is.
      if (entries.length > 1) this.#limit = Math.ceil(entries.length / 2);
      else this.#drop(entries[0].event, problem.message);
      return;
    }
    this.#stopped = true;
    this.onStopped(problem);
  }
}

/** UUID v4; randomUUID is missing on plain HTTP, getRandomValues is not. */
export function newKey() {
  if (window.isSecureContext && crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, hex);
}
