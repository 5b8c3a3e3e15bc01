/* The proctor's console: what changed, asked for about once a second (with jitter), problems on top, acts on the chosen. */
import { setUpActs } from "./acts.js";
import { post, sentenceOf } from "./api.js";
import { setUpClosing } from "./closing.js";
import { setUpOutages } from "./outages.js";
import { FILTERS, peopleOf } from "./people.js";
import { Board } from "./seats.js";

const root = document.getElementById("console");
const fresh = document.getElementById("fresh");
const offline = document.getElementById("offline");
const roomChoice = document.getElementById("room");
const api = root.dataset.api;
const picked = new Set();
let snapshot = { session: { state: root.dataset.state }, attempts: [] };
const rows = new Map(); // attempt -> its row, in the server's order
let since = ""; // the moment of what we have
let people = [];
let filter = FILTERS[0];
/* Server time minus our monotonic clock: a wrong clock of this machine does not matter. */
let offset = null;
let lastUpdate = "";
let failures = 0;

const board = new Board({ root: document.getElementById("seats"), picked, mayAct: Boolean(root.dataset.mayAct), onPick });
const acts = root.dataset.mayAct ? setUpActs({ api, picked, people: () => people, shown, onPick, refresh }) : null;
const drawClosing = setUpClosing();
const drawOutages = setUpOutages({ answer: answerOutage, mayAct: Boolean(root.dataset.mayAct) });

function serverNow() {
  return offset === null ? Date.now() : performance.now() + offset;
}

function inRoom() {
  return people.filter((person) => !roomChoice.value || person.room.id === roomChoice.value);
}

function shown() {
  return inRoom().filter(filter.test);
}

function onPick(keys, on) {
  for (const key of keys) {
    if (on) picked.add(key);
    else picked.delete(key);
  }
  draw();
}

function draw() {
  board.draw(shown(), snapshot.attempts);
  board.tick(serverNow());
  drawTally();
  if (acts) acts.draw();
}

/* The figures are filters too; each button lives on, so that the keyboard keeps its place. */
const tally = new Map(
  FILTERS.map((one) => {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tally__one";
    const count = document.createElement("strong");
    button.append(`${one.word} `, count);
    button.addEventListener("click", () => {
      filter = filter === one ? FILTERS[0] : one;
      draw();
    });
    row.append(button);
    row.hidden = !one.always;
    document.getElementById("tally").append(row);
    return [one, { row, button, count }];
  }),
);

function drawTally() {
  const list = inRoom();
  for (const [one, { row, button, count }] of tally) {
    const number = list.filter(one.test).length;
    count.textContent = number;
    row.hidden = !one.always && !number && filter !== one;
    button.classList.toggle("tally__one--bad", Boolean(one.problem && number));
    button.setAttribute("aria-pressed", String(filter === one));
  }
}

function drawRooms() {
  const rooms = new Map(people.map((person) => [person.room.id, person.room.name]));
  if (roomChoice.options.length === rooms.size + 1) return;
  const kept = roomChoice.value;
  roomChoice.replaceChildren(new Option("全部考场", ""), ...[...rooms].map(([id, name]) => new Option(name, id)));
  roomChoice.value = rooms.has(kept) ? kept : "";
  roomChoice.hidden = rooms.size < 2;
}

async function refresh() {
  const answer = await fetch(`${api}console/${since ? `?since=${encodeURIComponent(since)}` : ""}`, {
    credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(8000),
  });
  if (answer.status === 401 || answer.status === 403 || answer.status === 404) throw new Error("登录已失效或权限已变，请刷新页面");
  if (answer.status !== 200) throw new Error("服务器暂时没有响应，正在重试");
  const serverTime = answer.headers.get("X-Server-Time");
  if (serverTime) offset = Date.parse(serverTime) - performance.now();
  const news = await answer.json();
  if (news.whole) rows.clear();
  for (const row of news.attempts) rows.set(row.id, row);
  // A process that lags behind another may answer with an older moment: what is between comes again.
  since = news.at;
  snapshot = { session: news.session, attempts: [...rows.values()] };
  people = peopleOf(snapshot.attempts);
  drawRooms();
  drawClosing(people);
  drawOutages(news.outages);
  lastUpdate = new Date(serverNow()).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
  fresh.textContent = `已更新 ${lastUpdate}`;
  draw();
  /* Somebody else started or closed the session: the buttons above belong to the old state. */
  if (snapshot.session.state !== root.dataset.state && !(acts && acts.busy())) location.reload();
}

/** A click on a proposal: the sentence of a refusal, or nothing. */
async function answerOutage({ key, people: number }, accept) {
  try {
    await post(`${api}compensations/`, { proposal: key, accept });
    const outcome = document.getElementById("outcome");
    outcome.className = "notice notice--success";
    outcome.textContent = accept ? `已按掉线时间补时，共 ${number} 人。` : "已记录：这次掉线不补时。";
    outcome.hidden = false;
    await refresh();
    return "";
  } catch (error) {
    return sentenceOf(error);
  }
}

for (const button of document.querySelectorAll("[data-entry]")) {
  button.addEventListener("click", async () => {
    const act = button.dataset.entry;
    try {
      await post(`${api}entry/`, { act, reason: act === "close" ? "监考员宣布停止入场" : "" });
      window.location.reload();
    } catch (error) {
      offline.textContent = sentenceOf(error);
      offline.hidden = false;
    }
  });
}

async function loop() {
  try {
    await refresh();
    failures = 0;
    offline.hidden = true;
  } catch (error) {
    failures += 1;
    const words = error.constructor === Error ? error.message : "连接中断，正在重试";
    const said = `${words}。${lastUpdate ? `下面是 ${lastUpdate} 的情况，剩余时间仍在走。` : ""}`;
    if (offline.hidden || offline.textContent !== said) offline.textContent = said;
    offline.hidden = false;
    fresh.textContent = lastUpdate ? `上次更新 ${lastUpdate}` : "还没有读到数据";
  }
  setTimeout(loop, 1100 + Math.random() * 200 + Math.min(failures, 5) * 800);
}

function setUpViews() {
  const buttons = [...document.querySelectorAll("[data-view]")];
  const choose = (view) => {
    board.show(view);
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    draw();
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      choose(button.dataset.view);
      try {
        localStorage.setItem("console-view", button.dataset.view);
      } catch {
        /* Private windows may refuse: then the choice lasts for this page. */
      }
    });
  }
  let kept = "";
  try {
    kept = localStorage.getItem("console-view") || "";
  } catch {
    /* As above. */
  }
  if (kept === "rows") choose("rows");
}

roomChoice.addEventListener("change", draw);
setInterval(() => board.tick(serverNow()), 1000);
setUpViews();
drawClosing(null);
loop();
