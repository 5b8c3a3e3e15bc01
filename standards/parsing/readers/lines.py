"""Letters of a PDF page to lines, and the lines of a cell to its text."""

import re
from dataclasses import dataclass, replace
from typing import Any

from standards.parsing.text import CJK, CJK_POINTS

_CJK = re.compile(rf"[{CJK}{CJK_POINTS}]")
_CODE = re.compile(r"^\d{1,3}\s?\.\s?\d{1,3}\s?\.\s?\d{1,3}(?![\d.])")


@dataclass
class TextLine:
    """A line as set. ``gap`` is the widest white space inside it; lengths in points."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    gap: float
    # The last letter was a space, or the first one: the wrap stands where a space is.
    spaced: bool
    running: bool = False


def text_lines(chars: list[dict[str, Any]]) -> list[TextLine]:
    """Group letters by their base lines, top to bottom, and each line from left to right."""
    rows: list[list[dict[str, Any]]] = []
    for char in sorted(chars, key=lambda one: (one["bottom"], one["x0"])):
        height = char["bottom"] - char["top"]
        if rows and abs(rows[-1][0]["bottom"] - char["bottom"]) < 0.4 * max(height, 1):
            rows[-1].append(char)
        else:
            rows.append([char])
    lines = [_line(sorted(row, key=lambda one: one["x0"])) for row in rows]
    return [line for line in lines if line is not None]


def _line(row: list[dict[str, Any]]) -> TextLine | None:
    inked = [char for char in row if char["text"].strip()]
    if not inked:
        return None
    text, gap, last = "", 0.0, None
    for char in row:
        if last is not None and char["text"].strip() and last["text"].strip():
            between = char["x0"] - last["x1"]
            gap = max(gap, between)
            # Some programs set spaces by moving on instead of writing them.
            if between > 0.3 * char["size"] and not (
                _CJK.match(char["text"]) and _CJK.match(last["text"][-1])
            ):
                text += " "
        text += char["text"]
        last = char
    return TextLine(
        text.strip(),
        inked[0]["x0"],
        inked[-1]["x1"],
        min(char["top"] for char in inked),
        max(char["bottom"] for char in inked),
        max(char["size"] for char in inked),
        gap,
        row[0]["text"].isspace() or row[-1]["text"].isspace(),
    )


_OPENS = re.compile(r"^(?:\d+(?:\.\d+)*\s|\d+、|[\[［【]|续?表\s*\d|附\s*录|[-—–•])")


def is_continued(above: TextLine, line: TextLine, right: float) -> bool:
    """Whether a line of running text goes on with the sentence of the line above, because the page ended there.

    :param right: the right edge of the page's text: a line that ends well before it was not wrapped.
    """
    return (
        right - above.x1 < 2.5 * above.size
        and above.text[-1] not in "。：；！？:;!?"
        and not _OPENS.match(line.text)
        and abs(above.size - line.size) < 1
    )


def glued(above: TextLine, line: TextLine) -> TextLine:
    """Two lines of one sentence as one line, where the first of them stands; it may go on after the second."""
    between = _glue(above.text, line.text, spaced=above.spaced or line.spaced)
    return replace(line, text=above.text + between + line.text, top=above.top)


def joined_text(lines: list[TextLine], right: float) -> str:
    """The lines of a cell as one text; a line break only where a new paragraph with a code of three parts begins.

    :param right: the cell's right border: a line that ends well before it was not wrapped.
    """
    text = ""
    for index, line in enumerate(lines):
        if not index:
            text = line.text
            continue
        above = lines[index - 1]
        # A wrapped line has no room for another two letters.
        was_wrapped = right - above.x1 < 2.5 * above.size
        if _CODE.match(line.text) and (not was_wrapped or text[-1] in "。；！？.;"):
            text += "\n" + line.text
        else:
            text += _glue(text, line.text, spaced=above.spaced or line.spaced) + line.text
    return text


def _glue(before: str, after: str, *, spaced: bool) -> str:
    """What stands between two parts of a wrapped sentence.

    Two Latin words are divided by a space. Beside a Chinese character the page does not say whether there was one,
    except where the space itself was set.
    """
    if _CJK.match(before[-1]) and _CJK.match(after[0]):
        return ""
    if _CJK.match(before[-1]) or _CJK.match(after[0]):
        return " " if spaced else ""
    return "" if before[-1] in "-/" else " "
