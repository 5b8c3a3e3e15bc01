"""Is this document something the workbench of this task can have produced? Asked on every save."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from itembank.practical.base import Problem
from itembank.practical.inbasket.schema import (
    BYTES_LIMIT,
    DEPTH_LIMIT,
    LIBRARY,
    TEXT_LIMIT,
)
from itembank.practical.schemas import Schema
from itembank.practical.text import as_dict, as_list

PROBLEMS_SHOWN = 10


def submission_schema(content: Any) -> Schema:
    """The exact shape of one task's submission: its messages and its options. Only the id of a message is
    required: a save may be early."""
    entry: Schema = {
        "id": {"enum": [message["id"] for message in content["messages"]]},
        "type": {"enum": content["types"]},
        "route": {"enum": content["routes"]},
        "prio": {"type": "integer", "minimum": 1, "maximum": len(content["priorities"])},
        "action": {"enum": content["actions"]},
        "reply": {"type": "string", "maxLength": TEXT_LIMIT},
    }
    handled: Schema = {
        "type": "array",
        "items": {"type": "object", "properties": entry, "required": ["id"], "additionalProperties": False},
        "maxItems": len(content["messages"]),
    }
    return {
        "type": "object",
        "properties": {"handled": handled, "library": LIBRARY},
        "additionalProperties": False,
    }


def validate_submission(content: Any, submission: Any) -> list[Problem]:
    """No problem, or sentences for the person; never raises on any JSON."""
    too_much = _size_problem(submission)
    if too_much:
        return [too_much]
    errors = Draft202012Validator(submission_schema(content)).iter_errors(submission)
    found = sorted((_problem(error, content) for error in errors), key=lambda p: (p.where, p.code))
    return found[:PROBLEMS_SHOWN] or list(_twice(content, submission))


def _size_problem(document: Any) -> Problem | None:
    # Depth first, without recursion: json and jsonschema both recurse and would raise on deeply nested input.
    level, depth = [document], 0
    while level:
        if depth > DEPTH_LIMIT:
            return Problem("", "too_deep", "作答内容的层次过深，无法保存。请刷新页面后重新填写。")
        level, depth = [inner for outer in level for inner in _children(outer)], depth + 1
    if len(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")) > BYTES_LIMIT:
        return Problem(
            "", "too_large", f"作答内容超过 {BYTES_LIMIT // 1024} KB，无法保存。请删去多余的文字后再试。"
        )
    return None


def _children(value: Any) -> Iterator[Any]:
    yield from as_dict(value).values()
    yield from as_list(value)


def _twice(content: Any, submission: Any) -> Iterator[Problem]:
    """A message has one place in the order; JSON schema cannot say so."""
    names = {message["id"]: message["author"] for message in content["messages"]}
    ids = [entry["id"] for entry in submission.get("handled", [])]
    for name in dict.fromkeys(one for one in ids if ids.count(one) > 1):
        text = f"“{names[name]}”在处理顺序里出现了两次，无法保存。请刷新页面后再试。"
        yield Problem("handled", "twice", text)


def _problem(error: ValidationError, content: Any) -> Problem:
    steps = [str(step) for step in error.absolute_path]
    label = _label(steps, content)
    if error.validator == "additionalProperties":
        text = f"“{label}”里有本题没有的栏目，无法保存。请刷新页面后再试。"
    elif error.validator == "enum":
        text = f"“{label}”选的不是本题的选项，无法保存。请刷新页面后重新选择。"
    elif error.validator == "maxLength":
        text = f"“{label}”有一处文字过长，无法保存。请缩短到 {error.validator_value} 字以内。"
    elif error.validator == "maxItems":
        text = f"“{label}”的条目过多，无法保存。请保留 {error.validator_value} 条以内。"
    else:
        text = f"“{label}”的内容格式不对，无法保存。请刷新页面后重新填写这一项。"
    return Problem(".".join(steps), str(error.validator), text)


def _label(steps: list[str], content: Any) -> str:
    labels = content["labels"]
    parts = {"id": labels["message"], "q": labels["question"], "a": labels["entry"]}
    known = {**labels, **parts}
    if len(steps) > 2 and steps[2] in known:
        return str(known[steps[2]])
    return str(
        {"handled": "处理顺序", "library": labels["library"]}.get(steps[0] if steps else "", "作答内容")
    )
