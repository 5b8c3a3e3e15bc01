/**
 * One page per attempt. The tab's name is part of the seat the server knows; a duplicated tab would carry the same
 * name, so pages of one browser ask each other first.
 */

import { newKey } from "../uuid.js";
import { keep, kept, ofBrowser, ofTab } from "./dom.js";

const ANSWER_WITHIN = 250;

export class Tabs {
  #name;
  #me = newKey();
  #holding = false;
  #channel = null;
  #heard = null;

  /** `onTaken` runs when another page of this browser goes on with the attempt. */
  constructor(attempt, onTaken) {
    this.#name = `sit.tab.${attempt}`;
    if (!("BroadcastChannel" in window)) return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => {
      if (data.from === this.#me) return;
      if (data.say === "anybody" && this.#holding) this.#tell("here");
      if (data.say === "here" && this.#heard) this.#heard();
      if (data.say === "mine" && this.#holding) {
        this.#holding = false;
        onTaken();
      }
    };
    window.addEventListener("pagehide", () => this.#channel.close());
  }

  #tell(say) {
    this.#channel.postMessage({ say, from: this.#me });
  }

  /** The name of this tab: the former one unless another page is using it. */
  async name() {
    const other = await this.#anybody();
    if (!other) {
      const former = kept(ofTab, this.#name) || kept(ofBrowser, this.#name);
      if (former) return former;
    }
    return newKey();
  }

  #anybody() {
    if (!this.#channel) return false;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ANSWER_WITHIN);
      this.#heard = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#tell("anybody");
    });
  }

  /** The server let this page in: other pages stop. */
  hold(name) {
    keep(ofTab, this.#name, name);
    keep(ofBrowser, this.#name, name);
    this.#holding = true;
    if (this.#channel) this.#tell("mine");
  }

  release() {
    this.#holding = false;
  }
}
