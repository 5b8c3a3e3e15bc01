"""PDF files: the columns of a table are what its ruled lines say; where they say nothing the file is refused.

Runs in the confined child (see ``confined``). Lengths are PDF points.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pdfplumber

from standards.parsing.readers.lines import TextLine, glued, is_continued, joined_text, text_lines
from standards.parsing.readers.recognised import Recognised, Refused

MAX_PAGES = 150
# The upper and lower part of a page where running headers and page numbers stand.
_MARGIN = 0.09
_ADVICE = "请另存为 Word（.docx）或文本文件后再试。"
_CID = re.compile(r"\(cid:\d+\)")
_PAGE_NUMBER = re.compile(r"[-—–·]*第?#页?(?:[/共，]*#页?)?[-—–·]*")
_TABLE = {
    "vertical_strategy": "lines",
    "horizontal_strategy": "lines",
    "snap_tolerance": 3,
    "join_tolerance": 3,
}


@dataclass(frozen=True)
class _Piece:
    """A line of running text or a table row on its page, top to bottom."""

    top: float
    cells: tuple[str, ...]
    line: TextLine | None


def recognise(data: bytes) -> Recognised:
    """The text of a PDF, tables as rows of three columns where lines are ruled.

    :raises Refused: encrypted, broken, scanned, too long, without Unicode, or with columns that cannot be told.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            # Counted without reading any page.
            count = len(pdf.pages)
            if count > MAX_PAGES:
                raise Refused(
                    "too_many_pages",
                    f"这份 PDF 有 {count} 页，最多 {MAX_PAGES} 页，不像一份标准。请核对选错文件没有。",
                )
            pages = [_page(page) for page in pdf.pages]
    except (Refused, MemoryError):
        raise
    except Exception as error:
        # The library raises many kinds for broken files; a password's is told by its name alone.
        if "password" in repr(error).lower() or "encrypt" in repr(error).lower():
            raise Refused("encrypted", f"这份 PDF 加了密码，打不开。请去掉密码，或{_ADVICE[1:]}") from None
        raise Refused("unreadable_file", f"这份 PDF 已损坏或没有下载完整，读不出来。{_ADVICE}") from None
    if not any(pages):
        raise Refused(
            "scanned", f"这份 PDF 里没有文字，像是扫描件。请用文字识别软件转成文字，核对后{_ADVICE[1:]}"
        )
    if not any(piece.line is None for page in pages for piece in page):
        raise Refused("layout_uncertain", f"这份 PDF 里没有找到有框线的表格，分不清各列。{_ADVICE}")
    furniture = _furniture(pages)
    found = Recognised()
    for number, page in enumerate(pages, 1):
        kept = [piece for piece in page if not _is_furniture(piece, number, furniture)]
        for order, piece in enumerate(_sentences(kept), 1):
            place = f"第 {number} 页第 {order} 行"
            if piece.line is not None:
                found.add_line(piece.line.text, place)
            elif len(piece.cells) == 1:
                found.add_line(piece.cells[0], place)
            else:
                found.add_row(piece.cells, place)
    return found


def _page(page: Any) -> list[_Piece]:
    chars = [char for char in page.chars if char["text"]]
    if any(_CID.search(char["text"]) for char in chars):
        raise Refused(
            "layout_uncertain", f"这份 PDF 的字体没有文字编码，第 {page.page_number} 页读不出文字。{_ADVICE}"
        )
    tables = page.find_tables(_TABLE) if page.rects or page.lines or page.curves else []
    pieces: list[_Piece] = []
    outside = chars
    for table in tables:
        cells = [cell for row in table.rows for cell in row.cells if cell]
        # A frame round a page or a single box divides nothing into columns.
        if len({round(cell[0]) for cell in cells}) < 2:
            continue
        inside = [char for char in outside if _within(char, table.bbox)]
        outside = [char for char in outside if not _within(char, table.bbox)]
        _check_columns(inside, cells, page.page_number)
        pieces += list(_rows(table, inside))
    height = float(page.height)
    lines = text_lines(outside)
    for line in lines:
        if line.gap > 4 * line.size and not re.search(r"\d\s*$", line.text):
            raise Refused(
                "layout_uncertain", f"第 {page.page_number} 页像是分栏排版，分不清文字的先后。{_ADVICE}"
            )
        line.running = line.top < height * _MARGIN or line.bottom > height * (1 - _MARGIN)
    pieces += [_Piece(line.top, (), line) for line in lines]
    page.close()
    return sorted(pieces, key=lambda piece: piece.top)


def _sentences(pieces: list[_Piece]) -> list[_Piece]:
    """Wrapped lines of running text put together again; a table between two lines keeps them apart."""
    right = max((piece.line.x1 for piece in pieces if piece.line is not None), default=0.0)
    result: list[_Piece] = []
    for piece in pieces:
        above, line = result[-1].line if result else None, piece.line
        if above is not None and line is not None and is_continued(above, line, right):
            result[-1] = _Piece(result[-1].top, (), glued(above, line))
        else:
            result.append(piece)
    return result


def _is_furniture(piece: _Piece, page: int, furniture: set[str]) -> bool:
    """A running header, footer or page number. The first page is the cover: its title may be everybody's header."""
    if piece.line is None or not piece.line.running:
        return False
    shape = _shape(piece.line.text)
    return shape in furniture and (page > 1 or _PAGE_NUMBER.fullmatch(shape) is not None)


def _rows(table: Any, chars: list[dict[str, Any]]) -> Iterator[_Piece]:
    for row in table.rows:
        cells = tuple(
            joined_text(text_lines([char for char in chars if _within(char, cell)]), cell[2]) if cell else ""
            for cell in row.cells
        )
        if any(cells):
            yield _Piece(row.bbox[1], cells, None)


def _check_columns(chars: list[dict[str, Any]], cells: list[Any], page: int) -> None:
    """Every letter of a table stands in one cell and crosses no border."""
    borders = {round(cell[0], 1) for cell in cells} | {round(cell[2], 1) for cell in cells}
    for char in chars:
        if not char["text"].strip():
            continue
        holder = next((cell for cell in cells if _within(char, cell)), None)
        crossing = any(char["x0"] + 1.5 < border < char["x1"] - 1.5 for border in borders)
        if holder is None or (crossing and not holder[0] - 1 <= char["x0"] <= char["x1"] <= holder[2] + 1):
            raise Refused(
                "layout_uncertain", f"第 {page} 页的表格有文字压在框线上或跑到格外，分不清各列。{_ADVICE}"
            )


def _within(char: dict[str, Any], box: Any) -> bool:
    middle_x, middle_y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3])


def _shape(text: str) -> str:
    """A running line without its numbers, so that “第 3 页” and “第 4 页” are one."""
    return re.sub(r"[0-9ivxIVX]+", "#", "".join(text.split()))


def _furniture(pages: list[list[_Piece]]) -> set[str]:
    """Running headers, footers and page numbers: what stands at the edge of several pages, numbers aside."""
    seen = Counter(
        shape
        for page in pages
        for shape in {
            _shape(piece.line.text) for piece in page if piece.line is not None and piece.line.running
        }
    )
    often = {shape for shape, pages_with in seen.items() if pages_with >= max(2, len(pages) // 3)}
    return often | {shape for shape in seen if _PAGE_NUMBER.fullmatch(shape)}
