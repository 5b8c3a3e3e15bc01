"""Judging the answers: scoring runs, item scores, results."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, User
from exams.models import Attempt, Registration
from grading.enums import Outcome, ResultState
from itembank.models import ItemVersion
from lib.appendonly import append_only_triggers
from lib.leases import LeasedTask, TaskState


class ScoringRun(LeasedTask):
    """评分任务: a leased row. ``slot`` is empty for the run over all objective items of an attempt.

    Unique on what is scored and by which scorer: n deliveries of the task have one result, and a newer scorer
    version makes a new run beside the old one. Which of them count, ``grading.counting`` says.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="scoring_runs")
    slot = models.CharField("题位", max_length=20, blank=True)
    item_version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, null=True, related_name="+")
    # The Merkle root of the final responses, as the receipt gives it: late answers that were taken make a new one.
    root = models.CharField("作答摘要", max_length=64)
    scorer_name = models.CharField("评分程序", max_length=40)
    scorer_version = models.CharField("评分程序版本", max_length=20)

    class Meta:
        verbose_name = "评分任务"
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "slot", "root", "scorer_name", "scorer_version"], name="grading_one_run"
            ),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="grading_run_state"),
        ]
        indexes = [
            models.Index(fields=["state", "created_at"], condition=~Q(state="done"), name="grading_run_open")
        ]


class ItemScore(models.Model):
    """得分 of one slot by one run, with evidence per criterion. Append-only."""

    run = models.ForeignKey(ScoringRun, on_delete=models.PROTECT, related_name="scores")
    slot = models.CharField("题位", max_length=20)
    item_version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    max_points = models.DecimalField("满分", max_digits=6, decimal_places=2)
    # [{"id", "name", "codes": [requirement codes], "points", "max", "evidence"}], points on the form's scale
    criteria = models.JSONField("评分项")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "slot"], name="grading_one_score"),
            models.CheckConstraint(
                condition=Q(points__gte=0) & Q(points__lte=F("max_points")), name="grading_points_in_range"
            ),
        ]
        triggers = append_only_triggers("item_score")


class ScorerTrial(models.Model):
    """试评: works that were handed in are scored by another version of their scorer beside the runs that count.
    Append-only."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="所属机构"
    )
    item_version = models.ForeignKey(
        ItemVersion, on_delete=models.PROTECT, related_name="scorer_trials", verbose_name="试题版本"
    )
    scorer_version = models.CharField("评分程序版本", max_length=20)
    replaces = models.CharField("现行版本", max_length=20)  # live when the trial began
    reason = models.CharField("原因", max_length=300)
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="试评发起人"
    )
    started_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "评分程序试评"
        constraints = [
            models.UniqueConstraint(fields=["item_version", "scorer_version"], name="grading_one_trial"),
            models.CheckConstraint(
                condition=~Q(scorer_version=F("replaces")), name="grading_trial_of_another_version"
            ),
        ]
        triggers = append_only_triggers("scorer_trial")


class LiveScorer(models.Model):
    """启用: from now on the trial's version counts for its item version; the newest row says which. Append-only."""

    trial = models.OneToOneField(ScorerTrial, on_delete=models.PROTECT, related_name="live")
    reason = models.CharField("原因", max_length=300)
    made_live_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="启用人")
    made_live_at = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = "评分程序启用"
        triggers = [
            *append_only_triggers("live_scorer"),
            # Two persons, as with review and release; the other name stands in another table.
            pgtrigger.Trigger(
                name="live_scorer_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=pgtrigger.Func(
                    "IF EXISTS (SELECT 1 FROM grading_scorertrial t WHERE t.id = NEW.trial_id"
                    " AND t.started_by_id = NEW.made_live_by_id) THEN"
                    " RAISE EXCEPTION 'whoever started a trial does not make it live' USING ERRCODE = 'check_violation';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]


class RatingTask(models.Model):
    """评分任务 of a 考评员: one look at one piece of practical work. 1 and 2 are the two raters, 3 decides between them.

    Opened when the machine has scored the rest; ``rater`` is empty until somebody takes it.
    """

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="rating_tasks")
    root = models.CharField("作答摘要", max_length=64)
    slot = models.CharField("题位", max_length=20)
    item_version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("第几位考评员")
    criteria = models.JSONField("评分项")  # ids of the criteria to judge
    rater = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rating_tasks",
        verbose_name="考评员",
    )
    taken_at = models.DateTimeField("领取时间", null=True, blank=True)

    class Meta:
        verbose_name = "评分任务"
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "root", "slot", "position"], name="grading_one_rating_task"
            ),
            # Nobody judges the same work twice.
            models.UniqueConstraint(fields=["attempt", "root", "slot", "rater"], name="grading_rater_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1) & Q(position__lte=3), name="grading_rater_position"
            ),
            models.CheckConstraint(
                condition=Q(rater__isnull=True, taken_at__isnull=True)
                | Q(rater__isnull=False, taken_at__isnull=False),
                name="grading_rater_taken",
            ),
        ]

    @property
    def number(self) -> str:
        """What raters call the work: it tells nothing of the person, nor that two raters have the same work."""
        return self.uuid.hex[:6].upper()


class Rating(models.Model):
    """评分 of a 考评员: a level 0-3 for each criterion. Append-only."""

    task = models.OneToOneField(RatingTask, on_delete=models.PROTECT, related_name="rating")
    levels = models.JSONField("等级")  # {criterion id: level}
    remark = models.CharField("备注", max_length=500, blank=True)
    rated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="考评员")
    rated_at = models.DateTimeField("评分时间")

    class Meta:
        verbose_name = "评分"
        triggers = append_only_triggers("rating")


class Result(models.Model):
    """成绩 of a registration over its components. 待评分 -> 待复核 -> 已复核 -> 已发布, by two different persons."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="result")
    state = models.CharField("状态", max_length=20, choices=ResultState.choices, default=ResultState.SCORING)
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices, blank=True)
    weighted = models.DecimalField("综合成绩", max_digits=6, decimal_places=2, null=True)
    # The rules of the scheme version used, each with the figure it was held against.
    rules = models.JSONField("合格规则", default=list)
    concluded_at = models.DateTimeField("合成时间", null=True)
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="复核人"
    )
    reviewed_at = models.DateTimeField("复核时间", null=True)
    released_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )
    released_at = models.DateTimeField("发布时间", null=True)

    class Meta:
        verbose_name = "成绩"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ResultState.values), name="grading_result_state"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="grading_outcome"),
            models.CheckConstraint(
                condition=~Q(state="reviewed") | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="grading_reviewed_by",
            ),
            # Two persons: whoever reviewed does not release.
            models.CheckConstraint(
                condition=~Q(state="released")
                | (
                    Q(reviewed_by__isnull=False, released_by__isnull=False, released_at__isnull=False)
                    & ~Q(released_by=F("reviewed_by"))
                ),
                name="grading_released_by_another",
            ),
        ]


class ComponentResult(models.Model):
    """科目成绩 with a profile per work area, task and requirement."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="components")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    max_points = models.DecimalField("满分", max_digits=6, decimal_places=2)
    percent = models.DecimalField("百分制", max_digits=5, decimal_places=2)
    absent = models.BooleanField("缺考", default=False)
    # [{"kind": "area"|"task"|"requirement", "level", "code", "name", "points", "max"}]
    profile = models.JSONField("分项")
    # {slot: version of the scorer whose run was used}, the run over all objective items under ""; empty where nothing
    # was scored
    scorers = models.JSONField("所用评分程序版本", default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "attempt"], name="grading_one_component_result")
        ]
