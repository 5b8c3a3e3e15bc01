"""Automatic numbers of Word: what the screen shows as “1.1.3” is often no text at all.

Decimal lists of several levels are counted as Word counts them; a code shown by any other kind of list inside a table
cannot be told with certainty, and the file is refused.
"""

import re
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn

from standards.parsing.readers.recognised import Refused

_DECIMAL = {"decimal", "decimalZero"}
_SILENT = {"bullet", "none"}
_PLACE = re.compile(r"%([1-9])")


class Numbering:
    """The counters of a document's lists. Call :meth:`next` for every paragraph in the order of the text."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, Any]] = {}
        self.lists: dict[str, str] = {}
        self.starts: dict[tuple[str, int], int] = {}
        self.counters: dict[str, dict[int, int]] = {}
        self.styles = {style.style_id: style.element for style in document.styles}
        part = next(
            (one.target_part for one in document.part.rels.values() if one.reltype == RT.NUMBERING), None
        )
        if part is None:
            return  # A file without lists has no such part.
        root = part.element
        for abstract in root.findall(qn("w:abstractNum")):
            key = abstract.get(qn("w:abstractNumId"))
            self.levels[key] = {
                int(level.get(qn("w:ilvl"))): level for level in abstract.findall(qn("w:lvl"))
            }
        for one in root.findall(qn("w:num")):
            abstract = one.find(qn("w:abstractNumId"))
            if abstract is None:
                continue
            number = one.get(qn("w:numId"))
            self.lists[number] = abstract.get(qn("w:val"))
            for override in one.findall(qn("w:lvlOverride")):
                start = override.find(qn("w:startOverride"))
                if start is not None:
                    self.starts[number, int(override.get(qn("w:ilvl")))] = int(start.get(qn("w:val")))

    def next(self, paragraph: Any, *, in_table: bool) -> str:
        """The number Word shows before a paragraph, with a space after it, or "".

        :raises Refused: a list inside a table whose numbers cannot be told.
        """
        listed = self._list_of(paragraph)
        if listed is None:
            return ""
        number, depth = listed
        levels = self.levels.get(self.lists.get(number, ""), {})
        level = levels.get(depth)
        if level is None:
            return ""
        counters = self._count(number, depth, levels)
        shown = _value(level, "w:lvlText", "")
        wanted = {int(place) - 1 for place in _PLACE.findall(shown)}
        formats = {_value(levels[one], "w:numFmt", "decimal") for one in wanted if one in levels}
        if not wanted or formats <= _SILENT:
            return ""
        if not formats <= _DECIMAL:
            if in_table:
                raise Refused(
                    "automatic_numbers",
                    "表格里用了自动编号，编号的样式不是 1.1.1 这样的数字，读不准。"
                    "请在 Word 里全选，把自动编号转换为文本，另存后再试。",
                )
            return ""
        text = _PLACE.sub(lambda found: str(counters.get(int(found[1]) - 1, 1)), shown)
        return f"{text} "

    def _list_of(self, paragraph: Any) -> tuple[str, int] | None:
        """List and level of a paragraph: its own, or those of its style and the styles that is based on."""
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None
        numbered = properties.find(qn("w:numPr"))
        depth: int | None = None
        style = _value(properties, "w:pStyle", "")
        seen = set()
        while numbered is None or numbered.find(qn("w:numId")) is None:
            if numbered is not None and depth is None:
                depth = int(_value(numbered, "w:ilvl", "0"))
            element = self.styles.get(style)
            if element is None or style in seen:
                return None
            seen.add(style)
            inner = element.find(qn("w:pPr"))
            numbered = inner.find(qn("w:numPr")) if inner is not None else None
            style = _value(element, "w:basedOn", "")
        number = _value(numbered, "w:numId", "0")
        if number == "0":
            return None
        return number, int(_value(numbered, "w:ilvl", "0")) if depth is None else depth

    def _count(self, number: str, depth: int, levels: dict[int, Any]) -> dict[int, int]:
        # Lists made from one definition go on counting together, as Word does it.
        key = self.lists.get(number, "")
        fresh = (number, depth) in self.starts
        counters = self.counters.setdefault(number if fresh else key, {})
        for upper in range(depth):
            counters.setdefault(upper, int(_value(levels[upper], "w:start", "1")) if upper in levels else 1)
        start = self.starts.get((number, depth), int(_value(levels[depth], "w:start", "1")))
        counters[depth] = counters[depth] + 1 if depth in counters else start
        for lower in [one for one in counters if one > depth]:
            del counters[lower]
        return counters


def _value(element: Any, name: str, default: str) -> str:
    found = element.find(qn(name))
    value: str = found.get(qn("w:val"), default) if found is not None else default
    return value
