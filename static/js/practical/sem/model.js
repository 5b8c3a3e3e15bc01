/**
 * The account document: finding places in it, counting against the platform's limits, and keeping it tidy. A key is
 * there only while something is filled in, so the same work always gives the same JSON.
 */

import { fold } from "../shared/text.js";

export const MATCH = { exact: "精确匹配", phrase: "短语匹配", broad: "智能匹配" };
export const NEGATIVE_MATCH = { exact: "精确否定", phrase: "短语否定" };

export const plansOf = (doc) => doc.campaigns || [];
export const unitsOf = (plan) => plan.groups || [];
export const planAt = (doc, place) => plansOf(doc)[place.c];
export const unitAt = (doc, place) => unitsOf(planAt(doc, place) || {})[place.g];

/** All units as {plan, unit, c, g}. */
export function allUnits(doc) {
  return plansOf(doc).flatMap((plan, c) => unitsOf(plan).map((unit, g) => ({ plan, unit, c, g })));
}

/** What is used of the limits that hold for the whole account. */
export function usage(doc, limits) {
  const units = allUnits(doc);
  const keywords = units.reduce((sum, { unit }) => sum + (unit.keywords || []).length, 0);
  return [
    { name: "计划", used: plansOf(doc).length, limit: limits.campaigns },
    { name: "单元", used: units.length, limit: limits.groups },
    { name: "关键词", used: keywords, limit: limits.keywords },
  ].map((row) => ({ ...row, left: Math.max(0, row.limit - row.used) }));
}

/** Room for more of `name` in the account. */
export function left(doc, limits, name) {
  return usage(doc, limits).find((row) => row.name === name).left;
}

/** Negative keywords of a plan, those of its units included. */
export function negativesIn(plan) {
  return [plan, ...unitsOf(plan)].reduce((sum, part) => sum + (part.negatives || []).length, 0);
}

export const planName = (plan, c) => plan.name || `未命名计划 ${c + 1}`;
export const unitName = (unit, g) => unit.name || `未命名单元 ${g + 1}`;

/** Whether a list holds the same word with the same match already. */
export function holds(words, text, match) {
  return (words || []).some((word) => word.match === match && fold(word.text) === fold(text));
}

/** Remove what holds nothing. Plans, units and creatives that were added stay, even when still empty. */
export function prune(doc) {
  for (const plan of plansOf(doc)) {
    for (const unit of unitsOf(plan)) {
      for (const part of [...(unit.keywords || []), ...(unit.creatives || [])]) drop(part);
      drop(unit);
    }
    drop(plan);
  }
  drop(doc);
}

function drop(part) {
  for (const [key, value] of Object.entries(part)) {
    if (value === "" || value === null || value === undefined || (Array.isArray(value) && !value.length)) delete part[key];
  }
}
