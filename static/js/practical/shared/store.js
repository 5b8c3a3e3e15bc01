/**
 * The document the candidate fills, with undo and redo. Keys appear when something is filled in and go when it is
 * emptied again, so the same work always gives the same JSON.
 */

const HISTORY = 200;
const PAUSE = 1500; // typing that pauses longer becomes a step of its own

export function createStore(initial, onChange) {
  let doc = copy(initial);
  let past = [];
  let future = [];
  const listeners = new Set();

  function remember(label, screen, merge) {
    const now = performance.now();
    const top = past[past.length - 1];
    if (merge && top && top.merge === merge && now - top.at < PAUSE && !future.length) {
      top.at = now;
      return;
    }
    past.push({ doc: copy(doc), label, screen, merge, at: now });
    if (past.length > HISTORY) past.shift();
  }

  function tell() {
    for (const listener of listeners) listener();
  }

  function step(from, to) {
    const entry = from.pop();
    if (!entry) return null;
    to.push({ ...entry, doc: copy(doc), merge: null });
    doc = entry.doc;
    onChange(copy(doc));
    tell();
    return entry;
  }

  return {
    /** The live document: read it, never write to it. */
    get doc() {
      return doc;
    },
    get undoLabel() {
      return past.length ? past[past.length - 1].label : null;
    },
    get redoLabel() {
      return future.length ? future[future.length - 1].label : null;
    },
    /**
     * Change the document through `mutate(doc)`. Changes with the same `merge` name that follow each other quickly
     * are one step of the history.
     */
    change({ label, screen, merge = null }, mutate) {
      remember(label, screen, merge);
      future = [];
      mutate(doc);
      tidy(doc);
      onChange(copy(doc));
      tell();
    },
    undo: () => step(past, future),
    redo: () => step(future, past),
    /** Take over what the server holds. Returns false when it is what is shown already. */
    replace(next) {
      if (same(next || {}, doc)) return false;
      doc = copy(next);
      past = [];
      future = [];
      tell();
      return true;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Value at a dotted path. */
export function valueAt(doc, path) {
  return path.split(".").reduce((value, step) => (isObject(value) ? value[step] : undefined), doc);
}

/** Put a value at a dotted path; an empty value removes the key. */
export function put(doc, path, value) {
  const steps = path.split(".");
  const name = steps.pop();
  let place = doc;
  for (const key of steps) {
    if (!isObject(place[key])) place[key] = {};
    place = place[key];
  }
  if (isEmpty(value)) delete place[name];
  else place[name] = value;
}

/** Remove top-level lists and groups in which nothing is left. */
function tidy(doc) {
  for (const [key, value] of Object.entries(doc)) {
    if (Array.isArray(value) ? !value.length : isObject(value) && !Object.keys(value).length) delete doc[key];
  }
}

function isEmpty(value) {
  return value === "" || value === undefined || value === false || (Array.isArray(value) && !value.length);
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function copy(value) {
  return isObject(value) ? JSON.parse(JSON.stringify(value)) : {};
}

function same(a, b) {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}
