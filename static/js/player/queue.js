/**
 * The queue of unsaved responses: one request at a time, the newest revision per item, tried again until the server
 * has acknowledged it. Nothing leaves the queue without an acknowledgement or a visible refusal, and nothing leaves the
 * vault before the hand-in is acknowledged: a server that was set back to an older backup gets everything again.
 */

import { newKey } from "../uuid.js";
import { sleep } from "./dom.js";
import { DONE, OPEN } from "./vault.js";

const BATCH = 100;
const ROOM = 1_000_000; // characters of one batch: in UTF-8 well below what the server takes
const FIRST_WAIT = 700;
const LONGEST_WAIT = 15_000;
const KEEP_WITHIN = 1_000;
const NO_HEAD = "0".repeat(64); // of a chain without events, as the contract says

/** The events in portions that the server takes at once. */
export function batches(events, most = BATCH) {
  const found = [];
  let room = 0;
  for (const event of events) {
    const size = JSON.stringify(event).length;
    if (!found.length || size > room || found[found.length - 1].length >= most) {
      found.push([]);
      room = ROOM;
    }
    found[found.length - 1].push(event);
    room -= size;
  }
  return found;
}

export class SaveQueue {
  #pending = new Map(); // key -> {event, at, sent, was}; insertion order is the order of sending
  #done = new Map(); // key -> {event, at, seq, head}: acknowledged with this number, when the chain ended in this head
  #faulty = new Map(); // slot -> sentence why it could not be saved
  #revs = new Map(); // slot -> newest revision known, ours or the server's
  #head = ""; // the chain's newest link as the server last told us, when nothing of ours was missing there
  #seq = 0; // the highest number we have an acknowledgement with
  #count = 0; // events ever made: the order of their making
  #tries = 0;
  #running = false;
  #stopped = true;
  #limit = BATCH;
  #catchingUp = false; // after a time without network
  #again = false; // acknowledged events are on their way once more
  #forgotten = 0; // events the server had acknowledged and does not know any more
  #wake = {};
  #abort = null;

  /**
   * @param {Object} options
   * @param {(events: Object[], options: Object) => Promise<Object>} options.send
   * @param {Object} options.vault see vault.js
   * @param {() => void} options.onChange the state changed; read `state`, `size`, `faulty`
   * @param {(ack: Object, event: Object) => void} options.onAck
   * @param {(answer: Object) => void} options.onAnswer each answer as a whole (clock, messages)
   * @param {(count: number) => void} options.onRestored so many acknowledged events had to be sent again
   * @param {(problem: Error) => void} options.onStopped a refusal that trying again does not mend
   */
  constructor({ send, vault, onChange, onAck, onAnswer, onRestored, onStopped }) {
    Object.assign(this, { send, vault, onChange, onAck, onAnswer, onRestored, onStopped });
    this.savedAt = null;
  }

  get size() {
    return this.#pending.size;
  }

  get faulty() {
    return this.#faulty;
  }

