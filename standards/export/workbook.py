"""The standard as an Excel file: one sheet per kind of fact, every cell text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, cast

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from standards.export.lines import in_document_order
from standards.models import Erratum
from standards.queries import Tree

# What XML 1.0 cannot carry: Excel refuses a file that has any of it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32767
_FORMULA_SIGNS = ("=", "+", "-", "@")
_TEXT = "@"
_BOLD = Font(bold=True)
_SHADE = PatternFill("solid", fgColor="E0EFF1")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its columns as (head, width in characters), its rows."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: Iterable[tuple[str, ...]]


def write_xlsx(tree: Tree, file: IO[bytes]) -> None:
    """Write the whole standard to an open binary file, row by row."""
    book = Workbook(write_only=True)
    standard = tree.standard
    book.properties.title = clean(f"{standard.code} {standard.title} {standard.version}")
    book.properties.creator = clean(standard.owner)
    book.properties.description = clean(standard.rights_notice)
    for sheet in _sheets(tree):
        # Its write-only sheets borrow what is used here from the ordinary ones.
        _write(cast(Worksheet, book.create_sheet(sheet.name)), sheet)
    book.save(file)


def clean(text: str) -> str:
    """The text without what no Excel file can hold."""
    return _ILLEGAL.sub("", text)[:_LONGEST]


def _write(page: Worksheet, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    for position, (_, width) in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(position)].width = width
    page.append([_cell(page, head, is_head=True) for head, _ in sheet.columns])
    count = 1
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])
        count += 1
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{count}"


def _cell(page: Worksheet, value: str, *, is_head: bool = False) -> Cell:
    """A text cell: 1.1.10 keeps its zero, and =1+1 is three characters and not a sum."""
    cell = WriteOnlyCell(page, clean(value))
    cell.data_type = "s"
    cell.number_format = _TEXT
    # Excel's own mark for "text although it begins like a formula": it stays text when somebody edits the cell.
    cell.quotePrefix = value.lstrip().startswith(_FORMULA_SIGNS)
    cell.alignment = _WRAPPED
    if is_head:
        cell.font, cell.fill = _BOLD, _SHADE
    return cell


def _sheets(tree: Tree) -> list[Sheet]:
    return [
        Sheet(
            "职业技能要求",
            (
                ("等级", 8),
                ("工作领域编号", 13),
                ("工作领域", 26),
                ("工作任务编号", 13),
                ("工作任务", 28),
                ("要求编号", 11),
                ("职业技能要求", 64),
                ("订正", 40),
            ),
            _requirements(tree),
        ),
        Sheet(
            "术语",
            (("编号", 8), ("术语", 22), ("英文", 30), ("定义", 80), ("订正", 40)),
            (
                (term.number, term.name, term.english, term.definition, _notes(term.notes))
                for term in tree.terms
            ),
        ),
        Sheet(
            "引用文件",
            (("代号", 18), ("年份", 8), ("是否注日期", 12), ("名称", 64), ("订正", 40)),
            (
                (
                    reference.code,
                    reference.year,
                    _yes(reference.dated),
                    reference.title,
                    _notes(reference.notes),
                )
                for reference in tree.normative_references
            ),
        ),
        Sheet(
            "参考文献",
            (("序号", 8), ("文号", 24), ("年份", 8), ("原文", 80), ("订正", 40)),
            (
                (str(entry.number), entry.code, entry.year, entry.text, _notes(entry.notes))
                for entry in tree.bibliography
            ),
        ),
        Sheet(
            "适用专业",
            (("目录", 22), ("院校类型", 20), ("专业", 28), ("原文以“等”结尾", 18)),
            (
                (major.get_catalogue_display(), major.school_type, major.name, _yes(major.list_open))
                for major in tree.majors
            ),
        ),
        Sheet(
            "职业岗位",
            (("等级", 8), ("职业岗位", 40)),
            ((level.name, job.name) for level in tree.levels for job in level.occupations.all()),
        ),
    ]


def _requirements(tree: Tree) -> Iterator[tuple[str, ...]]:
    """One row per requirement. Errata of a level, area or task stand in its first row, with the name of the place."""
    said = set()
    for level, area, task, requirement in in_document_order(tree):
        notes = []
        for kind, place in (("等级描述", level), ("工作领域", area), ("工作任务", task)):
            if place.notes and place.cite_code not in said:
                said.add(place.cite_code)
                notes.append(f"{kind}：{_notes(place.notes)}")
        if requirement.notes:
            notes.append(_notes(requirement.notes))
        yield (
            level.name,
            str(area.number),
            area.name,
            task.code,
            task.name,
            requirement.code,
            requirement.text,
            "\n".join(notes),
        )


def _notes(notes: list[Erratum]) -> str:
    return "\n".join(
        f"“{erratum.printed}”应为“{erratum.corrected}”" + (f"（{erratum.note}）" if erratum.note else "")
        for erratum in notes
    )


def _yes(value: bool) -> str:
    return "是" if value else "否"
