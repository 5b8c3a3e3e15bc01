"""Checks of a running order: segments with a start and an end on one day.

A minute that two rows claim belongs to none of them, so that laying segments over one another never helps.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from itembank.practical.plan.checks.base import Finding, check, verdict
from itembank.practical.plan.document import Plan, Row, numbers_of
from itembank.practical.plan.values import at, clock
from itembank.practical.text import fold, shown


@dataclass(frozen=True)
class Span:
    """A row that starts before it ends."""

    start: int
    end: int
    row: Row


def spans(plan: Plan, c: dict[str, Any]) -> tuple[list[Span], list[Row]]:
    """The rows as spans in order of their start, and the rows whose times cannot be read."""
    good, bad = [], []
    for row in plan.rows(c["table"]):
        start, end = row.clock(c["start"]), row.clock(c["end"])
        if start is None or end is None or start >= end:
            bad.append(row)
        else:
            good.append(Span(start, end, row))
    return sorted(good, key=lambda one: (one.start, one.end, one.row.number)), bad


def _minute(value: str) -> int:
    return clock(value) or 0


@check("gaps", table="table", start="column:time", end="column:time", opens="clock", closes="clock")
def no_gaps(plan: Plan, c: dict[str, Any]) -> Finding:
    """From opening to closing every minute is planned."""
    good, _ = spans(plan, c)
    reached, gaps = _minute(c["opens"]), []
    for span in good:
        if span.start > reached:
            gaps.append((reached, min(span.start, _minute(c["closes"]))))
        reached = max(reached, span.end)
    if reached < _minute(c["closes"]):
        gaps.append((reached, _minute(c["closes"])))
    window = f"{c['opens']}～{c['closes']}"
    if not good:
        return verdict(False, f"{window} 没有安排")
    if gaps:
        return verdict(False, "空档：" + "、".join(f"{at(a)}～{at(b)}" for a, b in gaps[:4]))
    return verdict(True, f"{window} 没有空档")


@check("overlaps", table="table", start="column:time", end="column:time", least="count")
def no_overlaps(plan: Plan, c: dict[str, Any]) -> Finding:
    """No two rows claim the same minute, and every row has readable times. `least` minutes must be planned:
    an almost empty table has no overlaps either."""
    good, bad = spans(plan, c)
    clashes = [
        f"第 {one.row.number} 行与第 {two.row.number} 行"
        for index, one in enumerate(good)
        for two in good[index + 1 :]
        if two.start < one.end
    ]
    planned = sum(span.end - span.start for span in good)
    if bad:
        return verdict(False, f"{numbers_of(bad)}的起止时间不完整或颠倒")
    if clashes:
        return verdict(False, f"时间重叠：{'、'.join(clashes[:4])}")
    if planned < c["least"]:
        return verdict(False, f"只安排了 {planned} 分钟")
    return verdict(True, "各段时间没有重叠")


@check(
    "edge", table="table", start="column:time", end="column:time", column="column:choice", first="flag",
    value="value", time="clock", most="count?",
)  # fmt: skip
def edge(plan: Plan, c: dict[str, Any]) -> Finding:
    """The first (or last) row is of a certain kind, begins (or ends) in time and does not last too long."""
    good, _ = spans(plan, c)
    place = "第一段" if c["first"] else "最后一段"
    if not good:
        return verdict(False, f"没有安排{c['value']}")
    span = good[0] if c["first"] else max(good, key=lambda one: (one.end, one.start, one.row.number))
    on_time = (span.start if c["first"] else span.end) == _minute(c["time"])
    lasts, most = span.end - span.start, c.get("most")
    right = fold(span.row.text(c["column"])) == fold(c["value"]) and _own(span, good) == lasts
    met = right and on_time and (most is None or lasts <= most)
    text = f"{place}是“{shown(span.row.text(c['column'])) or '未选'}”，{at(span.start)}～{at(span.end)} 共 {lasts} 分钟"
    wanted = f"{c['time']} {'开始' if c['first'] else '结束'}的“{c['value']}”" + (
        f"，不超过 {most} 分钟" if most else ""
    )
    if _own(span, good) < lasts:
        text += "，与别的段重叠"
    return verdict(met, text if met else f"{text}，应为 {wanted}")


@check(
    "minutes", table="table", start="column:time", end="column:time", column="column:choice/text/pick",
    values="values", least="count",
)  # fmt: skip
def minutes_each(plan: Plan, c: dict[str, Any]) -> Finding:
    """Each of the values has enough minutes of its own."""
    good, _ = spans(plan, c)
    short = []
    for value in c["values"]:
        planned = sum(
            _own(span, good) for span in good if fold(value) in map(fold, span.row.many(c["column"]))
        )
        if planned < c["least"]:
            short.append(f"{value} {planned} 分钟")
    if short:
        return verdict(False, f"不足 {c['least']} 分钟：{'、'.join(short)}")
    return verdict(
        True, f"{len(c['values'])} 个{plan.label(c['table'], c['column'])}各有 {c['least']} 分钟以上"
    )


def _own(span: Span, every: list[Span]) -> int:
    """Minutes of a span that no other row claims."""
    others = sorted(
        (max(one.start, span.start), min(one.end, span.end))
        for one in every
        if one is not span and one.start < span.end and one.end > span.start
    )
    free, reached = 0, span.start
    for start, end in others:
        free += max(0, start - reached)
        reached = max(reached, end)
    return free + max(0, span.end - reached)


@check(
    "distance", table="table", start="column:time", end="column:time", column="column:text/choice/pick",
    opens="clock", closes="clock", most="count",
)  # fmt: skip
def distance(plan: Plan, c: dict[str, Any]) -> Finding:
    """Rows with something in the column begin often enough: never too long from one to the next."""
    good, _ = spans(plan, c)
    marked = [span.start for span in good if span.row.filled(c["column"]) and _own(span, good)]
    name = plan.label(c["table"], c["column"])
    if not marked:
        return verdict(False, f"没有安排{name}")
    stops = [_minute(c["opens"]), *marked, _minute(c["closes"])]
    longest = max(after - before for before, after in pairwise(stops))
    return verdict(longest <= c["most"], f"{name}最长间隔 {longest} 分钟（要求不超过 {c['most']} 分钟）")
