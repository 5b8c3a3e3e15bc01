"""Levels and catalogues."""

from django.db import models


class LevelName(models.TextChoices):
    JUNIOR = "初级", "初级"
    INTERMEDIATE = "中级", "中级"
    SENIOR = "高级", "高级"


class Catalogue(models.TextChoices):
    OLD = "old", "原版专业目录"
    NEW = "new", "新版职业教育专业目录"
    # A standard that prints one list without saying which catalogue it follows.
    SINGLE = "single", "专业目录"


class ReferenceState(models.TextChoices):
    """Whether a rule that a standard rests on still holds."""

    CURRENT = "current", "现行"
    REPLACED = "replaced", "被代替"
    REPEALED = "repealed", "废止"
