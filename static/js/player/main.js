/**
 * The player: brings the parts together. Phases: "opening" (asking for the form), "working", "paused", "handing_in"
 * and "blocked" (this page may not go on). Only the server decides about time and state; the page follows.
 */

import { AttemptApi } from "./api.js";
import { BreakTime } from "./breaks.js";
import { Countdown, digits, spoken } from "./clock.js";
import { Desk } from "./desk.js";
import { byId, sleep } from "./dom.js";
import { HandIn } from "./handin.js";
import { listen } from "./keys.js";
import { announce, Curtain, SaveState, Strip } from "./notices.js";
import { Workbenches } from "./practical.js";
import { batches, SaveQueue } from "./queue.js";
import { hand, sealRescue } from "./rescue.js";
import { Sitting } from "./sitting.js";
import { forgetPages, keepPage } from "./offline.js";
import { Tabs } from "./tabs.js";
import { canKeep, openVault } from "./vault.js";

const POLL = 2_000;
const A_MOMENT = 1_500;
const CLOCK_KEPT = 5_000;
const OVER = ["submitted", "expired"];

const page = byId("player").dataset;
const mayTakeOver = page.takeOver === "candidate";
const api = new AttemptApi(page.api);
const sitting = new Sitting(page.attempt);
const curtain = new Curtain();
const strip = new Strip(page.attempt);
const saveState = new SaveState();
const tabs = new Tabs(page.attempt, () => otherDevice("你已在另一个页面答题，本页不再保存。请回到那个页面；也可以在这里继续。"));

let phase = "opening";
let tabName = "";
let away = false; // the last status call got no answer
let laid = false; // the form lies on the desk: from the server, or from this machine while there is no network
let clockKeptAt = -Infinity;
let keptPaused = false;
let leaving = false;
const waking = {}; // ends the wait between two tries to open

const vault = await openVault(page.attempt, () => {
  strip.show([{ id: "vault", from: "请注意", text: "本机存不下答案（磁盘已满或浏览器不允许）。请举手；在此之前请不要关闭或刷新页面。" }]);
  drawSaving();
});

const queue = new SaveQueue({
  send: (events, options) => api.save(events, options),
  vault,
  onChange: drawSaving,
  onAck: acknowledged,
  onAnswer: absorb,
  onRestored: (count) => strip.show([{ id: `restored-${queue.savedAt}`, from: "请注意", sent_at: queue.savedAt, text: `服务器恢复了较早的备份，本机已把 ${count} 条作答重新上传。请看一遍答题卡，有疑问请举手。` }]),
  onStopped: refused,
});
const workbenches = new Workbenches({
  addresses: JSON.parse(page.workbenches),
  onSave: (slot, response) => queue.push(slot, response),
  onDirty: drawSaving,
});
const breakTime = new BreakTime({ api, curtain, onTake: takeBreak, onEnd: endBreak });
const desk = new Desk({ sitting, queue, workbenches, breakTime, onJump: go });
const countdown = new Countdown({
  total: Number(page.allowedMs),
  announce,
  onTick: drawTime,
  onZero: timeUp,
});
const dialog = new HandIn({
  onConfirm: () => handIn(false),
  onCancel: () => {
    if (phase === "handing_in") goOnWorking();
  },
  onJump: go,
});

/* ---- opening ---- */

/** Ask for the form: at the first visit, after a reload, after a pause, at another machine. */
async function open({ takeOver = false } = {}) {
  phase = "opening";
  for (let tries = 0; ; tries += 1) {
    try {
      if (!tabName) tabName = await tabs.name();
      const { data, ms } = await api.start({ tab: tabName, takeOver });
      tabs.hold(tabName);
      opened(data, ms);
      return;
    } catch (problem) {
      if (!problem.transient) return refused(problem);
      away = true;
      if (!laid && !(await goOnAlone())) curtain.show("网络不通，正在重新连接……", "请不要关闭本页。长时间连接不上请举手。");
      drawSaving();
      await sleep(Math.min(8_000, 1_000 * 2 ** tries) * (0.6 + Math.random() * 0.8), waking);
      if (!["opening", "working"].includes(phase)) return; // time ran out meanwhile: handing in has its own patience
    }
  }
}

