"""Running text: paragraphs broken over a page are joined again."""

from collections.abc import Iterable
from re import Pattern

from standards.parsing.document import Line
from standards.parsing.findings import Notes
from standards.parsing.text import ends_sentence, join_broken


def joined(
    lines: Iterable[Line], notes: Notes, starts: Pattern[str], headings: Pattern[str] | None = None
) -> list[Line]:
    """Join a line to the one above that does not end a sentence.

    :param starts: what a line that opens something new looks like; it is never joined to the one above.
    :param headings: what a heading looks like; it takes nothing below it.
    """
    result: list[Line] = []
    heading = True
    for line in lines:
        opens = starts.match(line.text) is not None
        if result and not opens and not heading and not ends_sentence(result[-1].text):
            previous = result.pop()
            notes.heal("joined_paragraph", line.number, line.text)
            result.append(Line(previous.number, join_broken(previous.text, line.text)))
        else:
            result.append(line)
            heading = headings is not None and headings.match(line.text) is not None
    return result
