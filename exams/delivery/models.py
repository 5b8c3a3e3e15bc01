"""The sitting: attempts, response events, grants of time, receipts and messages."""

import datetime as dt
import uuid
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from exams.assembly.models import Form
from exams.enums import DECIDED_STATES, AttemptState, Component, EventState, GrantKind
from exams.scheduling.models import Registration
from lib.appendonly import append_only_triggers

NO_HEAD = "0" * 64
# A page gives a sign of life about every two seconds; a silence longer than this is a lost connection.
GAP_SECONDS = 20


class Attempt(models.Model):
    """One candidate's work on one component.

    End = clock_from + limit_seconds x factor + sum of grants, always computed, never stored. ``head`` and ``events``
    are the newest link of the response chain, written with it under the row's lock.
    """

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="attempts")
    component = models.CharField("科目", max_length=20, choices=Component.choices)
    position = models.PositiveSmallIntegerField("顺序")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="attempts")
    state = models.CharField("状态", max_length=20, choices=AttemptState.choices, default=AttemptState.READY)
    limit_seconds = models.PositiveIntegerField("时长（秒）")
    factor = models.DecimalField("时长系数", max_digits=3, decimal_places=2, default=1)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    # When the clock began: with the own start, or, where components share one clock, with the first of their starts.
    clock_from = models.DateTimeField("计时起点", null=True, blank=True)
    paused_at = models.DateTimeField("暂停时间", null=True, blank=True)
    # 休息: when the clock goes on by itself. Empty in a proctor's pause, which ends when the proctor says so.
    paused_until = models.DateTimeField("休息到", null=True, blank=True)
    # What was seen before a break: an answer to it that comes later is held.
    frozen = ArrayField(
        models.CharField(max_length=20), verbose_name="休息前看过的题位", default=list, blank=True
    )
    submitted_at = models.DateTimeField("交卷时间", null=True, blank=True)
    last_seen_at = models.DateTimeField("最近联系时间", null=True, blank=True)
    device = models.CharField("机器", max_length=80, blank=True)
    head = models.CharField(max_length=64, default=NO_HEAD)
    events = models.PositiveIntegerField("作答记录数", default=0)

    # Read along with the row: seconds granted so far (queries.with_clock, locking) and the database's time under the
    # row's lock (locking).
    granted: int
    read_at: dt.datetime
    # The proctors' messages as a save answered them (saving).
    told: list[dict[str, Any]]

    class Meta:
        verbose_name = "答题"
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "component"], name="exams_one_attempt_per_component"
            ),
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(state__in=["in_progress", "paused"]),
                name="exams_one_open_attempt",
            ),
            models.CheckConstraint(condition=Q(state__in=AttemptState.values), name="exams_attempt_state"),
            models.CheckConstraint(
                condition=Q(component__in=Component.values), name="exams_attempt_component"
            ),
            models.CheckConstraint(condition=Q(factor__gte=1), name="exams_attempt_factor"),
            models.CheckConstraint(
                condition=~Q(state__in=["in_progress", "paused", "submitted"]) | Q(started_at__isnull=False),
                name="exams_attempt_started_at",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True)
                | Q(clock_from__isnull=False, clock_from__lte=F("started_at")),
                name="exams_attempt_clock_from",
            ),
            models.CheckConstraint(
                condition=Q(paused_until__isnull=True) | Q(state="paused"), name="exams_attempt_paused_until"
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_at__isnull=False)
                | (~Q(state="paused") & Q(paused_at__isnull=True)),
                name="exams_attempt_paused_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_at__isnull=False),
                name="exams_attempt_submitted_at",
            ),
        ]
        indexes = [
            models.Index(fields=["state"], condition=Q(state="in_progress"), name="exams_attempt_running")
        ]
        triggers = [
            # Whichever way a sign of life came (a save, a status call, a start), a long silence before it is kept.
            pgtrigger.Trigger(
                name="attempt_keeps_gaps",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("last_seen_at"),
                condition=pgtrigger.Condition(
                    "OLD.state = 'in_progress' AND NEW.state = 'in_progress' AND "
                    f"NEW.last_seen_at - OLD.last_seen_at > interval '{GAP_SECONDS} seconds'"
                ),
                func=pgtrigger.Func(
                    "INSERT INTO exams_connectiongap (attempt_id, lost_at, back_at) "
                    "VALUES (NEW.id, OLD.last_seen_at, NEW.last_seen_at); RETURN NULL;"
                ),
            )
        ]


class ResponseEvent(models.Model):
    """作答记录: one change of one response; a link of the attempt's hash chain. Never updated, never deleted."""

    # No index of its own: the unique constraint on (attempt, seq) serves, and each index costs at every save.
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="response_events", db_index=False
    )
    seq = models.PositiveIntegerField()
    key = models.UUIDField()
    slot = models.CharField(max_length=20)
    rev = models.BigIntegerField()
    # Canonical text, not jsonb: what was acknowledged comes back byte for byte.
    response = models.TextField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=EventState.choices)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "作答记录"
        constraints = [
            models.UniqueConstraint(fields=["attempt", "seq"], name="exams_event_seq"),
            models.UniqueConstraint(fields=["attempt", "key"], name="exams_event_key"),
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="exams_event_state"),
        ]
        # Few, and the console asks for them every second; it costs no save that is in time anything.
        indexes = [models.Index(fields=["attempt"], condition=Q(state="held"), name="exams_event_held")]
        triggers = append_only_triggers("response_event")


