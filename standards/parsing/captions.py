"""Captions of the tables: 表 1 某某职业技能等级要求（初级）, in the spacings and continuations offices print."""

import re
from dataclasses import dataclass

from standards.parsing.levels import LEVELS
from standards.parsing.text import plain_digits, without_spaces

_CAPTION = re.compile(
    r"^(?P<again>续)?表(?P<number>[0-9lIO]+)(?P<again2>[（(]续[)）])?[：:.]?"
    r"(?P<name>[^：:。]*?)(?P<form>职业技能(?:等级)?要求(?:描述)?)?[（(](?P<level>[^（()）]{1,6})[)）](?P<again3>[（(]?续表?[)）]?)?$"
)
_NO_LEVEL = re.compile(
    r"^(?P<again>续)?表(?P<number>[0-9lIO]+)[：:.]?(?P<name>[^：:。]*?)职业技能(?:等级)?要求(?:描述)?$"
)


@dataclass(frozen=True)
class Caption:
    """A caption as understood; ``level`` is None when none of the three is printed, ``word`` is what stands there."""

    label: str
    name: str
    level: str | None
    word: str
    continued: bool
    doubtful_number: bool


def read_caption(text: str) -> Caption | None:
    """The caption a line is, or None."""
    compact = plain_digits(without_spaces(text))
    match = _CAPTION.match(compact)
    if match is not None:
        word = match["level"]
        # Without the form's own words only a level's name in brackets makes it a caption.
        if match["form"] is None and word not in LEVELS:
            return None
        continued = bool(match["again"] or match["again2"] or match["again3"])
    else:
        match = _NO_LEVEL.match(compact)
        if match is None:
            return None
        word, continued = "", bool(match["again"])
    number = match["number"]
    return Caption(
        label=f"表 {number}",
        name=match["name"],
        level=word if word in LEVELS else None,
        word=word,
        continued=continued,
        doubtful_number=not number.isdigit(),
    )
