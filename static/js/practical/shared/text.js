/** Text as the scorer reads it; the twin of itembank/practical/text.py. */

const INVISIBLE = /[\u200b\u200c\u200d\u2060\ufeff\u00ad]/g;

export function clean(value) {
  return typeof value === "string" ? value.normalize("NFKC").replace(INVISIBLE, "").trim() : "";
}

export function fold(value) {
  return clean(value).replace(/\s+/g, "").toLowerCase();
}

/** Text for showing: as typed, without what nobody sees. */
export function shown(value) {
  return typeof value === "string" ? value.replace(INVISIBLE, "").trim() : "";
}

/** Length in characters as people count them, not in UTF-16 units. */
export function length(value) {
  return [...clean(value)].length;
}

/** The safety limits of the server (schema.py); the platform's own limits are part of the task instead. */
export const SAFETY = { text: 2000, keyword: 200, name: 200, target: 500, keywords: 50, rules: 200 };
