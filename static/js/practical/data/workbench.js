/**
 * DATA workbench: a data back office with its tables in a sheet, and the answer sheet beside it.
 *
 * mount(root, {content, response, onChange, readOnly}) -> {destroy(), setResponse(json)}
 *
 * `content` is the task's public part, `response` what the server holds (or null). `onChange(submission)` gets a copy
 * of the whole submission after every change; when to send it is the player's business. Nothing here knows the key.
 */

import { h } from "../shared/dom.js";
import { createFrame } from "../shared/frame.js";
import { createStore } from "../shared/store.js";
import { createAnswers } from "./answers.js";
import { createBook } from "./book.js";
import { createSheetPane } from "./sheet.js";

export function mount(root, { content, response = null, onChange = () => {}, readOnly = false }) {
  const store = createStore(response, onChange);
  const book = createBook(content, () => store.doc.s || {});
  const ctx = { store, book, content, readOnly, announce: (text) => frame.announce(text) };
  const answers = createAnswers(ctx);
  const sheets = createSheetPane(ctx);
  // On a narrow page one of the two is shown at a time.
  const tabs = h("nav", { class: "da-switch", "aria-label": "工作台栏目" }, tab("数据表", "sheet"), tab("答题", "answers"));
  const frame = createFrame({
    name: "da",
    content,
    store,
    readOnly,
    tabs,
    arrange: ({ brief, main }) => {
      main.append(sheets.node, answers.node);
      return [brief, main];
    },
    onTravel: (entry) => {
      answers.draw();
      show(entry.screen.pane);
      if (entry.screen.pane === "sheet") sheets.show(entry.screen);
      else answers.show(entry.screen.focus);
    },
    title: () => answers.node.querySelector("[data-focus=title]"),
  });
  const stop = store.subscribe(() => {
    sheets.update();
    answers.update();
  });
  show("sheet");
  root.replaceChildren(frame.box);

  function tab(label, pane) {
    return h("button", { type: "button", "data-pane": pane, on: { click: () => show(pane) } }, label);
  }

  function show(pane) {
    for (const one of tabs.children) {
      if (one.dataset.pane === pane) one.setAttribute("aria-current", "page");
      else one.removeAttribute("aria-current");
    }
    frame.main.classList.toggle("is-answers", pane === "answers");
  }

  return {
    destroy() {
      sheets.finish();
      frame.destroy();
      stop();
      sheets.destroy();
    },
    setResponse(json) {
      if (!store.replace(json)) return;
      answers.draw();
      frame.announce("");
    },
  };
}
