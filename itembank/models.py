"""What may be asked: items, their immutable versions, the requirements they measure and the facts they cite."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, User
from itembank.enums import Difficulty, InteractionName, ItemVersionState
from standards.models import Level, Requirement


class Item(models.Model):
    """The lasting identity of an item; what is shown and scored is one of its versions."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, verbose_name="所属机构")
    code = models.CharField("试题代码", max_length=40)
    level = models.ForeignKey(Level, on_delete=models.PROTECT, verbose_name="等级", related_name="items")
    interaction = models.CharField("题型", max_length=40, choices=InteractionName.choices)

    class Meta:
        verbose_name = "试题"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="itembank_one_code"),
            models.CheckConstraint(
                condition=Q(interaction__in=InteractionName.values), name="itembank_interaction"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ItemVersion(models.Model):
    """One version. ``content`` is what a candidate may see, ``key`` never leaves the server before release.

    A published version never changes: forms pin it, scores refer to it. The database refuses the update.
    """

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版本号")
    title = models.CharField("标题", max_length=200, blank=True)
    content = models.JSONField("题面")
    key = models.JSONField("答案与评分规则")
    # The frozen world of a simulation, with its own hash inside; null for kinds without one.
    world = models.JSONField("仿真环境", null=True)
    goldens = models.JSONField("范例答案", default=list)
    rationale = models.TextField("解析", blank=True)
    difficulty = models.CharField(
        "难度", max_length=10, choices=Difficulty.choices, default=Difficulty.MEDIUM
    )
    max_score = models.DecimalField("满分", max_digits=6, decimal_places=2, default=1)
    minutes = models.PositiveSmallIntegerField("建议用时（分钟）", default=1)
    scorer_name = models.CharField("评分程序", max_length=40)
    scorer_version = models.CharField("评分程序版本", max_length=20)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        "状态", max_length=20, choices=ItemVersionState.choices, default=ItemVersionState.DRAFT
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="命题人"
    )
    reviewer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="审题人"
    )
    created_at = models.DateTimeField("建立时间")
    published_at = models.DateTimeField("发布时间", null=True)
    requirements = models.ManyToManyField(
        Requirement, through="ItemRequirement", related_name="item_versions"
    )

    class Meta:
        verbose_name = "试题版本"
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="itembank_one_version_number"),
            models.CheckConstraint(
                condition=Q(state__in=ItemVersionState.values), name="itembank_version_state"
            ),
            models.CheckConstraint(condition=Q(difficulty__in=Difficulty.values), name="itembank_difficulty"),
            models.CheckConstraint(condition=Q(max_score__gt=0), name="itembank_max_score"),
            # Four eyes: nobody publishes what he wrote.
            models.CheckConstraint(
                condition=~Q(state="published") | (Q(reviewer__isnull=False) & ~Q(reviewer=F("author"))),
                name="itembank_published_by_another",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="itembank_published_version_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]


class ItemRequirement(models.Model):
    """Which requirement a version measures."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="requirement_links")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="item_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "requirement"], name="itembank_one_requirement_link")
        ]


class Citation(models.Model):
    """A fact of the standard (term, reference, occupation, major) that a version rests on, by its stable code."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="citations")
    cite_code = models.CharField("引用代码", max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "cite_code"], name="itembank_one_citation")]
