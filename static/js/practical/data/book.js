/** The sheets of a task with the candidate's own cells beside and below the data. */

import { clean } from "../shared/text.js";
import { evaluate } from "./evaluation.js";
import { addressOf, FormulaError, isFormula, parse } from "./formula.js";
import { cellNumber, columnNumber, general } from "./numbers.js";

/** `scratch()` gives {sheet title: {address: text}}, the part of the submission that holds the candidate's cells. */
export function createBook(content, scratch) {
  const sheets = new Map(content.sheets.map((sheet) => [sheet.title, sized(sheet)]));
  const known = new Map(); // results of formulas until the next change
  const pending = new Set(); // formulas being worked out, to notice a circle

  function text(title, row, column) {
    return scratch()[title]?.[addressOf(row, column)] ?? "";
  }

  /** A number, a text, null for blank, or a FormulaError. */
  function value(title, row, column) {
    const sheet = sheets.get(title);
    if (column < sheet.data.columns && row < sheet.data.rows) {
      const cell = row ? sheet.rows[row - 1][column] : sheet.columns[column].title;
      return cell === "" ? null : cell;
    }
    const typed = text(title, row, column);
    if (!clean(typed)) return null;
    return isFormula(typed) ? result(title, row, column, typed) : cellNumber(typed) ?? typed;
  }

  function result(title, row, column, typed) {
    const name = `${title}!${addressOf(row, column)}`;
    if (pending.has(name)) return new FormulaError("循环引用");
    if (!known.has(name)) {
      pending.add(name);
      known.set(name, workedOut(title, typed));
      pending.delete(name);
    }
    return known.get(name);
  }

  function workedOut(title, typed) {
    try {
      const number = evaluate(parse(typed), (cells) => look(title, cells));
      return Number.isFinite(number) ? number : new FormulaError("没有数值");
    } catch (error) {
      if (error instanceof FormulaError) return error;
      throw error;
    }
  }

  function look(title, cells) {
    const name = cells.sheet ?? title;
    const sheet = sheets.get(name);
    if (!sheet) throw new FormulaError("引用无效");
    const found = [];
    for (let row = cells.top; row <= cells.bottom; row += 1) {
      for (let column = cells.left; column <= cells.right; column += 1) {
        const one = row < sheet.size.rows && column < sheet.size.columns ? value(name, row, column) : null;
        if (one instanceof FormulaError) throw one;
        found.push(one);
      }
    }
    return found;
  }

  return {
    sheet: (title) => sheets.get(title),
    titles: [...sheets.keys()],
    text,
    value,
    /** What the cell shows. */
    shown(title, row, column) {
      const one = value(title, row, column);
      if (one === null) return "";
      if (one instanceof FormulaError) return `#${one.message}`;
      if (typeof one === "string") return one;
      const sheet = sheets.get(title);
      if (column < sheet.data.columns && row < sheet.data.rows) return columnNumber(one, sheet.columns[column]);
      const typed = text(title, row, column);
      return isFormula(typed) ? general(one) : typed.trim();
    },
    isSpare(title, row, column) {
      const sheet = sheets.get(title);
      return column >= sheet.data.columns || row >= sheet.data.rows;
    },
    /** Forget results after a change. */
    refresh: () => known.clear(),
  };
}

function sized(sheet) {
  const data = { columns: sheet.columns.length, rows: sheet.rows.length + 1 }; // with the row of headings
  return { ...sheet, data, size: { columns: data.columns + sheet.spare.columns, rows: data.rows + sheet.spare.rows } };
}
