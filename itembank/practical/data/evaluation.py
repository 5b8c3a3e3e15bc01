"""Working out formulas of DATA over the sheets of a task and earlier answers, in Fractions."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from itembank.practical.data.formula import (
    Answer,
    Call,
    Cells,
    FormulaError,
    Group,
    Negative,
    Node,
    Number,
    Operation,
    Text,
    literal,
)
from itembank.practical.text import fold

ROUND_LIMIT = 10  # places before and after the point
CRITERION = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)
NUMERIC = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?%?")

Cell = Fraction | str | None


@dataclass(frozen=True)
class Book:
    """The sheets of a task by title; row 1 holds the headings."""

    sheets: Mapping[str, Sequence[Sequence[Cell]]]

    @classmethod
    def of(cls, content: Any) -> "Book":
        """The sheets of a task's content."""
        return cls(
            {
                sheet["title"]: [
                    [column["title"] for column in sheet["columns"]],
                    *([_value(cell) for cell in row] for row in sheet["rows"]),
                ]
                for sheet in content["sheets"]
            }
        )

    def values(self, cells: Cells) -> list[Cell]:
        """The cells of a rectangle, row by row."""
        sheet = self._sheet(cells.sheet)
        return [
            sheet[row][column] if row < len(sheet) and column < len(sheet[row]) else None
            for row in range(cells.top, cells.bottom + 1)
            for column in range(cells.left, cells.right + 1)
        ]

    def _sheet(self, title: str | None) -> Sequence[Sequence[Cell]]:
        if title is None:
            return next(iter(self.sheets.values()))
        if title not in self.sheets:
            raise FormulaError(f"没有名为“{title}”的工作表")
        return self.sheets[title]


def _value(cell: Any) -> Cell:
    if isinstance(cell, str):
        return cell or None
    return Fraction(str(cell))


# ---- values ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Scope:
    """What a formula may look at."""

    book: Book
    answers: Mapping[str, Fraction]


