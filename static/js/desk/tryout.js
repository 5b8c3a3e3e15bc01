/** The workbench of a task at its author's or reviewer's hand, and what the scorer says of what is made in it. */

import { h } from "../practical/shared/dom.js";

const room = document.getElementById("tryout");
const said = room.querySelector("[data-said]");
const bench = room.querySelector("[data-bench]");
const scores = room.querySelector("[data-scores]");
const score = room.querySelector("[data-score]");
const opener = room.querySelector("[data-open]");
const form = document.getElementById("desk");
const stored = document.getElementById("work");
let submission = null;
let mounted = null;

/** What the preview shows: the text in the editor, or the task as it is kept. */
function content() {
  return stored ? JSON.parse(stored.textContent).content : JSON.parse(form.elements.content.value);
}

async function open() {
  scores.replaceChildren();
  score.disabled = true;
  let shown;
  try {
    shown = content();
  } catch {
    tell("“任务内容”还不是正确的 JSON，点“检查”可以看到哪一行有问题。", true);
    return;
  }
  try {
    const { mount } = await import(room.dataset.module);
    if (mounted) mounted.destroy();
    mounted = null;
    mounted = mount(bench, { content: shown, response: submission, onChange: (made) => { submission = made; } });
    score.disabled = false;
    if (opener) opener.textContent = "按现在的内容重新打开";
    tell(opener ? "预览已打开。改了内容以后请重新打开；试做的内容会保留。" : "这就是考生的操作台，可以在里面试做，再看得分；试做不会保存。");
  } catch {
    bench.replaceChildren();
    tell("按现在的“任务内容”打不开操作台，请先检查并改正列出的问题。", true);
  }
}

function tell(sentence, isBad = false) {
  said.textContent = sentence;
  said.className = isBad ? "notice notice--error" : "muted";
}

async function rate() {
  score.disabled = true;
  const label = score.textContent;
  score.textContent = "正在评分……";
  try {
    const body = { submission: submission || {} };
    if (!stored) for (const name of ["interaction", "content", "key", "world"]) body[name] = form.elements[name]?.value ?? "";
    const answer = await fetch(room.dataset.try, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    scores.replaceChildren(h("p", { class: "notice notice--error", role: "alert" }, "没有评分，请检查网络后再试；试做的内容还在。"));
  } finally {
    score.disabled = false;
    score.textContent = label;
  }
}

function token() {
  const kept = document.cookie.split("; ").find((row) => row.startsWith("csrftoken="));
  return kept ? kept.slice("csrftoken=".length) : "";
}

function show({ sentence, problems, criteria, total, max }) {
  const parts = [];
  if (sentence) parts.push(h("div", { class: "notice notice--warning" }, sentence, h("ul", {}, problems.map((one) => h("li", {}, one)))));
  if (criteria) parts.push(h("h3", {}, "试做得分"), table(criteria, total, max));
  scores.replaceChildren(...parts);
  scores.scrollIntoView({ block: "nearest" });
}

function table(criteria, total, max) {
  const head = ["评分项", "得分", "依据", "职业技能要求"].map((name, index) => h("th", { scope: "col", class: index === 1 ? "number" : null }, name));
  const rows = criteria.map((one) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, `${one.id} ${one.name}`),
      h("td", { class: "number nowrap" }, one.score === null ? `人评 / ${one.max}` : `${one.score} / ${one.max}`),
      h("td", { class: "wide break" }, one.evidence),
      h("td", {}, one.codes.join("、")),
    ),
  );
  rows.push(h("tr", {}, h("th", { scope: "row" }, "合计"), h("td", { class: "number nowrap" }, h("strong", {}, `${total} / ${max}`)), h("td", { colspan: "2" }, criteria.some((one) => one.score === null) ? "人评的评分项没有计入。" : "")));
  return h(
    "div",
    { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "试做得分（窄屏可左右滚动）" },
    h("table", { class: "table desk-scores" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)),
  );
}

score.addEventListener("click", rate);
if (opener) opener.addEventListener("click", open);
else open();
