"""The pieces that the JSON schemas of all kinds are made of, and what an author is told where a document differs."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from itembank.practical.base import Problem

Schema = dict[str, Any]


def record(properties: Schema, required: list[str] | None = None, **more: Any) -> Schema:
    """An object with these properties and no others; all are required where no list says which."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
        **more,
    }


def text(limit: int, least: int = 0) -> Schema:
    """A string of limited length."""
    return {"type": "string", "minLength": least, "maxLength": limit}


def listing(items: Schema, most: int, least: int = 0, **more: Any) -> Schema:
    """An array of limited length. In a key, `title` says what an entry is called and that some sample answer must feel
    it (see probes.py)."""
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, **more}


ID: Schema = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"}
CODE: Schema = {"type": "string", "pattern": r"^((初级|中级|高级)/)?\d+\.\d+\.\d+$"}
POINTS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 100, "multipleOf": 0.25}
CRITERION: Schema = {"id": ID, "name": text(40, 1), "codes": listing(CODE, 6, 1), "max": POINTS}
RUBRIC = listing(text(300, 1), 4, 4)  # what the levels 0-3 look like
JUDGED = listing(record({**CRITERION, "rubric": RUBRIC}), 4)  # what people judge


def shape_problems(where: str, schema: Schema, document: Any) -> Iterator[Problem]:
    """Where a document differs from its schema, for its author."""
    for error in Draft202012Validator(schema).iter_errors(document):
        place = ".".join([where, *map(str, error.absolute_path)])
        yield Problem(place, "shape", f"{place} 不符合格式要求（{error.validator}）。请对照说明修改这一处。")
