"""The requirement tables: captions, headers, rows → levels, with every fault said once.

The order of the file decides: a row belongs to the caption above it, a blank cell repeats the one above, a repeated
header is dropped wherever it stands. After a fault the reader goes on as if the obvious had been printed, so that one
run names all faults and one cause gives one message.
"""

import re

from standards.parsing.captions import Caption, read_caption
from standards.parsing.document import Block, Line, Row
from standards.parsing.findings import Notes
from standards.parsing.levels import LEVELS
from standards.parsing.rows import is_exact_header, is_header, read_area, recover
from standards.parsing.split import paragraphs_to_breaks
from standards.parsing.table_level import LevelReader
from standards.parsing.text import plain_digits, without_spaces
from standards.parsing.tree import LevelNode

_PAGE_NUMBER = re.compile(r"^[-—–·\s]*(?:\d{1,3}|[ivxIVX]{1,5})[-—–·\s]*$|^第\s*\d+\s*页")
_SECTION = re.compile(r"^\d+(?:\.\d+)?\s+\D|^附录")
_REQUIREMENT = re.compile(r"(?:^|\s)\d+\s?\.\s?\d+\s?\.\s?\d+")


class TableReader:
    """Reads the blocks of the requirements chapter. ``levels`` are the tables in the order of the file."""

    def __init__(self, *, title: str, occupation: str, code: str, notes: Notes) -> None:
        self.occupation = without_spaces(occupation)
        # Words a page header repeats.
        self.page_words = {without_spaces(title), without_spaces(code)} - {""}
        self.notes = notes
        self.levels: list[LevelNode] = []
        self.seen: set[str] = set()
        self.duplicates = 0
        self.reader: LevelReader | None = None
        self.header_seen = False
        # The line of a header with nothing below it yet: a table that has lost its caption begins there.
        self.last_header: int | None = None
        self.stray = False

    def read(self, blocks: list[Block]) -> list[LevelNode]:
        """All tables of the chapter; faults go to the notes."""
        for block in blocks:
            if isinstance(block, Row):
                self._row(block)
            elif block.text:
                self._line(block)
        self._close()
        return self.levels

    # Lines ------------------------------------------------------------------------------------------------------

    def _line(self, line: Line) -> None:
        caption = read_caption(line.text)
        if caption is not None:
            self._caption(caption, line)
        elif self.reader is None or self._is_page_furniture(line.text):
            return
        elif not self.reader.broken_cell(line):
            if _SECTION.match(line.text) and not _REQUIREMENT.match(line.text):
                self._close()
                return
            text = paragraphs_to_breaks(line.text)
            if not self.stray:
                self._wrong_columns(line.number, 1, text)
            # A whole page of running text inside a table is one fault.
            self.stray = True
            if _REQUIREMENT.search(plain_digits(text)):
                self._cells(recover((text,)), line.number, doubtful=True)

    def _is_page_furniture(self, text: str) -> bool:
        return _PAGE_NUMBER.match(plain_digits(text)) is not None or without_spaces(text) in self.page_words

    def _caption(self, caption: Caption, line: Line) -> None:
        if caption.continued and self.reader is not None and caption.level in (None, self.reader.node.code):
            self.notes.heal("repeated_caption", line.number, line.text)
            return
        level = caption.level or self._next_level()
        if caption.doubtful_number:
            self.notes.error(
                "letter_for_digit",
                f"第 {line.number} 行的表号“{caption.label}”里有字母，请改成数字。",
                line=line.number,
                level=level,
                code=caption.label,
            )
        if caption.level is None:
            self.notes.error(
                "caption_without_level",
                f"第 {line.number} 行的表题没有写明等级（应为{'、'.join(LEVELS)}之一），请补上后再试。",
                line=line.number,
                code=caption.label,
            )
        if self.occupation and caption.name != self.occupation:
            self.notes.error(
                "caption_other_occupation",
                f"第 {line.number} 行的表题写的是“{caption.name}”，而本标准是“{self.occupation}”，请核对这张表是否放错了标准。",
                line=line.number,
                level=level,
                code=caption.label,
            )
        if level in self.seen:
            self.duplicates += 1
            self.notes.error(
                "duplicate_level",
                f"第 {line.number} 行又出现了{level}的表题，一个等级只能有一张表，请核对表题里的等级。",
                line=line.number,
                level=level,
                code=caption.label,
            )
        self._open(level, line.text, line.number)

    def _next_level(self) -> str:
        return next((level for level in LEVELS if level not in self.seen), LEVELS[-1])

    def _open(self, level: str, caption: str, number: int) -> None:
        self._close()
        self.reader = LevelReader(LevelNode(level, caption, number), self.notes)
        self.seen.add(level)
        self.header_seen = False

    def _close(self) -> None:
        if self.reader is not None:
            self.reader.finish()
            self.levels.append(self.reader.node)
            self.reader = None

    # Rows -------------------------------------------------------------------------------------------------------

    def _row(self, row: Row) -> None:
        if not any(row.cells):
            return
        self.stray = False
        if is_header(row.cells):
            self._header(row)
            return
        cells = tuple(paragraphs_to_breaks(cell) for cell in row.cells)
        if self.reader is None:
            if self._looks_like_table(cells):
                self._missing_caption(row.number)
            else:
                return
        found = len(cells)
        if found != 3:
            self._wrong_columns(row.number, found, " ".join(cells))
            cells = recover(cells)
        self._cells(
            (cells[0], cells[1], cells[2]),
            row.number,
            tagged="<p" in "".join(row.cells).lower(),
            doubtful=found != 3,
            # Two rows run together.
            lost=found > 4,
        )

    def _cells(
        self,
        cells: tuple[str, str, str],
        number: int,
        *,
        tagged: bool = False,
        doubtful: bool = False,
        lost: bool = False,
    ) -> None:
        assert self.reader is not None
        area = read_area(cells[0]) if cells[0] else None
        # A table that begins again with area 1 under the same caption has lost its own.
        if (
            area is not None
            and area.number == (1,)
            and not area.letters
            and self.reader.node.areas
            and not self.reader.is_current_area(area)
            and self.reader.areas.expected > 2
        ):
            self._missing_caption(self.last_header or number)
        self.last_header = None
        self.reader.row(cells, number, tagged=tagged, doubtful=doubtful, lost=lost)

    def _header(self, row: Row) -> None:
        if not is_exact_header(row.cells):
            self.notes.error(
                "wrong_column_order" if len(row.cells) == 3 else "wrong_columns",
                f"第 {row.number} 行的表头应依次是“工作领域、工作任务、职业技能要求”三列，请调整列的数目和顺序。",
                line=row.number,
                level=self.reader.node.code if self.reader else None,
            )
            if self.reader is not None and len(row.cells) > 3:
                self.reader.lose_place()  # A header run together with the row below it.
        if self.reader is None:
            self._missing_caption(row.number)
        elif self.header_seen:
            self.notes.heal("repeated_header", row.number, "".join(row.cells))
        self.header_seen = True
        self.last_header = row.number

    def _missing_caption(self, number: int) -> None:
        level = self._next_level()
        self.notes.error(
            "missing_caption",
            f"第 {number} 行开始了一张新表（应是{level}），但前面没有表题，请补上“表 N …职业技能等级要求（{level}）”。",
            line=number,
            level=level,
        )
        self._open(level, "", number)
        self.header_seen = True

    def _looks_like_table(self, cells: tuple[str, ...]) -> bool:
        return len(cells) >= 3 and any(_REQUIREMENT.match(plain_digits(cell)) for cell in cells)

    def _wrong_columns(self, number: int, found: int, text: str) -> None:
        code = re.search(r"\d+\.\d+(?:\.\d+)?", plain_digits(text))
        self.notes.error(
            "wrong_columns",
            f"第 {number} 行有 {found} 列，应有 3 列（工作领域、工作任务、职业技能要求），请核对这一行的分列。",
            line=number,
            level=self.reader.node.code if self.reader else None,
            code=code[0] if code else None,
        )
