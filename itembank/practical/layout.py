"""How the JSON of a task is laid out for people: on paper, in reviews, in the author's editor."""

import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator


def layout(value: Any, depth: int = 0, *, width: int | None = None) -> str:
    """JSON with one line for whatever holds no further list or object, so that a world of many thousand
    numbers stays readable in a review. With a `width`, texts that would make a longer line get lines of
    their own; numbers stay together."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(inner, dict | list) for inner in inside):
        line = json.dumps(
            value, ensure_ascii=False, separators=(", " if isinstance(value, dict) else ",", ": ")
        )
        if not inside or width is None or len(line) <= width or not any(isinstance(i, str) for i in inside):
            return line
    margin, end = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(k, ensure_ascii=False)}: {layout(v, depth + 1, width=width)}"
            for k, v in value.items()
        ]
        return "{" + margin + ("," + margin).join(lines) + end + "}"
    return "[" + margin + ("," + margin).join(layout(v, depth + 1, width=width) for v in value) + end + "]"


def ordered(value: Any, schema: Any) -> Any:
    """The value with the members of its objects in the order in which the schema names them. A database
    keeps JSON in an order of its own, in which nobody reads."""
    if isinstance(value, list):
        return [ordered(inner, schema.get("items", {})) for inner in value]
    if not isinstance(value, dict):
        return value
    schema = branch_of(schema, value)
    named: Mapping[str, Any] = schema.get("properties", {})
    rest = schema.get("additionalProperties")
    free = rest if isinstance(rest, dict) else {}
    names = [name for name in named if name in value] + [name for name in value if name not in named]
    return {name: ordered(value[name], named.get(name, free)) for name in names}


def branches(schema: Any, value: Any) -> list[Any]:
    """The forms a schema allows for the value: its alternatives, what its conditions ask for, or itself."""
    asked = [
        rule["then"] for rule in schema.get("allOf", ()) if Draft202012Validator(rule["if"]).is_valid(value)
    ]
    return asked or list(schema.get("oneOf") or schema.get("anyOf") or [schema])


def branch_of(schema: Any, value: dict[str, Any]) -> Any:
    """The form of the schema that is meant by the object; an empty one where none is."""
    return next((one for one in branches(schema, value) if _covers(one, value)), {})


def _covers(schema: Any, value: dict[str, Any]) -> bool:
    """Whether the object can be meant by this branch: its members are known and its constants agree."""
    named = schema.get("properties", {})
    if schema.get("additionalProperties") is False and not value.keys() <= named.keys():
        return False
    return all(
        value.get(name) == inner["const"] for name, inner in named.items() if "const" in inner
    ) and all(
        value.get(name) in inner["enum"] for name, inner in named.items() if "enum" in inner and name in value
    )
