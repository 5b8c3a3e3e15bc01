/**
 * 休息, for candidates who were granted break time: what is shown is reported, the clock stands still, and what was seen
 * is frozen afterwards. Whether and how long is the server's business.
 */

import { digits } from "./clock.js";
import { byId } from "./dom.js";

export class BreakTime {
  #api;
  #curtain;
  #granted = null; // what the server last said; null: no such accommodation
  #endsAt = 0; // performance.now() at the end of the break
  #seen = new Set();
  #reported = new Set();
  #reporting = false;

  /** `onTake()` is asked for by the candidate's confirmation, `onEnd()` by his return. */
  constructor({ api, curtain, onTake, onEnd }) {
    this.#api = api;
    this.#curtain = curtain;
    this.onEnd = onEnd;
    this.button = byId("break");
    this.dialog = byId("break-dialog");
    this.confirm = byId("break-confirm");
    this.button.addEventListener("click", () => this.#ask());
    byId("break-cancel").addEventListener("click", () => this.dialog.close());
    this.confirm.addEventListener("click", () => {
      this.confirm.disabled = true;
      onTake();
    });
    this.dialog.addEventListener("close", () => {
      this.confirm.disabled = false;
    });
    setInterval(() => this.#tick(), 500);
  }

  /** What a start or a break call says: `{seconds_left, until, frozen}` or null. */
  learn(granted, serverTime, roundTrip) {
    this.#granted = granted || null;
    if (granted?.until) this.#endsAt = performance.now() + Date.parse(granted.until) - Date.parse(serverTime) - roundTrip / 2;
  }

  /** What this machine has to know of it to go on without network. */
  get granted() {
    return this.#granted;
  }

  get isOn() {
    return Boolean(this.#granted?.until);
  }

  isFrozen(slot) {
    return Boolean(this.#granted?.frozen.includes(slot));
  }

  /** Slots shown on this page so far. */
  get slots() {
    return [...this.#seen];
  }

  /** Offer a break, or do not. */
  offer(yes) {
    this.button.hidden = !yes || !this.#granted?.seconds_left;
    if (!yes) this.dialog.close();
  }

  get isAsking() {
    return this.dialog.open;
  }

  #ask() {
    byId("break-longest").textContent = lasting(this.#granted.seconds_left);
    this.trouble("");
    this.dialog.showModal();
    byId("break-cancel").focus();
  }

  /** The break could not be taken. */
  trouble(sentence) {
    const place = byId("break-trouble");
    place.hidden = !sentence;
    place.textContent = sentence;
    this.confirm.disabled = false;
  }

  /** Cover the form for the break. */
  cover(trouble = "") {
    this.dialog.close();
    this.#curtain.show("休息中", trouble || "计时已经停止。休息时间用完后自动继续计时；看过的题不能再改，没看过的题可以继续答。", [
      { label: "结束休息，继续答题", primary: true, act: this.onEnd },
    ]);
    this.#tick();
  }

  #tick() {
    const place = byId("curtain-clock");
    place.hidden = !this.isOn || byId("curtain").hidden;
    if (!place.hidden) place.textContent = digits(Math.max(0, this.#endsAt - performance.now()));
  }

  /** An item is on screen. Reported until the server knows; a break reports once more. */
  async shown(slot) {
    if (!this.#granted) return;
    this.#seen.add(slot);
    if (this.#reporting) return;
    this.#reporting = true;
    try {
      for (let news = this.#news(); news.length; news = this.#news()) {
        await this.#api.seen(news);
        for (const one of news) this.#reported.add(one);
      }
    } catch {
      // The next item shown tries again.
    } finally {
      this.#reporting = false;
    }
  }

  #news() {
    return [...this.#seen].filter((slot) => !this.#reported.has(slot));
  }
}

function lasting(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes && `${minutes} 分钟`, rest && `${rest} 秒`].filter(Boolean).join(" ");
}
