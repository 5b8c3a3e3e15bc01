"""Every write of rating by people: work given out, given back, levels taken in."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.enums import Role
from accounts.models import User
from accounts.policies import organisations_with_role, roles_of
from audit.services import record
from exams.delivery.queries import newest_root
from grading.counting import counting
from grading.models import Rating, RatingTask, ScoringRun
from grading.rating.levels import HIGHEST, is_open, needs_third
from lib.clock import database_now
from lib.refusals import Conflict, Invalid, NotFound

# Who took a piece of work and does not come back keeps nobody waiting for longer.
KEPT = dt.timedelta(hours=2)
RATERS = 2
ARBITER = 3


def open_tasks(run: ScoringRun, scored: Sequence[Any]) -> None:
    """Inside the transaction that records a run, or makes its scorer version live: ask two raters for each slot in which
    a criterion waits for people. Nobody is asked for a run that does not count."""
    tasks = [
        RatingTask(
            attempt_id=run.attempt_id, root=run.root, slot=one.slot, item_version_id=one.item_version_id,
            position=position, criteria=[row["id"] for row in one.criteria if is_open(row)],
        )
        for one in scored
        if any(map(is_open, one.criteria))
        for position in range(1, RATERS + 1)
    ]  # fmt: skip
    if tasks and counting(ScoringRun.objects.filter(pk=run.pk)).exists():
        RatingTask.objects.bulk_create(tasks, ignore_conflicts=True)


def for_rater(by: User) -> QuerySet[RatingTask]:
    """Work this person may rate now: in force, not rated, of an organisation where he rates, not of a school he
    belongs to (回避), and not a work he rates or rated already."""
    organisations = organisations_with_role(by, Role.RATER)
    own = RatingTask.objects.filter(
        attempt=OuterRef("attempt"), root=OuterRef("root"), slot=OuterRef("slot"), rater=by
    )
    return (
        RatingTask.objects.filter(
            attempt__registration__session__organisation__in=organisations, rating__isnull=True,
            root=newest_root("attempt"),
        )
        .exclude(
            Q(attempt__registration__session__site__organisation__in=list(roles_of(by)))
            & ~Q(
                attempt__registration__session__site__organisation=F(
                    "attempt__registration__session__organisation"
                )
            )
        )
        .filter(~Exists(own))
        .filter(Q(rater__isnull=True) | Q(taken_at__lt=database_now() - KEPT))
    )  # fmt: skip


@transaction.atomic
def take(*, by: User) -> RatingTask | None:
    """The next piece of work for this rater: what he has already, else arbitration first, then the oldest; None when
    there is none. Two who ask at the same moment get different work."""
    User.objects.select_for_update().get(
        pk=by.pk
    )  # two clicks of one person: the second finds what the first took
    mine = kept_by(by).first()
    if mine is not None:
        return mine
    task = (
        for_rater(by)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("-position", "attempt__submitted_at", "pk")
        .first()
    )
    if task is None:
        return None
    task.rater, task.taken_at = by, database_now()
    task.save(update_fields=["rater", "taken_at"])
    return task


def kept_by(by: User) -> QuerySet[RatingTask]:
    """What this rater has taken and not rated yet, the oldest first."""
    return RatingTask.objects.filter(rater=by, rating__isnull=True, root=newest_root("attempt")).order_by(
        "taken_at", "pk"
    )


def _locked(task_uuid: Any, by: User) -> RatingTask:
    """The rater's own task with all tasks of the same work locked: whoever is second sees what the first one gave."""
    task = RatingTask.objects.filter(uuid=task_uuid).first()
    if task is None:
        raise NotFound("没有找到这份作品，请从“评分”页面进入。")
    family = list(
        RatingTask.objects.select_for_update(of=("self",))
        .filter(attempt=task.attempt_id, root=task.root, slot=task.slot)
        .order_by("position")
    )
    task = next(one for one in family if one.pk == task.pk)
    if task.rater_id != by.pk:
        # A rater whose time ran out is told; to anybody else the work does not exist.
        raise NotFound("这份作品不在您手里：可能超过两小时没有提交，已转给其他考评员。请从“评分”页面领取。")
    return task


@transaction.atomic
def give_back(*, task_uuid: Any, by: User) -> None:
    """退回: somebody else rates it."""
    task = _locked(task_uuid, by)
    if Rating.objects.filter(task=task).exists():
        raise Conflict("这份作品您已经提交评分，不能退回。", code="rated")
    task.rater, task.taken_at = None, None
    task.save(update_fields=["rater", "taken_at"])


@transaction.atomic
def rate(*, task_uuid: Any, levels: Mapping[str, Any], remark: str, by: User) -> Rating:
    """提交评分: one level 0-3 for each criterion, once. The second rater's levels settle the criteria or call a third.

    :raises Invalid: a criterion without a level, or a level that does not exist.
    :raises Conflict: rated already, or late answers have replaced the work meanwhile.
    """
    from grading.services import conclude

    task = _locked(task_uuid, by)
    if Rating.objects.filter(task=task).exists():
        raise Conflict("这份作品您已经提交过评分，不能再改。", code="rated")
    if not RatingTask.objects.filter(pk=task.pk, root=newest_root("attempt")).exists():
        raise Conflict("考生迟到的作答已被采纳，这份作品换成了新的，请重新领取。", code="replaced")
    if len(remark) > 500:
        raise Invalid(f"备注最多 500 字，现在是 {len(remark)} 字，请删减。")
    if set(levels) != set(task.criteria) or any(
        type(level) is not int or not 0 <= level <= HIGHEST for level in levels.values()
    ):
        raise Invalid("还有评分项没有选等级，每项请在 0～3 级中选一个。")
    rating = Rating.objects.create(
        task=task, levels=dict(levels), remark=remark, rated_by=by, rated_at=database_now()
    )
    session = task.attempt.registration.session
    record(
        stream=session.stream, by=by, at=rating.rated_at, action="rating.give", target=f"rating_task:{task.uuid}",
        reason=remark,
        data={"attempt": str(task.attempt.uuid), "slot": task.slot, "root": task.root, "levels": rating.levels},
    )  # fmt: skip
    given = list(
        Rating.objects.filter(
            task__attempt=task.attempt_id, task__root=task.root, task__slot=task.slot
        ).order_by("task__position")
    )
    if len(given) == RATERS:
        apart = [
            criterion for criterion in task.criteria if needs_third([one.levels[criterion] for one in given])
        ]
        if apart:
            RatingTask.objects.create(
                attempt=task.attempt, root=task.root, slot=task.slot, item_version=task.item_version,
                position=ARBITER, criteria=apart,
            )  # fmt: skip
            return rating
    if len(given) >= RATERS:
        conclude(task.attempt.registration_id)
    return rating
