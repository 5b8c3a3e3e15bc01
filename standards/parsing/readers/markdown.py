"""Markdown's own signs: headings, emphasis, escapes and pipe tables."""

import re
from collections.abc import Iterable

from standards.parsing.document import Block, Document, Line, Row
from standards.parsing.findings import Notes
from standards.parsing.readers.text import decode, text_blocks

_HEADING = re.compile(r"^#{1,6}\s+(.*?)(?:\s+#+)?$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_DELIMITER = re.compile(r"^:?-{3,}:?$|^:?-+:?$")
_PIPE = re.compile(r"(?<!\\)\|")


def read_markdown(data: bytes, notes: Notes) -> Document | None:
    """Markdown: pipe tables; tab-separated rows are understood too."""
    text = decode(data, notes)
    return None if text is None else Document(text, tuple(_blocks(text_blocks(text))))


def _blocks(blocks: Iterable[Block]) -> list[Block]:
    """Replace pipe-table lines by rows and take the signs off the others; line numbers stay."""
    result: list[Block] = []
    for block in blocks:
        if isinstance(block, Row):
            result.append(Row(block.number, tuple(map(_plain, block.cells))))
            continue
        text = block.text
        if text.startswith("|") or (_PIPE.search(text) and text.endswith("|")):
            cells = _cells(text)
            # The row of dashes is Markdown's, not the table's.
            if not all(_DELIMITER.match(cell) for cell in cells):
                result.append(Row(block.number, tuple(map(_plain, cells))))
            continue
        heading = _HEADING.match(text)
        result.append(Line(block.number, _plain(heading.group(1) if heading else text)))
    return result


def _cells(text: str) -> list[str]:
    inner = text[1:] if text.startswith("|") else text
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip() for cell in _PIPE.split(inner)]


def _plain(text: str) -> str:
    return _ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\2", text)).strip()
