/* The board: candidates as cards (by seat) or rows (a list). Nodes live as long as their person, so that a click or
   the keyboard's place is never lost to a redraw; each second only the clocks change. */
import { clockText, contactText, kindOf, leftOf, needsCare, notesOf, wordOf } from "./people.js";

const WIDTHS = { 座位: "w-narrow", 准考证号: "w-ticket", 剩余时间: "w-time", 最后联系: "w-time" };
const SOON_MS = 5 * 60 * 1000;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}


function fillBar(node, one) {
  node.max = Math.max(1, one.items);
  node.value = one.answered;
  node.setAttribute("aria-label", `${one.component_label}已答 ${one.answered} 题，共 ${one.items} 题`);
}

/** "理论 已交卷 38/40" for components already left behind; what is still to come needs no word. */
function otherWords(person) {
  return person.all
    .filter((one) => one !== person.now && one.state !== "ready")
    .map((one) => `${one.component_label} ${one.state_label} ${one.answered}/${one.items}`)
    .join("，");
}

function makeCard(box) {
  const node = element("li", "seat");
  const head = element("label", "seat__head");
  const number = element("span", "seat__no");
  const name = element("span", "seat__name rare-name");
  head.append(...(box ? [box] : []), number, name);
  const badge = element("span", "badge");
  const line = element("div", "seat__row");
  const progress = element("span", "seat__progress");
  const time = element("span", "seat__time");
  line.append(progress, time);
  const meter = element("progress", "seat__bar");
  const foot = element("div", "seat__foot");
  const ticket = element("span", "seat__ticket");
  const contact = element("span");
  foot.append(ticket, contact);
  const more = element("div", "seat__more");
  node.append(head, badge, line, meter, foot, more);
  return {
    node,
    update(person) {
      const one = person.now;
      say(number, person.seat);
      say(name, person.name);
      name.title = person.name;
      say(badge, wordOf(person));
      badge.className = `badge badge--${kindOf(person)}`;
      say(progress, `${one.component_label} ${one.answered}/${one.items}`);
      fillBar(meter, one);
      say(ticket, one.ticket_number);
      const words = [...notesOf(person), otherWords(person)];
      say(more, words.filter(Boolean).join(" · "));
      more.hidden = !more.textContent;
    },
    tick: (person, now) => tickClock(person, now, time, contact),
  };
}

function tickClock(person, now, time, contact) {
  const left = leftOf(person, now);
  const text = left === null ? "" : `${person.now.paused ? "停表 " : ""}${clockText(left)}`;
  say(time, text);
  time.classList.toggle("seat__time--soon", left !== null && !person.now.paused && left < SOON_MS);
  say(contact, contactText(person, now));
}

function makeRow(box, components) {
  const node = element("tr", "seat seat--row");
  const cell = (className) => {
    const one = element("td", className);
    node.append(one);
    return one;
  };
  if (box) {
    const holder = element("label", "pick-cell");
    holder.append(box);
    cell("pick-column").append(holder);
  }
  const number = cell("seat__no");
  const name = cell("rare-name");
  const ticket = cell("nowrap small muted");
  const badge = element("span", "badge");
  cell().append(badge);
  const parts = components.map(({ component }) => {
    const words = element("span", "part__words");
    const meter = element("progress", "seat__bar");
    const holder = cell("part");
    holder.append(words, meter);
    return { component, words, meter };
  });
  const time = cell("seat__time nowrap");
  const notes = cell("small");
  const contact = cell("nowrap small muted");
  return {
    node,
    update(person) {
      say(number, person.seat);
      say(name, person.name);
      say(ticket, person.now.ticket_number);
      say(badge, wordOf(person));
      badge.className = `badge badge--${kindOf(person)}`;
      for (const part of parts) {
        const one = person.all.find((row) => row.component === part.component);
        part.meter.hidden = !one || one.state === "ready";
        if (!one) say(part.words, "—");
        else if (one.state === "ready") say(part.words, one === person.now ? person.now.state_label : "待考");
        else say(part.words, `${one.answered}/${one.items}${one === person.now ? "" : ` ${one.state_label}`}`);
        if (one) fillBar(part.meter, one);
      }
      say(notes, notesOf(person).join("，"));
    },
    tick: (person, now) => tickClock(person, now, time, contact),
  };
}