function opened(answer, ms) {
  adopt(answer.responses);
  queue.compare(answer.head);
  queue.resume();
  breakTime.learn(answer.break_time, answer.server_time, ms);
  if (answer.state === "paused") {
    paused();
  } else {
    if (!laid) layForm(answer.sections, answer.order);
    const { sections, order, token, responses, break_time: granted } = answer;
    vault.put("form", { sections, order, token, responses, granted });
    phase = "working";
    byId("hand-in").disabled = false;
    breakTime.offer(true);
  }
  absorb(answer, ms);
}

/** Responses the server holds, perhaps from another machine; what this machine knows may be newer. */
function adopt(responses) {
  for (const [slot, { rev, response }] of Object.entries(responses)) {
    const news = queue.isNews(slot, rev) && !queue.isPending(slot);
    queue.learn(slot, rev);
    if (!news) continue;
    if (!laid) sitting.setResponse(slot, response);
    else if (JSON.stringify(sitting.responseOf(slot)) !== JSON.stringify(response)) desk.replace(slot, response);
  }
}

function layForm(sections, order) {
  workbenches.close();
  countdown.rearm();
  laid = true;
  curtain.lift();
  desk.lay(sections, order);
}

/** No network at all, but this machine keeps the form: the candidate goes on. False when it does not. */
async function goOnAlone() {
  const [form, time] = await Promise.all([vault.get("form"), vault.get("clock")]);
  if (!form || !time || time.paused) return false;
  api.token = form.token;
  adopt(form.responses);
  breakTime.learn(form.granted, null, 0);
  layForm(form.sections, form.order);
  phase = "working";
  queue.resume();
  // The monotonic clock did not survive the browser; the machine's date is believed only where it can be right.
  const passed = Date.now() - time.wall;
  countdown.sync(passed >= 0 && passed <= time.left ? time.left - passed : time.left, 0, false);
  byId("countdown-label").textContent = "剩余时间（联网后校准）";
  return true;
}

/** What this machine has to know of the clock to go on alone. */
function keepClock(answer) {
  const isPaused = answer.state === "paused";
  if (isPaused === keptPaused && performance.now() - clockKeptAt < CLOCK_KEPT) return;
  clockKeptAt = performance.now();
  keptPaused = isPaused; // a paused form is not to be opened from this machine either, and at once
  vault.put("clock", { left: answer.remaining_ms, wall: Date.now(), paused: isPaused });
}

/* ---- what the server says ---- */

function absorb(answer, ms) {
  away = false;
  keepClock(answer);
  byId("countdown-label").textContent = answer.state === "paused" ? "已停止计时" : "剩余时间";
  countdown.sync(answer.remaining_ms, ms, answer.state === "paused" || phase === "paused");
  strip.show(answer.messages || []);
  // A break whose answer got lost: a start tells it from a proctor's pause.
  if (answer.state === "paused" && phase === "working") breakTime.granted && !breakTime.isOn ? open() : paused();
  else if (answer.state === "in_progress" && phase === "paused") open();
  else if (OVER.includes(answer.state) && ["working", "paused"].includes(phase)) ended();
  else if (answer.state === "voided" && phase !== "blocked") refused({ code: "voided", message: "这场考试已作废，请举手联系监考员。" });
  drawSaving();
}

function paused() {
  dialog.close();
  desk.clearAway();
  laid = false;
  byId("hand-in").disabled = true;
  phase = "paused";
  breakTime.offer(false);
  if (breakTime.isOn) breakTime.cover();
  else curtain.show("考试已暂停", "请听从监考员安排。剩余时间已停止计算，你的作答都在；恢复后本页会自动继续。");
}

