"""Is this document something the workbench can have produced? Asked on every save."""

import json
import math
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from itembank.practical.base import Problem
from itembank.practical.sem.schema import BYTES_LIMIT, DEPTH_LIMIT, MONEY_LIMIT, SUBMISSION
from itembank.practical.text import as_dict, as_list

NAMES = {
    "daily_budget": "日预算",
    "campaigns": "计划",
    "groups": "单元",
    "keywords": "关键词",
    "negatives": "否定关键词",
    "creatives": "创意",
    "name": "名称",
    "bid": "出价",
    "landing": "落地页",
    "text": "关键词",
    "match": "匹配方式",
    "title": "创意标题",
    "desc": "创意描述",
}
PROBLEMS_SHOWN = 10
VALIDATOR = Draft202012Validator(SUBMISSION)


def validate_submission(content: Any, submission: Any) -> list[Problem]:
    """No problem, or sentences for the person; never raises on any JSON. Every task of this kind has the
    same shape, so `content` adds nothing."""
    too_much = _size_problem(submission)
    if too_much:
        return [too_much]
    found = sorted(map(_problem, VALIDATOR.iter_errors(submission)), key=lambda p: (p.where, p.code))
    return found[:PROBLEMS_SHOWN]


def _size_problem(document: Any) -> Problem | None:
    # Depth first, without recursion: json and jsonschema both recurse and would raise on deeply nested input.
    level, depth = [document], 0
    while level:
        if depth > DEPTH_LIMIT:
            return Problem("", "too_deep", "作答内容的层次过深，无法保存。请刷新页面后重新填写。")
        if any(_unspeakable(value) for value in level):
            return Problem("", "number", "作答内容里有无法识别的数字，无法保存。请重新填写出价和预算。")
        level, depth = [inner for outer in level for inner in _children(outer)], depth + 1
    if len(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")) > BYTES_LIMIT:
        return Problem(
            "", "too_large", f"作答内容超过 {BYTES_LIMIT // 1024} KB，无法保存。请删去多余的内容后再试。"
        )
    return None


def _unspeakable(value: Any) -> bool:
    """Numbers that cannot be written as JSON: not finite, or with more digits than Python turns into text."""
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and abs(value) > 10**100


def _children(value: Any) -> Iterator[Any]:
    yield from as_dict(value).values()
    yield from as_list(value)


def _problem(error: ValidationError) -> Problem:
    steps = [str(step) for step in error.absolute_path]
    label = next((NAMES[step] for step in reversed(steps) if step in NAMES), "作答内容")
    if error.validator == "additionalProperties":
        text = f"“{label}”里有本题没有的栏目，无法保存。请刷新页面后再试。"
    elif error.validator == "maxLength":
        text = f"“{label}”有一处文字过长，无法保存。请缩短到 {error.validator_value} 字以内。"
    elif error.validator == "maxItems":
        text = f"“{label}”的条目过多，无法保存。请保留 {error.validator_value} 条以内。"
    elif error.validator in ("minimum", "maximum"):
        text = f"“{label}”的金额不合理，无法保存。请填写 0～{MONEY_LIMIT} 元之间的数。"
    else:
        text = f"“{label}”的内容格式不对，无法保存。请刷新页面后重新填写这一项。"
    return Problem(".".join(steps), str(error.validator), text)