def evaluate(node: Node, scope: Scope) -> Fraction:
    """The value of a formula. Raises FormulaError where it has none."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Answer):
        if node.name not in scope.answers:
            raise FormulaError(f"前面没有名为“{node.name}”的数值")
        return scope.answers[node.name]
    if isinstance(node, Negative):
        return -evaluate(node.inner, scope)
    if isinstance(node, Group):
        return evaluate(node.inner, scope)
    if isinstance(node, Operation):
        return _operation(node.sign, evaluate(node.left, scope), evaluate(node.right, scope))
    if isinstance(node, Call):
        return FUNCTIONS[node.name](node.arguments, scope)
    if isinstance(node, Cells):
        return _single(scope.book.values(node))
    raise FormulaError(f"“{node.value}”是文字，不能计算")


def _operation(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if not right:
        raise FormulaError("除数为零")
    return left / right


def _single(values: list[Cell]) -> Fraction:
    if len(values) != 1:
        raise FormulaError("区域要放在函数里计算")
    if isinstance(values[0], str):
        raise FormulaError(f"“{values[0]}”是文字，不能计算")
    return values[0] or Fraction(0)


def _numbers(arguments: Sequence[Node], scope: Scope) -> list[Fraction]:
    found: list[Fraction] = []
    for argument in arguments:
        if isinstance(argument, Cells):
            found += [value for value in scope.book.values(argument) if isinstance(value, Fraction)]
        else:
            found.append(evaluate(argument, scope))
    return found


def _range(node: Node, scope: Scope) -> list[Cell]:
    if not isinstance(node, Cells):
        raise FormulaError("条件函数的第一个参数应为单元格区域")
    return scope.book.values(node)


def _matches(node: Node, scope: Scope) -> Callable[[Cell], bool]:
    """Whether a cell meets a condition such as ">100", "产品" or 0."""
    if not isinstance(node, Text):
        wanted = evaluate(node, scope)
        return lambda value: value == wanted
    match = CRITERION.fullmatch(node.value.strip())
    sign, operand = (match[1] or "=", match[2].strip()) if match else ("=", "")
    if not NUMERIC.fullmatch(operand):
        if sign not in {"=", "<>"}:
            raise FormulaError(f"条件“{node.value}”不能与文字比较大小")
        same, wanted_text = sign == "=", fold(operand)
        return lambda value: (not isinstance(value, Fraction) and fold(value or "") == wanted_text) is same
    number = literal(operand.removeprefix("+"))
    return lambda value: _compare(sign, value, number)


def _compare(sign: str, value: Cell, number: Fraction) -> bool:
    if not isinstance(value, Fraction):
        return sign == "<>"
    return {
        "=": value == number,
        "<>": value != number,
        "<": value < number,
        ">": value > number,
        "<=": value <= number,
        ">=": value >= number,
    }[sign]


def _chosen(values: list[Cell], pairs: Sequence[tuple[Node, Node]], scope: Scope) -> list[Fraction]:
    """Numbers of `values` in whose places every condition is met."""
    keep = [True] * len(values)
    for where, condition in pairs:
        cells, test = _range(where, scope), _matches(condition, scope)
        if len(cells) != len(values):
            raise FormulaError("条件函数里的区域大小不一致")
        keep = [kept and test(cell) for kept, cell in zip(keep, cells, strict=True)]
    return [value for value, kept in zip(values, keep, strict=True) if kept and isinstance(value, Fraction)]


def _one_condition(arguments: Sequence[Node], scope: Scope) -> list[Fraction]:
    where, condition, *values = arguments
    return _chosen(_range(values[0] if values else where, scope), [(where, condition)], scope)


def _pairs(arguments: Sequence[Node]) -> list[tuple[Node, Node]]:
    if len(arguments) % 2:
        raise FormulaError("条件函数的区域和条件应成对书写")
    return list(zip(arguments[::2], arguments[1::2], strict=True))


def _many_conditions(arguments: Sequence[Node], scope: Scope) -> list[Fraction]:
    return _chosen(_range(arguments[0], scope), _pairs(arguments[1:]), scope)


def _count_if(arguments: Sequence[Node], scope: Scope) -> Fraction:
    marks: list[Cell] = [Fraction(1)] * len(_range(arguments[0], scope))
    return Fraction(len(_chosen(marks, _pairs(arguments), scope)))


def _average(numbers: Sequence[Fraction]) -> Fraction:
    if not numbers:
        raise FormulaError("没有可以求平均的数值")
    return sum(numbers, Fraction(0)) / len(numbers)


def _round(arguments: Sequence[Node], scope: Scope) -> Fraction:
    value, places = evaluate(arguments[0], scope), evaluate(arguments[1], scope)
    if places.denominator != 1 or abs(places) > ROUND_LIMIT:
        raise FormulaError(f"ROUND 的位数应为 -{ROUND_LIMIT}～{ROUND_LIMIT} 的整数")
    factor = Fraction(10) ** int(places)
    whole = (2 * abs(value) * factor // 1 + 1) // 2  # halves go away from zero, as in a spreadsheet
    return Fraction(-whole if value < 0 else whole) / factor


FUNCTIONS: dict[str, Callable[[Sequence[Node], Scope], Fraction]] = {
    "SUM": lambda a, s: sum(_numbers(a, s), Fraction(0)),
    "AVERAGE": lambda a, s: _average(_numbers(a, s)),
    "COUNT": lambda a, s: Fraction(len(_numbers(a, s))),
    "MIN": lambda a, s: min(_numbers(a, s), default=Fraction(0)),
    "MAX": lambda a, s: max(_numbers(a, s), default=Fraction(0)),
    "ROUND": _round,
    "SUMIF": lambda a, s: sum(_one_condition(a, s), Fraction(0)),
    "AVERAGEIF": lambda a, s: _average(_one_condition(a, s)),
    "COUNTIF": lambda a, s: _count_if(a, s),
    "SUMIFS": lambda a, s: sum(_many_conditions(a, s), Fraction(0)),
    "AVERAGEIFS": lambda a, s: _average(_many_conditions(a, s)),
    "COUNTIFS": lambda a, s: _count_if(a, s),
}
