"""Is this document something a workbench can have produced? What is the same for every kind."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError

from itembank.practical.base import Problem
from itembank.practical.text import as_dict, as_list

PROBLEMS_SHOWN = 10
# What a person is told by the rule of JSON schema that was broken; {value} is what the rule says.
SENTENCES = {
    "additionalProperties": "“{label}”里有本题没有的栏目，无法保存。请刷新页面后再试。",
    "enum": "“{label}”选的不是本题的选项，无法保存。请刷新页面后重新选择。",
    "uniqueItems": "“{label}”里同一项选了两次，无法保存。请刷新页面后重新选择。",
    "maxLength": "“{label}”有一处文字过长，无法保存。请缩短到 {value} 字以内。",
    "maxItems": "“{label}”的条目过多，无法保存。请保留 {value} 条以内。",
}
OTHERWISE = "“{label}”的内容格式不对，无法保存。请刷新页面后重新填写这一项。"


def size_problem(
    document: Any, *, depth: int, size: int, largest: int = 10**100, number: str = "", advice: str = ""
) -> Problem | None:
    """A document too deep, with numbers that cannot be written, or too large (`size` in bytes): asked before anything
    else looks at it. `number` and `advice` say what to do about a number or the size in the words of the kind."""
    # Depth first, without recursion: json and jsonschema both recurse and would raise on deeply nested input.
    level, reached = [document], 0
    while level:
        if reached > depth:
            return Problem("", "too_deep", "作答内容的层次过深，无法保存。请刷新页面后重新填写。")
        if any(_unwritable(value, largest) for value in level):
            said = number or "作答内容里有无法识别的数值，无法保存。请刷新页面后重新填写。"
            return Problem("", "number", said)
        level, reached = [inner for outer in level for inner in _children(outer)], reached + 1
    if len(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")) > size:
        said = f"作答内容超过 {size // 1024} KB，无法保存。{advice or '请删去多余的文字后再试。'}"
        return Problem("", "too_large", said)
    return None


def _unwritable(value: Any, largest: int) -> bool:
    """NaN, infinity, or a number so large that writing it down would fail."""
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and abs(value) > largest


def _children(value: Any) -> Iterator[Any]:
    yield from as_dict(value).values()
    yield from as_list(value)


def schema_problems(
    errors: Iterable[ValidationError],
    label: Callable[[list[str]], str],
    own: Mapping[str, str] | None = None,
) -> list[Problem]:
    """A sentence for each place where a document breaks its schema, the first few. `label` says what a path is called
    on screen; `own` holds the kind's own sentences by rule."""
    sentences = SENTENCES | dict(own or {})
    found = []
    for error in errors:
        steps = [str(step) for step in error.absolute_path]
        said = sentences.get(str(error.validator), OTHERWISE)
        message = said.format(label=label(steps), value=error.validator_value)
        found.append(Problem(".".join(steps), str(error.validator), message))
    return sorted(found, key=lambda p: (p.where, p.code))[:PROBLEMS_SHOWN]
