"""Reading JSON that a person typed: every refusal names line and column and says in plain words what is wrong."""

import json
import math
import re
from typing import Any, NoReturn

from lib.canonical import MAX_INTEGER

DEPTH = 40
# What json says, and what that means to somebody who is no programmer.
WORDS = {
    "Expecting property name enclosed in double quotes": "这里应当是用英文双引号括起来的名称；如果后面没有内容了，请去掉前面多余的逗号",
    "Illegal trailing comma before end of": "最后一项后面多了一个逗号",
    "Expecting ',' delimiter": "这里缺少逗号，或者括号、引号没有成对",
    "Expecting ':' delimiter": "名称后面缺少英文冒号",
    "Expecting value": "这里缺少内容；文字要用英文双引号括起来，最后一项后面不能有逗号",
    "Unterminated string starting at": "从这里开始的文字没有结束的双引号",
    "Invalid control character at": "文字里有换行或制表符，换行请写成 \\n",
    "Invalid \\escape": "反斜杠后面的字符不对，反斜杠本身要写两个",
    "Invalid \\uXXXX escape": "\\u 后面应当是四位十六进制数",
    "Extra data": "内容到这里已经结束，后面多了东西",
    "Unexpected UTF-8 BOM": "开头有看不见的字符，请删去",
}
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BadJson(ValueError):
    """The text is no JSON a task can hold. ``line`` and ``column`` count from 1; 0 where no place is known."""

    def __init__(self, sentence: str, line: int = 0, column: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = f"第 {line} 行第 {column} 列：{sentence}。" if line else f"{sentence}。"
        self.line, self.column = line, column


def read_json(text: str) -> Any:
    """The value of strict JSON: no name twice in an object, no number that is lost on the way to a scorer.

    :raises BadJson: with a sentence.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
        _check(value, DEPTH)
    except json.JSONDecodeError as error:
        known = next(
            (said for word, said in WORDS.items() if error.msg.startswith(word)), "这里不符合 JSON 的写法"
        )
        raise BadJson(known, error.lineno, error.colno) from error
    except RecursionError as error:
        raise BadJson(f"括号嵌套超过 {DEPTH} 层") from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadJson(f"同一个括号里“{twice[:40]}”写了两次")
    return found


def _constant(word: str) -> NoReturn:
    raise BadJson(f"“{word}”不是 JSON 里的数")


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        raise BadJson(f"数字 {digits[:20]} 太大")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise BadJson(f"数字 {digits[:20]} 太大")
    return value


def _check(value: Any, left: int) -> None:
    """No deeper than people write, and no character that cannot be stored."""
    if not left:
        raise BadJson(f"括号嵌套超过 {DEPTH} 层")
    if isinstance(value, str) and UNSTORABLE.search(value):
        raise BadJson("文字里有无法保存的字符（空字符或半个字符）")
    inside = (
        [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for inner in inside:
        _check(inner, left - 1)
