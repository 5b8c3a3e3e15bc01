"""What a criterion earned, with the calculation behind it written out for the candidate.

A task's points are scaled to the form it stands in, and shown scaled. What is written here is therefore the share of the
criterion (得分率): it is true on every scale.
"""

from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from itembank.practical.base import CriterionScore, Mode, share_of


def scored(criterion: dict[str, Any], share: Fraction, evidence: str, working: str = "") -> CriterionScore:
    """The score of a criterion that earned this share. `working` says how the share came about, such as `4 ÷ 6`; it
    ends the evidence together with what it gives. Without one there was nothing to calculate."""
    maximum = Decimal(str(criterion["max"]))
    score = share_of(maximum, share)
    given = Fraction(score) / Fraction(maximum)
    return _criterion(
        criterion, "auto", score, evidence + (_calculation(working, share, given) if working else "")
    )


def judged(criterion: dict[str, Any], written: str) -> CriterionScore:
    """A criterion that people judge. `written` says how much there is to judge; nothing when there is nothing."""
    told = f"由考评员评定。{written}" if written else "没有可以评定的内容，考评员应评为 0 级。"
    return _criterion(criterion, "judge", None, told)


def _criterion(criterion: dict[str, Any], mode: Mode, score: Decimal | None, evidence: str) -> CriterionScore:
    return CriterionScore(
        id=criterion["id"],
        name=criterion["name"],
        codes=tuple(criterion["codes"]),
        mode=mode,
        max=Decimal(str(criterion["max"])),
        score=score,
        evidence=evidence,
    )


def _calculation(working: str, share: Fraction, given: Fraction) -> str:
    """`given` is the share after rounding to quarter points."""
    if share < 0:
        return f"得分率：{working}，不到 0，按 0 计。"
    sign = "=" if (share * 1000).denominator == 1 else "≈"
    return f"得分率：{working} {sign} {percent(share)}" + (
        f"，取整为 {percent(given)}。" if given != share else "。"
    )


def counted(share: Fraction) -> str:
    """How much of a part counts, in brackets behind its fault; nothing for all or nothing."""
    return f"（计 {percent(share)}）" if 0 < share < 1 else ""


def percent(share: Fraction) -> str:
    """A share for evidence with at most one decimal, e.g. 7.3%; halves up."""
    return f"{said(Fraction(floor(share * 1000 + Fraction(1, 2)), 10))}%"


def said(value: Fraction) -> str:
    """A number for evidence: at most two decimals, none when they are zero; a third where it makes the number exact."""
    places = 3 if (value * 1000).denominator == 1 else 2
    steps = round(value * 10**places)
    sign, whole, rest = "-" if steps < 0 else "", abs(steps) // 10**places, abs(steps) % 10**places
    return f"{sign}{whole}" + (f".{rest:0{places}d}".rstrip("0") if rest else "")
