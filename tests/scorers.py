"""A second version of a real scorer, as a later release of the program would bring it."""

import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest

from itembank.practical import inbasket, kind
from itembank.practical.base import CriterionScore, Json, ScoreFunction, share_of
from itembank.practical.inbasket.scorer import score as as_it_is

OLD, NEW = inbasket.KIND.scorer_version, "1.1.0"


def stricter(content: Json, key: Json, world: Json, submission: Json, measured: Json) -> list[CriterionScore]:
    """The in-basket with two rules changed: the order (I3) is forgiven a quarter, and what was kept for later (I6) counts
    only beside replies (I4) that reach half of their points."""
    rows = as_it_is(content, key, world, submission, measured)
    replies = next(row for row in rows if row.id == "I4")
    assert replies.score is not None
    return [_changed(row, replies.score * 2 >= replies.max) for row in rows]


def _changed(row: CriterionScore, replied: bool) -> CriterionScore:
    if row.id == "I3" and row.score and row.score < row.max:
        score = min(row.max, row.score + share_of(row.max, Fraction(1, 4)))
        return dataclasses.replace(row, score=score, evidence=f"{row.evidence}新规则加四分之一。")
    if row.id == "I6" and not replied:
        return dataclasses.replace(row, score=Decimal(0), evidence="回复要点不到一半，话术库不计分。")
    return row


def install(
    monkeypatch: pytest.MonkeyPatch, version: str, score: ScoreFunction, *, older: bool = True
) -> None:
    """Put a newer scorer of the in-basket into the registry; ``older`` says whether the program keeps the one before."""
    now = inbasket.KIND
    kept = {**now.older_scorers, now.scorer_version: now.score} if older else {}
    newer = dataclasses.replace(now, scorer_version=version, score=score, older_scorers=kept)
    monkeypatch.setattr(inbasket, "KIND", newer)
    kind.cache_clear()
