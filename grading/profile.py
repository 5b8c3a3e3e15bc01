"""Profiles: points per work area, work task and requirement, from the criteria of scored items.

A criterion that names n requirements gives each of them a n-th of its points, so that the sums of a profile are the
sums of the component.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from standards.enums import LevelName
from standards.models import Requirement

CENT = Decimal("0.01")
LEVELS = list(LevelName.values)


def in_order(level: str, code: str) -> tuple[int, list[int]]:
    """Sort key of profile rows: 初级 before 中级 before 高级, then 1.2 before 1.10."""
    return LEVELS.index(level), [int(part) for part in code.split(".")]


def build(criteria: Iterable[dict[str, Any]], requirements: dict[str, Requirement]) -> list[dict[str, Any]]:
    """Rows ``{"kind", "level", "code", "name", "points", "max"}`` for areas, then tasks, then requirements.

    :param criteria: ``{"codes": ["初级1.1.1", …], "points", "max"}`` on the form's scale.
    :param requirements: requirement by level name + code, with task and area selected.
    """
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    names: dict[tuple[str, str, str], str] = {}
    for criterion in criteria:
        known = [requirements[code] for code in criterion["codes"] if code in requirements]
        for requirement in known:
            level, task = requirement.level, requirement.task
            keys = {
                ("area", level.name, str(task.area.number)): task.area.name,
                ("task", level.name, task.code): task.name,
                ("requirement", level.name, requirement.code): requirement.text,
            }
            for key, name in keys.items():
                names[key] = name
                sums[key][0] += Decimal(str(criterion["points"])) / len(known)
                sums[key][1] += Decimal(str(criterion["max"])) / len(known)
    order = {"area": 0, "task": 1, "requirement": 2}
    return [
        {
            "kind": kind, "level": level, "code": code, "name": names[kind, level, code],
            "points": float(points.quantize(CENT, ROUND_HALF_UP)), "max": float(maximum.quantize(CENT, ROUND_HALF_UP)),
        }
        for (kind, level, code), (points, maximum) in sorted(
            sums.items(), key=lambda row: (order[row[0][0]], *in_order(row[0][1], row[0][2]))
        )
    ]  # fmt: skip
