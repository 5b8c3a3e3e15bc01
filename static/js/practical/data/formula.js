/**
 * Reading formulas of the candidate's sheet; the twin of itembank/practical/data/formula.py, without answers. A formula
 * becomes a tree that evaluation.js works out; nothing is ever run as code.
 */

const LENGTH_LIMIT = 300;
const DEPTH_LIMIT = 25;
const CELLS_LIMIT = 5000;
const MANY = 20;
const ARGUMENTS = {
  SUM: [1, MANY],
  AVERAGE: [1, MANY],
  COUNT: [1, MANY],
  MIN: [1, MANY],
  MAX: [1, MANY],
  ROUND: [2, 2],
  SUMIF: [2, 3],
  AVERAGEIF: [2, 3],
  COUNTIF: [2, 2],
  SUMIFS: [3, MANY],
  AVERAGEIFS: [3, MANY],
  COUNTIFS: [2, MANY],
};
const TYPED_SIGNS = { "“": '"', "”": '"', "×": "*", "÷": "/", "−": "-" };
const CELL = String.raw`\$?([A-Za-z]{1,2})\$?([1-9][0-9]{0,2})`;
const SHEET = String.raw`(?:([A-Za-z\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff]*)!)?`;
const TOKENS = [
  ["number", /[0-9]+(?:\.[0-9]+)?%?/uy],
  ["cells", new RegExp(String.raw`${SHEET}${CELL}(?::${CELL})?(?![A-Za-z0-9\u4e00-\u9fff(!])`, "uy")],
  ["text", /"([^"]{0,40})"/uy],
  ["name", /[A-Za-z]+(?=\()/uy],
  ["sign", /[-+*/(),]/uy],
];

/** What is wrong with a cell, in a few words for the cell itself. */
export class FormulaError extends Error {}

/** Whether what was typed into a cell is a formula. */
export function isFormula(text) {
  return /^\s*[=＝]/u.test(text);
}

/** A formula with plain signs: Chinese keyboards write （），“” and ×÷. */
export function plainFormula(text) {
  return text.normalize("NFKC").replace(/[“”×÷−]/gu, (sign) => TYPED_SIGNS[sign]);
}

export function parse(text) {
  const plain = plainFormula(text).trim().replace(/^=/u, "");
  if (!plain || plain.length > LENGTH_LIMIT) throw new FormulaError("写法有误");
  const tokens = tokenize(plain);
  let place = 0;
  let depth = 0;

  const sign = (...wanted) => (tokens[place]?.kind === "sign" && wanted.includes(tokens[place].value) ? tokens[place++].value : null);
  const need = (wanted) => {
    if (!sign(wanted)) throw new FormulaError("写法有误");
  };
  const chain = (next, signs) => {
    let node = next();
    for (let found = sign(...signs); found; found = sign(...signs)) node = { kind: "operation", sign: found, left: node, right: next() };
    return node;
  };
  const sum = () => chain(product, ["+", "-"]);
  const product = () => chain(factor, ["*", "/"]);

  function factor() {
    depth += 1;
    if (depth > DEPTH_LIMIT) throw new FormulaError("写法有误");
    const node = inner();
    depth -= 1;
    return node;
  }

  function inner() {
    if (sign("-")) return { kind: "negative", inner: factor() };
    if (sign("(")) {
      const node = sum();
      need(")");
      return node;
    }
    const token = tokens[place];
    if (!token || token.kind === "sign") throw new FormulaError("写法有误");
    place += 1;
    return token.kind === "name" ? call(token.value) : token;
  }

  function call(name) {
    if (!(name in ARGUMENTS)) throw new FormulaError("没有这个函数");
    need("(");
    const list = [sum()];
    while (sign(",")) list.push(sum());
    need(")");
    const [least, most] = ARGUMENTS[name];
    if (list.length < least || list.length > most) throw new FormulaError("写法有误");
    return { kind: "call", name, list };
  }

  const node = sum();
  if (place < tokens.length) throw new FormulaError("写法有误");
  return node;
}

function tokenize(text) {
  const found = [];
  let place = 0;
  const skip = () => {
    while (/\s/u.test(text[place] || "")) place += 1;
  };
  skip();
  while (place < text.length) {
    const token = match(text, place);
    if (!token) throw new FormulaError("写法有误");
    place = token.end;
    found.push(token);
    skip();
  }
  return found;
}

function match(text, place) {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = place;
    const hit = pattern.exec(text);
    if (!hit) continue;
    const end = pattern.lastIndex;
    if (kind === "number") return { kind, end, value: literal(hit[0]) };
    if (kind === "text") return { kind, end, value: hit[1] };
    if (kind === "cells") return { kind, end, ...area(hit) };
    return { kind, end, value: hit[0].toUpperCase() };
  }
  return null;
}

/** The value of a written number such as 12.5 or 5%. */
export function literal(text) {
  return text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
}

function area([, sheet, left, top, right, bottom]) {
  const a = { row: Number(top) - 1, column: columnIndex(left) };
  const b = right ? { row: Number(bottom) - 1, column: columnIndex(right) } : a;
  const cells = {
    sheet: sheet || null,
    top: Math.min(a.row, b.row),
    bottom: Math.max(a.row, b.row),
    left: Math.min(a.column, b.column),
    right: Math.max(a.column, b.column),
  };
  if ((cells.bottom - cells.top + 1) * (cells.right - cells.left + 1) > CELLS_LIMIT) throw new FormulaError("引用无效");
  return cells;
}

// ---- addresses -------------------------------------------------------------------------------------
export function columnIndex(letters) {
  return [...letters.toUpperCase()].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

export function columnName(index) {
  return index < 26 ? String.fromCharCode(65 + index) : columnName(Math.floor(index / 26) - 1) + columnName(index % 26);
}

export function addressOf(row, column) {
  return `${columnName(column)}${row + 1}`;
}

const MOVABLE = /(\$?)([A-Za-z]{1,2})(\$?)([1-9][0-9]{0,2})(?![A-Za-z0-9\u4e00-\u9fff(!])/gu;

/** The formula as it stands when it is copied `rows` down and `columns` to the right; `$` holds a part fast. */
export function shifted(text, rows, columns) {
  if (!isFormula(text)) return text;
  const parts = plainFormula(text).split(/("[^"]*")/u);
  return parts
    .map((part, index) =>
      index % 2
        ? part
        : part.replace(MOVABLE, (whole, holdColumn, letters, holdRow, digits, place) => {
            if (/[A-Za-z0-9\u4e00-\u9fff]/u.test(part[place - 1] || "")) return whole; // the end of a name
            const column = columnIndex(letters) + (holdColumn ? 0 : columns);
            const row = Number(digits) + (holdRow ? 0 : rows);
            return column < 0 || row < 1 ? "引用无效" : `${holdColumn}${columnName(column)}${holdRow}${row}`;
          }),
    )
    .join("");
}
