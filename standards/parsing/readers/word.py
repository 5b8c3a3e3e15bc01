"""Word files (.docx): paragraphs and tables in the order of the text, merged cells, automatic numbers.

Runs in the confined child (see ``confined``).
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document as open_docx
from docx.oxml.ns import qn

from standards.parsing.readers.grid import Cell, as_line, plain_rows
from standards.parsing.readers.numbering import Numbering
from standards.parsing.readers.recognised import Recognised, Refused

# A standard's text is some hundred kilobytes; pictures are not read.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 2000
_NOT_WORD = "这份文件不是完好的 Word 文件，可能没有下载完整。请用 Word 打开，另存为“.docx”后再试。"


def recognise(data: bytes) -> Recognised:
    """The text of a Word file. Deleted words of tracked changes, text boxes, notes, headers and footers are left out.

    :raises Refused: not a Word file, too large when unpacked, or codes that only automatic numbering shows.
    """
    _check_archive(data)
    try:
        document = open_docx(io.BytesIO(data))
        body = document.element.body
        numbering = Numbering(document)
    except MemoryError:
        raise
    except Exception:
        # The library raises many kinds for broken packages; for the person they are one.
        raise Refused("unreadable_file", _NOT_WORD) from None
    return _Walk(numbering).read(body)


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Refused("unreadable_file", _NOT_WORD) from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused(
            "too_large", "这份 Word 文件展开后超过 60 MB，不像一份标准的文本。请删去图片后另存，再试。"
        )
    if "word/document.xml" not in {part.filename for part in parts}:
        raise Refused("unreadable_file", _NOT_WORD)


class _Walk:
    """Goes through the body once, counting paragraphs and tables as a person would."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.found = Recognised()
        self.paragraphs = self.tables = 0

    def read(self, body: Any) -> Recognised:
        for element in _blocks(body):
            if element.tag == qn("w:tbl"):
                self._table(element)
            else:
                self._paragraph(element)
        return self.found

    def _paragraph(self, element: Any) -> None:
        self.paragraphs += 1
        number = self.numbering.next(element, in_table=False)
        for part in (number + _text(element)).split("\n"):
            self.found.add_line(part, f"第 {self.paragraphs} 段")
        self._tracked(element)

    def _table(self, table: Any) -> None:
        self.tables += 1
        rows = list(_children(table, "w:tr"))
        grid = [self._row(row) for row in rows]
        for index, (row, cells, texts) in enumerate(zip(rows, grid, plain_rows(grid), strict=True), 1):
            place = f"第 {self.tables} 张表第 {index} 行"
            one = as_line(texts, len(cells))
            if one is not None:
                for part in one.split("\n"):
                    self.found.add_line(part, place)
            else:
                self.found.add_row(texts, place)
            self._tracked(row)

    def _row(self, row: Any) -> list[Cell]:
        """The cells of a row; one that continues a vertical merge is blank."""
        cells = []
        for cell in _children(row, "w:tc"):
            properties = cell.find(qn("w:tcPr"))
            span, merge = None, None
            if properties is not None:
                span, merge = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
            text = "\n".join(self._cell_paragraphs(cell))
            if merge is not None and merge.get(qn("w:val"), "continue") == "continue":
                text = ""
            columns = span.get(qn("w:val"), "1") if span is not None else "1"
            cells.append(Cell(text, max(1, int(columns)) if columns.isdigit() else 1))
        return cells

    def _cell_paragraphs(self, cell: Any) -> Iterator[str]:
        for element in _blocks(cell):
            if element.tag == qn("w:tbl"):
                # A table inside a cell: its words belong to the cell.
                for row in _children(element, "w:tr"):
                    yield " ".join(one.text for one in self._row(row))
            else:
                yield self.numbering.next(element, in_table=True) + _text(element)

    def _tracked(self, element: Any) -> None:
        if next(element.iter(qn("w:ins"), qn("w:del")), None) is not None:
            self.found.doubts.append(
                (
                    len(self.found.lines),
                    "有修订标记，已按接受修订理解；请在 Word 里接受或拒绝修订后再核对一遍。",
                )
            )


def _children(element: Any, name: str) -> Iterator[Any]:
    """Children of one name, also those inside content controls."""
    for child in element:
        if child.tag == qn(name):
            yield child
        elif child.tag == qn("w:sdt"):
            content = child.find(qn("w:sdtContent"))
            if content is not None:
                yield from _children(content, name)


def _blocks(element: Any) -> Iterator[Any]:
    """Paragraphs and tables in their order, also those inside content controls."""
    for child in element:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:ins")):
            content = child.find(qn("w:sdtContent"))
            yield from _blocks(content if content is not None else child)


_SKIPPED = {qn("w:del"), qn("w:pict"), qn("w:drawing"), qn("w:object"), qn("w:footnoteReference")}
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"


def _text(element: Any) -> str:
    """The words of a paragraph as they are read; a line break inside it stays one."""
    parts: list[str] = []
    for child in element:
        tag = child.tag
        if tag == qn("w:t"):
            parts.append(child.text or "")
        elif tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n" if child.get(qn("w:type"), "textWrapping") == "textWrapping" else " ")
        elif tag == qn("w:tab"):
            parts.append(" ")
        elif tag == qn("w:noBreakHyphen"):
            parts.append("-")
        elif tag not in _SKIPPED and tag != _ALTERNATE and tag != qn("w:pPr"):
            parts.append(_text(child))
    return "".join(parts)