class LateDecision(models.Model):
    """迟到作答: what a person decided about one held event, once and for all.

    An event that is taken follows the rule of revisions: an older one than what counts by then is ``superseded``.
    """

    event = models.OneToOneField(ResponseEvent, on_delete=models.PROTECT, related_name="decision")
    state = models.CharField("决定", max_length=12, choices=EventState.choices)
    reason = models.TextField("原因")
    decided_by = models.CharField("操作人", max_length=120)
    decided_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "迟到作答的决定"
        constraints = [models.CheckConstraint(condition=Q(state__in=DECIDED_STATES), name="exams_late_state")]
        triggers = append_only_triggers("late_decision")


class Response(models.Model):
    """作答: the newest accepted revision per slot. A projection of the events; can be rebuilt from them."""

    # No index of its own: the unique constraint on (attempt, slot) serves.
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="responses", db_index=False)
    slot = models.CharField(max_length=20)
    rev = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    response = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "slot"], name="exams_one_response")]


class ConnectionGap(models.Model):
    """掉线: a running attempt that was not heard of for a while. Written by the trigger of :class:`Attempt`."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="gaps")
    lost_at = models.DateTimeField("最后联系时间")
    back_at = models.DateTimeField("恢复联系时间")

    class Meta:
        verbose_name = "掉线记录"
        triggers = append_only_triggers("connection_gap")


class TimeGrant(models.Model):
    """补时: seconds added to one attempt, with reason. ``request`` makes a repeated click one grant."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="grants")
    seconds = models.PositiveIntegerField("秒数")
    kind = models.CharField(max_length=10, choices=GrantKind.choices, default=GrantKind.GRANT)
    reason = models.TextField("原因")
    granted_by = models.CharField("操作人", max_length=120)
    granted_at = models.DateTimeField("时间")
    request = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=GrantKind.values), name="exams_grant_kind"),
            models.UniqueConstraint(fields=["attempt", "request"], name="exams_one_grant_per_request"),
        ]
        triggers = append_only_triggers("time_grant")


class SeenSlot(models.Model):
    """What a candidate with break time was shown, as the page reports it when it shows it."""

    # No index of its own: the unique constraint on (attempt, slot) serves.
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="seen_slots", db_index=False)
    slot = models.CharField(max_length=20)
    seen_at = models.DateTimeField("时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "slot"], name="exams_seen_once")]
        triggers = append_only_triggers("seen_slot")


class Break(models.Model):
    """休息: the clock stands still, at most for what is left of the allowance; what was seen is frozen.

    Its end is the grant of kind 休息顺延 that gives the time back.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="breaks")
    began_at = models.DateTimeField("开始时间")
    allowed_seconds = models.PositiveIntegerField("最长秒数")
    # All slots seen by then, those of earlier breaks too.
    slots = ArrayField(models.CharField(max_length=20), verbose_name="已看过的题位", default=list)

    class Meta:
        verbose_name = "休息"
        constraints = [
            models.UniqueConstraint(fields=["attempt", "began_at"], name="exams_one_break_at_a_time")
        ]
        triggers = append_only_triggers("break")


class ItemOrder(models.Model):
    """题序: in which order a candidate is shown the items of the form and their choices. Made before the start.

    ``{"items": [slots], "choices": {slot: [choice ids]}}`` as text; answers, receipts and scores know slots and ids
    only. Beside the attempt, not in it: the attempt's row is written anew by every save.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="item_order")
    body = models.TextField()

    class Meta:
        verbose_name = "题序"
        triggers = append_only_triggers("item_order")


class Receipt(models.Model):
    """回执: what was handed in, as canonical JSON with an Ed25519 signature. A later one names the one it supersedes."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="receipts")
    number = models.PositiveSmallIntegerField()
    body = models.TextField()
    signature = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "number"], name="exams_one_receipt_number")]
        triggers = append_only_triggers("receipt")


class AttemptMessage(models.Model):
    """A proctor's words to a candidate, shown on the open page."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="messages")
    text = models.CharField("内容", max_length=500)
    sent_by = models.CharField("发送人", max_length=120)
    sent_at = models.DateTimeField("时间")

    class Meta:
        triggers = append_only_triggers("attempt_message")


class RescueUpload(models.Model):
    """应急文件: one sealed file that a proctor handed in for a candidate, and what became of its events."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="rescue_uploads")
    sha256 = models.CharField(max_length=64)
    # {"accepted", "superseded", "held", "refused", "known", "faulty"}: numbers of events
    counts = models.JSONField("各类作答数")
    reason = models.TextField("原因")
    uploaded_by = models.CharField("操作人", max_length=120)
    uploaded_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "应急文件"
        constraints = [models.UniqueConstraint(fields=["attempt", "sha256"], name="exams_one_rescue_upload")]
        triggers = append_only_triggers("rescue_upload")
