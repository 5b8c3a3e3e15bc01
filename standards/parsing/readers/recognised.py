"""What the readers of Word and PDF give: the recognised text line by line, or a refusal."""

import re
from dataclasses import dataclass, field

# A PDF's fonts may say these; no database keeps them.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class Refused(Exception):
    """The one error of a file: a stable kind and a sentence."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


@dataclass
class Recognised:
    """Lines of text; a table row is one line with its cells divided by tabs. ``places`` has one entry a line."""

    lines: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    # Line number and the rest of a sentence a person should read.
    doubts: list[tuple[int, str]] = field(default_factory=list)

    def add_line(self, text: str, place: str) -> None:
        """A line of running text. A tab in it is white space, not a column."""
        self.lines.append(_plain(text))
        self.places.append(place)

    def add_row(self, cells: tuple[str, ...], place: str) -> None:
        """A table row; paragraphs of a cell are marked as text files mark them."""
        self.lines.append("\t".join(map(_cell, cells)))
        self.places.append(place)


def _cell(text: str) -> str:
    paragraphs = [_plain(part) for part in text.split("\n") if part.strip()]
    return paragraphs[0] if len(paragraphs) == 1 else " ".join(f"<p>{part}</p>" for part in paragraphs)


def _plain(text: str) -> str:
    """One line; a character that stands for none is shown as lost, so that the parser names the place."""
    return " ".join(_UNKEEPABLE.sub("\ufffd", text).split())