export class Board {
  /** @param options {root, picked, mayAct, onPick} */
  constructor(options) {
    Object.assign(this, options);
    this.view = "cards";
    this.made = new Map();
    this.order = "";
    this.people = [];
    this.components = [];
  }

  show(view) {
    this.view = view;
    this.made.clear();
    this.order = "";
  }

  /** Draw these people in groups: who needs somebody first, then room by room. */
  draw(people, attempts) {
    this.people = people;
    this.components = [...new Map(attempts.map((one) => [one.component, { component: one.component, label: one.component_label }])).values()];
    for (const person of people) {
      if (!this.made.has(person.key)) this.made.set(person.key, this.make(person));
      const made = this.made.get(person.key);
      made.update(person);
      const chosen = this.picked.has(person.key);
      made.node.className = `seat seat--${kindOf(person)}${this.view === "rows" ? " seat--row" : ""}${chosen ? " seat--picked" : ""}`;
      if (made.box) {
        made.box.checked = chosen;
        made.box.setAttribute("aria-label", `选择 ${person.seat} 号 ${person.name}`);
      }
    }
    this.arrange(this.groupsOf(people));
  }

  tick(now) {
    for (const person of this.people) this.made.get(person.key).tick(person, now);
  }

  groupsOf(people) {
    const groups = new Map();
    const put = (key, title, person) => {
      if (!groups.has(key)) groups.set(key, { key, title, people: [] });
      groups.get(key).people.push(person);
    };
    for (const person of people) if (needsCare(person)) put("care", "需要关注", person);
    for (const person of people) if (!needsCare(person)) put(person.room.id, person.room.name, person);
    return [...groups.values()];
  }

  make(person) {
    let box = null;
    if (this.mayAct) {
      box = element("input", "pick");
      box.type = "checkbox";
      box.addEventListener("change", () => this.onPick([person.key], box.checked));
    }
    const made = this.view === "cards" ? makeCard(box) : makeRow(box, this.components);
    made.box = box;
    if (box) {
      made.node.addEventListener("click", (event) => {
        if (!event.target.closest("label, input")) this.onPick([person.key], !this.picked.has(person.key));
      });
    }
    return made;
  }

  /** Put the nodes in order, only when the order changed; the focused box keeps the focus. */
  arrange(groups) {
    const order = groups.map((group) => `${group.key}:${group.people.map((one) => one.key).join(",")}`).join(";");
    if (order === this.order) return;
    this.order = order;
    const focused = document.activeElement;
    this.root.replaceChildren(...(groups.length ? groups.map((group) => this.section(group)) : [element("p", "card muted", "没有处于这个状态的考生。")]));
    if (focused && this.root.contains(focused)) focused.focus({ preventScroll: true });
  }

  section(group) {
    const node = element("section", `board__group${group.key === "care" ? " board__group--care" : ""}`);
    const head = element("div", "board__head");
    head.append(element("h2", "board__title", `${group.title}（${group.people.length} 人）`));
    if (this.mayAct) {
      const all = element("button", "board__pick", "选这一组");
      all.type = "button";
      all.setAttribute("aria-label", `选择${group.title}全部考生`);
      all.addEventListener("click", () => this.onPick(group.people.map((one) => one.key), true));
      head.append(all);
    }
    node.append(head, this.view === "cards" ? this.cards(group) : this.table(group));
    return node;
  }

  cards(group) {
    const list = element("ol", "seats");
    list.append(...group.people.map((one) => this.made.get(one.key).node));
    return list;
  }

  table(group) {
    const wrap = element("div", "table-wrap card card--flush");
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "region");
    wrap.setAttribute("aria-label", `${group.title}（窄屏可左右滚动）`);
    const table = element("table", "table table--seats");
    const head = element("tr");
    const words = ["座位", "姓名", "准考证号", "状态", ...this.components.map((one) => one.label), "剩余时间", "备注", "最后联系"];
    for (const word of words) {
      const cell = element("th", "", word);
      cell.scope = "col";
      cell.className = WIDTHS[word] || "";
      head.append(cell);
    }
    if (this.mayAct) head.prepend(element("td", "w-narrow"));
    const top = element("thead");
    top.append(head);
    const body = element("tbody");
    body.append(...group.people.map((one) => this.made.get(one.key).node));
    table.append(top, body);
    wrap.append(table);
    return wrap;
  }
}
