"""Scoring a PLAN submission in a test, and changing rows of one."""

from decimal import Decimal
from typing import Any

from itembank.practical import CriterionScore
from itembank.practical.plan.scorer import score as score_plan
from itembank.practical.tasks import PracticalTask


def run(task: PracticalTask, submission: Any) -> list[CriterionScore]:
    return score_plan(task.content, task.key, task.world, submission, None)


def points(task: PracticalTask, submission: Any) -> dict[str, Decimal]:
    return {r.id: r.score for r in run(task, submission) if r.score is not None}


def evidence(task: PracticalTask, submission: Any, criterion: str) -> str:
    return next(r.evidence for r in run(task, submission) if r.id == criterion)


def each(rows: list[dict[str, Any]], **cells: Any) -> None:
    """Put the same into every row; a function gets the row."""
    for row in rows:
        for name, value in cells.items():
            row[name] = value(row) if callable(value) else value
