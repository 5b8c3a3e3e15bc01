"""States and kinds of the item bank."""

from django.db import models

from lib.states import Transitions


class ItemVersionState(models.TextChoices):
    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "审核中"
    PUBLISHED = "published", "已发布"


VERSION_TRANSITIONS: Transitions = {
    ItemVersionState.DRAFT: frozenset({ItemVersionState.IN_REVIEW}),
    ItemVersionState.IN_REVIEW: frozenset({ItemVersionState.DRAFT, ItemVersionState.PUBLISHED}),
    ItemVersionState.PUBLISHED: frozenset(),
}


class Difficulty(models.TextChoices):
    EASY = "easy", "易"
    MEDIUM = "medium", "中"
    HARD = "hard", "难"


class InteractionName(models.TextChoices):
    """Item types in use; the contract lists those to come."""

    CHOICE_SINGLE = "choice_single", "单选题"
    CHOICE_MULTIPLE = "choice_multiple", "多选题"
    TRUE_FALSE = "true_false", "判断题"
    PRACTICAL_CONSOLE = "practical.console", "后台操作"
    PRACTICAL_INBASKET = "practical.inbasket", "消息处置"
    PRACTICAL_SEM = "practical.sem", "搜索推广"
    PRACTICAL_PLAN = "practical.plan", "策划方案"
    PRACTICAL_DATA = "practical.data", "数据分析"
