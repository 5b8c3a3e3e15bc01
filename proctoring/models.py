"""What proctors put on record: incidents with their evidence and decisions, answers to lost connections, lists of reasons."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from exams.models import Attempt, ConnectionGap, Registration, Session
from lib.appendonly import append_only_triggers
from proctoring.enums import Effect, Tier


class Incident(models.Model):
    """考场情况 or 违纪: what happened, put on record once by one proctor and witnessed by another. Never changed: what comes
    later is a statement or the decision."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="incidents")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="incidents")
    # The component in which it happened.
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="incidents")
    tier = models.PositiveSmallIntegerField("档次", choices=Tier.choices)
    article = models.CharField("情形", max_length=60)
    facts = models.TextField("事实经过")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")
    # The second proctor's name; an 异常情况 needs none.
    witness = models.CharField("另一名监考员", max_length=120, blank=True)

    class Meta:
        verbose_name = "考场情况"
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="proctoring_tier"),
            models.CheckConstraint(condition=Q(tier=0) | ~Q(witness=""), name="proctoring_two_names"),
        ]
        triggers = append_only_triggers("incident")


class IncidentStatement(models.Model):
    """考生陈述: what the candidate says to it, or that none was made."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="statements")
    text = models.TextField("陈述")
    taken_by = models.CharField("记录人", max_length=120)
    taken_at = models.DateTimeField("时间")

    class Meta:
        triggers = append_only_triggers("incident_statement")


class IncidentFile(models.Model):
    """证据: one file, kept under the hash of its content in MEDIA_ROOT."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="files")
    name = models.CharField("文件名", max_length=120)
    kind = models.CharField("类型", max_length=20)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    added_by = models.CharField("上传人", max_length=120)
    added_at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "sha256"], name="proctoring_one_evidence_file")
        ]
        triggers = append_only_triggers("incident_file")


class IncidentDecision(models.Model):
    """违纪认定 by headquarters: what it comes to. One per incident, never changed."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="decision")
    effect = models.CharField("处理", max_length=12, choices=Effect.choices)
    barred_until = models.DateField("限制报考至", null=True, blank=True)
    reason = models.TextField("理由")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("认定时间")

    class Meta:
        verbose_name = "违纪认定"
        constraints = [
            models.CheckConstraint(condition=Q(effect__in=Effect.values), name="proctoring_effect"),
            models.CheckConstraint(
                condition=Q(effect="barred", barred_until__isnull=False)
                | (~Q(effect="barred") & Q(barred_until__isnull=True)),
                name="proctoring_barred_until",
            ),
        ]
        triggers = append_only_triggers("incident_decision")


class GapAnswer(models.Model):
    """What a proctor decided about one lost connection: made good by so many seconds, or not (0). Once per gap."""

    gap = models.OneToOneField(ConnectionGap, on_delete=models.PROTECT, related_name="answer")
    seconds = models.PositiveIntegerField("补时（秒）")
    decided_by = models.CharField("操作人", max_length=120)
    decided_at = models.DateTimeField("时间")

    class Meta:
        triggers = append_only_triggers("gap_answer")


class Reason(models.Model):
    """常用原因 of an organisation, in two levels, for the acts' dialogs."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="reasons")
    group = models.CharField("类别", max_length=20)
    text = models.CharField("原因", max_length=40)
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "group", "text"], name="proctoring_one_reason")
        ]
        ordering = ["position"]
