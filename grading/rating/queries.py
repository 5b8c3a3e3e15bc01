"""Reads of rating by people."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from accounts.models import User
from exams.delivery.queries import newest_root
from exams.models import Session
from exams.queries import final_responses
from grading.models import ItemScore, Rating, RatingTask
from grading.rating.levels import JUDGED, filled
from itembank.queries import judged_criteria, kind_of

# What a list of scores does not need of an item version; a simulation's world alone is a megabyte to read.
HEAVY_PARTS = ("item_version__content", "item_version__world", "item_version__goldens")
Levels = dict[tuple[int, str, str], dict[str, list[int]]]


def levels_of(attempts: Iterable[int]) -> Levels:
    """By (attempt, root, slot): the levels of each criterion in the order the raters stand; one query."""
    found: Levels = defaultdict(lambda: defaultdict(list))
    rows = (
        Rating.objects.filter(task__attempt__in=list(attempts))
        .order_by("task__position")
        .values_list("task__attempt", "task__root", "task__slot", "levels")
    )
    for attempt, root, slot, levels in rows:
        for criterion, level in levels.items():
            found[attempt, root, slot][criterion].append(level)
    return found


def criteria_with_levels(score: ItemScore, levels: Levels) -> list[dict[str, Any]]:
    """A slot's criteria with what raters decided filled in. ``score`` comes with its run and item version."""
    given = levels.get((score.run.attempt_id, score.run.root, score.slot), {})
    rubrics = {one.id: one.rubric for one in judged_criteria(score.item_version)} if given else {}
    return filled(score.criteria, given, rubrics)


def points_of(score: ItemScore, criteria: list[dict[str, Any]]) -> Decimal:
    """A slot's points with what is decided so far; ``criteria`` of :func:`criteria_with_levels`."""
    judged = [Decimal(str(row["points"])) for row in criteria if row.get("mode") == JUDGED and row["points"]]
    return min(
        score.max_points, sum(judged, score.points)
    )  # parts rounded up may be a cent more than the whole


def waiting_for_raters(registration_id: int) -> int:
    """How many ratings this result waits for."""
    return RatingTask.objects.filter(
        attempt__registration=registration_id, rating__isnull=True, root=newest_root("attempt")
    ).count()


def remarks_of(registration_id: int) -> list[Rating]:
    """What raters wrote beside their levels, for those who confirm the result: by component, slot and rater's place."""
    return list(
        Rating.objects.filter(
            task__attempt__registration=registration_id, task__root=newest_root("task__attempt")
        )
        .exclude(remark="")
        .select_related("task")
        .order_by("task__attempt__position", "task__slot", "task__position")
    )


def rated_by(by: User) -> list[Rating]:
    """The newest ratings of this person, with names of the criteria ready in ``rows``."""
    found = list(
        Rating.objects.filter(rated_by=by)
        .select_related("task__item_version__item", "task__attempt__registration__session")
        .order_by("-rated_at")[:50]
    )
    for one in found:
        names = {row.id: row.name for row in judged_criteria(one.task.item_version)}
        one.rows = [(names.get(key, key), level) for key, level in one.levels.items()]  # type: ignore[attr-defined]
    return found


def progress(organisation_ids: list[int]) -> list[Session]:
    """Sessions with work for raters, newest first: how many works, given out, rated, in arbitration."""
    task = "registrations__attempts__rating_tasks"
    rated = Q(**{f"{task}__rating__isnull": False})
    unrated, taken = Q(**{f"{task}__rating__isnull": True}), Q(**{f"{task}__rater__isnull": False})
    return list(
        Session.objects.filter(organisation__in=organisation_ids, **{f"{task}__isnull": False})
        .annotate(
            wanted=Count(task),
            rated=Count(task, filter=rated),
            in_hand=Count(task, filter=unrated & taken),
            waiting=Count(task, filter=unrated & ~taken),
            arbitrations=Count(task, filter=Q(**{f"{task}__position": 3})),
        )
        .order_by("-starts_at")[:50]
    )


def work_of(task: RatingTask) -> dict[str, Any]:
    """What the rater sees: the work in its workbench and the descriptors; nothing of the person, nobody's points."""
    version = task.item_version
    desk = kind_of(version)
    return {
        "styles": desk.workbench_styles,
        "module": desk.workbench_module,
        "data": {"content": version.content, "response": final_responses(task.attempt).get(task.slot)},
        "criteria": [one for one in judged_criteria(version) if one.id in task.criteria],
    }
