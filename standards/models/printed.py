"""What must be mastered, as printed: standard, level, work area, work task, requirement and the other chapters.

Every row has a ``cite_code`` that is stable within its version: errata, items and public addresses name it by that.
"""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from standards.enums import Catalogue, LevelName

if TYPE_CHECKING:
    from standards.models.kept import Erratum


class Annotated:
    """A place of the text that errata may stand beside; reads that show it fill ``notes``."""

    notes: "list[Erratum]"


class Standard(models.Model):
    """One version of a published standard. The text is kept as printed; a version in use never changes."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("标准代码", max_length=40)
    version = models.CharField("版本", max_length=20)
    year = models.PositiveSmallIntegerField("年份", null=True)
    title = models.CharField("名称", max_length=200)
    owner = models.CharField("制定单位", max_length=200, blank=True)
    rights_notice = models.TextField("权利声明", blank=True)
    metadata = models.JSONField("封面信息", default=dict)
    source_name = models.CharField("来源文件", max_length=200)
    source_sha256 = models.CharField(max_length=64)
    source_text = models.TextField("原文")
    content_sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField("载入时间")
    loaded_by = models.CharField("载入人", max_length=120, blank=True)
    # Null after a load from the command line: then every certification body's administrators may keep it.
    keeper = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="管理机构"
    )
    # The owner's rights decide whether the text may be shown to everybody; so it is off until a person turns it on.
    is_public = models.BooleanField("公开页面", default=False)

    class Meta:
        verbose_name = "标准"
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="standards_one_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}（{self.version}）"


class Level(Annotated, models.Model):
    """初级/中级/高级, with both descriptions (chapter 5 and 6.1): they differ and both count."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="levels")
    number = models.PositiveSmallIntegerField("等级序号")
    name = models.CharField("等级", max_length=10, choices=LevelName.choices)
    caption = models.CharField("表题", max_length=200)
    occupation_description = models.TextField("岗位群描述", blank=True)
    grading_description = models.TextField("等级划分描述", blank=True)

    class Meta:
        verbose_name = "等级"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="standards_one_level"),
            models.CheckConstraint(condition=Q(name__in=LevelName.values), name="standards_level_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def cite_code(self) -> str:
        return f"level:{self.name}"


class WorkArea(Annotated, models.Model):
    """工作领域."""

    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="areas")
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("名称", max_length=200)
    printed_name = models.CharField("原文名称", max_length=200)

    class Meta:
        verbose_name = "工作领域"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="standards_one_area")]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @property
    def cite_code(self) -> str:
        return f"area:{self.level.name}:{self.number}"


class WorkTask(Annotated, models.Model):
    """工作任务."""

    area = models.ForeignKey(WorkArea, on_delete=models.CASCADE, related_name="tasks")
    ordinal = models.PositiveSmallIntegerField("序号")
    code = models.CharField("编号", max_length=20)
    name = models.CharField("名称", max_length=200)
    printed_name = models.CharField("原文名称", max_length=200)

    class Meta:
        verbose_name = "工作任务"
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="standards_one_task")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def cite_code(self) -> str:
        return f"task:{self.area.level.name}:{self.code}"


class Requirement(Annotated, models.Model):
    """职业技能要求. Known by (standard, version, level, code), never by its text: four texts occur twice."""

    task = models.ForeignKey(WorkTask, on_delete=models.CASCADE, related_name="requirements")
    # Kept beside the task so that the database itself refuses a code twice in a level.
    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="requirements")
    code = models.CharField("编号", max_length=20)
    ordinal = models.PositiveIntegerField("文中顺序")
    text = models.TextField("要求")
    line = models.PositiveIntegerField("原文行号")

    class Meta:
        verbose_name = "职业技能要求"
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["level", "code"], name="standards_one_requirement")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def cite_code(self) -> str:
        return f"requirement:{self.level.name}:{self.code}"


class Citable(Annotated, models.Model):
    """A fact that items and tasks may cite by its stable code."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="+")
    cite_code = models.CharField("引用代码", max_length=120)
    ordinal = models.PositiveSmallIntegerField("顺序")

    class Meta:
        abstract = True
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "cite_code"], name="standards_%(class)s_cite")
        ]


class Term(Citable):
    """术语."""

    number = models.CharField("编号", max_length=20)
    name = models.CharField("术语", max_length=100)
    english = models.CharField("英文", max_length=200, blank=True)
    definition = models.TextField("定义")


class NormativeReference(Citable):
    """规范性引用文件."""

    code = models.CharField("代号", max_length=60)
    year = models.CharField("年份", max_length=10, blank=True)
    dated = models.BooleanField("注日期")
    title = models.CharField("名称", max_length=300)
    text = models.TextField("原文")

    @property
    def document(self) -> str:
        """The rule itself, the same in every standard that names it: what a check of its state is kept for."""
        return f"{self.code}-{self.year}" if self.dated else self.code


class BibliographyEntry(Citable):
    """参考文献: a law, rule or book with the number it was issued under, where one is printed."""

    number = models.PositiveSmallIntegerField("序号")
    code = models.CharField("文号", max_length=60, blank=True)
    year = models.CharField("年份", max_length=10, blank=True)
    dated = models.BooleanField("注日期", default=False)
    title = models.CharField("名称", max_length=300, blank=True)
    text = models.TextField("原文")

    @property
    def document(self) -> str:
        """The rule itself, the same in every standard that names it: what a check of its state is kept for."""
        name = self.title or self.text[:250]
        return f"{name} {self.code or self.year}".strip()


class Occupation(Citable):
    """面向职业岗位."""

    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="occupations")
    name = models.CharField("岗位", max_length=100)


class Major(Citable):
    """适用院校专业; the printed lists end with 等 and stay open."""

    catalogue = models.CharField("目录", max_length=10, choices=Catalogue.choices)
    school_type = models.CharField("院校类型", max_length=60)
    name = models.CharField("专业", max_length=100)
    list_open = models.BooleanField("列表以“等”结尾")

    class Meta(Citable.Meta):
        abstract = False
        constraints = [
            *Citable.Meta.constraints,
            models.CheckConstraint(condition=Q(catalogue__in=Catalogue.values), name="standards_catalogue"),
        ]


class Drafter(models.Model):
    """起草单位 and 起草人, as printed."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="drafters")
    is_organisation = models.BooleanField("单位")
    ordinal = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("名称", max_length=200)

    class Meta:
        ordering = ["-is_organisation", "ordinal"]


class Anomaly(models.Model):
    """A suspicious place of the printed text: listed with a suggestion, never corrected by itself."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="anomalies")
    line = models.PositiveIntegerField("行号")
    level = models.CharField("等级", max_length=10, blank=True)
    code = models.CharField("编号", max_length=20, blank=True)
    text = models.TextField("原文")
    suggestion = models.TextField("建议", blank=True)

    class Meta:
        ordering = ["line"]
