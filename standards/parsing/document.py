"""What every reader delivers: lines and table rows with their place in the file."""

from dataclasses import dataclass


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
    """A file as read: ``text`` is its whole decoded text (kept with the standard), ``blocks`` its lines and rows."""

    text: str
    blocks: tuple[Block, ...]
