"""Is this document something the workbench of this task can have produced? Asked on every save."""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from itembank.practical.base import Problem
from itembank.practical.data.fields import choice_fields, number_fields, text_fields
from itembank.practical.data.numbers import WHOLE_BITS
from itembank.practical.data.schema import (
    ADDRESS,
    BYTES_LIMIT,
    CELL_LIMIT,
    CELLS_LIMIT,
    DEPTH_LIMIT,
    TEXT_LIMIT,
    TYPED,
)
from itembank.practical.saves import schema_problems, size_problem
from itembank.practical.schemas import Schema

PARTS = {"n": "数值", "c": "选择", "t": "文字说明", "s": "草稿"}
OWN = {
    "maxItems": "“{label}”最多选 {value} 个，无法保存。请取消多余的选项。",
    "maxProperties": "“{label}”超过 {value} 格，无法保存。请清除用不到的草稿后再试。",
}


def submission_schema(content: Any) -> Schema:
    """The exact shape of one task's submission: its fields, its options and its sheets."""
    cells: Schema = {
        "type": "object",
        "propertyNames": {"pattern": ADDRESS},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": CELL_LIMIT},
        "maxProperties": CELLS_LIMIT,
    }
    return _object(
        {
            "n": _object({field["id"]: TYPED for field in number_fields(content)}),
            "c": _object({field["id"]: _options(field) for field in choice_fields(content)}),
            "t": _object(
                {field["id"]: {"type": "string", "maxLength": TEXT_LIMIT} for field in text_fields(content)}
            ),
            "s": _object({sheet["title"]: cells for sheet in content["sheets"]}),
        }
    )


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _options(field: dict[str, Any]) -> Schema:
    values = [option["value"] for option in field["options"]]
    most = 1 if field.get("one") else len(values)
    return {"type": "array", "items": {"enum": values}, "maxItems": most, "uniqueItems": True}


def validate_submission(content: Any, submission: Any) -> list[Problem]:
    """No problem, or sentences for the person; never raises on any JSON."""
    too_much = size_problem(
        submission,
        depth=DEPTH_LIMIT,
        size=BYTES_LIMIT,
        largest=2**WHOLE_BITS,
        advice="请清除用不到的草稿后再试。",
    )
    if too_much:
        return [too_much]
    errors = Draft202012Validator(submission_schema(content)).iter_errors(submission)
    found = schema_problems(errors, lambda steps: _label(steps, content), OWN)
    return found or list(_scratch(content, submission))


def _scratch(content: Any, submission: Any) -> Iterator[Problem]:
    """Sums stand in the blank columns and rows, never over the data; JSON schema cannot say so."""
    written = submission.get("s", {})
    if sum(len(cells) for cells in written.values()) > CELLS_LIMIT:
        yield Problem(
            "s", "maxProperties", f"草稿超过 {CELLS_LIMIT} 格，无法保存。请清除用不到的草稿后再试。"
        )
    for sheet in content["sheets"]:
        for address in written.get(sheet["title"], {}):
            if not _is_spare(sheet, address):
                text = f"“{sheet['title']}”的 {address} 不是草稿区的单元格，无法保存。请刷新页面后再试。"
                yield Problem(f"s.{sheet['title']}", "address", text)
                break  # one sentence for a sheet is enough


def _is_spare(sheet: dict[str, Any], address: str) -> bool:
    letters, digits = re.findall(r"[A-Z]+|[0-9]+", address)
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    row, columns, rows = int(digits), len(sheet["columns"]), len(sheet["rows"]) + 1  # row 1 is the heading
    if column > columns + sheet["spare"]["columns"] or row > rows + sheet["spare"]["rows"]:
        return False
    return column > columns or row > rows


def _label(steps: list[str], content: Any) -> str:
    fields = [*number_fields(content), *choice_fields(content), *text_fields(content)]
    labels = {field["id"]: field["label"] for field in fields}
    if len(steps) > 1:
        return str(labels.get(steps[1], PARTS[steps[0]]))
    return PARTS[steps[0]] if steps else "作答内容"
