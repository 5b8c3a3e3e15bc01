"""The formula language of DATA: arithmetic and a few spreadsheet functions over the sheets of a task and over
earlier answers.

Keys are written in it (`[零转化消费] / [总消费]`, `SUMIF(C2:C11, "产品", G2:G11)`), and the workbench evaluates the
same language, without answers, in the candidate's sheet. Values are Fractions; nothing of Python can be
reached. A range of another sheet is written with its title: `商品!F2:F6`. A cell outside the data is blank.
This file reads formulas, `evaluation.py` works them out.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

LENGTH_LIMIT = 300
DEPTH_LIMIT = 25
CELLS_LIMIT = 5000
MANY = 20  # arguments of a function
ARGUMENTS = {  # least and most arguments of each function
    "SUM": (1, MANY),
    "AVERAGE": (1, MANY),
    "COUNT": (1, MANY),
    "MIN": (1, MANY),
    "MAX": (1, MANY),
    "ROUND": (2, 2),
    "SUMIF": (2, 3),
    "AVERAGEIF": (2, 3),
    "COUNTIF": (2, 2),
    "SUMIFS": (3, MANY),
    "AVERAGEIFS": (3, MANY),
    "COUNTIFS": (2, MANY),
}
TYPED_SIGNS = str.maketrans({"“": '"', "”": '"', "×": "*", "÷": "/", "−": "-", "【": "[", "】": "]"})
TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]+)?%?)
    | (?P<cells>(?:(?P<sheet>[^\W\d]\w*)!)?
        \$?(?P<left>[A-Z]{1,2})\$?(?P<top>[1-9][0-9]{0,2})
        (?::\$?(?P<right>[A-Z]{1,2})\$?(?P<bottom>[1-9][0-9]{0,2}))?(?![\w(!]))
    | \[(?P<answer>[^\[\]]{1,40})\]
    | "(?P<text>[^"]{0,40})"
    | (?P<name>[A-Z]+)(?=\()
    | (?P<sign>[-+*/(),])
    )\s*""",
    re.VERBOSE,
)


class FormulaError(ValueError):
    """A formula that cannot be read or has no value; the text is a sentence for the author."""


@dataclass(frozen=True)
class Number:
    value: Fraction
    shown: str


@dataclass(frozen=True)
class Cells:
    """One cell or a rectangle; rows and columns count from 0."""

    sheet: str | None
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Answer:
    name: str


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Negative:
    inner: "Node"


@dataclass(frozen=True)
class Operation:
    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Group:
    """Parentheses, kept so that the formula can be shown as it was written."""

    inner: "Node"


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple["Node", ...]


Node = Number | Cells | Answer | Text | Negative | Operation | Group | Call


# ---- reading -----------------------------------------------------------------------------------------
def parse(formula: str) -> Node:
    """The formula as a tree. Raises FormulaError."""
    text = unicodedata.normalize("NFKC", formula).translate(TYPED_SIGNS).strip().removeprefix("=")
    if not text or len(text) > LENGTH_LIMIT:
        raise FormulaError(f"公式应为 1～{LENGTH_LIMIT} 个字符")
    return _Parser(_tokens(text)).whole()


def _tokens(text: str) -> list[re.Match[str]]:
    found, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if not match:
            raise FormulaError(f"公式在“{text[place : place + 12]}”处写法有误")
        found.append(match)
        place = match.end()
    return found


class _Parser:
    """Recursive descent; the depth is limited, so that no formula can exhaust the stack."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0

    def whole(self) -> Node:
        node = self.sum()
        if self.place < len(self.tokens):
            raise FormulaError(f"公式里多了“{self.tokens[self.place].group().strip()}”")
        return node

    def sign(self, *wanted: str) -> str | None:
        if self.place < len(self.tokens) and self.tokens[self.place]["sign"] in wanted:
            self.place += 1
            return self.tokens[self.place - 1]["sign"]
        return None

    def need(self, sign: str) -> None:
        if not self.sign(sign):
            raise FormulaError(f"公式里少了“{sign}”")

    def sum(self) -> Node:
        node = self.product()
        while sign := self.sign("+", "-"):
            node = Operation(sign, node, self.product())
        return node

    def product(self) -> Node:
        node = self.factor()
        while sign := self.sign("*", "/"):
            node = Operation(sign, node, self.factor())
        return node

    def factor(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise FormulaError("公式的层次过深")
        node = self.inner()
        self.depth -= 1
        return node

    def inner(self) -> Node:
        if self.sign("-"):
            return Negative(self.factor())
        if self.sign("("):
            node = self.sum()
            self.need(")")
            return Group(node)
        if self.place == len(self.tokens):
            raise FormulaError("公式没有写完")
        token = self.tokens[self.place]
        self.place += 1
        if token["name"]:
            return self.call(token["name"])
        return _leaf(token)

    def call(self, name: str) -> Node:
        if name not in ARGUMENTS:
            raise FormulaError(f"没有函数 {name}")
        self.need("(")
        arguments = [self.sum()]
        while self.sign(","):
            arguments.append(self.sum())
        self.need(")")
        least, most = ARGUMENTS[name]
        if not least <= len(arguments) <= most:
            raise FormulaError(f"函数 {name} 的参数个数不对")
        return Call(name, tuple(arguments))


def _leaf(token: re.Match[str]) -> Node:
    if token["number"]:
        return Number(literal(token["number"]), token["number"])
    if token["answer"]:
        return Answer(token["answer"].strip())
    if token["cells"]:
        return _cells(token)
    if token["text"] is not None:
        return Text(token["text"])
    raise FormulaError(f"公式里多了“{token.group().strip()}”")


def literal(text: str) -> Fraction:
    """The value of a written number such as `12.5` or `5%`."""
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def _cells(token: re.Match[str]) -> Cells:
    left, top = _column(token["left"]), int(token["top"]) - 1
    right, bottom = (_column(token["right"]), int(token["bottom"]) - 1) if token["right"] else (left, top)
    cells = Cells(token["sheet"], min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    if (cells.bottom - cells.top + 1) * (cells.right - cells.left + 1) > CELLS_LIMIT:
        raise FormulaError("公式引用的区域过大")
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def used_answers(node: Node) -> tuple[str, ...]:
    """Names of the answers that a formula builds on, each once."""
    if isinstance(node, Answer):
        return (node.name,)
    if isinstance(node, Negative | Group):
        return used_answers(node.inner)
    if isinstance(node, Operation):
        inner: Sequence[Node] = (node.left, node.right)
    else:
        inner = node.arguments if isinstance(node, Call) else ()
    return tuple(dict.fromkeys(name for one in inner for name in used_answers(one)))
