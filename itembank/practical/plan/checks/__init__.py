"""The checks a key may name, registered by importing their modules."""

from itembank.practical.plan.checks import days, figures, people, times, words
from itembank.practical.plan.checks.base import CHECKS, Check, Finding

__all__ = ["CHECKS", "Check", "Finding", "days", "figures", "people", "times", "words"]
