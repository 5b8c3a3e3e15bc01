/** The editor of a task: from a fault to its place, the cursor's line and column, and no text lost by leaving. */

import { locate, offsetAt } from "./locate.js";

const form = document.getElementById("desk");
const status = document.getElementById("desk-status");
const areas = [...form.querySelectorAll("textarea")];
let isChanged = "changed" in form.dataset;
let isSending = false;

for (const link of form.querySelectorAll(".desk-faults a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const field = document.querySelector(link.hash);
    const part = field.closest("details");
    if (part) part.open = true;
    field.focus();
    if (field.matches("textarea")) select(field, placeOf(field, link.dataset));
    else field.scrollIntoView({ block: "center" });
  });
}

function placeOf(area, { line, column, path }) {
  if (line) return offsetAt(area.value, Number(line), Number(column));
  return locate(area.value, (path || "").split(".").slice(1));
}

/** Put the cursor there and the line into view; lines are as high as each other where none is wrapped. */
function select(area, offset) {
  area.setSelectionRange(offset, Math.min(offset + 1, area.value.length));
  const lines = area.value.split("\n").length;
  const line = area.value.slice(0, offset).split("\n").length;
  area.scrollTop = Math.max(0, (area.scrollHeight * (line - 1)) / lines - area.clientHeight / 2);
  area.scrollIntoView({ block: "center" });
}

for (const area of areas) {
  const place = area.closest("details").querySelector("[data-place]");
  const tell = () => {
    const before = area.value.slice(0, area.selectionStart).split("\n");
    place.textContent = `光标在第 ${before.length} 行第 ${before[before.length - 1].length + 1} 列。`;
  };
  for (const name of ["keyup", "click", "focus", "select"]) area.addEventListener(name, tell);
}

form.addEventListener("input", () => {
  isChanged = true;
  status.textContent = "有未保存的修改。";
});

form.addEventListener("submit", (event) => {
  const size = new Blob(areas.map((area) => area.value)).size;
  if (size > Number(form.dataset.limit)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    status.textContent = "任务的 JSON 合计超过 1 MB，没有发送；请删减后再试。";
    return;
  }
  isSending = true;
}, true);
addEventListener("pageshow", () => { isSending = false; });
addEventListener("beforeunload", (event) => {
  if (isChanged && !isSending) event.preventDefault();
});
