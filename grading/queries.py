"""Reads of the grading room."""

from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet

from grading.enums import ResultState
from grading.models import ComponentResult, ItemScore, Result
from lib.leases import TaskState


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


def counts(organisation_ids: list[int]) -> dict[str, int]:
    """How many results are in each state."""
    rows = (
        Result.objects.filter(registration__session__organisation__in=organisation_ids)
        .values("state").annotate(number=Count("pk"))
    )  # fmt: skip
    found = {row["state"]: row["number"] for row in rows}
    return {state: found.get(state, 0) for state in ResultState.values}


def released_of_user(user_id: int) -> QuerySet[Result]:
    """A candidate's own released results, newest first."""
    return (
        Result.objects.filter(registration__candidate__user_id=user_id, state=ResultState.RELEASED)
        .select_related("registration__session__scheme__level__standard", "registration__candidate")
        .prefetch_related(_parts())
        .order_by("-released_at")
    )


def criteria_of(result: Result, *, practical_only: bool = False) -> list[dict[str, Any]]:
    """Per slot its criteria with points and evidence, from the runs that count."""
    scores = (
        ItemScore.objects.filter(
            run__attempt__registration_id=result.registration_id, run__state=TaskState.DONE,
            run__head=F("run__attempt__head"),
        )
        .select_related("run__attempt", "item_version__item")
        .order_by("run__attempt__position", "slot")
    )  # fmt: skip
    if practical_only:
        scores = scores.exclude(run__slot="")
    return [
        {
            "slot": score.slot,
            "component": score.run.attempt.get_component_display(),
            "title": score.item_version.title or score.item_version.item.code,
            "points": score.points,
            "max": score.max_points,
            "criteria": score.criteria,
        }
        for score in scores
    ]


def profile_of(result: Result, kind: str = "area") -> list[dict[str, Any]]:
    """Profile rows of one kind over all components, with the share in percent."""
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for part in result.components.all():
        for row in part.profile:
            if row["kind"] == kind:
                one = sums.setdefault((row["level"], row["code"]), {**row, "points": 0.0, "max": 0.0})
                one["points"] += row["points"]
                one["max"] += row["max"]
    for one in sums.values():
        one["percent"] = round(100 * one["points"] / one["max"]) if one["max"] else 0
        one["points"], one["max"] = round(one["points"], 2), round(one["max"], 2)
    return sorted(
        sums.values(), key=lambda row: (row["level"], [int(part) for part in row["code"].split(".")])
    )
