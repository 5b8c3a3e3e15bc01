/** The countdown: what the server last said, carried on with the monotonic clock. The machine's own date is never asked. */

const MINUTE = 60_000;

export class Countdown {
  #left = null; // what the server said
  #at = 0; // performance.now() at that moment
  #frozen = true;
  #before = Infinity; // remaining time at the last tick, to see thresholds being crossed
  #total;

  /**
   * @param {Object} options
   * @param {number} options.total allowed time in ms, for the half-time announcement
   * @param {(ms: number) => void} options.onTick
   * @param {(sentence: string) => void} options.announce
   * @param {() => void} options.onZero called once each time the end is reached
   */
  constructor({ total, onTick, announce, onZero }) {
    Object.assign(this, { onTick, announce, onZero });
    this.#total = total;
    setInterval(() => this.tick(), 250);
  }

  get remaining() {
    if (this.#left === null) return null;
    return Math.max(0, this.#left - (this.#frozen ? 0 : performance.now() - this.#at));
  }

  /** The server's word; half of the round trip has passed since it was written. */
  sync(left, roundTrip, frozen) {
    const shown = this.remaining;
    if (shown !== null && left - shown > 2_000) {
      this.#total += left - shown; // time was granted
      this.#before = Infinity;
    }
    this.#left = Math.max(0, left - (frozen ? 0 : roundTrip / 2));
    this.#at = performance.now();
    this.#frozen = frozen;
    this.tick();
  }

  tick() {
    const now = this.remaining;
    if (now === null) return;
    this.onTick(now);
    if (this.#frozen) return;
    const crossed = (mark) => this.#before !== Infinity && this.#before > mark && now <= mark;
    if (crossed(MINUTE)) this.announce("还剩 1 分钟，时间到后系统自动交卷。");
    else if (crossed(10 * MINUTE)) this.announce("还剩 10 分钟。");
    else if (crossed(this.#total / 2)) this.announce(`时间已过一半，还剩 ${spoken(now)}。`);
    const ended = now <= 0 && this.#before > 0;
    this.#before = now;
    if (ended) this.onZero();
  }

  /** The end was not the end after all: be ready for the next one. */
  rearm() {
    this.#before = Infinity;
  }
}

/** 01:23:45; a started second still counts. */
export function digits(ms) {
  const seconds = Math.ceil(ms / 1000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((n) => String(n).padStart(2, "0")).join(":");
}

/** 1 小时 23 分钟, for reading aloud. */
export function spoken(ms) {
  const seconds = Math.ceil(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (!hours && !minutes) return `${seconds} 秒`;
  return `${hours ? `${hours} 小时 ` : ""}${minutes} 分钟`;
}

const AT = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** 14:03:22 of a server's moment. */
export function timeOf(iso) {
  return AT.format(new Date(iso));
}
