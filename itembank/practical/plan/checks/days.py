"""Checks of days and deadlines: preparation before the event, calendars, working order."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from itembank.practical.plan.checks.base import Finding, check, part
from itembank.practical.plan.document import Plan, Row, different, numbers_of, quoted
from itembank.practical.plan.matching import assigned
from itembank.practical.plan.values import clock, day, exact, moment
from itembank.practical.points import percent
from itembank.practical.text import fold, mentions_any, shown
from itembank.practical.wording import covers

MOST_NEEDS = 2


@check(
    "prepared", table="table", column="column:text", deadline="column:moment", needs="groups", before="moment"
)
def prepared(plan: Plan, c: dict[str, Any]) -> Finding:
    """Each need has a row of its own whose deadline is before the event. A row that names more than two needs
    is a list of words, not a piece of work."""
    limit, rows = moment(c["before"]) or 0, plan.rows(c["table"])
    serves = [
        {n for n, need in enumerate(c["needs"]) if mentions_any(row.text(c["column"]), need["any"])}
        for row in rows
    ]
    options = [
        [
            index
            for index, row in enumerate(rows)
            if n in serves[index]
            and len(serves[index]) <= MOST_NEEDS
            and (due := row.moment(c["deadline"])) is not None
            and due <= limit
        ]
        for n in range(len(c["needs"]))
    ]
    places = assigned(options)
    missing = [need["say"] for need, place in zip(c["needs"], places, strict=True) if place is None]
    text = f"{len(c['needs'])} 项必要准备中有 {len(c['needs']) - len(missing)} 项按时列出"
    return part(
        len(c["needs"]) - len(missing),
        len(c["needs"]),
        text + (f"，缺少{quoted(missing)}" if missing else ""),
    )


@check("order", table="table", column="column:text", deadline="column:moment", pairs="pairs")
def in_order(plan: Plan, c: dict[str, Any]) -> Finding:
    """What depends on something else is not due before it."""
    wrong = []
    for pair in c["pairs"]:
        first = _due(plan, c, pair["first"], pair["then"])
        then = _due(plan, c, pair["then"], pair["first"])
        if not any(before <= after for before in first for after in then):
            wrong.append(f"“{pair['first']['say']}”应先于“{pair['then']['say']}”")
    text = "、".join(wrong) if wrong else "先后次序合理"
    return part(len(c["pairs"]) - len(wrong), len(c["pairs"]), text)


def _due(plan: Plan, c: dict[str, Any], group: dict[str, Any], other: dict[str, Any]) -> list[int]:
    """When the work of one group is due; a row that names the other group too is neither."""
    return [
        due
        for row in plan.rows(c["table"])
        if mentions_any(row.text(c["column"]), group["any"])
        and not mentions_any(row.text(c["column"]), other["any"])
        and (due := row.moment(c["deadline"])) is not None
    ]


@check("spread", table="table", day="column:day", periods="days", least="count", most="count")
def spread(plan: Plan, c: dict[str, Any]) -> Finding:
    """In each period the number of rows lies within limits."""
    days = [row.day(c["day"]) for row in plan.rows(c["table"])]
    wrong = []
    for period in c["periods"]:
        number = sum(one is not None and _in(one, period) for one in days)
        if not c["least"] <= number <= c["most"]:
            wrong.append(f"{_period(period)} {number} 条")
    wanted = (
        f"每个时段 {c['least']}～{c['most']} 条" if c["least"] != c["most"] else f"每个时段 {c['least']} 条"
    )
    text = f"频率不符（要求{wanted}）：{'、'.join(wrong)}" if wrong else f"发布频率符合要求（{wanted}）"
    return part(len(c["periods"]) - len(wrong), len(c["periods"]), text)


def _in(number: int, period: dict[str, Any]) -> bool:
    return (day(period["from"]) or 0) <= number <= (day(period["to"]) or 0)


def _period(period: dict[str, Any]) -> str:
    first, last = (_short(period[side]) for side in ("from", "to"))
    return first if first == last else f"{first}～{last}"


def _short(date: str) -> str:
    return f"{int(date[5:7])}月{int(date[8:10])}日"


@check("unique", table="table", columns="columns:any", least="count")
def unique(plan: Plan, c: dict[str, Any]) -> Finding:
    """No two rows agree in all the columns, e.g. one post a day and channel."""
    rows = [row for row in plan.rows(c["table"]) if all(row.filled(column) for column in c["columns"])]
    seen = Counter(_same(row, c["columns"]) for row in rows)
    twice = [row for row in rows if seen[_same(row, c["columns"])] > 1]
    names = plan.names(c["table"], c["columns"])
    text = f"{names}重复：{numbers_of(twice)}" if twice else f"{names}没有重复"
    if len(rows) < c["least"]:
        return Finding(Fraction(0), f"{names}填全的只有 {len(rows)} 行，不到 {c['least']} 行")
    return part(0 if twice else 1, 1, text)


def _same(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(row.text(column)) for column in columns)


@check("slots", table="table", time="column:time", by="column:choice/pick", slots="slots", least="count")
def slots(plan: Plan, c: dict[str, Any]) -> Finding:
    """Each row's time lies in a slot of its group. Rows below `least`, and repeated ones, count as wrong."""
    rows = plan.rows(c["table"])
    wrong = [row for row in rows if not _fits(row, c)]
    right = len(different([row for row in rows if row not in wrong]))
    text = f"{right} 条的{plan.label(c['table'], c['time'])}落在{plan.label(c['table'], c['by'])}的活跃时段（要求 {c['least']} 条）"
    return part(right, max(c["least"], len(rows)), f"{text}，不符的是{numbers_of(wrong)}" if wrong else text)


