/** 试机: tries what the exam's pages need, really, not by asking whether it is there; the server judges. */

import { byId, h } from "../player/dom.js";

const PROBES = 5;
const GIVE_UP = 5_000;
const form = byId("report");

/** Whether an attempt succeeds in time. */
async function works(attempt) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("too late")), GIVE_UP));
  try {
    await Promise.race([attempt(), late]);
    return true;
  } catch {
    return false;
  }
}

async function encrypts() {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array(16));
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
  if (opened.byteLength !== 16) throw new Error("not what went in");
  await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
}

async function registersWorker() {
  const folder = form.dataset.worker.replace(/[^/]*$/, "");
  const worker = await navigator.serviceWorker.register(form.dataset.worker, { scope: folder });
  await worker.unregister();
}

function stores() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("machine-check", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("tries");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const base = opening.result;
      const writing = base.transaction("tries", "readwrite");
      writing.objectStore("tries").put("kept", 1);
      writing.onerror = () => reject(writing.error);
      writing.oncomplete = () => {
        const reading = base.transaction("tries").objectStore("tries").get(1);
        reading.onsuccess = () => {
          base.close();
          indexedDB.deleteDatabase("machine-check");
          if (reading.result === "kept") resolve();
          else reject(new Error("not what was written"));
        };
      };
    };
  });
}

async function storageMb() {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return Math.round((quota - usage) / 1_000_000);
  } catch {
    return null;
  }
}

/** Round trips in ms, and how far the machine's clock is ahead of the server's. */
async function network() {
  const times = [];
  let off = null;
  for (let number = 0; number < PROBES; number += 1) {
    const sent = performance.now();
    try {
      const response = await fetch(form.dataset.probe, { cache: "no-store", signal: AbortSignal.timeout(GIVE_UP) });
      const { now_ms: now } = await response.json();
      const took = performance.now() - sent;
      times.push(Math.round(took));
      off = Math.round(Date.now() - took / 2 - now);
    } catch {
      // A probe without an answer is no round trip; with none at all the server says so.
    }
  }
  return { round_trips_ms: times, clock_off_ms: off };
}

async function measure() {
  return {
    secure: window.isSecureContext,
    crypto: await works(encrypts),
    worker: await works(registersWorker),
    storage: await works(stores),
    storage_mb: await storageMb(),
    screen: [window.screen.width, window.screen.height],
    ...(await network()),
  };
}

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function say(sentence) {
  byId("trouble").textContent = sentence;
  byId("trouble").hidden = !sentence;
}

function show(answer) {
  form.hidden = true;
  byId("progress").hidden = true;
  byId("outcome").hidden = false;
  byId("outcome-title").textContent = `${answer.site} ${answer.machine} 号机：${answer.label}`;
  document.title = `${answer.label} · ${answer.machine}`;
  byId("findings").replaceChildren(
    ...answer.findings.map((one) =>
      h(
        "tr",
        {},
        h("th", { scope: "row", class: "nowrap" }, one.label),
        h("td", {}, h("span", { class: `badge badge--${one.badge}` }, one.label_fitness)),
        h("td", {}, one.text),
      ),
    ),
  );
  byId("outcome").focus();
}

let measured = null;

async function begin() {
  byId("outcome").hidden = true;
  byId("progress").hidden = false;
  byId("progress").textContent = "正在检查这台电脑……";
  measured = await measure();
  byId("progress").textContent = "检查完成。填写考点代码和机号，登记后显示结论。";
  form.hidden = false;
  byId(byId("site").value ? "machine" : "site").focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  say("");
  try {
    const response = await fetch(form.dataset.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify({ site: byId("site").value, machine: byId("machine").value, measured }),
    });
    const answer = await response.json();
    if (response.ok) show(answer);
    else say(answer.detail);
  } catch {
    say("没有登记成功：连不上服务器。请检查网络后再点一次。");
  }
  button.disabled = false;
});
byId("again").addEventListener("click", begin);
begin();
