/* The proctor's console: one snapshot every two seconds (ETag, jitter), problems on top, acts on the chosen. */
import { drawSeats, tallyOf } from "./seats.js";
import { setUpActs } from "./acts.js";

const root = document.getElementById("console");
const fresh = document.getElementById("fresh");
const seats = document.getElementById("seats");
const api = root.dataset.api;
const picked = new Set();
let snapshot = { attempts: [] };
let etag = "";
/* Server time minus our monotonic clock: a wrong clock of this machine does not matter. */
let offset = null;

const acts = root.dataset.mayAct ? setUpActs({ api, picked, snapshot: () => snapshot, refresh }) : null;

function serverNow() {
  return offset === null ? Date.now() : performance.now() + offset;
}

function draw() {
  drawSeats(seats, snapshot.attempts, { picked, mayAct: Boolean(acts), now: serverNow(), onPick: () => draw() });
  const list = document.getElementById("tally");
  list.replaceChildren(
    ...tallyOf(snapshot.attempts).map(([label, count, bad]) => {
      const row = document.createElement("li");
      row.className = bad && count ? "tally__bad" : "";
      const strong = document.createElement("strong");
      strong.textContent = count;
      row.append(`${label} `, strong);
      return row;
    }),
  );
  if (acts) acts.refresh();
}

async function refresh() {
  const headers = etag ? { "If-None-Match": etag } : {};
  const answer = await fetch(`${api}console/`, { headers, credentials: "same-origin", cache: "no-store" });
  const serverTime = answer.headers.get("X-Server-Time");
  if (serverTime) offset = Date.parse(serverTime) - performance.now();
  if (answer.status === 200) {
    etag = answer.headers.get("ETag") || "";
    snapshot = await answer.json();
  } else if (answer.status === 401 || answer.status === 403) {
    throw new Error("登录已失效，请重新登录");
  } else if (answer.status !== 304) {
    throw new Error("服务器暂时没有响应");
  }
  const time = new Date(serverNow());
  fresh.textContent = `已更新 ${time.toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" })}`;
  fresh.classList.remove("notice--error");
  draw();
}

async function loop() {
  try {
    await refresh();
  } catch (error) {
    fresh.textContent = `${error instanceof TypeError ? "连接中断" : error.message}，正在重试；下面是最近一次的情况`;
  }
  setTimeout(loop, 1700 + Math.random() * 600);
}

setInterval(() => draw(), 1000);
loop();
