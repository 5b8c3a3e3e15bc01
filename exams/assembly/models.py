"""Blueprints (双向细目表) and the forms assembled from them."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from exams.enums import Component, FormState
from itembank.enums import InteractionName
from itembank.models import ItemVersion
from standards.models import Level, WorkArea


class Blueprint(models.Model):
    """组卷方案 of one level and component; its cells say how many items of which kind from which area."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="blueprints")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="blueprints")
    component = models.CharField("科目", max_length=20, choices=Component.choices)
    name = models.CharField("名称", max_length=120)
    minutes = models.PositiveSmallIntegerField("时长（分钟）")

    class Meta:
        verbose_name = "组卷方案"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="exams_one_blueprint_name"),
            models.CheckConstraint(
                condition=Q(component__in=Component.values), name="exams_blueprint_component"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BlueprintCell(models.Model):
    """细目: ``count`` items of one type, each worth ``points``, from one area (or a whole lower level)."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.CASCADE, related_name="cells")
    position = models.PositiveSmallIntegerField("顺序")
    source_level = models.ForeignKey(
        Level, on_delete=models.PROTECT, related_name="+", verbose_name="取题等级"
    )
    area = models.ForeignKey(WorkArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    interaction = models.CharField("题型", max_length=40, choices=InteractionName.choices)
    count = models.PositiveSmallIntegerField("题数")
    points = models.DecimalField("每题分值", max_digits=6, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blueprint", "position"], name="exams_one_cell_position"),
            models.CheckConstraint(
                condition=Q(interaction__in=InteractionName.values), name="exams_cell_interaction"
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="exams_cell_points"),
        ]
        ordering = ["position"]


class Form(models.Model):
    """试卷: pins item versions. ``sections`` is the canonical JSON candidates get, without keys; locked before use."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="forms")
    code = models.CharField("试卷代码", max_length=60, unique=True)
    seed = models.CharField("组卷种子", max_length=60)
    sections = models.TextField("题面（规范 JSON）")
    sha256 = models.CharField(max_length=64)
    max_score = models.DecimalField("卷面满分", max_digits=6, decimal_places=2)
    state = models.CharField("状态", max_length=20, choices=FormState.choices, default=FormState.DRAFT)
    assembled_at = models.DateTimeField("组卷时间")
    locked_at = models.DateTimeField("锁定时间", null=True)
    locked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "试卷"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FormState.values), name="exams_form_state"),
            models.CheckConstraint(
                condition=Q(state="draft", locked_at__isnull=True)
                | Q(state="locked", locked_at__isnull=False),
                name="exams_form_locked_at",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="exams_locked_form_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="locked"),
            )
        ]

    def __str__(self) -> str:
        return self.code


class FormItem(models.Model):
    """卷内试题: slot, pinned version and points."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="items")
    slot = models.CharField("题位", max_length=20)
    position = models.PositiveSmallIntegerField("顺序")
    item_version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField("分值", max_digits=6, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "slot"], name="exams_one_slot"),
            models.UniqueConstraint(fields=["form", "item_version"], name="exams_item_once_a_form"),
        ]
        ordering = ["position"]
