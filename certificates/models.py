"""Decide and prove: decisions, certificates as immutable snapshots, their printed documents, numbering."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Candidate, Organisation, User
from certificates.enums import CertificateState
from exams.models import Batch
from grading.models import Result
from lib.appendonly import TRUNCATE_SWITCH
from lib.leases import LeasedTask, TaskState
from standards.models import Level

DEFAULT_PATTERN = "{standard}{level}{year:2}{batch:2}{site}{serial:5}{check}"


class NumberPattern(models.Model):
    """编号规则 of an organisation; see certificates.numbering for the placeholders."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="number_pattern")
    pattern = models.CharField("编号规则", max_length=120, default=DEFAULT_PATTERN)

    class Meta:
        verbose_name = "证书编号规则"


class NumberSeries(models.Model):
    """The last serial given out under a prefix; its row is locked while a number is drawn."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=80)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "prefix"], name="certificates_one_series")
        ]


class Decision(models.Model):
    """考核结论 on a released result: whether it entitles to a certificate, and by which rules."""

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="decision")
    passed = models.BooleanField("合格")
    explanation = models.JSONField("依据")
    decided_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "考核结论"


class Certificate(models.Model):
    """证书: one immutable snapshot; PDF, public page and API are views of it."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="certificates")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="certificates")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="certificates")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    number = models.CharField("证书编号", max_length=60, unique=True)
    code = models.CharField("查验码", max_length=40, unique=True)
    # Canonical JSON of everything printed, the identity number left out: it stays encrypted with the candidate.
    snapshot = models.TextField("快照")
    snapshot_sha256 = models.CharField(max_length=64)
    state = models.CharField(
        "状态", max_length=12, choices=CertificateState.choices, default=CertificateState.VALID
    )
    issued_at = models.DateTimeField("颁发时间")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revocation_reason = models.TextField("作废原因", blank=True)

    class Meta:
        verbose_name = "证书"
        constraints = [
            # One live certificate per candidate, standard (through level), level and batch.
            models.UniqueConstraint(
                fields=["candidate", "level", "batch"],
                condition=Q(state="valid"),
                name="certificates_one_live",
            ),
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="certificates_state"),
            models.CheckConstraint(
                condition=~Q(state="revoked")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revocation_reason="")),
                name="certificates_revoked_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="certificates_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="certificates_snapshot_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "uuid", "number", "code", "snapshot", "snapshot_sha256", "candidate", "level", "batch", "decision",
                    "issued_at", "issued_by", "organisation",
                ),
            ),
            # What is void stays void, with its reason, whoever writes to the table.
            pgtrigger.Protect(
                name="certificates_void_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__state__in=[CertificateState.REVOKED, CertificateState.SUPERSEDED]
                ),
            ),
            # Row triggers never see TRUNCATE.
            pgtrigger.Trigger(
                name="certificates_no_truncate", level=pgtrigger.Statement, when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func=pgtrigger.Func(
                    f"IF current_setting('{TRUNCATE_SWITCH}', true) = 'on' THEN RETURN NULL; END IF; "
                    "RAISE EXCEPTION 'certificates must not be truncated';"
                ),
            ),
        ]  # fmt: skip


class CertificateDocument(LeasedTask):
    """The printed certificate (PDF); a leased row until a worker made it."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="document")
    pdf = models.BinaryField("文件", null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "证书文件"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TaskState.values), name="certificates_document_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(pdf__isnull=False) & ~Q(sha256="")),
                name="certificates_document_done",
            ),
        ]
