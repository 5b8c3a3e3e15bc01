"""The smallest document of a schema: where an author begins a new task."""

import re
from typing import Any

from itembank.practical import advertising
from itembank.practical.base import Json, PracticalKind
from itembank.practical.layout import branches

# Tried in this order where a schema asks for a pattern.
WORDS = ("a1", "a.b", "1.1.1", advertising.DEFAULT_VERSION, "0" * 64, "#000000", "09:00")
PLACEHOLDER = "请填写"


def skeleton(kind: PracticalKind) -> dict[str, Json]:
    """The parts of a task that fits the schemas of its kind, with a place for each sample answer the gate wants."""
    parts = {
        "content": smallest(kind.schema.content),
        "key": smallest(kind.schema.key),
        "goldens": [
            {"name": name, "note": note, "submission": {}, "scores": {}, "total": 0}
            for name, note in (
                ("model", "范例答案"),
                ("pass", "合格线附近的答案"),
                ("weak", "弱答案"),
                ("blank", "空白"),
            )
        ],
    }
    if kind.schema.world is not None:
        parts["world"] = smallest(kind.schema.world)
    return parts


def smallest(schema: Any) -> Json:
    """A document that fits the schema and holds what it requires and no more."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for alternatives in ("oneOf", "anyOf"):
        if alternatives in schema:
            return smallest(schema[alternatives][0])
    wanted = schema.get("type", "object")
    made = {"object": _object, "array": _array, "string": _text, "integer": _number, "number": _number}
    first = wanted if isinstance(wanted, str) else wanted[0]
    return made[first](schema) if first in made else {"boolean": False, "null": None}[first]


def _object(schema: Any) -> dict[str, Json]:
    named = schema.get("properties", {})
    document = {name: smallest(named.get(name, {})) for name in named if name in schema.get("required", ())}
    asked = branches(schema, document)[0]
    if asked is not schema:  # a condition on what was chosen
        document |= {**smallest(asked), **document}
    free = schema.get("additionalProperties")
    for number in range(1, schema.get("minProperties", 0) - len(document) + 1):
        name = _text({**schema.get("propertyNames", {}), "number": number})
        document[name] = smallest(free if isinstance(free, dict) else {})
    return document


def _array(schema: Any) -> list[Json]:
    # One entry shows the author what an entry is.
    least = schema.get("minItems", 0) or int("properties" in schema.get("items", {}))
    return [_numbered(smallest(schema.get("items", {})), number) for number in range(1, least + 1)]


def _numbered(value: Json, number: int) -> Json:
    """A further entry of a list: its names and texts differ from those of the first."""
    if isinstance(value, dict):
        return {name: _numbered(inner, number) for name, inner in value.items()}
    if number > 1 and value == PLACEHOLDER:
        return f"{value}{number}"
    return f"a{number}" if value == WORDS[0] else value


def _text(schema: Any) -> str:
    if "pattern" in schema:
        fitting = next((word for word in WORDS if re.search(schema["pattern"], word)), "")
        number = schema.get("number", 1)
        return fitting if number == 1 else f"{fitting[:-1]}{number}"
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1000)
    if not least:
        return ""
    return PLACEHOLDER.ljust(least, "…")[:most]


def _number(schema: Any) -> int | float:
    step = schema.get("multipleOf", 1)
    if "exclusiveMinimum" in schema:
        return schema["exclusiveMinimum"] + step
    return max(schema.get("minimum", 0), min(0, schema.get("maximum", 0)))
