"""What the readers of Word and PDF give: the recognised text line by line, or a refusal."""

from dataclasses import dataclass, field


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
        self.lines.append(" ".join(text.split()))
        self.places.append(place)

    def add_row(self, cells: tuple[str, ...], place: str) -> None:
        """A table row; paragraphs of a cell are marked as text files mark them."""
        self.lines.append("\t".join(map(_cell, cells)))
        self.places.append(place)


def _cell(text: str) -> str:
    paragraphs = [" ".join(part.split()) for part in text.split("\n") if part.strip()]
    return paragraphs[0] if len(paragraphs) == 1 else " ".join(f"<p>{part}</p>" for part in paragraphs)
