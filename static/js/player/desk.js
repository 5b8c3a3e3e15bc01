/**
 * The desk: the item on screen and the answer sheet beside it. What the candidate answers goes into the sitting and on
 * its way to the server; whether answering is allowed at all is the player's business.
 */

import { drawChoice } from "./choice.js";
import { byId } from "./dom.js";
import { announce } from "./notices.js";
import { Sheet } from "./sheet.js";

export class Desk {
  #sitting;
  #queue;
  #workbenches;
  #sheet;
  #breakTime;
  #choice = null; // the choice item on screen

  /** `onJump(index)` is asked for when an item is chosen on the answer sheet. */
  constructor({ sitting, queue, workbenches, breakTime, onJump }) {
    this.#sitting = sitting;
    this.#queue = queue;
    this.#workbenches = workbenches;
    this.#breakTime = breakTime;
    this.#sheet = new Sheet({ onJump });
  }

  /** Lay out a form; the responses are in the sitting already. */
  lay(sections, order) {
    this.#sitting.load(sections, order);
    this.#sheet.build(this.#sitting);
    this.#show();
  }

  /** Take the form off the screen; the responses stay in the sitting. */
  clearAway() {
    this.#workbenches.close();
    this.#sitting.unload();
    byId("item").replaceChildren();
    byId("sheet-sections").replaceChildren();
  }

  go(index) {
    if (!this.#sitting.go(index)) return;
    this.#show();
    window.scrollTo({ top: 0 });
    byId("item-title").focus({ preventScroll: true });
  }

  /** Choose by number; a workbench has its own keys. */
  pick(index) {
    this.#choice?.pick(index);
  }

  mark() {
    const item = this.#sitting.item;
    const on = this.#sitting.toggleMark(item.slot);
    announce(on ? `${item.called}已标疑` : `${item.called}已取消标疑`);
    this.draw();
  }

  clear() {
    const item = this.#sitting.item;
    if (!this.#choice || this.#breakTime.isFrozen(item.slot) || !this.#sitting.isAnswered(item.slot)) return;
    const response = { choices: [] };
    this.#choice.show(response);
    this.#answer(item.slot, response);
    announce(`${item.called}的作答已清除`);
  }

  /** The server holds something newer for a slot. */
  replace(slot, response) {
    this.#sitting.setResponse(slot, response);
    this.#workbenches.setResponse(slot, response);
    if (this.#sitting.item?.slot === slot) this.#choice?.show(response);
    announce("这道题已有更新的作答，已换成较新的内容。");
    this.draw();
  }

  /** The answer sheet and the buttons of the item on screen. */
  draw() {
    const sitting = this.#sitting;
    if (!sitting.item) return;
    this.#sheet.draw(sitting, this.#queue.faulty, this.#breakTime);
    const marked = sitting.marks.has(sitting.item.slot);
    byId("mark").setAttribute("aria-pressed", String(marked));
    byId("mark-text").textContent = marked ? "取消标疑" : "标疑";
    byId("clear").disabled = !sitting.isAnswered(sitting.item.slot) || this.#breakTime.isFrozen(sitting.item.slot);
  }

  #show() {
    const sitting = this.#sitting;
    const item = sitting.item;
    this.#choice = null;
    if (!item) return;
    this.#breakTime.shown(item.slot);
    const frozen = this.#breakTime.isFrozen(item.slot);
    const common = { item, frozen, total: sitting.items.length, response: sitting.responseOf(item.slot) };
    if (item.interaction.startsWith("practical.")) {
      // A workbench sends its own changes, when there is something worth sending.
      const onResponse = (response) => {
        sitting.setResponse(item.slot, response);
        this.draw();
      };
      this.#workbenches.show(byId("item"), { ...common, onResponse });
    } else {
      const onPick = (response) => this.#answer(item.slot, response);
      this.#choice = drawChoice(byId("item"), { ...common, onPick });
    }
    byId("clear").hidden = !this.#choice;
    byId("previous").disabled = sitting.current === 0;
    byId("next").disabled = sitting.current === sitting.items.length - 1;
    this.draw();
    this.#sheet.reveal(sitting);
  }

  #answer(slot, response) {
    this.#sitting.setResponse(slot, response);
    this.#queue.push(slot, response);
    this.draw();
  }
}
