/** Numbers as people type and read them; the twin of itembank/practical/data/numbers.py. */

import { clean, fold } from "../shared/text.js";

export const TYPED_LIMIT = 40;
const NUMBER = /^¥?([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|[-+]?\.[0-9]+)(万|亿)?(.*)$/su;
const FACTORS = { 万: 1e4, 亿: 1e8 };

/** The number typed into a field of that unit, in that unit, and whether it was written in 万 or 亿; or null. */
export function readNumber(typed, unit) {
  const text = clean(typed).replaceAll("−", "-").replace(/\s+/gu, "");
  if (text.length > TYPED_LIMIT) return null;
  const match = NUMBER.exec(text);
  if (!match || !["", fold(unit)].includes(fold(match[3]))) return null;
  return { value: Number(match[1].replaceAll(",", "")) * (FACTORS[match[2]] || 1), large: Boolean(match[2]) };
}

/** A cell that is typed as a number is one: 12, -3.5, 1,200, 12.5%. */
export function cellNumber(text) {
  const found = readNumber(text, "%");
  if (!found || found.large || text.includes("¥")) return null;
  return clean(text).endsWith("%") ? found.value / 100 : found.value;
}

/** A computed number for showing: enough digits to go on with, none that mean nothing. */
export function general(number) {
  const size = Math.abs(number);
  if (size >= 1e15 || (size && size < 1e-9)) return number.toExponential(3);
  const text = size >= 1000 ? number.toFixed(2) : size >= 1 || !size ? number.toFixed(4) : number.toPrecision(4);
  const plain = text.includes("e") ? number.toFixed(12) : text;
  return plain.includes(".") ? plain.replace(/\.?0+$/u, "") : plain;
}

/** A number of the table as its column says. */
export function columnNumber(number, column) {
  const decimals = column.decimals ?? null;
  if (column.show === "percent") return `${(number * 100).toFixed(decimals ?? 2)}%`;
  return decimals === null ? String(number) : number.toFixed(decimals);
}
