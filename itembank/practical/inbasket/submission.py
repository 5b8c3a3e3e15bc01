"""Is this document something the workbench of this task can have produced? Asked on every save."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from itembank.practical.base import Problem
from itembank.practical.inbasket.schema import (
    BYTES_LIMIT,
    DEPTH_LIMIT,
    LIBRARY,
    TEXT_LIMIT,
)
from itembank.practical.saves import schema_problems, size_problem
from itembank.practical.schemas import Schema


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
    too_much = size_problem(submission, depth=DEPTH_LIMIT, size=BYTES_LIMIT)
    if too_much:
        return [too_much]
    errors = Draft202012Validator(submission_schema(content)).iter_errors(submission)
    return schema_problems(errors, lambda steps: _label(steps, content)) or list(_twice(content, submission))


def _twice(content: Any, submission: Any) -> Iterator[Problem]:
    """A message has one place in the order; JSON schema cannot say so."""
    names = {message["id"]: message["author"] for message in content["messages"]}
    ids = [entry["id"] for entry in submission.get("handled", [])]
    for name in dict.fromkeys(one for one in ids if ids.count(one) > 1):
        text = f"“{names[name]}”在处理顺序里出现了两次，无法保存。请刷新页面后再试。"
        yield Problem("handled", "twice", text)


def _label(steps: list[str], content: Any) -> str:
    labels = content["labels"]
    parts = {"id": labels["message"], "q": labels["question"], "a": labels["entry"]}
    known = {**labels, **parts}
    if len(steps) > 2 and steps[2] in known:
        return str(known[steps[2]])
    return str(
        {"handled": "处理顺序", "library": labels["library"]}.get(steps[0] if steps else "", "作答内容")
    )
