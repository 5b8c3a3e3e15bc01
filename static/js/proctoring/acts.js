/* Acts on the chosen candidates: a dialog with reason, one call, the outcome in words. */
import { currentAttempts } from "./seats.js";

const ACTS = {
  grants: { title: "补时", fields: ["minutes", "reason"] },
  messages: { title: "发消息", fields: ["text"] },
  pause: { title: "暂停答题（停表并隐藏试卷）", fields: ["reason"] },
  resume: { title: "恢复答题", fields: ["reason"] },
  admit: { title: "允许换机", fields: ["reason"] },
  end: { title: "强制交卷（不能撤回）", fields: ["reason"] },
};

function cookie(name) {
  const row = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return row ? decodeURIComponent(row.slice(name.length + 1)) : "";
}

export function setUpActs({ api, picked, snapshot, refresh }) {
  const dialog = document.getElementById("act-dialog");
  const trouble = document.getElementById("act-trouble");
  const outcome = document.getElementById("outcome");
  const buttons = [...document.querySelectorAll("[data-act]")];
  const all = document.getElementById("pick-all");
  let act = "";

  function chosen() {
    return currentAttempts(snapshot().attempts).map((row) => row.now).filter((one) => picked.has(one.id));
  }

  function open(name) {
    act = name;
    const people = chosen();
    document.getElementById("act-title").textContent = ACTS[name].title;
    const names = people.slice(0, 8).map((one) => `${one.seat} 号 ${one.name}`).join("、");
    document.getElementById("act-names").textContent = people.length > 8 ? `${names} 等 ${people.length} 人` : names;
    for (const field of dialog.querySelectorAll("[data-field]")) field.hidden = !ACTS[name].fields.includes(field.dataset.field);
    trouble.hidden = true;
    dialog.showModal();
  }

  async function send() {
    const body = {
      attempts: chosen().map((one) => one.id),
      text: document.getElementById("act-text").value,
      reason: document.getElementById("act-reason").value,
    };
    if (act === "grants") body.seconds = Math.round(Number(document.getElementById("act-minutes").value) * 60);
    const answer = await fetch(`${api}${act}/`, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.errors && said.errors.length ? said.errors[0].message : said.detail);
    outcome.className = "notice notice--success";
    outcome.textContent = `${ACTS[act].title.split("（")[0]}：${said.attempts.length} 人，已完成。`;
    outcome.hidden = false;
    picked.clear();
    all.checked = false;
    dialog.close();
    document.getElementById("act-text").value = "";
    await refresh();
  }

  for (const button of buttons) button.addEventListener("click", () => open(button.dataset.act));
  document.getElementById("act-cancel").addEventListener("click", () => dialog.close());
  document.getElementById("act-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const confirm = document.getElementById("act-confirm");
    confirm.disabled = true;
    send()
      .catch((error) => {
        trouble.textContent = error instanceof TypeError ? "连接中断，这一步没有完成，请重试。" : error.message;
        trouble.hidden = false;
      })
      .finally(() => {
        confirm.disabled = false;
      });
  });
  all.addEventListener("change", () => {
    picked.clear();
    if (all.checked) for (const row of currentAttempts(snapshot().attempts)) picked.add(row.now.id);
    refresh().catch(() => {});
  });

  return {
    refresh() {
      const count = chosen().length;
      document.getElementById("picked").textContent = count;
      for (const button of buttons) button.disabled = count === 0;
    },
  };
}
