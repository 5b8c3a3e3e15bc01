"""Is this document something the workbench of this task can have produced? Asked on every save."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from itembank.practical.base import Problem
from itembank.practical.console.schema import BYTES_LIMIT, DEPTH_LIMIT, MENU, RULES, TEXT_LIMIT
from itembank.practical.schemas import Schema
from itembank.practical.text import as_dict, as_list

PARTS = {"rules": "关键词自动回复", "menu": "自定义菜单", "tags": "用户标签"}
PROBLEMS_SHOWN = 10


def submission_schema(content: Any) -> Schema:
    """The exact shape of one task's submission, derived from its screens. Nothing is required: a save
    may be early."""
    properties: Schema = {}
    for screen in content["screens"]:
        if screen["type"] == "form":
            for field in screen["fields"]:
                _place(properties, field["path"], _value(field))
        elif screen["type"] == "tags":
            users = {user["id"]: {"type": "string", "maxLength": 60} for user in screen["users"]}
            properties["tags"] = {"type": "object", "properties": users, "additionalProperties": False}
        else:
            properties[screen["path"]] = RULES if screen["type"] == "rules" else MENU
    return {"type": "object", "properties": properties, "additionalProperties": False}


def validate_submission(content: Any, submission: Any) -> list[Problem]:
    """No problem, or sentences for the person; never raises on any JSON."""
    too_much = _size_problem(submission)
    if too_much:
        return [too_much]
    labels = _labels(content)
    errors = Draft202012Validator(submission_schema(content)).iter_errors(submission)
    found = sorted((_problem(error, labels) for error in errors), key=lambda p: (p.where, p.code))
    return found[:PROBLEMS_SHOWN]


def _place(properties: Schema, path: str, value: Schema) -> None:
    head, _, tail = path.partition(".")
    if not tail:
        properties[head] = value
        return
    group = properties.setdefault(head, {"type": "object", "properties": {}, "additionalProperties": False})
    group["properties"][tail] = value


def _value(field: dict[str, Any]) -> Schema:
    if field["widget"] == "switch":
        return {"type": "boolean"}
    if field["widget"] == "multiselect" and "join" not in field:
        return {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 30}
    return {"type": "string", "maxLength": TEXT_LIMIT}


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


def _labels(content: Any) -> dict[str, str]:
    fields = {
        field["path"]: field["label"]
        for screen in content["screens"]
        if screen["type"] == "form"
        for field in screen["fields"]
    }
    return PARTS | fields


def _problem(error: ValidationError, labels: dict[str, str]) -> Problem:
    steps = [str(step) for step in error.absolute_path]
    label = labels.get(".".join(steps[:2])) or labels.get(steps[0] if steps else "") or "作答内容"
    if error.validator == "additionalProperties":
        text = f"“{label}”里有本题没有的栏目，无法保存。请刷新页面后再试。"
    elif error.validator == "maxLength":
        text = f"“{label}”有一处文字过长，无法保存。请缩短到 {error.validator_value} 字以内。"
    elif error.validator == "maxItems":
        text = f"“{label}”的条目过多，无法保存。请保留 {error.validator_value} 条以内。"
    else:
        text = f"“{label}”的内容格式不对，无法保存。请刷新页面后重新填写这一项。"
    return Problem(".".join(steps), str(error.validator), text)
