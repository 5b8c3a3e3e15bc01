/** Working out formulas of the sheet; the twin of itembank/practical/data/evaluation.py. */

import { fold } from "../shared/text.js";
import { FormulaError, literal } from "./formula.js";

const ROUND_LIMIT = 10;

/** The value of a parsed formula. `look(cells)` gives the values of a rectangle: numbers, texts, or null for blank. */
export function evaluate(node, look) {
  const value = (inner) => evaluate(inner, look);
  switch (node.kind) {
    case "number":
      return node.value;
    case "negative":
      return -value(node.inner);
    case "operation":
      return operation(node.sign, value(node.left), value(node.right));
    case "call":
      return FUNCTIONS[node.name](node.list, look);
    case "cells":
      return single(look(node));
    default:
      throw new FormulaError("不是数值");
  }
}

function operation(sign, left, right) {
  if (sign === "+") return left + right;
  if (sign === "-") return left - right;
  if (sign === "*") return left * right;
  if (!right) throw new FormulaError("除数为零");
  return left / right;
}

function single(values) {
  if (values.length !== 1) throw new FormulaError("写法有误");
  if (typeof values[0] === "string") throw new FormulaError("不是数值");
  return values[0] ?? 0;
}

function numbers(list, look) {
  return list.flatMap((node) => (node.kind === "cells" ? look(node).filter(isNumber) : [evaluate(node, look)]));
}

function isNumber(value) {
  return typeof value === "number";
}

function range(node, look) {
  if (node.kind !== "cells") throw new FormulaError("写法有误");
  return look(node);
}

/** Whether a cell meets a condition such as ">100", "产品" or 0. */
function condition(node, look) {
  if (node.kind !== "text") {
    const wanted = evaluate(node, look);
    return (value) => value === wanted;
  }
  const [, sign = "=", rest] = /^(<=|>=|<>|=|<|>)?(.*)$/su.exec(node.value.trim());
  const operand = rest.trim();
  if (!/^[-+]?[0-9]+(\.[0-9]+)?%?$/u.test(operand)) {
    if (sign !== "=" && sign !== "<>") throw new FormulaError("条件有误");
    return (value) => (fold(isNumber(value) ? "" : value ?? "") === fold(operand) && !isNumber(value)) === (sign === "=");
  }
  return (value) => compare(sign, value, literal(operand));
}

/** Shared with the filter of the sheet. */
export function compare(sign, value, number) {
  if (!isNumber(value)) return sign === "<>";
  return { "=": value === number, "<>": value !== number, "<": value < number, ">": value > number, "<=": value <= number, ">=": value >= number }[sign];
}

function chosen(values, pairs, look) {
  let keep = values.map(() => true);
  for (const [where, test] of pairs) {
    const cells = range(where, look);
    const fits = condition(test, look);
    if (cells.length !== values.length) throw new FormulaError("区域大小不一致");
    keep = keep.map((kept, index) => kept && fits(cells[index]));
  }
  return values.filter((value, index) => keep[index] && isNumber(value));
}

function pairsOf(list) {
  if (list.length % 2) throw new FormulaError("写法有误");
  return list.flatMap((node, index) => (index % 2 ? [] : [[node, list[index + 1]]]));
}

const oneCondition = ([where, test, values], look) => chosen(range(values || where, look), [[where, test]], look);
const manyConditions = ([values, ...rest], look) => chosen(range(values, look), pairsOf(rest), look);
const countIf = (list, look) => chosen(range(list[0], look).map(() => 1), pairsOf(list), look).length;
const total = (list) => list.reduce((sum, value) => sum + value, 0);

function average(list) {
  if (!list.length) throw new FormulaError("没有数值");
  return total(list) / list.length;
}

/** Of nothing it is 0, as in a spreadsheet. */
function extreme(choose, list) {
  return list.length ? choose(...list) : 0;
}

function round([what, where], look) {
  const places = evaluate(where, look);
  if (!Number.isInteger(places) || Math.abs(places) > ROUND_LIMIT) throw new FormulaError("写法有误");
  const value = evaluate(what, look);
  // Through the decimal text, so that 1.005 is rounded as it reads and not as it is stored.
  const size = Number(`${Math.round(Number(`${Number(Math.abs(value).toPrecision(15))}e${places}`))}e${-places}`);
  return Number.isFinite(size) ? Math.sign(value) * size : value;
}

const FUNCTIONS = {
  SUM: (list, look) => total(numbers(list, look)),
  AVERAGE: (list, look) => average(numbers(list, look)),
  COUNT: (list, look) => numbers(list, look).length,
  MIN: (list, look) => extreme(Math.min, numbers(list, look)),
  MAX: (list, look) => extreme(Math.max, numbers(list, look)),
  ROUND: round,
  SUMIF: (list, look) => total(oneCondition(list, look)),
  AVERAGEIF: (list, look) => average(oneCondition(list, look)),
  COUNTIF: countIf,
  SUMIFS: (list, look) => total(manyConditions(list, look)),
  AVERAGEIFS: (list, look) => average(manyConditions(list, look)),
  COUNTIFS: countIf,
};
