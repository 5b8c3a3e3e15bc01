"""Web pages: tables with row spans, paragraphs, and the source line of each element."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from standards.parsing.document import Block, Document, Line, Row
from standards.parsing.findings import Notes
from standards.parsing.readers.grid import WIDEST, Cell, as_line, plain_rows
from standards.parsing.readers.text import decode
from standards.parsing.text import strip_hidden

_DROPPED = {"script", "style", "head", "template", "noscript", "iframe", "object", "svg", "select", "button"}
# Elements that stay inside a line of text; every other one begins and ends a line.
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "o:p", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
}  # fmt: skip
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# A cell over more rows is no cell of a standard.
_TALLEST = 2000


def read_html(data: bytes, notes: Notes) -> Document | None:
    """A web page; the numbers of its blocks are lines of the source."""
    text = decode(data, notes)
    if text is None:
        return None
    # A declared encoding has no say: the bytes have been decoded already.
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(_XML_DECLARATION.sub("", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or any("depth" in entry.message.lower() for entry in parser.error_log):
        notes.error("unreadable_file", "这份网页读不出来（标签嵌套过深或没有内容），请在浏览器里另存后再试。")
        return None
    return Document(text, tuple(_Walk().blocks(root)))


class _Walk:
    """Goes through a page once. Text gathers until something ends the line."""

    def __init__(self) -> None:
        self.text = ""
        self.line = 0

    def blocks(self, root: Any) -> Iterator[Block]:
        yield from self._element(root)
        yield from self._flush()

    def _add(self, text: str | None, line: int) -> None:
        if not text:
            return
        if not self.text.strip() and text.strip():
            # Where the words begin, not where the tag does.
            self.line = line + text[: len(text) - len(text.lstrip())].count("\n")
        self.text += text

    def _flush(self) -> Iterator[Line]:
        clean = _collapsed(self.text)
        if clean:
            yield Line(self.line, clean)
        self.text = ""

    def _element(self, element: Any) -> Iterator[Block]:
        tag = element.tag if isinstance(element.tag, str) else ""
        line = element.sourceline or 1
        if tag in _DROPPED:
            return
        if tag == "table" and not element.xpath(".//table"):
            yield from self._flush()
            yield from self._table(element)
            return
        inline = tag in _INLINE
        if not inline:
            yield from self._flush()
        self._add(element.text, line)
        for child in element:
            yield from self._element(child)
            # The text after an element begins on the line where the element ends.
            self._add(child.tail, _last_line(child))
        if not inline:
            yield from self._flush()

    def _table(self, table: Any) -> Iterator[Block]:
        for caption in table.iter("caption"):
            yield Line(caption.sourceline or 1, _collapsed(caption.text_content()))
        rows = [row for row in table.iter("tr") if any(cell.tag in ("td", "th") for cell in row)]
        cells = [[_cell(cell) for cell in row if cell.tag in ("td", "th")] for row in rows]
        for row, spans, texts in zip(rows, cells, plain_rows(cells), strict=True):
            number = row.sourceline or 1
            one = as_line(texts, len(spans))
            if one is not None and spans[0].rows == 1:
                yield from (Line(number, part) for part in one.split("\n") if part)
            else:
                yield Row(number, texts)


def _cell(element: Any) -> Cell:
    return Cell(
        "\n".join(filter(None, map(_collapsed, "".join(_cell_text(element)).split("\x00")))),
        _span(element.get("colspan"), WIDEST),
        _span(element.get("rowspan"), _TALLEST),
    )


def _cell_text(element: Any) -> Iterator[str]:
    """The words of a cell, a NUL where a paragraph ends."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in _DROPPED:
        return
    divides = tag not in _INLINE
    yield "\x00" if divides else ""
    yield element.text or ""
    for child in element:
        yield from _cell_text(child)
        yield child.tail or ""
    yield "\x00" if divides else ""


def _span(value: str | None, limit: int) -> int:
    return min(max(int(value), 1), limit) if value and value.strip().isdigit() else 1


def _last_line(element: Any) -> int:
    """Where an element's last text stands: its own line and the line breaks inside it."""
    return (element.sourceline or 1) + "".join(element.itertext()).count("\n")


def _collapsed(text: str) -> str:
    return " ".join(strip_hidden(text).split())