def _fits(row: Row, c: dict[str, Any]) -> bool:
    time, group = row.clock(c["time"]), fold(row.text(c["by"]))
    return time is not None and any(
        fold(slot["value"]) == group and (clock(slot["from"]) or 0) <= time <= (clock(slot["to"]) or 0)
        for slot in c["slots"]
    )


@check("dated", table="table", day="column:day", text="column:text", events="events")
def dated(plan: Plan, c: dict[str, Any]) -> Finding:
    """Each event has a row of its own in its days whose text takes it up."""
    rows = plan.rows(c["table"])
    options = [[index for index, row in enumerate(rows) if _takes_up(row, c, event)] for event in c["events"]]
    places = assigned(options)
    missing = [event["say"] for event, place in zip(c["events"], places, strict=True) if place is None]
    done = len(c["events"]) - len(missing)
    text = f"{len(c['events'])} 个节点中有 {done} 个在合适的日期做了选题"
    return part(done, len(c["events"]), text + (f"，缺少{quoted(missing)}" if missing else ""))


def _takes_up(row: Row, c: dict[str, Any], event: dict[str, Any]) -> bool:
    on = row.day(c["day"])
    return on is not None and _in(on, event) and covers(row.text(c["text"]), event["any"])


@check(
    "shares", plan="table", name="column:text/choice", share="column:percent", table="path:any",
    tolerance="share", least="count",
)  # fmt: skip
def shares(plan: Plan, c: dict[str, Any]) -> Finding:
    """What was planned as shares is what the other table does, within some points."""
    table, _, column = c["table"].partition(".")
    done = [fold(row.text(column)) for row in plan.rows(table) if row.filled(column)]
    if len(done) < c["least"]:
        return part(
            0, 1, f"{plan.title(table)}里选了{plan.label(table, column)}的不到 {c['least']} 行，无法核对占比"
        )
    planned = [(row.text(c["name"]), row.amount(c["share"])) for row in plan.rows(c["plan"])]
    known = {fold(name) for name, _ in planned if name}
    strangers = sum(one not in known for one in done)
    wrong = []
    for name, share in planned:
        actual = Fraction(done.count(fold(name)), len(done))
        if share is None or abs(actual - share) > exact(c["tolerance"]):
            wrong.append(
                f"“{shown(name) or '未命名'}”计划 {percent(share or Fraction(0))}，实际 {percent(actual)}"
            )
    if strangers:
        wrong.append(f"{strangers} 条不属于{plan.title(c['plan'])}里的任何一项")
    if not planned or wrong:
        return part(0, 1, f"{plan.title(table)}与计划占比不符：{'、'.join(wrong[:4]) or '没有计划'}")
    return part(1, 1, f"{plan.title(table)}与计划占比相符（相差不超过 {percent(exact(c['tolerance']))}）")
