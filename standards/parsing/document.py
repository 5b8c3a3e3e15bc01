"""What every reader delivers: lines and table rows with their place in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """A line of running text. ``number`` is 1-based; ``text`` has no white space at its ends and may be empty."""

    number: int
    text: str


@dataclass(frozen=True)
class Row:
    """A row of a table; ``cells`` as printed, markup of paragraphs still inside."""

    number: int
    cells: tuple[str, ...]


Block = Line | Row


@dataclass(frozen=True)
class Document:
    """A file as read.

    :param text: its whole text, kept with the standard; numbers of blocks count its lines. Of a Word or PDF file it is
        the recognised text: a paragraph or a table row a line, cells divided by tabs.
    :param blocks: its lines and rows.
    :param places: where a line stands in the original as a person finds it there (“第 3 页”); empty where the lines
        are the file's own.
    """

    text: str
    blocks: tuple[Block, ...]
    places: Mapping[int, str] = field(default_factory=dict)
