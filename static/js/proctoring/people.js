/* What the snapshot says of people: one person has one or more components (attempts), one of which matters now. */

const OPEN = ["in_progress", "paused"];
const DONE = ["submitted", "expired", "voided"];
const KIND = { ready: "quiet", in_progress: "busy", paused: "warn", submitted: "good", expired: "good", voided: "bad" };

/** To whom an act applies. The server has the last word. */
const APPLIES = {
  grants: ["ready", ...OPEN],
  messages: ["ready", ...OPEN],
  pause: ["in_progress"],
  resume: ["paused"],
  admit: OPEN,
  end: OPEN,
  "check-ins": ["ready", ...OPEN],
  absent: ["ready"],
  reopen: ["submitted", "expired"],
};

/** Whether an act is for this person now. */
export function concerns(act, person) {
  const { state, checked_in: isCheckedIn, state_label: label } = person.now;
  if (!APPLIES[act].includes(state)) return false;
  if (act === "check-ins") return !isCheckedIn;
  return act !== "reopen" || label !== "缺考"; // who never began has nothing to go on with
}

/** Attempts by person in the server's order; `now` is the open one, else the next, else the last. */
export function peopleOf(attempts) {
  const byTicket = new Map();
  for (const one of attempts) {
    if (!byTicket.has(one.ticket_number)) byTicket.set(one.ticket_number, []);
    byTicket.get(one.ticket_number).push(one);
  }
  return [...byTicket].map(([key, all]) => {
    const now = all.find((one) => OPEN.includes(one.state)) || all.find((one) => one.state === "ready") || all[all.length - 1];
    return { key, all, now, room: now.room, seat: now.seat, name: now.name, done: all.every((one) => DONE.includes(one.state)) };
  });
}

export function kindOf(person) {
  if (person.now.lost || person.now.misconduct) return "bad";
  return person.now.state_label === "缺考" ? "quiet" : KIND[person.now.state] || "quiet";
}

export function wordOf(person) {
  if (person.now.misconduct) return "违纪待认定";
  if (!person.now.lost) return person.now.state_label;
  if (person.now.break_until) return "休息中，掉线";
  return person.now.paused ? "暂停，掉线" : "掉线";
}

/** Answers that came too late and wait for a decision, over all components. */
export function lateAnswers(person) {
  return person.all.reduce((sum, one) => sum + one.late_answers, 0);
}

/** What is special about a person, in short words: late answers, more time than others, time granted. */
export function notesOf(person) {
  const late = lateAnswers(person);
  const seconds = person.all.reduce((sum, one) => sum + one.granted_seconds, 0);
  return [
    person.now.misconduct ? person.now.state_label : "",
    late ? `迟到作答 ${late} 条待处理` : "",
    person.now.moved ? `换机 ${person.now.moved} 次` : "",
    person.now.factor > 1 ? `时长 ${person.now.factor} 倍` : "",
    seconds ? `已补时 ${grantedText(seconds)}` : "",
  ].filter(Boolean);
}

/** Paused by a proctor; a break ends by itself. */
function isPaused(person) {
  return person.now.state === "paused" && !person.now.break_until;
}

/** Somebody has to look: contact lost, clock stopped by a proctor, void, misconduct on record, or answers that came too late. */
export function needsCare(person) {
  return person.now.lost || isPaused(person) || person.now.state === "voided" || person.now.misconduct > 0 || lateAnswers(person) > 0;
}

/** Filters of the bar: key, word, test, whether it is a problem, whether it is shown when nobody is in it. */
export const FILTERS = [
  { key: "all", word: "应到", test: () => true, always: true },
  { key: "away", word: "未到", test: (person) => person.now.state_label === "未到", always: true },
  { key: "ready", word: "已登录", test: (person) => person.now.state_label === "已登录", always: true },
  { key: "working", word: "答题中", test: (person) => person.now.state === "in_progress", always: true },
  { key: "lost", word: "掉线", test: (person) => person.now.lost, problem: true, always: true },
  { key: "paused", word: "暂停", test: isPaused, problem: true },
  { key: "break", word: "休息", test: (person) => Boolean(person.now.break_until) },
  { key: "done", word: "已交卷", test: (person) => person.done && !["缺考", "已作废"].includes(person.now.state_label), always: true },
  { key: "absent", word: "缺考", test: (person) => person.now.state_label === "缺考" },
  { key: "late", word: "迟到作答", test: (person) => lateAnswers(person) > 0, problem: true },
  { key: "misconduct", word: "违纪待认定", test: (person) => person.now.misconduct > 0, problem: true },
  { key: "voided", word: "作废", test: (person) => person.now.state === "voided", problem: true },
];

export function clockText(ms) {
  const total = Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  return `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}

/** Time left in milliseconds, or null where no clock runs. */
export function leftOf(person, now) {
  const one = person.now;
  if (one.paused) return one.remaining_ms;
  return ["ready", "in_progress"].includes(one.state) && one.ends_at ? Date.parse(one.ends_at) - now : null;
}

function grantedText(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (!minutes) return `${rest} 秒`;
  return rest ? `${minutes} 分 ${rest} 秒` : `${minutes} 分钟`;
}

/** How long ago the machine was heard, in coarse words, so that the page does not flicker. */
export function contactText(person, now) {
  const one = person.now;
  if (!OPEN.includes(one.state)) return "";
  if (!one.lost) return "在线";
  if (!one.last_seen_at) return "";
  const seconds = Math.max(0, Math.round((now - Date.parse(one.last_seen_at)) / 1000));
  if (seconds < 120) return `${Math.floor(seconds / 10) * 10} 秒前`;
  return `${Math.floor(seconds / 60)} 分钟前`;
}
