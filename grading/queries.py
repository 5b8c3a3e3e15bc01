"""Reads of the grading room."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from exams.models import Session
from grading.counting import counting, goes_by, in_force
from grading.enums import ResultState
from grading.models import ComponentResult, ItemScore, Result, ScoringRun
from grading.profile import in_order
from grading.rating.queries import HEAVY_PARTS, criteria_with_levels, levels_of, points_of
from lib.leases import TaskState
from standards.errata import errata_in
from standards.models import Erratum

# In words, for those who do not think in percent: from which share on.
GRADES = [(85, "掌握良好"), (60, "基本掌握"), (0, "需要加强")]


def _parts() -> "Prefetch[Any]":
    return Prefetch(
        "components", ComponentResult.objects.select_related("attempt").order_by("attempt__position")
    )


def results_of(organisation_ids: list[int]) -> QuerySet[Result]:
    """Results of the organisations' sessions, by session and seat, with components: a constant number of queries."""
    return (
        Result.objects.filter(registration__session__organisation__in=organisation_ids)
        .select_related(
            "registration__candidate", "registration__session__scheme__level__standard", "registration__room",
            "reviewed_by", "released_by",
        )
        .prefetch_related(_parts())
        .order_by("-registration__session_id", "registration__room__name", "registration__seat")
    )  # fmt: skip


def counts(results: QuerySet[Result]) -> dict[str, int]:
    """How many of the results are in each state."""
    rows = results.order_by().values_list("state").annotate(number=Count("pk"))
    found: dict[str, int] = dict(rows)
    return {state: found.get(state, 0) for state in ResultState.values}


def sessions_with_results(organisation_ids: list[int]) -> QuerySet[Session]:
    """What the list can be narrowed to, newest first."""
    return Session.objects.filter(
        organisation__in=organisation_ids, pk__in=Result.objects.values("registration__session")
    ).order_by("-starts_at", "-pk")


def released_of_user(user_id: int) -> QuerySet[Result]:
    """A candidate's own released results, newest first."""
    return (
        Result.objects.filter(registration__candidate__user_id=user_id, state=ResultState.RELEASED)
        .select_related("registration__session__scheme__level__standard", "registration__candidate")
        .prefetch_related(_parts())
        .order_by("-released_at")
    )


def waiting_of_user(user_id: int) -> list[str]:
    """Names of the sessions whose result the candidate still waits for; nothing of the result itself."""
    return list(
        Result.objects.filter(registration__candidate__user_id=user_id)
        .exclude(state=ResultState.RELEASED)
        .order_by("-registration__session__starts_at")
        .values_list("registration__session__name", flat=True)
    )


def open_runs_of(result: Result) -> list[ScoringRun]:
    """Scoring runs that count and are not done: why a result still waits, and which need a person."""
    return list(
        counting(ScoringRun.objects.filter(attempt__registration_id=result.registration_id))
        .exclude(state=TaskState.DONE)
        .select_related("attempt")
        .order_by("attempt__position", "slot")
    )


def criteria_of(
    results: Iterable[Result], *, practical_only: bool = False
) -> dict[int, list[dict[str, Any]]]:
    """By result id: per slot its criteria with points and evidence, with what raters decided, from the runs the result
    rests on; from those that count while there is none.

    Two queries when the results come with their components. ``points`` of a slot is what is decided so far.
    """
    by_registration, scorers = {}, {}
    for result in results:
        by_registration[result.registration_id] = result.pk
        scorers.update({part.attempt_id: part.scorers for part in result.components.all()})
    done = ItemScore.objects.filter(
        run__attempt__registration_id__in=by_registration, run__state=TaskState.DONE
    )
    scores = (
        in_force(done, "run")
        .select_related("run__attempt", "item_version__item")
        .defer(*HEAVY_PARTS)
        .order_by("run__attempt__position", "slot")
    )  # fmt: skip
    if practical_only:
        scores = scores.exclude(run__slot="")
    found: dict[int, list[dict[str, Any]]] = {pk: [] for pk in by_registration.values()}
    levels = levels_of({score.run.attempt_id for score in scores})
    for score in scores:
        if not goes_by(score.run, scorers, score.live):  # type: ignore[attr-defined]
            continue
        criteria = criteria_with_levels(score, levels)
        found[by_registration[score.run.attempt.registration_id]].append(
            {
                "slot": score.slot,
                "component": score.run.attempt.get_component_display(),
                "practical": bool(score.run.slot),
                "scorer_version": score.run.scorer_version,
                "code": score.item_version.item.code,
                "title": score.item_version.title,
                "points": points_of(score, criteria),
                "max": score.max_points,
                "criteria": criteria,
            }
        )
    return found


def errata_beside(results: Collection[Result]) -> dict[tuple[int, str], list[Erratum]]:
    """The errata of the standards these results were measured against; one query."""
    return errata_in({_standard_id(result) for result in results}) if results else {}


def _standard_id(result: Result) -> int:
    return result.registration.session.scheme.level.standard_id


def profile_of(
    result: Result, errata: dict[tuple[int, str], list[Erratum]], kind: str = "area"
) -> list[dict[str, Any]]:
    """Profile rows of one kind over all components, with the share in percent and in words.

    :param errata: of :func:`errata_beside`; they stand beside the standard's names and texts here as everywhere.
    """
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for part in result.components.all():
        for row in part.profile:
            if row["kind"] == kind:
                one = sums.setdefault((row["level"], row["code"]), {**row, "points": 0.0, "max": 0.0})
                one["points"] += row["points"]
                one["max"] += row["max"]
    for one in sums.values():
        place = f"{kind}:{one['level']}:{one['code']}"
        one["notes"] = errata.get((_standard_id(result), place), [])
        share = 100 * one["points"] / one["max"] if one["max"] else 0
        one["percent"] = round(share)
        one["word"] = next(word for limit, word in GRADES if share >= limit)
        one["points"], one["max"] = round(one["points"], 2), round(one["max"], 2)
    return sorted(sums.values(), key=lambda row: in_order(row["level"], row["code"]))
