"""Scoring a submission in a test."""

from decimal import Decimal
from typing import Any

from itembank.practical import CriterionScore
from itembank.practical.tasks import PracticalTask


def run(task: PracticalTask, submission: Any) -> list[CriterionScore]:
    """Every criterion, as the scorer of the task's kind gives it."""
    return task.kind.score(task.content, task.key, task.world, submission, None)


def points(task: PracticalTask, submission: Any) -> dict[str, Decimal]:
    """The points by criterion; what people judge is left out."""
    return {r.id: r.score for r in run(task, submission) if r.score is not None}


def evidence(task: PracticalTask, submission: Any, criterion: str) -> str:
    """What the candidate is told about one criterion."""
    return next(r.evidence for r in run(task, submission) if r.id == criterion)