/** The attempt was handed in without us: by the proctor, by the clock on the server, or on another page. */
function ended() {
  workbenches.flush();
  if (queue.size) handIn(true);
  else finish();
}

/** Nothing of ours is missing on the server: nothing stays on this machine. */
async function finish(code = "") {
  leaving = true;
  phase = "blocked";
  await queue.clear();
  await forgetPages();
  // A browser that was killed may have lost the sign-in, and the next page asks for one: say here what matters.
  const next = await fetch(page.done, { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (next?.ok) return leave(page.done);
  dialog.close();
  return curtain.show("已交卷", `作答已经收好，不能再修改。${code ? `交卷回执码 ${code}，可以抄下来。` : ""}要看回执或参加下一科目，请重新登录。`, [{ label: "重新登录", primary: true, href: page.signIn }]);
}

/** A refusal that trying again does not mend. */
function refused(problem) {
  if (problem.code === "already_submitted") return ended();
  if (problem.code === "other_device") return otherDevice(problem.message, problem.takeOver || mayTakeOver);
  block();
  if (problem.status === 401) {
    return curtain.show("登录已失效", "请点击“重新登录”，在新页面登录后回到本页，再点击“继续答题”。没有保存的作答还在本页，请不要关闭。", [
      { label: "重新登录", href: page.signIn, blank: true },
      { label: "继续答题", primary: true, act: again },
    ]);
  }
  if (problem.code === "not_open") {
    return curtain.show("还不能开始答题", problem.message, [{ label: "返回等候页", primary: true, href: page.wait }]);
  }
  return curtain.show("不能继续答题", problem.message, [
    { label: "重试", act: again },
    { label: "返回等候页", primary: true, href: page.wait },
  ]);
}

function otherDevice(sentence, allowed = mayTakeOver) {
  block();
  tabs.release();
  curtain.show("你已在另一个页面答题", sentence, allowed ? [{ label: "在本机继续", primary: true, act: () => open({ takeOver: true }) }] : [{ label: "重试", act: again }]);
}

/** Ask once more, with the session instead of the old token (there may be a new sign-in). */
function again() {
  api.token = "";
  open();
}

function block() {
  workbenches.flush();
  dialog.close();
  breakTime.offer(false);
  queue.halt();
  laid = false;
  phase = "blocked";
  byId("hand-in").disabled = true;
  drawSaving();
}

async function poll() {
  for (;;) {
    await sleep(POLL + (Math.random() - 0.5) * 400);
    if (["working", "paused"].includes(phase)) await resync();
  }
}

async function resync() {
  try {
    const before = queue.savedAt;
    const { data, ms } = await api.status();
    if (away) {
      queue.kick();
      waking.now?.();
    }
    if (phase === "working" && queue.savedAt === before) queue.compare(data.head);
    absorb(data, ms);
  } catch (problem) {
    if (problem.transient) away = true;
    else if (phase !== "handing_in" && phase !== "opening") refused(problem);
    drawSaving();
  }
}

/** Coming back to this page: the server says whether the seat is still ours. */
async function lookBack() {
  countdown.tick();
  if (["working", "paused"].includes(phase)) await resync();
}

/* ---- answering ---- */

function go(index) {
  workbenches.flush();
  if (phase === "working") desk.go(index);
}

function acknowledged(ack, event) {
  if (ack.state === "held") {
    strip.show([{ id: `held-${ack.key}`, from: "请注意", sent_at: queue.savedAt, text: "有作答在考试结束后才送达，已单独保存，是否采用由监考员按规定决定。" }]);
  }
  // Something newer is held: show that, unless a still newer change of ours is on its way.
  if (ack.state !== "superseded" || !ack.current || queue.isPending(event.slot)) return;
  if (JSON.stringify(ack.current.response) === JSON.stringify(event.response)) return;
  desk.replace(event.slot, ack.current.response);
}

/* ---- breaks ---- */

/** Everything answered goes along: after the break it can no longer be changed. */
async function takeBreak() {
  workbenches.flush();
  queue.halt();
  try {
    const portions = batches(queue.events());
    const last = portions.pop() || [];
    for (const events of portions) await api.save(events);
    const { data, ms } = await api.takeBreak(last, breakTime.slots);
    breakTime.learn(data.break_time, data.server_time, ms);
    absorb(data, ms);
    if (phase === "paused") breakTime.cover(); // a status call was faster
    queue.resume(); // learns from the server what it holds already
  } catch (problem) {
    queue.resume();
    if (problem.status === 422 && queue.setAside(problem.errors)) return breakTime.trouble("有作答未能保存（答题卡上标有“!”），还不能休息。请修改这些题，或举手请监考员协助。");
    if (!problem.transient && problem.code !== "no_break_left" && problem.code !== "time_over") return refused(problem);
    breakTime.trouble(problem.transient ? "网络断开，还不能开始休息，计时没有停止。请稍后再试，或举手。" : problem.message);
  }
}

async function endBreak() {
  try {
    const { data, ms } = await api.endBreak();
    absorb(data, ms);
  } catch (problem) {
    if (!problem.transient) return refused(problem);
    breakTime.cover("网络断开，还没有继续。请再点一次；仍不行请举手。休息时间用完后自动继续计时。");
  }
}

/* ---- drawing ---- */

function drawSaving() {
  const waiting = queue.size + workbenches.dirty;
  const kept = vault.durable;
  if (phase === "blocked") saveState.show("stopped");
  else if (queue.faulty.size) saveState.show("faulty");
  else if (queue.state === "offline" || away) saveState.show("offline", { kept });
  else if (["restoring", "catching_up"].includes(queue.state)) saveState.show(queue.state);
  else if (waiting) saveState.show("saving");
  else if (queue.savedAt) saveState.show("saved", { at: queue.savedAt });
  else saveState.show("idle");
  byId("offline-text").textContent = kept
    ? "答案已加密存在本机。网络恢复前请不要重启电脑、不要换机：机房的还原卡会清空本机。需要换机时先下载应急文件，交给监考员。"
    : "本页不能把答案存到本机。网络恢复前请不要关闭、不要刷新本页，请举手告诉监考员。";
  if (queue.faulty.size) desk.draw();
}

function drawTime(ms) {
  const text = digits(ms);
  const place = byId("countdown-time");
  if (place.textContent === text) return;
  place.textContent = text;
  byId("countdown").dataset.phase = ms <= 60_000 ? "last" : ms <= 600_000 ? "soon" : "calm";
  if (dialog.isOpen) byId("hand-in-left").textContent = text;
}

/* ---- handing in ---- */

async function timeUp() {
  if (phase !== "working") return;
  workbenches.flush();
  phase = "handing_in"; // no more changes from here on
  dialog.close();
  curtain.show("时间到，正在自动交卷……", "请不要关闭本页。");
  byId("hand-in").disabled = true;
  try {
    // Time may have been granted in this very second: ask before the form is closed for good.
    const { data, ms } = await api.status();
    if (data.state === "in_progress" && data.remaining_ms > A_MOMENT) {
      goOnWorking();
      return absorb(data, ms);
    }
    await sleep(data.remaining_ms);
    if (data.state === "paused") {
      phase = "working";
      return absorb(data, ms);
    }
  } catch {
    // No answer: hand in below, again and again until it succeeds.
  }
  return handIn(true);
}

function goOnWorking() {
  phase = "working";
  countdown.rearm();
  curtain.lift();
  byId("hand-in").disabled = false;
  queue.resume();
}

/** Hand in with everything that is not acknowledged yet; `forced` when there is no way back. */
async function handIn(forced) {
  workbenches.flush();
  phase = "handing_in";
  byId("hand-in").disabled = true;
  if (forced) {
    dialog.close();
    curtain.show("正在交卷……", "请不要关闭本页。");
  }
  queue.halt();
  for (let tries = 0; phase === "handing_in"; tries += 1) {
    try {
      // A server that was set back to an older backup is seen by its head. By the clock every moment counts: ask then
      // only after a failure.
      if (tries || !forced) queue.compare((await api.status()).data.head);
      const portions = batches(queue.events());
      const last = portions.pop() || [];
      for (const events of portions) await api.save(events);
      const { data } = await api.submit(last);
      return finish(data.short_code);
    } catch (problem) {
      if (phase !== "handing_in") return; // the candidate went back to the form
      if (problem.status === 422 && queue.setAside(problem.errors)) {
        if (forced) continue;
        goOnWorking();
        dialog.open(sitting, false);
        dialog.trouble("有作答未能保存（答题卡上标有“!”），还没有交卷。请修改这些题，或举手请监考员协助。");
        return;
      }
      if (problem.code === "too_early") {
        goOnWorking();
        dialog.open(sitting, false);
        return dialog.trouble(problem.message);
      }
      if (!problem.transient) {
        return refused(problem);
      }
      const sentence = queue.size
        ? "网络断开，还没有交卷，正在重试。有作答没有送达，请不要关闭本页，请举手。"
        : "网络断开，还没有交卷，正在重试。已保存的作答都在服务器上；时间到后服务器会自动收卷。";
      if (forced) curtain.show("正在交卷……", sentence);
      else dialog.trouble(sentence);
      await sleep(Math.min(5_000, 800 * 2 ** tries) * (0.6 + Math.random() * 0.8));
    }
  }
}

function leave(address) {
  leaving = true;
  phase = "blocked";
  queue.halt();
  window.location.replace(address);
}

/* ---- wiring ---- */

// The head grows with messages; the answer sheet stays below it.
new ResizeObserver(([{ target }]) => {
  document.documentElement.style.setProperty("--player-top", `${target.offsetHeight}px`);
}).observe(byId("top"));

const isOn = () => phase === "working" && !dialog.isOpen && !breakTime.isAsking;
byId("previous").addEventListener("click", () => go(sitting.current - 1));
byId("next").addEventListener("click", () => go(sitting.current + 1));
byId("mark").addEventListener("click", () => desk.mark());
byId("clear").addEventListener("click", () => desk.clear());
byId("hand-in").addEventListener("click", () => {
  workbenches.flush();
  byId("hand-in-left").textContent = digits(countdown.remaining || 0);
  dialog.open(sitting, queue.size > 0);
});
listen({
  isOn,
  previous: () => go(sitting.current - 1),
  next: () => go(sitting.current + 1),
  pick: (index) => desk.pick(index),
  mark: () => desk.mark(),
  time: () => announce(`剩余时间 ${spoken(countdown.remaining || 0)}`),
});
if (!vault.durable) {
  const why = canKeep() ? "浏览器不允许在本机保存答案" : "本机打开的是不加密的网址（http），答案不能存到本机";
  strip.show([{ id: "page-only", from: "请注意", text: `${why}，断网时答案只在本页，不能关闭或刷新。请举手告诉监考员。` }]);
}
byId("rescue").hidden = !canKeep();
byId("rescue").addEventListener("click", async () => {
  workbenches.flush();
  hand(await sealRescue({ publicKey: page.rescueKey, attempt: page.attempt, events: queue.everything() }), page.ticket);
});
window.addEventListener("online", () => {
  queue.kick();
  lookBack();
});
window.addEventListener("focus", lookBack);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") lookBack();
  else workbenches.flush();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
window.addEventListener("beforeunload", (event) => {
  workbenches.flush();
  if (leaving || !queue.size) return;
  event.preventDefault();
  event.returnValue = "";
});
window.addEventListener("pagehide", () => {
  // A last try: the browser may still deliver it, and repeating it later does no harm.
  const events = queue.events();
  if (!leaving && events.length && phase !== "blocked") api.save(events, { keepalive: true }).catch(() => {});
});

/* ---- opening this page ---- */

for (const [slot, { response }] of await queue.restore()) sitting.setResponse(slot, response);
open();
poll();
keepPage(page.worker);
