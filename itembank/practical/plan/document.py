"""A submission read as the plan it is: forms, tables and the figures below tables.

Nothing here trusts the document. A row in which nothing is filled in is no row; rows keep the number they
have on screen so that evidence can name them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from itembank.practical.plan import values
from itembank.practical.plan.schema import ROWS_LIMIT
from itembank.practical.points import percent, said
from itembank.practical.text import as_dict, as_list, clean, fold, shown


@dataclass(frozen=True)
class Row:
    """One filled-in row of a table, or the one record of a form."""

    number: int
    cells: dict[str, Any]

    def text(self, column: str) -> str:
        """What is written or chosen in a column, as one text."""
        value = self.cells.get(column)
        return "、".join(self.many(column)) if isinstance(value, list) else clean(value)

    def many(self, column: str) -> list[str]:
        """All that is chosen in a column."""
        value = self.cells.get(column)
        chosen = [clean(one) for one in (as_list(value) or [value])]
        return list(dict.fromkeys(one for one in chosen if one))

    def amount(self, column: str) -> Fraction | None:
        return values.number(self.cells.get(column))

    def clock(self, column: str) -> int | None:
        return values.clock(self.cells.get(column))

    def day(self, column: str) -> int | None:
        return values.day(self.cells.get(column))

    def moment(self, column: str) -> int | None:
        return values.moment(self.cells.get(column))

    def filled(self, column: str) -> bool:
        """Whether anything stands in a column."""
        value = self.cells.get(column)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return values.number(value) is not None
        return bool(self.text(column))


def _kept(column: Any, cells: dict[str, Any]) -> Any:
    """What a cell holds; of a choice only what can be chosen."""
    value = cells.get(column["id"])
    if column["type"] != "choice":
        return value
    options = {fold(option) for option in column["options"]}
    chosen = [one for one in (as_list(value) or [value]) if fold(one) in options]
    return chosen if column.get("many") else next(iter(chosen), None)


class Plan:
    """The content of a task together with what one candidate handed in."""

    def __init__(self, content: Any, submission: Any) -> None:
        self.content = content
        self.document = as_dict(submission)
        self.sections: dict[str, Any] = {section["id"]: section for section in content["sections"]}
        self._columns = {
            (section["id"], column["id"]): column
            for section in content["sections"]
            for column in section["columns"]
        } | {
            ("", below["id"]): below for section in content["sections"] for below in section.get("below", [])
        }

    @cached_property
    def _rows(self) -> dict[str, tuple[Row, ...]]:
        return {name: tuple(self._read(name)) for name in self.sections}

    def _read(self, name: str) -> Iterator[Row]:
        section, written = self.sections[name], self.document.get(name)
        listed = [written] if section["kind"] == "form" else as_list(written)[:ROWS_LIMIT]
        for number, cells in enumerate(listed, 1):
            row = Row(number, {column["id"]: _kept(column, as_dict(cells)) for column in section["columns"]})
            if any(row.filled(column["id"]) for column in section["columns"]):
                yield row

    def rows(self, table: str) -> tuple[Row, ...]:
        """The filled-in rows of a table."""
        return self._rows[table]

    def title(self, table: str) -> str:
        """What a table is called on screen."""
        return str(self.sections[table]["title"])

    def column(self, table: str, column: str) -> dict[str, Any]:
        """How a column is declared."""
        return dict(self._columns[table, column])

    def label(self, table: str, column: str) -> str:
        """What a column is called on screen."""
        return str(self._columns[table, column]["label"])

    def names(self, table: str, columns: list[str]) -> str:
        """What several columns are called on screen."""
        return "、".join(self.label(table, column) for column in columns)

    def amount(self, path: str) -> Fraction | None:
        """A figure of a form (`goal.uv`) or one below a table (`budget_total`)."""
        table, _, column = path.rpartition(".")
        if not table:
            return values.number(self.document.get(column))
        return next((row.amount(column) for row in self.rows(table)), None)

    def called(self, path: str) -> str:
        """What the figure at a path is called on screen."""
        table, _, column = path.rpartition(".")
        return self.label(table, column)

    def figure(self, path: str, value: Fraction) -> str:
        """A figure with its unit, e.g. “24000 人” or “4%”."""
        table, _, column = path.rpartition(".")
        return self.measured(table, column, value)

    def measured(self, table: str, column: str, value: Fraction) -> str:
        """A figure of a column with the column's unit."""
        declared = self._columns[table, column]
        if declared["type"] == "percent":
            return percent(value)
        unit = declared.get("unit", "")
        return f"{said(value)} {unit}".rstrip()

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Every free text of the plan: table, column, text."""
        for name, section in self.sections.items():
            for column in section["columns"]:
                if column["type"] == "text":
                    for row in self.rows(name):
                        if row.text(column["id"]):
                            yield name, column["id"], row.text(column["id"])


def numbers_of(rows: list[Row]) -> str:
    """“第 2、5 行” for evidence."""
    listed = [str(row.number) for row in rows[:6]]
    return f"第 {'、'.join(listed)} {'行等' if len(rows) > 6 else '行'}"


def quoted(names: list[str]) -> str:
    """“甲”“乙” for evidence, shortened where somebody handed in very many."""
    more = f"等 {len(names)} 项" if len(names) > 8 else ""
    return "".join(f"“{shown(name)}”" for name in names[:8]) + more


def different(rows: list[Row]) -> list[Row]:
    """The rows without those in which everything is as in an earlier one."""
    seen: dict[tuple[tuple[str, str], ...], Row] = {}
    for row in rows:
        cells = ((name, fold(row.text(name)) or str(row.amount(name))) for name in row.cells)
        seen.setdefault(tuple(sorted(cells)), row)
    return list(seen.values())
