"""The fields of a task's answer sheet, by type and in the order in which they stand."""

from collections.abc import Iterator
from typing import Any


def number_fields(content: Any) -> list[dict[str, Any]]:
    """The fields for numbers."""
    return [field for field in _fields(content) if field["type"] == "number"]


def choice_fields(content: Any) -> list[dict[str, Any]]:
    """The questions with options; those of a grid each with the grid's options."""
    found = []
    for field in _fields(content):
        if field["type"] == "choice":
            found.append(field)
        elif field["type"] == "grid":
            found += [{**question, "options": field["options"]} for question in field["questions"]]
    return found


def text_fields(content: Any) -> list[dict[str, Any]]:
    """The fields for conclusions."""
    return [field for field in _fields(content) if field["type"] == "text"]


def _fields(content: Any) -> Iterator[dict[str, Any]]:
    for section in content["sections"]:
        yield from section["fields"]


def brief_of(content: Any) -> list[str]:
    """Every sentence that the task itself says and a candidate could copy."""
    found = [*content["scenario"], *content["tasks"]]
    for material in content["materials"]:
        found += material.get("lines", [])
        found += [" ".join(row) for row in material.get("rows", [])]
    for section in content["sections"]:
        found.append(section.get("lead", ""))
        found += [field.get("meaning", "") for field in section["fields"]]
    return [part for part in found if part]
