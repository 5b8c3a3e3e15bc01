"""The queue of record: tasks are rows with a lease and a try count; the broker only rings the bell.

A worker claims a row by one conditional update (nobody waits), does the work without a transaction and records the
result under the lease it was given. A row whose lease ran out is claimed again by the sweep; after MAX_TRIES it is
flagged for a person, so nothing stays silently pending.
"""

import datetime as dt
import logging
import time
from typing import TypeVar

from django.db import models, transaction
from django.db.models import F, Q

from lib.clock import database_now

logger = logging.getLogger("certification.queue")
MAX_TRIES = 3
# Longer than any task may run (its time_limit); three of them stay under three minutes, the longest a row may wait.
LEASE = dt.timedelta(seconds=40)
SILENCE = 15.0


class TaskState(models.TextChoices):
    QUEUED = "queued", "等待处理"
    LEASED = "leased", "处理中"
    DONE = "done", "已完成"
    FLAGGED = "flagged", "需人工处理"


class LeasedTask(models.Model):
    """Abstract base of the rows of a queue."""

    state = models.CharField("状态", max_length=10, choices=TaskState.choices, default=TaskState.QUEUED)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)
    lease_until = models.DateTimeField("处理期限", null=True, blank=True)
    failure = models.TextField("失败原因", blank=True)
    created_at = models.DateTimeField("建立时间")
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        abstract = True


T = TypeVar("T", bound=LeasedTask)


def claim(model: type[T], pk: int) -> T | None:
    """Claim one row; return it with its new lease, or None when it is done, flagged or somebody else's."""
    now = database_now()
    free = Q(state=TaskState.QUEUED) | Q(state=TaskState.LEASED, lease_until__lt=now)
    claimed = model._default_manager.filter(free, pk=pk, tries__lt=MAX_TRIES).update(
        state=TaskState.LEASED, lease_until=now + LEASE, tries=F("tries") + 1
    )
    if not claimed:
        model._default_manager.filter(free, pk=pk, tries__gte=MAX_TRIES).update(
            state=TaskState.FLAGGED, failure="已尝试三次仍未完成，请技术支持查看后人工处理"
        )
        return None
    return model._default_manager.get(pk=pk)


def still_mine(task: T) -> T | None:
    """Inside a transaction: lock the row and return it only while the lease given by :func:`claim` holds."""
    return (
        type(task)
        ._default_manager.select_for_update()
        .filter(pk=task.pk, state=TaskState.LEASED, tries=task.tries)
        .first()
    )


def fail(task: LeasedTask, reason: str) -> None:
    """Give the row back after a failure: queued again, or flagged for a person after the last try.

    The log gets the traceback here, and the task ends well for the broker: an exception that reached Celery would be
    no news, and a MemoryError there ends the whole worker.
    """
    logger.exception("%s %s failed, try %s", type(task).__name__, task.pk, task.tries)
    state = TaskState.FLAGGED if task.tries >= MAX_TRIES else TaskState.QUEUED
    type(task)._default_manager.filter(pk=task.pk, state=TaskState.LEASED, tries=task.tries).update(
        state=state, lease_until=None, failure=reason[:2000]
    )


def waiting(model: type[T], *, older_than: dt.timedelta) -> list[int]:
    """Ids of rows the broker may have lost: queued for longer than ``older_than``, or with a lease run out."""
    now = database_now()
    return list(
        model._default_manager.filter(
            Q(state=TaskState.QUEUED, created_at__lt=now - older_than)
            | Q(state=TaskState.LEASED, lease_until__lt=now)
        )
        .order_by("pk")
        .values_list("pk", flat=True)[:500]
    )


def ring(task: object, pk: int, *, queue: str | None = None) -> None:
    """Tell the broker after commit that row ``pk`` waits, in ``queue`` or the default one; a dead broker is no error, the sweep finds the row.

    After one failure this process rings nobody for SILENCE seconds: a broker that hangs costs each try its whole
    time-out, and neither a room that hands in nor the sweep that closes for those who are gone may wait for that.
    """

    def publish() -> None:
        if time.monotonic() < _Bell.silent_until:
            return
        try:
            task.apply_async(args=[pk], queue=queue)  # type: ignore[attr-defined]
        except Exception:  # any broker error means the same: the sweep will do it
            _Bell.silent_until = time.monotonic() + SILENCE
            logger.warning("broker unreachable, row %s and those of the next seconds wait for the sweep", pk)

    transaction.on_commit(publish)


class _Bell:
    """Until when this process leaves the broker alone (seconds of the monotonic clock)."""

    silent_until = 0.0
