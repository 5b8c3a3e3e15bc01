"""Cut the third cell of a row into requirements by their codes, and leave codes inside sentences alone.

A number of three parts opens a requirement when it stands where one can begin: at the start of the cell, of a
paragraph or after a full stop. After other text and a space only a code of the same task does, and only when the
sentence does not refer to it. Straight after other text none does. What merely looks like a code is reported.
"""

import re
from dataclasses import dataclass

from standards.parsing.text import CJK, heal_spaces, plain_digits

Code = tuple[int, int, int]

_PARAGRAPH = re.compile(r"\s*(?:</?p(?:\s[^<>]*)?>|<br\s*/?>)\s*", re.IGNORECASE)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:[A-Za-z]{2,8}|#\d{2,6}|#x[0-9A-Fa-f]{2,5});")
_BROKEN_TAG = re.compile(r"</?[A-Za-z]?|/?[A-Za-z]?>")
# Digits may be full-width; l, I, O and o are what a scan or a typist puts for 1 and 0.
_GROUP = r"(?:[0-9０-９]{1,3}(?![0-9０-９])|[0-9lIOo]{1,3}(?![0-9A-Za-z]))"
_TOKEN = re.compile(
    rf"(?<![0-9０-９A-Za-z.．])(?=[lIOo.．]*[0-9０-９]){_GROUP}(?:[ \t]?[.．,，·][ \t]?{_GROUP}){{1,4}}"
)
# What only a number can be: digits with a stop, or three digits and more, at a place where a sentence begins and before
# a Chinese word that is no unit.
_SUSPECT = re.compile(
    rf"(?<![0-9A-Za-z])(?:[.．][ \t]?){{0,2}}(?=[lIOo]*[0-9０-９])[0-9０-９lIOo]+(?:[.．,，· \t]{{1,4}}[0-9０-９lIOo]+)*[.．]?"
    rf"(?=[ \t]*[{CJK}])(?![ \t]*(?:年|月|日|天|周|小时|分钟|秒|个|种|类|项|次|人|家|亿|万|千|元|倍|版|寸|米|级))"
)
_EXACT = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_REFERRING_BEFORE = re.compile(
    r"(?:第|见|在|对|将|由|以|为|按|按照|依照|依据|根据|遵守|遵循|符合|满足|参照|参见|对照|如|和|与|及|或|至|到|从|[、，,“\"（(《\[【~～\-—])\s*$"
)
_REFERRING_AFTER = re.compile(
    r"^\s*(?:基础|步骤|条|款|项|节|章|的|中|所|和|与|及|或|至|到|规定|要求|版|[、，,”\"）)》\]】~～])"
)
# As far as a sentence is looked at beside a number; bounded, so that a hostile cell takes no quadratic time.
_NEAR = 60
_LETTERS = str.maketrans("lIOo", "1100")

BREAK = "\n"


@dataclass(frozen=True)
class Piece:
    """A requirement as cut out: ``code`` None for text before the first code of a cell.

    ``printed`` is the number as it stands there; ``fault`` names what is wrong with it (or "").
    """

    code: Code | None
    printed: str
    text: str
    fault: str = ""


def paragraphs_to_breaks(cell: str) -> str:
    """``<p>`` and ``<br>`` to line breaks: where a requirement may begin. Other markup stays and is a fault."""
    return _PARAGRAPH.sub(BREAK, cell).strip()


def markup_in(text: str, *, tagged: bool) -> str | None:
    """The first tag or entity in a text, or None; in a ``tagged`` row a lone bracket is a broken tag."""
    match = _MARKUP.search(text) or (_BROKEN_TAG.search(text) if tagged else None)
    return match[0] if match else None


@dataclass(frozen=True)
class _Opening:
    start: int
    end: int
    code: Code
    printed: str
    fault: str


def split_requirements(cell: str, expected: Code) -> tuple[list[Piece], list[str]]:
    """Cut a cell.

    :param expected: the code that comes next in this task.
    :returns: the pieces in order, and the numbers left inside sentences that look like codes.
    """
    openings, inner = _openings(cell, expected)
    pieces = []
    first = openings[0].start if openings else len(cell)
    if lead := heal_spaces(cell[:first]):
        pieces.append(Piece(None, "", lead))
    for position, opening in enumerate(openings):
        end = openings[position + 1].start if position + 1 < len(openings) else len(cell)
        text = heal_spaces(cell[opening.end : end].lstrip(" \t\n.．、:："))
        pieces.append(Piece(opening.code, opening.printed, text, opening.fault))
    return pieces, inner


