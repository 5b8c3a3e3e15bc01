"""What another scorer version changes: work by work, criterion by criterion, and in the results. Writes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from grading import rules
from grading.concluding import by_the_rules
from grading.enums import Outcome
from grading.models import ComponentResult, ItemScore, Result, ScorerTrial
from grading.rating.queries import criteria_with_levels, levels_of, points_of
from grading.trials.queries import results_with, scored_runs


@dataclass(frozen=True)
class Work:
    """One work by both versions; points on the form's scale, with what raters decided."""

    attempt_id: int
    slot: str
    old: Decimal
    new: Decimal
    maximum: Decimal
    criteria: list[
        dict[str, Any]
    ]  # that differ: {"name", "max", "old", "new", "old_evidence", "new_evidence"}

    @property
    def change(self) -> Decimal:
        return self.new - self.old


@dataclass(frozen=True)
class Turned:
    """A result whose outcome is another by the new version."""

    result: Result
    old: str
    new: str
    weighted: Decimal  # percentage, by the new version


@dataclass(frozen=True)
class Difference:
    """All works that both versions scored, the largest change first, and what they come to."""

    works: list[Work]
    turned: dict[int, Turned]  # by attempt
    states: Mapping[str, int]  # results by state

    @property
    def higher(self) -> int:
        return sum(work.change > 0 for work in self.works)

    @property
    def lower(self) -> int:
        return sum(work.change < 0 for work in self.works)

    @property
    def unchanged(self) -> int:
        return len(self.works) - self.higher - self.lower

    @property
    def differing(self) -> list[Work]:
        """Works with other points, or with another criterion or sentence."""
        return [work for work in self.works if work.criteria]

    @property
    def mean_change(self) -> Decimal:
        """Points per work, over all works; 0 when there is none."""
        total = sum((work.change for work in self.works), Decimal(0))
        return (total / (len(self.works) or 1)).quantize(rules.CENT, ROUND_HALF_UP)

    def turns(self, *, passed: bool) -> int:
        """How many results would become 合格 (or, not ``passed``, stop being so)."""
        return sum((one.new == Outcome.PASSED) == passed for one in self.turned.values())


def difference_of(trial: ScorerTrial) -> Difference:
    """The difference between the version a trial would replace and its own; a constant number of queries.

    A result is compared with itself as if the run it rests on were exchanged, so one that rests on an even older version
    shows what that comes to.
    """
    scores: dict[tuple[int, str], dict[str, ItemScore]] = {}
    results = {
        result.registration_id: result
        for result in results_with(trial.item_version_id)
        .select_related("registration__session__scheme")
        .prefetch_related("registration__session__scheme__components")
    }
    parts: dict[int, ComponentResult] = {}
    of_result: dict[int, list[ComponentResult]] = {}
    for one in (
        ComponentResult.objects.filter(result__in=results.values()).select_related("attempt").defer("profile")
    ):
        parts[one.attempt_id] = one
        of_result.setdefault(one.result_id, []).append(one)
    rested = {version for part in parts.values() for version in part.scorers.values()}
    versions = {trial.replaces, trial.scorer_version} | rested
    for score in scored_runs(trial.item_version, versions):
        scores.setdefault((score.run.attempt_id, score.slot), {})[score.run.scorer_version] = score
    levels = levels_of({attempt for attempt, _ in scores})
    works, turned = [], {}
    for (attempt_id, slot), by_version in scores.items():
        new = by_version.get(trial.scorer_version)
        if new is None:
            continue
        read = {
            version: (criteria := criteria_with_levels(score, levels), points_of(score, criteria))
            for version, score in by_version.items()
        }
        if trial.replaces in read:
            old_rows, old_points = read[trial.replaces]
            new_rows, new_points = read[trial.scorer_version]
            differing = _differing(old_rows, new_rows)
            works.append(Work(attempt_id, slot, old_points, new_points, new.max_points, differing))
        result, part = results.get(new.run.attempt.registration_id), parts.get(attempt_id)
        rests_on = part.scorers.get(slot) if part else None
        if result is not None and part is not None and rests_on in read:
            change = read[trial.scorer_version][1] - read[rests_on][1]
            found = _turned(result, of_result[result.pk], attempt_id, change)
            if found is not None:
                turned[attempt_id] = found
    works.sort(key=lambda one: (-abs(one.change), one.attempt_id))
    return Difference(works, turned, Counter(result.state for result in results.values()))


def _differing(
    old_rows: Sequence[dict[str, Any]], new_rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Criteria with other points or another sentence; one that only one version has stands with nothing beside it."""
    old, new = ({row["id"]: row for row in rows} for rows in (old_rows, new_rows))
    found = []
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key, {}), new.get(key, {})
        pairs = [(before.get(name), after.get(name)) for name in ("points", "max", "evidence")]
        if any(was != becomes for was, becomes in pairs):
            found.append(
                {
                    "name": (after or before)["name"], "max": (after or before)["max"],
                    "old": before.get("points"), "new": after.get("points"),
                    "old_evidence": before.get("evidence", ""), "new_evidence": after.get("evidence", ""),
                }
            )  # fmt: skip
    return found


def _turned(
    result: Result, parts: Sequence[ComponentResult], attempt_id: int, change: Decimal
) -> Turned | None:
    """The other outcome of a concluded result when one component's points change by that much; None for the same."""
    percents = {
        part.attempt.component: (
            rules.percent((part.points + change).quantize(rules.CENT), part.max_points)
            if part.attempt_id == attempt_id
            else part.percent
        )
        for part in parts
    }
    weighted, judged = by_the_rules(result.registration.session.scheme, percents)
    outcome = Outcome.PASSED if all(row["met"] for row in judged) else Outcome.FAILED
    return None if outcome == result.outcome else Turned(result, result.outcome, outcome, weighted)
