"""Practical tasks: one folder per kind, each with its schema, pure scorer, attack suite and notes."""

from itembank.practical.base import (
    Attack,
    CriterionScore,
    PracticalKind,
    Problem,
    TaskSchema,
    kind,
    kind_names,
    quarter,
    total,
)

__all__ = [
    "Attack",
    "CriterionScore",
    "PracticalKind",
    "Problem",
    "TaskSchema",
    "kind",
    "kind_names",
    "quarter",
    "total",
]
