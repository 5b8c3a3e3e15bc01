"""What people keep beside a standard's text: uploads not yet confirmed, errata, states of rules, maps of versions.

None of it changes a printed word. Errata and checks name their place by ``cite_code`` or document, not by a foreign
key, so that they survive when a version nobody uses yet is loaded again.
"""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from lib.appendonly import append_only_triggers
from standards.enums import ReferenceState
from standards.models.printed import Requirement, Standard


class StandardUpload(models.Model):
    """A file somebody uploaded and has not yet confirmed. Confirming or discarding removes the row."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, verbose_name="机构")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间")
    name = models.CharField("文件名", max_length=200)
    data = models.BinaryField("文件")
    sha256 = models.CharField(max_length=64)
    # What the reader understood, so that looking at the preview again does not read a PDF again.
    reading = models.JSONField("识别结果")

    class Meta:
        verbose_name = "待确认的标准文件"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "sha256"], name="standards_one_upload_of_a_file")
        ]


class Erratum(models.Model):
    """订正: a note beside the official text. The text itself stays as printed."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="errata")
    cite_code = models.CharField("位置", max_length=120)
    printed = models.CharField("原文", max_length=500)
    corrected = models.CharField("应为", max_length=500)
    note = models.CharField("说明", max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="订正人")
    at = models.DateTimeField("订正时间")

    class Meta:
        verbose_name = "订正"
        ordering = ["at"]
        triggers = append_only_triggers("standards_erratum")


class ErratumWithdrawal(models.Model):
    """撤回: the erratum is no longer shown; it is kept with who withdrew it and why."""

    erratum = models.OneToOneField(Erratum, on_delete=models.CASCADE, related_name="withdrawal")
    reason = models.CharField("原因", max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="撤回人")
    at = models.DateTimeField("撤回时间")

    class Meta:
        verbose_name = "订正的撤回"
        triggers = append_only_triggers("standards_erratumwithdrawal")


class ReferenceCheck(models.Model):
    """Somebody looked whether a rule still holds. The newest check of a document is its state."""

    document = models.CharField("文件", max_length=320, db_index=True)
    state = models.CharField("状态", max_length=20, choices=ReferenceState.choices)
    replaced_by = models.CharField("代替它的文件", max_length=320, blank=True)
    checked_on = models.DateField("核对日期")
    note = models.CharField("说明", max_length=500, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="机构"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="核对人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "引用文件的核对"
        ordering = ["-checked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReferenceState.values), name="standards_reference_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReferenceState.REPLACED) | ~Q(replaced_by=""),
                name="standards_replaced_by_something",
            ),
        ]
        triggers = append_only_triggers("standards_referencecheck")


class VersionMapping(models.Model):
    """版本对照: a person confirmed which requirement of a newer version stands for which of an older one.

    A later confirmation of the same pair of versions is a new row; the newest holds.
    """

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    old = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+", verbose_name="旧版")
    new = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+", verbose_name="新版")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="确认人")
    at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = "版本对照"
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="standards_two_versions")
        ]
        triggers = append_only_triggers("standards_versionmapping")


class RequirementMapping(models.Model):
    """One line of a map: an older requirement and what stands for it now; ``new`` is null where nothing does."""

    mapping = models.ForeignKey(VersionMapping, on_delete=models.CASCADE, related_name="rows")
    old = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="mapped_to")
    new = models.ForeignKey(Requirement, on_delete=models.PROTECT, null=True, related_name="mapped_from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mapping", "old"], name="standards_one_mapping_of_a_requirement")
        ]
        triggers = append_only_triggers("standards_requirementmapping")