  /** "idle", "saving", "offline", "catching_up" (sending what piled up) or "restoring" (sending everything again). */
  get state() {
    if (this.#tries) return "offline";
    if (!this.#pending.size) return "idle";
    if (this.#forgotten) return "restoring";
    return this.#catchingUp ? "catching_up" : "saving";
  }

  /** What an earlier page of this attempt left in the vault: the newest response of each item. */
  async restore() {
    const [open, done] = await Promise.all([this.vault.list(OPEN), this.vault.list(DONE)]);
    this.#head = (await this.vault.get("head")) ?? "";
    const newest = new Map();
    for (const { event, at, seq, head } of [...done, ...open].sort((one, other) => one.at - other.at)) {
      this.#count = Math.max(this.#count, at);
      this.learn(event.slot, event.rev);
      if (seq !== undefined) {
        this.#done.set(event.key, { event, at, seq, head });
        this.#seq = Math.max(this.#seq, seq);
      } else if (this.#done.has(event.key)) {
        this.vault.remove([OPEN + event.key]); // the browser ended between the two writes
      } else {
        this.#pending.set(event.key, { event, at, sent: true });
      }
      if (event.rev >= (newest.get(event.slot)?.rev ?? -1)) newest.set(event.slot, event);
    }
    return newest;
  }

  /** Whether this item has a change the server has not acknowledged. */
  isPending(slot) {
    return [...this.#pending.values()].some(({ event, was }) => event.slot === slot && was === undefined);
  }

  /** Whether the server's revision is at least as new as anything we know of. */
  isNews(slot, rev) {
    return rev >= (this.#revs.get(slot) ?? 0);
  }

  /** A revision the server holds: ours must be higher. */
  learn(slot, rev) {
    this.#revs.set(slot, Math.max(rev, this.#revs.get(slot) ?? 0));
  }

  /**
   * The chain's head as the server tells it. When it is not the one we know, somebody else extended the chain, or the
   * server was set back to an older backup: sending everything again does no harm in the first case (a known event gets
   * its old acknowledgement) and loses nothing in the second.
   */
  compare(head) {
    if (this.#running || head === this.#head) return;
    if (!this.#done.size) {
      this.#know(head);
      return;
    }
    const kept = [...this.#done.values()];
    // A head of long ago: the server is where it was then, and what we had acknowledged since is gone there.
    const then = kept.filter((one) => one.head === head).map(({ seq }) => seq);
    this.#sendAgain(kept, then.length || head === NO_HEAD ? Math.max(0, ...then) : Infinity);
    this.onChange();
    this.#pump();
  }

  /** Put acknowledged entries before what waits; the server is known to have lost those numbered above `last`. */
  #sendAgain(entries, last) {
    const waiting = [...this.#pending];
    this.#forgotten += entries.filter(({ seq }) => seq > last).length;
    this.#pending.clear();
    for (const { event, at, seq } of entries.sort((one, other) => one.at - other.at)) {
      this.#done.delete(event.key);
      this.#pending.set(event.key, { event, at, sent: true, was: seq });
    }
    for (const [key, entry] of waiting) this.#pending.set(key, entry);
    this.#again = true;
    this.#seq = 0;
  }

  #know(head) {
    this.#head = head;
    this.vault.put("head", head);
  }

  /** Queue the newest response of an item. */
  push(slot, response) {
    // Never sent: nobody has seen it, the newer one stands for it.
    const replaced = [...this.#pending].filter(([, { event, sent }]) => event.slot === slot && !sent).map(([key]) => key);
    for (const key of replaced) this.#pending.delete(key);
    const rev = (this.#revs.get(slot) ?? 0) + 1;
    this.#revs.set(slot, rev);
    this.#count += 1;
    const entry = { event: { key: newKey(), slot, rev, response }, at: this.#count, sent: false };
    this.#pending.set(entry.event.key, entry);
    // The newer one is on this machine before the older one goes: a browser that ends in between keeps either.
    entry.kept = this.vault
      .put(OPEN + entry.event.key, { event: entry.event, at: entry.at })
      .then(() => this.vault.remove(replaced.map((key) => OPEN + key)));
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

  /** Everything answered at this machine, acknowledged or not, in the order of its making: for the rescue file. */
  everything() {
    return [...this.#done.values(), ...this.#pending.values()].sort((one, other) => one.at - other.at).map(({ event }) => event);
  }

  /** Try now instead of waiting out the pause (the network is back). */
  kick() {
    if (this.#wake.now) this.#wake.now();
  }

  /** The hand-in is acknowledged: nothing is left to do, and nothing to keep. */
  async clear() {
    this.#pending.clear();
    this.#done.clear();
    this.#tries = 0;
    this.onChange();
    await this.vault.erase();
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
    this.vault.remove([OPEN + event.key, DONE + event.key]);
    // A newer change of the same item may be right; then it is sent and the fault is over.
    if (!this.isPending(event.slot)) this.#faulty.set(event.slot, message || "这道题的作答未能保存。");
  }

  async #pump() {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    while (this.#pending.size && !this.#stopped) {
      const [{ length }] = batches(this.events(), this.#limit);
      const entries = [...this.#pending.values()].slice(0, length);
      for (const entry of entries) entry.sent = true;
      // On this machine first: what is on its way must not be lost when the machine fails before the answer comes. A
      // storage that does not answer must not keep it from the server either.
      await Promise.race([Promise.all(entries.map(({ kept }) => kept)), sleep(KEEP_WITHIN)]);
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
    if (!this.#pending.size) {
      this.#catchingUp = false;
      if (this.#forgotten) this.onRestored(this.#forgotten);
      this.#forgotten = 0;
      this.#again = false;
    }
    this.onChange();
  }

  #settle(answer) {
    this.#catchingUp = this.#catchingUp || this.#tries > 0;
    this.#tries = 0;
    this.#limit = BATCH;
    this.savedAt = answer.server_time;
    const before = [...this.#done.values()];
    let gap = null; // the first number that does not follow on what we know
    for (const ack of answer.acks) {
      const entry = this.#pending.get(ack.key);
      if (!entry) continue;
      this.#pending.delete(ack.key);
      const { event, at } = entry;
      const done = { event, at, seq: ack.seq, head: answer.head };
      this.#done.set(ack.key, done);
      if (!this.#again && gap === null && ack.seq !== this.#seq + 1) gap = ack.seq;
      this.#seq = Math.max(this.#seq, ack.seq);
      this.vault.put(DONE + ack.key, done);
      this.vault.remove([OPEN + ack.key]);
      if (ack.current) this.learn(event.slot, ack.current.rev);
      this.onAck(ack, event);
    }
    // The same question as in `compare`, answered by the numbers: this answer's head has our new events in it already.
    if (gap !== null && before.length) this.#sendAgain(before, gap - 1);
    // Known only when all of ours is there: a page that ends before that has to notice again.
    if (![...this.#pending.values()].some(({ was }) => was !== undefined)) this.#know(answer.head);
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
