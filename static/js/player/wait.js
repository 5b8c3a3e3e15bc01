/** The waiting page: counts down on the server's time and lights the button as soon as work may start. */

import { call } from "./api.js";
import { digits } from "./clock.js";
import { byId, sleep } from "./dom.js";
import { forgetPages, keepPage } from "./offline.js";
import { canKeep, eraseOthers } from "./vault.js";

const box = byId("wait");
const opensAt = Number(box.dataset.opens);
const loadedAt = performance.now();
// The server's time when it made this page, carried on with the monotonic clock.
const serverNow = () => Number(box.dataset.now) + performance.now() - loadedAt;

const subjects = [...box.querySelectorAll("[data-attempt]")].map((node) => ({
  node,
  part: (name) => node.querySelector(`[data-part="${name}"]`),
  ...node.dataset,
}));

const usualHint = byId("hint").textContent;
let session = box.dataset.session;
const states = new Map(subjects.map(({ attempt, state }) => [attempt, state]));

const BADGES = {
  ready: ["quiet", "未开始"],
  in_progress: ["busy", "答题中"],
  paused: ["warn", "已暂停"],
  submitted: ["good", "已交卷"],
  expired: ["good", "到时自动交卷"],
  voided: ["bad", "已作废"],
};
const OVER = ["submitted", "expired", "voided"];

function draw() {
  const current = subjects.find(({ attempt }) => !OVER.includes(states.get(attempt)));
  for (const subject of subjects) drawSubject(subject, subject === current, current);
  drawPhase(current);
}

function drawSubject(subject, isCurrent, current) {
  const state = states.get(subject.attempt);
  const absent = state === "expired" && subject.seen === "0";
  const [kind, word] = absent ? ["quiet", "未参加"] : BADGES[state];
  const badge = subject.part("badge");
  badge.className = `badge badge--${kind}`;
  badge.textContent = word;
  subject.node.classList.toggle("subject--current", isCurrent);
  const go = subject.part("go");
  const note = subject.part("note");
  const working = ["in_progress", "paused"].includes(state);
  const open = isCurrent && (working || session === "running");
  note.textContent = "";
  go.className = `button ${isCurrent ? "button--primary" : ""}`;
  if (OVER.includes(state)) {
    go.textContent = "查看回执";
    go.hidden = absent || state === "voided";
    go.disabled = false;
    if (state === "voided") note.textContent = "本科目已作废，请举手联系监考员。";
  } else {
    go.textContent = working ? "继续答题" : "开始答题";
    go.disabled = !open;
    if (!isCurrent) note.textContent = `“${current.name}”交卷后可以开始。`;
    else if (working) note.textContent = "本科目已经开始计时，请尽快继续。";
    else if (session === "closed") note.textContent = "本场考试已结束，不能再进入。如有疑问请举手联系监考员。";
    else if (sharedClockRuns(subject)) note.textContent = `合计计时不停，还剩 ${digits(Math.max(0, subject.left - (performance.now() - subject.leftAt)))}，请尽快开始。`;
  }
}

/** One clock for all components, and an earlier one was begun. */
function sharedClockRuns(subject) {
  return box.dataset.shared && subject.leftAt && subjects.some(({ seen }) => seen === "1");
}

function drawPhase(current) {
  const left = opensAt - serverNow();
  const clock = byId("clock");
  const waiting = current && session !== "running" && session !== "closed";
  clock.hidden = !waiting || left <= 0;
  if (!clock.hidden) clock.textContent = digits(left);
  let text = "等待监考员宣布开考";
  let hint = usualHint;
  if (!current && subjects.length) {
    text = "全部科目已经结束";
    hint = "请留在座位，等监考员同意后离场。";
  } else if (current && ["in_progress", "paused"].includes(states.get(current.attempt))) {
    text = `“${current.name}”正在进行`;
    hint = "请点击“继续答题”回到试卷。";
  } else if (session === "closed") {
    text = "本场考试已结束";
    hint = "";
  } else if (session === "running") {
    const later = subjects.some(({ attempt }) => OVER.includes(states.get(attempt)));
    text = later ? `可以开始“${current.name}”` : "考试已经开始";
    hint = box.dataset.shared && later ? "请尽快开始，合计计时不停。" : "点击“开始答题”后开始计时。";
  } else if (left > 0) {
    text = "距计划开考还有";
  }
  const phase = byId("phase");
  if (phase.textContent !== text) phase.textContent = text;
  if (byId("hint").textContent !== hint) byId("hint").textContent = hint;
}

for (const subject of subjects) {
  subject.part("go").addEventListener("click", () => {
    window.location.assign(OVER.includes(states.get(subject.attempt)) ? subject.done : subject.play);
  });
}

async function poll() {
  for (;;) {
    await sleep(2_000 + Math.random() * 1_000);
    const trouble = byId("trouble");
    try {
      const { data } = await call("GET", box.dataset.url);
      trouble.hidden = true;
      const mine = data.filter(({ id }) => states.has(id));
      // The session was published meanwhile, or the plan changed: the page as a whole is stale.
      const published = !subjects.length && data.some(({ session: { id } }) => id === box.dataset.sessionId);
      if (published || mine.some(({ opens_at: at, session: { state } }) => state !== "running" && state !== "closed" && Math.abs(Date.parse(at) - opensAt) > 1_000)) {
        window.location.reload();
        return;
      }
      for (const { id, state, session: of, remaining_ms: left } of mine) {
        states.set(id, state);
        session = of.state;
        const subject = subjects.find(({ attempt }) => attempt === id);
        Object.assign(subject, { left, leftAt: performance.now() });
        if (state === "ready" && subject.part("minutes")) subject.part("minutes").textContent = String(Math.floor(left / 60_000));
        if (["in_progress", "paused"].includes(state)) subject.seen = "1";
      }
      draw();
    } catch (problem) {
      if (problem.status === 401 || problem.status === 403) {
        window.location.assign(box.dataset.signIn);
        return;
      }
      trouble.textContent = problem.transient ? "网络断开，正在重试。请留在本页；长时间连接不上请举手。" : problem.message;
      trouble.hidden = false;
    }
  }
}

draw();
setInterval(draw, 1_000);
byId("insecure").hidden = canKeep();
// Of whoever sat at this machine before nothing is to be seen; the worker is ready before the form is fetched.
eraseOthers([...states.keys()]);
forgetPages([...states.keys()]);
keepPage(box.dataset.worker, JSON.parse(box.dataset.files));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
poll();
