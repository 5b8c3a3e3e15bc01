/** Numbers, times and days as typed and as kept; the twin of itembank/practical/plan/values.py. */

import { clean } from "../shared/text.js";

const NUMBER = /^-?\d{1,12}(\.\d{0,6})?$/;
const CLOCK = /^(\d{1,2}):(\d{2})$/;
const DAY = /^\d{4}-\d\d-\d\d/;
const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const TYPED = 20; // safety limit of the server for a number or time

/** What is kept of a typed number: the number, or the text while it is none yet. Percent 4 is kept as 0.04. */
export function readNumber(text, isPercent) {
  const plain = clean(text).replace(/,/g, "");
  if (!plain) return "";
  if (!NUMBER.test(plain)) return clean(text).slice(0, TYPED);
  return isPercent ? Number(`${Number(plain)}e-2`) : Number(plain);
}

/** A kept number as it is shown in its box. */
export function writeNumber(value, isPercent) {
  if (typeof value !== "number") return typeof value === "string" ? value : "";
  return String(isPercent ? Number((value * 100).toFixed(6)) : value);
}

export function isNumber(value) {
  return typeof value === "number";
}

/** Minutes since midnight, or null. */
export function minutes(value) {
  const match = CLOCK.exec(clean(value));
  if (!match || Number(match[2]) > 59) return null;
  const all = Number(match[1]) * 60 + Number(match[2]);
  return all <= 1440 ? all : null;
}

export function clock(all) {
  return `${String(Math.floor(all / 60)).padStart(2, "0")}:${String(all % 60).padStart(2, "0")}`;
}

/** A typed time in its usual form where it plainly is one: 1930, 19：30 and 7:05 become 19:30, 19:30 and 07:05. */
export function tidyTime(text) {
  const plain = clean(text).slice(0, TYPED);
  const digits = /^(\d{1,2})(\d{2})$/.exec(plain);
  const all = minutes(digits ? `${digits[1]}:${digits[2]}` : plain);
  return all === null ? plain : clock(all);
}

/** The days of a period as choices: {value: "2025-08-18", label: "8月18日 周一"}. */
export function daysOf(period) {
  const days = [];
  for (let day = utc(period.from); day <= utc(period.to) && days.length < 100; day += 86400000) {
    const value = new Date(day).toISOString().slice(0, 10);
    days.push({ value, label: dayLabel(value) });
  }
  return days;
}

function utc(value) {
  return Date.parse(`${value}T00:00:00Z`);
}

export function dayLabel(value) {
  const at = new Date(utc(value));
  return Number.isNaN(at.getTime()) ? value : `${at.getUTCMonth() + 1}月${at.getUTCDate()}日 ${WEEKDAYS[at.getUTCDay()]}`;
}

/** Place of a day in a week that begins on Monday. */
export function weekday(value) {
  return (new Date(utc(value)).getUTCDay() + 6) % 7;
}

/** A moment in its two parts. */
export function splitMoment(value) {
  const text = clean(value);
  const day = DAY.exec(text)?.[0] || "";
  return { day, time: text.slice(day.length).trim() };
}

/** A number as people read it: thousands apart, no needless decimals. */
export function figure(value) {
  const [whole, rest] = String(Number(value.toFixed(2))).split(".");
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, " ");
  return rest ? `${apart}.${rest}` : apart;
}
