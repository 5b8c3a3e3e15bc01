/* Acts on the chosen candidates: a dialog that names them, a reason, one call, the outcome in words. */
import { newKey } from "../uuid.js";
import { post, Refused, sentenceOf } from "./api.js";
import { concerns } from "./people.js";

const ACTS = {
  grants: { title: "补时", fields: ["minutes", "reason"], effect: "几秒内显示在考生页面上，考生不用刷新。", none: "没有可以补时的考生" },
  messages: { title: "发消息", fields: ["text"], effect: "几秒内显示在考生页面上，不遮住试题。", none: "没有可以收到消息的考生" },
  pause: { title: "暂停答题", fields: ["reason"], effect: "考生页面隐藏试卷并停表，恢复后时间自动顺延。", none: "没有正在答题的考生" },
  resume: { title: "恢复答题", fields: ["reason"], effect: "考生继续答题，暂停的时间自动顺延。", none: "没有暂停的考生" },
  admit: { title: "允许换机", fields: ["reason"], effect: "考生可以在另一台机器上登录，从原来的地方继续答题。", none: "没有正在答题的考生" },
  "check-ins": { title: "签到", fields: [], effect: "请先核对本人与照片、准考证和有效证件。", confirm: "核对无误，签到", none: "没有需要签到的考生" },
  absent: { title: "标记缺考", fields: ["reason"], effect: "考生不能再进入这个科目。", confirm: "确定缺考", danger: true, none: "没有未开始的考生" },
  reopen: { title: "重新开放", fields: ["minutes", "reason"], effect: "考生可以继续作答；从交卷到现在的时间不计，另外增加的时间填在下面。", minutes: "另外增加（分钟）", least: 0, none: "没有已交卷的考生" },
  end: { title: "强制交卷", fields: ["reason"], effect: "立即收卷，不能撤回；已经保存的作答全部交上。", confirm: "确定交卷", danger: true, none: "没有正在答题的考生" },
};

const byId = (id) => document.getElementById(id);

export function setUpActs({ api, picked, people, shown, onPick, refresh }) {
  const dialog = byId("act-dialog");
  const trouble = byId("act-trouble");
  const outcome = byId("outcome");
  const confirm = byId("act-confirm");
  const buttons = [...document.querySelectorAll("[data-act]")];
  const all = byId("pick-all");
  let act = "";
  let request = ""; // names one press of the button
  /* Fixed when the dialog opens: whom it names is whom it concerns, whatever changes meanwhile. */
  let concerned = [];

  function chosen() {
    return people().filter((person) => picked.has(person.key));
  }

  function fitting(name, list) {
    return list.filter((person) => concerns(name, person));
  }

  function open(name) {
    act = name;
    request = newKey();
    const list = chosen();
    concerned = fitting(name, list);
    const left = list.filter((person) => !concerned.includes(person));
    byId("act-title").textContent = ACTS[name].title;
    byId("act-effect").textContent = ACTS[name].effect;
    byId("act-count").textContent = `共 ${concerned.length} 人：`;
    byId("act-names").replaceChildren(
      ...concerned.map((person) => {
        const row = document.createElement("li");
        row.className = "rare-name";
        row.textContent = `${person.seat} 号 ${person.name}（${person.now.component_label}）`;
        return row;
      }),
    );
    const words = left.map((person) => `${person.seat} 号 ${person.name}（${person.now.state_label}）`).join("、");
    byId("act-left-out").textContent = `不适用、不会处理：${words}`;
    byId("act-left-out").hidden = left.length === 0;
    for (const field of dialog.querySelectorAll("[data-field]")) field.hidden = !ACTS[name].fields.includes(field.dataset.field);
    byId("act-minutes-label").textContent = ACTS[name].minutes || "补时（分钟）";
    byId("act-minutes").min = ACTS[name].least ?? 1;
    byId("act-minutes").value = ACTS[name].least ?? 5;
    byId("act-reason").value = "";
    markChips();
    confirm.textContent = ACTS[name].confirm || "确定";
    confirm.className = ACTS[name].danger ? "button button--danger" : "button button--primary";
    trouble.hidden = true;
    dialog.showModal();
    const first = dialog.querySelector("[data-field]:not([hidden]) input, [data-field]:not([hidden]) textarea");
    if (first) first.focus();
  }

  async function send() {
    const body = {
      attempts: concerned.map((person) => person.now.id),
      text: byId("act-text").value,
      reason: byId("act-reason").value,
    };
    if (ACTS[act].fields.includes("minutes")) {
      const minutes = Number(byId("act-minutes").value);
      const least = ACTS[act].least ?? 1;
      if (!Number.isInteger(minutes) || minutes < least || minutes > 240) throw new Refused(`时间请填 ${least} 到 240 之间的整数分钟。`);
      body.seconds = minutes * 60;
      body.request = request; // the answer may be lost and the button pressed again: that is one grant
    }
    const said = await post(`${api}${act}/`, body);
    outcome.className = "notice notice--success";
    outcome.textContent = `${ACTS[act].title}：${said.attempts.length} 人，已完成。`;
    outcome.hidden = false;
    onPick([...picked], false);
    byId("act-text").value = "";
    dialog.close();
    await refresh();
  }

  function markChips() {
    for (const chip of document.querySelectorAll("[data-fill]")) {
      const value = byId(chip.dataset.fill).value;
      chip.setAttribute("aria-pressed", String(chip.dataset.value !== "" && chip.dataset.value === value));
    }
  }

  for (const chip of document.querySelectorAll("[data-fill]")) {
    chip.addEventListener("click", () => {
      const field = byId(chip.dataset.fill);
      field.value = chip.dataset.value;
      field.focus();
      markChips();
    });
  }
  byId("act-minutes").addEventListener("input", () => {
    request = newKey(); // another figure is another grant
  });
  for (const id of ["act-minutes", "act-reason"]) byId(id).addEventListener("input", markChips);
  for (const button of buttons) button.addEventListener("click", () => open(button.dataset.act));
  byId("act-cancel").addEventListener("click", () => dialog.close());
  byId("act-form").addEventListener("submit", (event) => {
    event.preventDefault();
    confirm.disabled = true;
    trouble.hidden = true;
    send()
      .catch((error) => {
        trouble.textContent = sentenceOf(error);
        trouble.hidden = false;
      })
      .finally(() => {
        confirm.disabled = false;
      });
  });
  all.addEventListener("change", () => onPick(shown().map((person) => person.key), all.checked));

  return {
    busy: () => dialog.open,
    draw() {
      const list = chosen();
      const record = byId("record-link");
      const single = list.length === 1 ? list[0].now.id : "";
      record.setAttribute("aria-disabled", String(!single));
      record.classList.toggle("button--off", !single);
      record.title = single ? "" : "先勾选一名考生";
      record.href = single ? `${record.dataset.address}?attempt=${single}` : record.dataset.address;
      byId("picked").textContent = list.length ? `已选 ${list.length} 人` : "先勾选考生";
      const visible = shown();
      all.checked = visible.length > 0 && visible.every((person) => picked.has(person.key));
      all.indeterminate = !all.checked && list.length > 0;
      for (const button of buttons) {
        const count = fitting(button.dataset.act, list).length;
        button.disabled = count === 0;
        button.title = list.length && !count ? `所选考生中${ACTS[button.dataset.act].none}` : list.length ? "" : "先勾选考生";
      }
    },
  };
}
