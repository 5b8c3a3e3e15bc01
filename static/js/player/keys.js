/** Keyboard: arrows or page keys turn items, digits pick choices, M marks, T reads the time aloud. */

const WRITING = "input[type=text], input[type=tel], input[type=search], input[type=number], textarea, select, [contenteditable]";

export function listen({ isOn, previous, next, pick, mark, time }) {
  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target instanceof Element ? event.target : document.body;
    // A workbench has its own keys; in a text box every key is text.
    if (at.closest(".practical, dialog") || at.matches(WRITING)) return;
    const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
    const act = {
      ArrowLeft: previous,
      PageUp: previous,
      ArrowRight: next,
      PageDown: next,
      m: mark,
      M: mark,
      t: time,
      T: time,
    }[event.key];
    if (digit) pick(digit - 1);
    else if (act) act();
    else return;
    event.preventDefault();
  });
}
