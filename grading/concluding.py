"""What the scores of a registration come to: components, weighted total, rules, outcome. Writes nothing."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from exams.enums import HANDED_IN_STATES, AttemptState, Component, SessionState
from exams.models import Attempt, Registration, Scheme
from grading import rules
from grading.counting import Scorers, goes_by, in_force
from grading.enums import Outcome
from grading.models import ComponentResult, ItemScore, ScoringRun
from grading.profile import build
from grading.rating.levels import is_open
from grading.rating.queries import HEAVY_PARTS, criteria_with_levels, levels_of, points_of
from lib.leases import TaskState
from standards.models import Requirement


@dataclass(frozen=True)
class Conclusion:
    """``parts`` are unsaved component results; ``weighted`` a percentage; ``rules`` the rows of ``rules.judge``."""

    parts: list[ComponentResult]
    weighted: Decimal
    rules: list[dict[str, Any]]
    outcome: str


def conclusion_of(registration: Registration, *, scorers: Scorers | None = None) -> Conclusion | None:
    """The conclusion, or None while a component is not handed in, not scored or not rated.

    :param scorers: versions to go by instead of the live ones.
    """
    closed = registration.session.state == SessionState.CLOSED
    parts: list[ComponentResult] = []
    for attempt in (
        Attempt.objects.filter(registration=registration)
        .select_related("form__blueprint__level")
        .order_by("position")
    ):
        if attempt.state in HANDED_IN_STATES and attempt.started_at is not None:
            part = _component_result(attempt, scorers or {})
        elif attempt.state == AttemptState.VOIDED or (
            attempt.started_at is None and (closed or attempt.state == AttemptState.EXPIRED)
        ):
            part = ComponentResult(
                attempt=attempt, points=0, max_points=attempt.form.max_score, percent=0,
                absent=attempt.state != AttemptState.VOIDED, profile=[],
            )  # fmt: skip
        else:
            part = None
        if part is None:
            return None
        parts.append(part)
    if not parts:
        return None
    percents = {part.attempt.component: part.percent for part in parts}
    total, judged = by_the_rules(registration.session.scheme, percents)
    if all(part.absent for part in parts):
        outcome = Outcome.ABSENT
    else:
        outcome = Outcome.PASSED if all(row["met"] for row in judged) else Outcome.FAILED
    return Conclusion(parts, total, judged, outcome)


def by_the_rules(scheme: Scheme, percents: rules.Percent) -> tuple[Decimal, list[dict[str, Any]]]:
    """The weighted total of the components' percentages, and the rows of ``rules.judge``."""
    weights = {row.component: row.weight for row in scheme.components.all()}
    labels = {value: str(label) for value, label in Component.choices}
    total = rules.weighted(percents, weights)
    return total, rules.judge(scheme.pass_rule, percents, total, labels)


def _component_result(attempt: Attempt, scorers: Scorers) -> ComponentResult | None:
    """The component's points from the runs that count, or None while one of them or a rating is open."""
    runs = [
        run
        for run in in_force(ScoringRun.objects.filter(attempt=attempt))
        if goes_by(run, scorers, run.live)  # type: ignore[attr-defined]
    ]
    if not runs or any(run.state != TaskState.DONE for run in runs):
        return None
    scores = list(
        ItemScore.objects.filter(run__in=runs)
        .select_related("run", "item_version__item")
        .defer(*HEAVY_PARTS)
        .order_by("pk")
    )
    if len(scores) != attempt.form.items.count():
        return None
    levels = levels_of([attempt.pk])
    rows = [(score, criteria_with_levels(score, levels)) for score in scores]
    criteria = [row for _, found in rows for row in found]
    if any(map(is_open, criteria)):
        return None
    points = sum((points_of(score, found) for score, found in rows), Decimal(0)).quantize(
        rules.CENT, ROUND_HALF_UP
    )
    requirements = _requirements(attempt.form.blueprint.level.standard_id)
    return ComponentResult(
        attempt=attempt, points=points, max_points=attempt.form.max_score,
        percent=rules.percent(points, attempt.form.max_score), profile=build(criteria, requirements),
        scorers={run.slot: run.scorer_version for run in runs},
    )  # fmt: skip


@lru_cache(maxsize=8)
def _requirements(standard_id: int) -> dict[str, Requirement]:
    """Requirements a form's items may name, by level name and code. Kept from result to result: a standard in use never
    changes, and reading all of them takes longer than the rest of a conclusion."""
    return {
        f"{requirement.level.name}{requirement.code}": requirement
        for requirement in Requirement.objects.filter(level__standard_id=standard_id).select_related(
            "level", "task__area"
        )
    }
