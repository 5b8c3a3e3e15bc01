/** Calls of the candidate API. Every failure leaves as a Problem that says whether trying again can help. */

const TIMEOUT = 10_000;

export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail || "网络不通，正在重试。");
    this.status = status; // 0: no answer came
    this.code = body.code || "";
    this.errors = Array.isArray(body.errors) ? body.errors : [];
    this.takeOver = body.take_over === true;
  }

  /** Whether the same call may succeed later. */
  get transient() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** Call the API; the answer is `{data, ms}` with the round-trip time. */
export async function call(method, url, { token = "", body, signal, keepalive = false } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  else if (method !== "GET") headers["X-CSRFToken"] = cookie("csrftoken");
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  const stop = () => abort.abort();
  if (signal) signal.addEventListener("abort", stop);
  const sent = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort.signal,
      cache: "no-store",
      // With a token the session is of no use; without it is what signs us in.
      credentials: token ? "omit" : "same-origin",
      redirect: "error",
      keepalive,
    });
    const data = await response.json().catch(() => null);
    if (!response.ok) throw new Problem(response.status, data || {});
    if (data === null) throw new Problem(0);
    return { data, ms: performance.now() - sent };
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(0);
  } finally {
    clearTimeout(timer);
    if (signal) signal.removeEventListener("abort", stop);
  }
}

/** The calls about one attempt. */
export class AttemptApi {
  constructor(base) {
    this.base = base;
    this.token = "";
  }

  async start({ tab = "", takeOver = false } = {}) {
    const answer = await call("POST", `${this.base}start/`, { token: this.token, body: { tab, take_over: takeOver } });
    this.token = answer.data.token;
    return answer;
  }

  status() {
    return call("GET", this.base, { token: this.token });
  }

  save(events, options = {}) {
    return call("POST", `${this.base}responses/`, { token: this.token, body: { events }, ...options });
  }

  /** Slots that were shown; see breaks.js. */
  seen(slots) {
    return call("POST", `${this.base}seen/`, { token: this.token, body: { slots } });
  }

  takeBreak(events, slots) {
    return call("POST", `${this.base}break/`, { token: this.token, body: { events, slots } });
  }

  endBreak() {
    return call("POST", `${this.base}break/end/`, { token: this.token, body: {} });
  }

  submit(events) {
    return call("POST", `${this.base}submit/`, { token: this.token, body: { events } });
  }
}
