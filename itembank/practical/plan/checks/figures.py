"""Checks of figures: products, sums, limits and shares."""

from fractions import Fraction
from typing import Any

from itembank.practical.plan.checks.base import Finding, check, part, verdict
from itembank.practical.plan.document import Plan, Row, different, numbers_of
from itembank.practical.plan.values import exact
from itembank.practical.points import percent, said
from itembank.practical.text import mentions_any


@check("product", factors="figures", result="figure", tolerance="share")
def product(plan: Plan, c: dict[str, Any]) -> Finding:
    """The factors multiply to the result, within a share of the result."""
    paths = [*c["factors"], c["result"]]
    known = {path: plan.amount(path) for path in paths}
    missing = [plan.called(path) for path in paths if not known[path] or (known[path] or 0) < 0]
    if missing:
        return verdict(False, f"没有填写{'、'.join(missing)}，无法核对")
    result, calculated = known[c["result"]] or Fraction(0), Fraction(1)
    for path in c["factors"]:
        calculated *= known[path] or 0
    shown = "×".join(plan.figure(path, known[path] or Fraction(0)) for path in c["factors"])
    names = "×".join(plan.called(path) for path in c["factors"])
    off = abs(calculated - result) / result
    text = (
        f"{names}：{shown}＝{said(calculated)}，填写的{plan.called(c['result'])}是"
        f" {plan.figure(c['result'], result)}，相差 {percent(off)}（允许 {percent(exact(c['tolerance']))}）"
    )
    return verdict(off <= exact(c["tolerance"]), text)


@check("range", figure="figure", least="number?", most="number?")
def in_range(plan: Plan, c: dict[str, Any]) -> Finding:
    """A figure lies within its limits."""
    value, name = plan.amount(c["figure"]), plan.called(c["figure"])
    if value is None or value <= 0:
        return verdict(False, f"没有填写{name}")
    met = _within(value, c)
    return verdict(met, f"{name} {plan.figure(c['figure'], value)}，{_limits(plan, c['figure'], c)}")


def _within(value: Fraction, c: dict[str, Any]) -> bool:
    return ("least" not in c or value >= exact(c["least"])) and ("most" not in c or value <= exact(c["most"]))


def _limits(plan: Plan, path: str, c: dict[str, Any]) -> str:
    said_limits = []
    if "least" in c and c["least"] == c.get("most"):
        return f"应为 {plan.figure(path, exact(c['least']))}"
    if "least" in c:
        said_limits.append(f"应不低于 {plan.figure(path, exact(c['least']))}")
    if "most" in c:
        said_limits.append(f"应不超过 {plan.figure(path, exact(c['most']))}")
    return "、".join(said_limits)


@check("row_product", table="table", factors="columns:number/percent", result="column:number")
def row_product(plan: Plan, c: dict[str, Any]) -> Finding:
    """In every row the factors multiply to the result, to the cent."""
    rows = plan.rows(c["table"])
    faults = [fault for row in rows if (fault := _row_fault(plan, c, row))]
    formula = f"{'×'.join(plan.label(c['table'], one) for one in c['factors'])}＝{plan.label(c['table'], c['result'])}"
    if not rows or faults:
        return verdict(False, f"{formula}：{'；'.join(faults[:4]) or '没有填写'}")
    return verdict(True, f"{len(rows)} 行都符合{formula}")


def _row_fault(plan: Plan, c: dict[str, Any], row: Row) -> str | None:
    amounts = [row.amount(column) for column in c["factors"]]
    result = row.amount(c["result"])
    if result is None or any(amount is None for amount in amounts):
        return f"第 {row.number} 行没有填全"
    calculated = Fraction(1)
    for amount in amounts:
        calculated *= amount or 0
    if abs(calculated - result) < Fraction(1, 100):
        return None
    factors = "×".join(said(amount or Fraction(0)) for amount in amounts)
    return f"第 {row.number} 行 {factors}＝{said(calculated)}，填写的是 {said(result)}"


@check(
    "sum", table="table", column="column:number/percent", equals="figure?", least="number?", most="number?"
)
def total(plan: Plan, c: dict[str, Any]) -> Finding:
    """The sum of a column equals a figure elsewhere, or lies within limits."""
    amounts = [amount for row in plan.rows(c["table"]) if (amount := row.amount(c["column"])) is not None]
    value, name = sum(amounts, Fraction(0)), plan.label(c["table"], c["column"])
    if not value:
        return verdict(False, f"没有填写{name}")
    text = f"各行{name}合计 {plan.measured(c['table'], c['column'], value)}"
    if "equals" in c:
        stated = plan.amount(c["equals"])
        if stated is None:
            return verdict(False, f"{text}，没有填写{plan.called(c['equals'])}")
        same = abs(stated - value) < Fraction(1, 100)
        text = f"{text}，填写的{plan.called(c['equals'])}是 {plan.figure(c['equals'], stated)}"
        return verdict(same and _within(value, c), text)
    limits = _limits(plan, f"{c['table']}.{c['column']}", c)
    return verdict(_within(value, c), f"{text}，{limits}" if limits else text)


@check(
    "portion",
    table="table",
    name="column:text/choice",
    any="words",
    value="column:number",
    least="share",
    most="share",
)
def portion(plan: Plan, c: dict[str, Any]) -> Finding:
    """The rows of a certain name make up a share of the sum within limits, e.g. a reserve."""
    amounts = [(row, row.amount(c["value"]) or Fraction(0)) for row in plan.rows(c["table"])]
    whole = sum((amount for _, amount in amounts), Fraction(0))
    reserve = sum(
        (amount for row, amount in amounts if mentions_any(row.text(c["name"]), c["any"])), Fraction(0)
    )
    if whole <= 0 or reserve <= 0:
        return verdict(False, f"没有列出{c['any'][0]}")
    share, least, most = reserve / whole, exact(c["least"]), exact(c["most"])
    text = f"{c['any'][0]} {said(reserve)}÷{said(whole)}＝{percent(share)}，要求 {percent(least)}～{percent(most)}"
    return verdict(least <= share <= most, text)


@check("rows", table="table", columns="columns:any", least="count", most="count?")
def enough_rows(plan: Plan, c: dict[str, Any]) -> Finding:
    """There are enough rows with these columns filled in, and not too many. A row that is handed in twice counts
    once."""
    rows = plan.rows(c["table"])
    open_rows = [row for row in rows if not all(row.filled(column) for column in c["columns"])]
    complete = len(different([row for row in rows if row not in open_rows]))
    most = c.get("most", len(rows))
    wanted = (
        str(c["least"])
        if most == c["least"]
        else f"{c['least']}～{most}"
        if "most" in c
        else f"至少 {c['least']}"
    )
    text = f"{plan.title(c['table'])}填全了 {complete} 行（要求 {wanted} 行）"
    if open_rows:
        text += f"，{numbers_of(open_rows)}没有填全"
    return part(complete, c["least"], text) if len(rows) <= most else Finding(Fraction(0), text)
