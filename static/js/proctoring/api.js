/* Calls of the console: refusals come back as sentences for the proctor. */

export class Refused extends Error {}

function cookie(name) {
  const row = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return row ? decodeURIComponent(row.slice(name.length + 1)) : "";
}

export async function post(address, body) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused("连接中断，不能确定这一步是否完成。请先关闭此窗口，看考生的状态或考场日志，再决定是否重做。");
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  if (answer.status === 401) throw new Refused("登录已失效，请刷新页面重新登录；这一步没有完成。");
  const first = said.errors && said.errors.length ? said.errors[0].message : said.detail;
  throw new Refused(first || "服务器暂时没有响应，这一步没有完成，请稍后重试。");
}

/** What to say of a failed call. */
export function sentenceOf(error) {
  return error instanceof Refused ? error.message : "这一页出现意外，请刷新页面后查看这一步是否完成。";
}
