/**
 * After the hand-in nothing stays on this machine. If the attempt was closed by the clock while this machine was without
 * network, what still waits here is handed over first: the server holds it for a person's decision.
 */

import { AttemptApi } from "./api.js";
import { byId, sleep } from "./dom.js";
import { forgetPages } from "./offline.js";
import { OPEN, openVault } from "./vault.js";

const page = byId("handed-in").dataset;
const vault = await openVault(page.attempt);

function say(sentence) {
  byId("late").textContent = sentence;
  byId("late").hidden = !sentence;
}

/** Hand over what waits; true when nothing is left that the server might take. */
async function handOver(events) {
  const api = new AttemptApi(page.api);
  api.token = (await vault.get("form"))?.token ?? "";
  for (let tries = 0; ; tries += 1) {
    try {
      await api.submit(events);
      return true;
    } catch (problem) {
      if (problem.status === 422 && problem.errors.some(({ key }) => key)) {
        const faulty = new Set(problem.errors.map(({ key }) => key));
        events = events.filter(({ key }) => !faulty.has(key));
      } else if (!problem.transient) {
        say(`本机还有 ${events.length} 条作答没有送达：${problem.message}`);
        return false;
      } else {
        say(`本机还有 ${events.length} 条作答没有送达，正在上传，请不要关闭本页。`);
        await sleep(Math.min(15_000, 1_000 * 2 ** tries) * (0.6 + Math.random() * 0.8));
      }
    }
  }
}

const waiting = (await vault.list(OPEN)).sort((one, other) => one.at - other.at).map(({ event }) => event);
if (!waiting.length || (await handOver(waiting))) {
  await vault.erase();
  await forgetPages();
  if (waiting.length) window.location.reload(); // the page then says how many are held
}
