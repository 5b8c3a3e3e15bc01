"""From the levels 0-3 that raters give to points: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

CENT = Decimal("0.01")
# The share of a criterion's points by level (practical.md, "judge level -> share of the points").
SHARES = (Fraction(0), Fraction(35, 100), Fraction(70, 100), Fraction(1))
HIGHEST = len(SHARES) - 1
APART = 2  # so many levels between two raters and a third one decides
JUDGED = "judge"


def needs_third(levels: Sequence[int]) -> bool:
    """Whether two raters are too far apart for their mean to mean anything."""
    return len(levels) == 2 and abs(levels[0] - levels[1]) >= APART


@dataclass(frozen=True)
class Decided:
    """The share of the points a criterion gets, and why, as the candidate reads it."""

    share: Fraction
    sentence: str


def decide(levels: Sequence[int]) -> Decided | None:
    """What levels come to, in the order they were given: the mean of two, the median of three; None while open."""
    if len(levels) == 3:
        middle = sorted(levels)[1]
        given = "、".join(f"{level} 级" for level in levels)
        return Decided(
            SHARES[middle],
            f"三位考评员评为 {given}（前两位相差 {APART} 级以上，由第三位仲裁），取中间的 {middle} 级",
        )
    if len(levels) != 2 or needs_third(levels):
        return None
    low, high = sorted(levels)
    if low == high:
        return Decided(SHARES[low], f"两位考评员都评为 {low} 级")
    return Decided((SHARES[low] + SHARES[high]) / 2, f"两位考评员评为 {low} 级和 {high} 级，取平均")


def is_open(row: Mapping[str, Any]) -> bool:
    """Whether a stored criterion waits for raters."""
    return row.get("mode") == JUDGED and row["points"] is None


def filled(
    criteria: Sequence[dict[str, Any]],
    levels: Mapping[str, Sequence[int]],
    rubrics: Mapping[str, Sequence[str]],
) -> list[dict[str, Any]]:
    """The stored criteria of a slot with the points that raters decided; what is not decided yet stays open.

    :param criteria: rows of ``ItemScore.criteria``, on the form's scale.
    :param levels: by criterion id, in the order the ratings came.
    :param rubrics: by criterion id, the descriptors of the levels 0-3.
    """
    return [_fill(row, levels.get(row["id"], []), rubrics.get(row["id"], [])) for row in criteria]


def _fill(row: dict[str, Any], levels: Sequence[int], rubric: Sequence[str]) -> dict[str, Any]:
    found = decide(levels) if is_open(row) else None
    if found is None:
        return row
    maximum = Decimal(str(row["max"]))
    points = (maximum * found.share.numerator / found.share.denominator).quantize(CENT, ROUND_HALF_UP)
    meant = sorted({sorted(levels)[1]} if len(levels) == 3 else set(levels))
    told = "".join(f" {level} 级：{rubric[level]}" for level in meant if level < len(rubric))
    percent = f"{float(found.share * 100):g}"
    sentence = f"{found.sentence}：{percent}% × {_plain(maximum)} 分 = {_plain(points)} 分。{told}".rstrip()
    return {**row, "points": float(points), "evidence": sentence}


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
