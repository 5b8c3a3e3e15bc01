/** Where in a JSON text a path leads: the author goes from a sentence straight to the place it is about. */

/**
 * @param {string} text JSON, as typed
 * @param {string[]} path names of members and numbers of entries
 * @returns {number} offset of the value, or of the deepest part of the path that is there
 */
export function locate(text, path) {
  let at = 0;
  const blank = () => {
    while (" \n\r\t".includes(text[at] || "x")) at += 1;
  };
  const string = () => {
    const start = at;
    at += 1;
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    at += 1;
    return text.slice(start, at);
  };
  /** Skip one value, or look inside for what is left of the path. */
  const value = (steps) => {
    blank();
    const start = at;
    const open = text[at];
    if (open === '"') string();
    else if (open === "{" || open === "[") {
      at += 1;
      for (let index = 0; at < text.length; index += 1) {
        blank();
        if (text[at] === "}" || text[at] === "]") break;
        let name = String(index);
        if (open === "{") {
          name = read(string());
          blank();
          at += 1;
        }
        const found = value(steps && steps[0] === name ? steps.slice(1) : null);
        if (steps && steps[0] === name) return found;
        blank();
        if (text[at] === ",") at += 1;
      }
      at += 1;
    } else while (at < text.length && !",]}\n".includes(text[at])) at += 1;
    return start;
  };
  return value(path);
}

function read(quoted) {
  try {
    return JSON.parse(quoted);
  } catch {
    return "";
  }
}

/** Offset of a line and column, both counted from 1. */
export function offsetAt(text, line, column) {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}
