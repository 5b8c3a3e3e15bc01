"""Pass rules as data: every rule must hold. Figures are percentages, rounded half up to two places, once."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
Percent = dict[str, Decimal]


def percent(points: Decimal, maximum: Decimal) -> Decimal:
    """points / maximum as a percentage with two places, half up; 0 for an empty form."""
    return (points * 100 / maximum).quantize(CENT, ROUND_HALF_UP) if maximum else Decimal(0)


def weighted(percents: Percent, weights: dict[str, int]) -> Decimal:
    """Sum of percentage x weight / 100 over the components, two places, half up."""
    total = sum((percents[name] * weights[name] for name in weights), Decimal(0))
    return (total / 100).quantize(CENT, ROUND_HALF_UP)


def judge(
    rule_set: list[dict[str, Any]], percents: Percent, total: Decimal, labels: dict[str, str]
) -> list[dict[str, Any]]:
    """Hold each rule against the figures.

    :return: rows ``{"rule", "name", "at_least", "figure", "met"}``; the candidate passes when all are met.
    :raises ValueError: for a rule nobody knows, which a scheme must not contain.
    """
    rows: list[dict[str, Any]] = []
    for rule in rule_set:
        limit = Decimal(str(rule["at_least"]))
        if rule["rule"] == "each":
            figures = [(labels[name], figure) for name, figure in percents.items()]
        elif rule["rule"] == "weighted":
            figures = [("综合成绩", total)]
        else:
            raise ValueError(f"unknown pass rule {rule['rule']!r}")
        rows += [
            {
                "rule": rule["rule"],
                "name": name,
                "at_least": float(limit),
                "figure": float(figure),
                "met": figure >= limit,
            }
            for name, figure in figures
        ]
    return rows
