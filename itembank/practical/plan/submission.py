"""Is this document something the workbench of this task can have produced? Asked on every save."""

import json
import math
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from itembank.practical.base import Problem
from itembank.practical.plan.schema import BYTES_LIMIT, DEPTH_LIMIT, NUMBER_LIMIT, submission_schema
from itembank.practical.text import as_dict, as_list

PROBLEMS_SHOWN = 10


def validate_submission(content: Any, submission: Any) -> list[Problem]:
    """No problem, or sentences for the person; never raises on any JSON."""
    too_much = _size_problem(submission)
    if too_much:
        return [too_much]
    errors = Draft202012Validator(submission_schema(content)).iter_errors(submission)
    found = sorted((_problem(error, content) for error in errors), key=lambda p: (p.where, p.code))
    return found[:PROBLEMS_SHOWN]


def _size_problem(document: Any) -> Problem | None:
    # Depth first, without recursion: json and jsonschema both recurse and would raise on deeply nested input.
    level, depth = [document], 0
    while level:
        if depth > DEPTH_LIMIT:
            return Problem("", "too_deep", "作答内容的层次过深，无法保存。请刷新页面后重新填写。")
        if any(_no_figure(value) for value in level):
            return Problem("", "number", "有一处数字过大或不是数字，无法保存。请检查各项数字后再试。")
        level, depth = [inner for outer in level for inner in _children(outer)], depth + 1
    if len(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")) > BYTES_LIMIT:
        return Problem(
            "", "too_large", f"作答内容超过 {BYTES_LIMIT // 1024} KB，无法保存。请删去多余的文字后再试。"
        )
    return None


def _no_figure(value: Any) -> bool:
    """NaN, infinity, or a number so large that writing it down would fail."""
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and abs(value) > NUMBER_LIMIT


def _children(value: Any) -> Iterator[Any]:
    yield from as_dict(value).values()
    yield from as_list(value)


def _problem(error: ValidationError, content: Any) -> Problem:
    steps = [str(step) for step in error.absolute_path]
    label = _label(steps, content)
    if error.validator == "additionalProperties":
        text = f"“{label}”里有本题没有的栏目，无法保存。请刷新页面后再试。"
    elif error.validator == "enum":
        text = f"“{label}”选的不是本题的选项，无法保存。请刷新页面后重新选择。"
    elif error.validator == "uniqueItems":
        text = f"“{label}”里同一项选了两次，无法保存。请刷新页面后重新选择。"
    elif error.validator == "maxLength":
        text = f"“{label}”有一处文字过长，无法保存。请缩短到 {error.validator_value} 字以内。"
    elif error.validator == "maxItems":
        text = f"“{label}”的条目过多，无法保存。请保留 {error.validator_value} 条以内。"
    else:
        text = f"“{label}”的内容格式不对，无法保存。请刷新页面后重新填写这一项。"
    return Problem(".".join(steps), str(error.validator), text)


def _label(steps: list[str], content: Any) -> str:
    """What the place of a fault is called on screen."""
    for section in content["sections"]:
        if steps and steps[0] == section["id"]:
            columns = {column["id"]: column["label"] for column in section["columns"]}
            named = next((columns[step] for step in steps[1:3] if step in columns), None)
            return f"{section['title']}·{named}" if named else str(section["title"])
        for below in section.get("below", []):
            if steps and steps[0] == below["id"]:
                return str(below["label"])
    return "作答内容"
