/* Lost connections of a room that want a decision: one click makes good exactly what was lost, to exactly those. */

const box = document.getElementById("outages");

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (!minutes) return `${rest} 秒`;
  return rest ? `${minutes} 分 ${rest} 秒` : `${minutes} 分钟`;
}

const time = (text) => new Date(text).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });

function words({ room, people, seconds, lost_at: lost, back_at: back }) {
  return `${room} ${people} 人掉线 ${people > 1 ? "约 " : ""}${duration(seconds)}（${time(lost)}–${time(back)}）`;
}

/** Draws proposals; each lives on while it is the same, so that the keyboard keeps its place. */
export function setUpOutages({ answer, mayAct }) {
  const made = new Map();

  function make(one) {
    const node = element("section", "outage card");
    node.append(element("p", "outage__words", words(one)));
    const each = element("details", "outage__each");
    each.append(element("summary", "", "每人补多少"));
    const list = element("ul", "");
    for (const { seat, name, seconds } of one.each) list.append(element("li", "rare-name", `${seat} 号 ${name}：${duration(seconds)}`));
    each.append(list);
    node.append(each);
    if (mayAct) {
      const trouble = element("p", "notice notice--error");
      trouble.setAttribute("role", "alert");
      trouble.hidden = true;
      const act = (accept, label, className) => {
        const button = element("button", className, label);
        button.type = "button";
        button.addEventListener("click", async () => {
          for (const other of node.querySelectorAll("button")) other.disabled = true;
          const refused = await answer(one, accept);
          trouble.hidden = !refused;
          trouble.textContent = refused;
          for (const other of node.querySelectorAll("button")) other.disabled = false;
        });
        return button;
      };
      const row = element("div", "outage__acts");
      row.append(act(true, `按掉线时间补时（${one.people} 人）`, "button button--primary"), act(false, "不补", "button"));
      node.append(row, trouble);
    }
    return node;
  }

  return function draw(outages) {
    const now = new Set(outages.map(({ key }) => key));
    for (const [key, node] of made) {
      if (now.has(key)) continue;
      node.remove();
      made.delete(key);
    }
    for (const one of outages) {
      if (made.has(one.key)) continue;
      made.set(one.key, make(one));
      box.append(made.get(one.key));
    }
  };
}
