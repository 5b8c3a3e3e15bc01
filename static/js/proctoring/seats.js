/* Cards of the candidates: state as word and colour, progress, time left; who needs help comes first. */

const ORDER = { bad: 0, warn: 1, busy: 2, quiet: 3, good: 4 };
const KIND = { ready: "quiet", in_progress: "busy", paused: "warn", submitted: "good", expired: "good", voided: "bad" };

/** Per person the component that matters now: the open one, else the first not handed in, else the last. */
export function currentAttempts(attempts) {
  const people = new Map();
  for (const one of attempts) {
    const key = one.ticket_number;
    if (!people.has(key)) people.set(key, []);
    people.get(key).push(one);
  }
  return [...people.values()].map((all) => ({
    all,
    now: all.find((one) => one.state === "in_progress" || one.state === "paused") || all.find((one) => one.state === "ready") || all[all.length - 1],
  }));
}

export function kindOf(one) {
  return one.lost ? "bad" : KIND[one.state] || "quiet";
}

function wordOf(one) {
  return one.lost ? `${one.state_label}，掉线` : one.state_label;
}

/** Figures of the bar: [label, count, is a problem]. */
export function tallyOf(attempts) {
  const now = currentAttempts(attempts).map((row) => row.now);
  const count = (test) => now.filter(test).length;
  return [
    ["应到", now.length, false],
    ["未到", count((one) => one.state_label === "未到"), false],
    ["答题中", count((one) => one.state === "in_progress"), false],
    ["掉线", count((one) => one.lost), true],
    ["暂停", count((one) => one.state === "paused"), true],
    ["已交卷", count((one) => one.state === "submitted" || one.state === "expired"), false],
  ];
}

export function clockText(ms) {
  const total = Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  return `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function card(row, { picked, mayAct, now, onPick }) {
  const one = row.now;
  const kind = kindOf(one);
  const node = element("li", `seat seat--${kind}${picked.has(one.id) ? " seat--picked" : ""}`);
  node.dataset.attempt = one.id;
  const label = element("label", "seat__head");
  if (mayAct) {
    const box = element("input");
    box.type = "checkbox";
    box.checked = picked.has(one.id);
    box.setAttribute("aria-label", `选择 ${one.seat} 号 ${one.name}`);
    box.addEventListener("change", () => {
      if (box.checked) picked.add(one.id);
      else picked.delete(one.id);
      onPick();
    });
    label.append(box);
  }
  label.append(element("span", "seat__no", one.seat), element("span", "seat__name", one.name));
  const badge = element("span", `badge badge--${kind === "quiet" ? "quiet" : kind}`, wordOf(one));
  const facts = element("div", "seat__row");
  facts.append(element("span", "", `${one.component_label} 已答 ${one.answered}/${one.items}`));
  const left = one.ends_at && !one.paused ? clockText(Date.parse(one.ends_at) - now) : one.paused ? "已停表" : "";
  facts.append(element("span", "seat__time", left));
  const bar = element("progress");
  bar.max = one.items;
  bar.value = one.answered;
  bar.setAttribute("aria-label", `${one.name} 已答 ${one.answered} 题，共 ${one.items} 题`);
  node.append(label, badge, element("span", "seat__ticket", `${one.room.name}　${one.ticket_number}`), facts, bar);
  if (one.granted_seconds) {
    const minutes = Math.floor(one.granted_seconds / 60);
    const rest = one.granted_seconds % 60;
    node.append(element("span", "seat__ticket", `已补时 ${minutes} 分${rest ? ` ${rest} 秒` : "钟"}`));
  }
  return node;
}

/** Draw all cards anew; focus on a checkbox survives. */
export function drawSeats(list, attempts, options) {
  const focused = document.activeElement && document.activeElement.closest(".seat");
  const keep = focused ? focused.dataset.attempt : "";
  const rows = currentAttempts(attempts).sort((one, two) => ORDER[kindOf(one.now)] - ORDER[kindOf(two.now)] || 0);
  list.replaceChildren(...rows.map((row) => card(row, options)));
  if (keep) {
    const again = list.querySelector(`[data-attempt="${keep}"] input`);
    if (again) again.focus();
  }
}