def _openings(cell: str, expected: Code) -> tuple[list[_Opening], list[str]]:
    tokens = _tokens(cell)
    openings: list[_Opening] = []
    inner: list[str] = []
    # Where each number stands last at a place where a requirement can begin.
    strong = {plain_digits(token[0]): token.start() for token in tokens if _rank(cell, token.start()) <= 1}
    for token in tokens:
        # Judged one by one: what a slip of the pen means depends on the code that comes next.
        rank, opening = _judge(cell, token, expected)
        if opening is None:
            continue
        strong_later = strong.get(opening.printed, -1) > opening.start
        if _opens(cell, rank, opening, expected, strong_later):
            openings.append(opening)
            if opening.code[:2] == expected[:2]:
                expected = (*expected[:2], max(expected[2], opening.code[2] + 1))
            elif opening.code[2] == expected[2]:
                expected = (*expected[:2], expected[2] + 1)
        elif not opening.fault:
            inner.append(opening.printed)
    return openings, inner


def _tokens(cell: str) -> list[re.Match[str]]:
    """Everything that looks like a code, and what at the beginning of a sentence can hardly be anything else."""
    codes = list(_TOKEN.finditer(cell))
    suspects = [match for match in _SUSPECT.finditer(cell) if _is_suspect(cell, match)]
    exact = {match.start() for match in codes if _EXACT.fullmatch(plain_digits(match[0]))}
    # Of two readings of one place a proper code wins, then the longer reading.
    inside = {at for match in suspects for at in range(*match.span())}
    covered = {at for match in codes if match.start() in exact for at in range(*match.span())}
    chosen = [match for match in codes if match.start() in exact or match.start() not in inside]
    chosen += [match for match in suspects if covered.isdisjoint(range(*match.span()))]
    return sorted(chosen, key=lambda match: match.start())


def _is_suspect(cell: str, match: re.Match[str]) -> bool:
    digits = sum(character.isdigit() for character in match[0])
    stops = sum(character in ".．" for character in match[0])
    return _rank(cell, match.start()) <= 1 and (digits >= 3 or (digits >= 2 and stops > 0))


def _opens(cell: str, rank: int, opening: _Opening, expected: Code, strong_later: bool) -> bool:
    before, after = _near(cell, opening.start), cell[opening.end : opening.end + _NEAR]
    next_one = opening.code == expected
    if rank == 0:
        return next_one or not _REFERRING_AFTER.match(after)
    if rank == 1:
        return not re.match(r"\s*[条款项节章]", after) and (next_one or not _REFERRING_AFTER.match(after))
    if rank == 2:
        if _REFERRING_BEFORE.search(before) or _REFERRING_AFTER.match(after):
            return False
        return opening.code[:2] == expected[:2] and not strong_later
    return False


def _near(cell: str, end: int) -> str:
    return cell[max(0, end - _NEAR) : end]


def _rank(cell: str, start: int) -> int:
    """0: start of the cell or a paragraph; 1: after a full stop; 2: after a space or a semicolon; 3: inside text."""
    before = _near(cell, start)
    near = before.rstrip(" \t")
    if not near or near.endswith(BREAK):
        return 0
    if near[-1] in "。！？!?" or near[-2:] in ("。”", "。）"):
        return 1
    return 2 if near != before or near[-1] in "；;" else 3


def _judge(cell: str, match: re.Match[str], expected: Code) -> tuple[int, _Opening | None]:
    rank = _rank(cell, match.start())
    printed = match[0]
    exact = _EXACT.fullmatch(plain_digits(printed))
    if exact:
        code = (int(exact[1]), int(exact[2]), int(exact[3]))
        return rank, _Opening(match.start(), match.end(), code, plain_digits(printed), "")
    groups = [
        int(group)
        for group in re.split(r"[.．,，·\s]+", plain_digits(printed).translate(_LETTERS))
        if group.isdigit()
    ]
    fault = "letter_for_digit" if re.search(r"[lIOo]", printed) else "malformed_code"
    meant: Code | None = None
    if len(groups) == 3:
        meant = (groups[0], groups[1], groups[2])
    elif rank <= 1 or "".join(map(str, groups)) == "".join(map(str, expected)):
        # 1.12 for 1.1.2, or 1.1 with its last part lost.
        meant = expected
    if meant is None or (rank >= 2 and meant != expected) or rank == 3:
        return rank, None
    return rank, _Opening(match.start(), match.end(), meant, printed, fault)
