"""Pure scorer of PLAN: the checks of the key, run on the plan that was handed in.

A criterion is worth max × (weighted mean of its checks − what its deducting checks take away). Its gate says
which rows must be there at all: below it nothing is earned, so that “no overlap” is never paid for an empty
table.
"""

from fractions import Fraction
from typing import Any

from itembank.practical.base import CriterionScore
from itembank.practical.plan.checks import CHECKS
from itembank.practical.plan.document import Plan
from itembank.practical.points import judged, percent, said, scored


def score(content: Any, key: Any, world: Any, submission: Any, measured: Any) -> list[CriterionScore]:
    """Scores in the order of the criteria's ids. `world` and `measured` are not used by this kind."""
    plan = Plan(content, submission)
    results = [_criterion(plan, criterion, key) for criterion in key["criteria"]]
    results += [_judged(plan, criterion) for criterion in key.get("judged", [])]
    return sorted(results, key=lambda r: (len(r.id), r.id))


def _criterion(plan: Plan, criterion: dict[str, Any], key: Any) -> CriterionScore:
    shut = [fault for gate in criterion["gate"] if (fault := _shut(plan, gate))]
    if shut:
        return scored(criterion, Fraction(0), f"{'；'.join(shut)}，这一项没有得分。")
    rules = {"law": key["law"], "never": key.get("never", [])}
    earned, taken, weights = Fraction(0), Fraction(0), 0
    met: list[str] = []
    unmet: list[str] = []
    for one in criterion["checks"]:
        check = CHECKS[one["check"]]
        finding = check.run(plan, {**one, **rules})
        if check.deducts:
            taken += finding.share
            if finding.share:
                unmet.append(f"{finding.text}（扣 {percent(finding.share)}）")
            continue
        weight = one.get("weight", 1)
        weights += weight
        earned += weight * finding.share
        (met if finding.share == 1 else unmet).append(finding.text + _weighed(finding.share, weight))
    parts = [f"符合要求：{'；'.join(met)}。"] * bool(met) + [f"需要改进：{'；'.join(unmet)}。"] * bool(unmet)
    working = f"{said(earned)} ÷ {weights}" + (f" − {percent(taken)}" if taken else "")
    return scored(criterion, earned / weights - taken, "".join(parts), working)


def _weighed(share: Fraction, weight: int) -> str:
    """How much of a check counts, where that is neither all nor nothing of one part."""
    notes = [f"计 {percent(share)}"] * (0 < share < 1) + [f"权重 {weight}"] * (weight > 1)
    return f"（{'，'.join(notes)}）" if notes else ""


def _shut(plan: Plan, gate: dict[str, Any]) -> str | None:
    """What keeps the gate of a criterion shut, None when it is open."""
    rows = [row for row in plan.rows(gate["table"]) if all(row.filled(column) for column in gate["columns"])]
    if len(rows) >= gate["rows"]:
        return None
    names = f"{plan.title(gate['table'])}的{plan.names(gate['table'], gate['columns'])}"
    if plan.sections[gate["table"]]["kind"] == "form" or not rows:
        return f"{names}没有填全" if plan.rows(gate["table"]) else f"{plan.title(gate['table'])}没有填写"
    return f"{names}只填了 {len(rows)} 行，不到 {gate['rows']} 行"


def _judged(plan: Plan, criterion: dict[str, Any]) -> CriterionScore:
    written = [
        f"{section['title']} {len(plan.rows(name))} 行"
        for name, section in plan.sections.items()
        if section["kind"] == "table" and plan.rows(name)
    ]
    if not any(True for _ in plan.texts()):
        return judged(criterion, "")
    return judged(criterion, f"方案填写了{'、'.join(written)}。" if written else "各表都没有填写。")
