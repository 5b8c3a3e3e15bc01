"""Schemes, batches, sites, sessions and registrations."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Candidate, Organisation, User
from exams.assembly.models import Blueprint, Form
from exams.enums import ClockKind, Component, SessionState, SittingKind, TakeOver
from standards.models import Level


class Scheme(models.Model):
    """考核方案: components, weights and pass rule as data.

    ``pass_rule`` is a list of rules that must all hold: ``{"rule": "each", "at_least": 60}`` (every component),
    ``{"rule": "weighted", "at_least": 60}`` (weighted total), percentages of the full mark.
    """

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="schemes")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="schemes")
    name = models.CharField("名称", max_length=120)
    version = models.PositiveSmallIntegerField("版本", default=1)
    pass_rule = models.JSONField("合格规则")
    grace_seconds = models.PositiveSmallIntegerField("网络宽限（秒）", default=3)
    publicity_days = models.PositiveSmallIntegerField("公示天数", default=5)
    # A shared clock runs for the sum of the components' minutes.
    clock = models.CharField("计时方式", max_length=10, choices=ClockKind.choices, default=ClockKind.OWN)

    class Meta:
        verbose_name = "考核方案"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "version"], name="exams_one_scheme"),
            models.CheckConstraint(condition=Q(clock__in=ClockKind.values), name="exams_scheme_clock"),
        ]

    def __str__(self) -> str:
        return self.name


class SchemeComponent(models.Model):
    """科目 of a scheme: weight in percent, minutes, the blueprint its forms come from."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="components")
    component = models.CharField("科目", max_length=20, choices=Component.choices)
    position = models.PositiveSmallIntegerField("顺序")
    weight = models.PositiveSmallIntegerField("权重（%）")
    minutes = models.PositiveSmallIntegerField("时长（分钟）")
    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="+")
    # Each candidate sees items (within their section) and choices in an order of his own.
    shuffle = models.BooleanField("题目和选项乱序", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "component"], name="exams_one_component"),
            models.CheckConstraint(
                condition=Q(component__in=Component.values), name="exams_scheme_component"
            ),
            models.CheckConstraint(condition=Q(weight__lte=100), name="exams_weight"),
        ]
        ordering = ["position"]


class Batch(models.Model):
    """报名批次: candidates get at most one live certificate per standard, level and batch."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="batches")
    name = models.CharField("名称", max_length=120)
    number = models.PositiveSmallIntegerField("批次号")
    year = models.PositiveSmallIntegerField("年度")

    class Meta:
        verbose_name = "报名批次"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="exams_one_batch_number")
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """考点 of a school."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    code = models.CharField("考点代码", max_length=10, unique=True)
    name = models.CharField("名称", max_length=120)
    address = models.CharField("地址", max_length=200)

    class Meta:
        verbose_name = "考点"

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """考场."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField("名称", max_length=60)
    capacity = models.PositiveSmallIntegerField("座位数")

    class Meta:
        verbose_name = "考场"
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="exams_one_room_name")]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """场次: one start time, 1..n rooms. ``started_at`` is set by the proctor's 统一开考 or by the scheduler."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sessions")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="sessions")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="sessions")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="sessions")
    name = models.CharField("名称", max_length=120)
    starts_at = models.DateTimeField("计划开考时间")
    started_at = models.DateTimeField("实际开考时间", null=True, blank=True)
    entry_minutes = models.PositiveSmallIntegerField("开考后多少分钟停止入场", default=30)
    # Set when a proctor closes the entry before those minutes are over.
    entry_closed_at = models.DateTimeField("提前停止入场时间", null=True, blank=True)
    # 考场口令: ticket numbers are known to classmates, what the proctor shows in the room is not. Empty: none is asked for.
    entry_code = models.CharField("考场口令", max_length=4, blank=True)
    hand_in_minutes = models.PositiveSmallIntegerField("开考后多少分钟才能交卷", default=0)
    take_over = models.CharField("换机", max_length=20, choices=TakeOver.choices, default=TakeOver.PROCTOR)
    state = models.CharField("状态", max_length=20, choices=SessionState.choices, default=SessionState.DRAFT)

    class Meta:
        verbose_name = "场次"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="exams_session_state"),
            models.CheckConstraint(
                condition=Q(take_over__in=TakeOver.values), name="exams_session_take_over"
            ),
            models.CheckConstraint(
                condition=Q(entry_code__regex=r"^([0-9]{4})?$"), name="exams_session_entry_code"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(started_at__isnull=False),
                name="exams_running_session_started",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The audit chain of this session."""
        return f"session:{self.uuid}"


class SessionForm(models.Model):
    """Which form a session sits for each component."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="forms")
    component = models.CharField("科目", max_length=20, choices=Component.choices)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="sessions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "component"], name="exams_one_form_per_component"),
            models.CheckConstraint(
                condition=Q(component__in=Component.values), name="exams_session_component"
            ),
        ]


class SessionProctor(models.Model):
    """A proctor's duty in a session: one room, or all rooms when none is named."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="proctors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="exams_one_duty")]


class Registration(models.Model):
    """报名: a candidate in a session, with ticket number and seat."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="registrations")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="registrations")
    ticket_number = models.CharField("准考证号", max_length=30, unique=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="registrations")
    seat = models.CharField("座位号", max_length=10)
    sitting = models.CharField(
        "考试类型", max_length=10, choices=SittingKind.choices, default=SittingKind.FIRST
    )
    # 考试便利: more time for a candidate who needs it; each attempt's own factor follows it until it begins.
    factor = models.DecimalField("时长系数", max_digits=3, decimal_places=2, default=1)
    # 考试便利: how long the clock may stand still for breaks, in each component.
    break_minutes = models.PositiveSmallIntegerField("休息时间（分钟）", default=0)
    # 签到: the proctor saw the person and the papers, or the candidate entered the 考场口令.
    checked_in_at = models.DateTimeField("签到时间", null=True, blank=True)
    # The candidate read the rules and gave the promise (考生承诺).
    promised_at = models.DateTimeField("承诺时间", null=True, blank=True)

    class Meta:
        verbose_name = "报名"
        constraints = [
            models.UniqueConstraint(fields=["session", "candidate"], name="exams_one_registration"),
            models.UniqueConstraint(fields=["session", "room", "seat"], name="exams_one_seat"),
            models.CheckConstraint(condition=Q(sitting__in=SittingKind.values), name="exams_sitting"),
            models.CheckConstraint(
                condition=Q(factor__gte=1) & Q(factor__lte=3), name="exams_registration_factor"
            ),
            models.CheckConstraint(condition=Q(break_minutes__lte=60), name="exams_registration_breaks"),
        ]
