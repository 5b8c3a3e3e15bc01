"""Is this document something the workbench of this task can have produced? Asked on every save."""

from typing import Any

from jsonschema import Draft202012Validator

from itembank.practical.base import Problem
from itembank.practical.console.schema import BYTES_LIMIT, DEPTH_LIMIT, MENU, RULES, TEXT_LIMIT
from itembank.practical.saves import schema_problems, size_problem
from itembank.practical.schemas import Schema

PARTS = {"rules": "关键词自动回复", "menu": "自定义菜单", "tags": "用户标签"}


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
    too_much = size_problem(submission, depth=DEPTH_LIMIT, size=BYTES_LIMIT)
    if too_much:
        return [too_much]
    errors = Draft202012Validator(submission_schema(content)).iter_errors(submission)
    labels = _labels(content)
    return schema_problems(errors, lambda steps: _label(steps, labels))


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


def _labels(content: Any) -> dict[str, str]:
    fields = {
        field["path"]: field["label"]
        for screen in content["screens"]
        if screen["type"] == "form"
        for field in screen["fields"]
    }
    return PARTS | fields


def _label(steps: list[str], labels: dict[str, str]) -> str:
    return labels.get(".".join(steps[:2])) or labels.get(steps[0] if steps else "") or "作答内容"
