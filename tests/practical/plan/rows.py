"""Changing rows of a PLAN submission in a test."""

from typing import Any


def each(rows: list[dict[str, Any]], **cells: Any) -> None:
    """Put the same into every row; a function gets the row."""
    for row in rows:
        for name, value in cells.items():
            row[name] = value(row) if callable(value) else value
