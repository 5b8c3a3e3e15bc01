"""States of a result, with the transition table beside them."""

from django.db import models

from lib.states import Transitions


class ResultState(models.TextChoices):
    SCORING = "scoring", "待评分"
    PENDING_REVIEW = "pending_review", "待复核"
    REVIEWED = "reviewed", "已复核"
    RELEASED = "released", "已发布"


RESULT_TRANSITIONS: Transitions = {
    ResultState.SCORING: frozenset({ResultState.PENDING_REVIEW}),
    ResultState.PENDING_REVIEW: frozenset({ResultState.REVIEWED, ResultState.SCORING}),
    ResultState.REVIEWED: frozenset({ResultState.RELEASED, ResultState.PENDING_REVIEW}),
    ResultState.RELEASED: frozenset(),
}


class Outcome(models.TextChoices):
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"
    ABSENT = "absent", "缺考"
