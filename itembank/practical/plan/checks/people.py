"""Checks of who and what is named: required values, references between tables, separate duties."""

from typing import Any

from itembank.practical.plan.checks.base import Finding, check, part, verdict
from itembank.practical.plan.document import Plan, quoted
from itembank.practical.text import fold, shown


@check("includes", table="table", column="column:any", values="values", partly="flag?", only="flag?")
def includes(plan: Plan, c: dict[str, Any]) -> Finding:
    """All the values are named. With `partly` each counts by itself; with `only` a value that is not among
    them takes one away."""
    named = {fold(one): one for row in plan.rows(c["table"]) for one in row.many(c["column"])}
    wanted, label = {fold(value) for value in c["values"]}, plan.label(c["table"], c["column"])
    missing = [value for value in c["values"] if fold(value) not in named]
    extra = [named[name] for name in sorted(named.keys() - wanted)] if c.get("only") else []
    texts = [f"缺少{quoted(missing)}"] * bool(missing) + [f"不应有{quoted(extra)}"] * bool(extra)
    text = f"{label}：{'，'.join(texts)}" if texts else f"{label}齐全"
    right = len(c["values"]) - len(missing) - len(extra)
    if c.get("partly"):
        return part(max(right, 0), len(c["values"]), text)
    return verdict(not texts, text)


@check("refers", columns="paths:any", to="path:any", least="count")
def refers(plan: Plan, c: dict[str, Any]) -> Finding:
    """Everybody named in the columns stands in another table. At least `least` namings are needed."""
    table, _, column = c["to"].partition(".")
    known = {fold(one) for row in plan.rows(table) for one in row.many(column)}
    uses = [
        one
        for path in c["columns"]
        for row in plan.rows(path.partition(".")[0])
        for one in row.many(path.partition(".")[2])
    ]
    strangers = list(dict.fromkeys(one for one in uses if fold(one) not in known))
    if strangers:
        return verdict(False, f"不在{plan.title(table)}里：{quoted(strangers)}")
    if len(uses) < c["least"]:
        return verdict(False, "大多没有落实到人")
    return verdict(True, f"各处指定的人都在{plan.title(table)}里")


@check("apart", table="table", who="column:any", what="column:choice", values="values")
def apart(plan: Plan, c: dict[str, Any]) -> Finding:
    """Nobody holds two of the values; each of them is held by somebody."""
    holders = {
        value: {fold(one): one for row in plan.rows(c["table"]) if fold(row.text(c["what"])) == fold(value)
                for one in row.many(c["who"])}
        for value in c["values"]
    }  # fmt: skip
    pair = "和".join(c["values"])
    missing = [value for value, people in holders.items() if not people]
    if missing:
        return verdict(False, f"没有人担任{quoted(missing)}")
    seen: dict[str, str] = {}
    for people in holders.values():
        for name, shown_name in people.items():
            if name in seen:
                return verdict(False, f"“{shown(shown_name)}”一人兼任{pair}")
            seen[name] = shown_name
    return verdict(True, f"{pair}由不同的人担任")


@check("counts", table="table", by="column:any", bounds="bounds")
def counts(plan: Plan, c: dict[str, Any]) -> Finding:
    """How many rows name each value lies within its bounds."""
    wrong = []
    for bound in c["bounds"]:
        number = sum(fold(bound["value"]) in map(fold, row.many(c["by"])) for row in plan.rows(c["table"]))
        if not bound["least"] <= number <= bound["most"]:
            wrong.append(f"{bound['value']} {number} 条（要求 {bound['least']}～{bound['most']} 条）")
    label = plan.label(c["table"], c["by"])
    return part(
        len(c["bounds"]) - len(wrong),
        len(c["bounds"]),
        f"{label}分配不当：{'、'.join(wrong)}" if wrong else f"各{label}的条数合适",
    )


@check(
    "lookup", table="table", key="column:choice/pick", value="column:any", answers="answers", least="count"
)
def lookup(plan: Plan, c: dict[str, Any]) -> Finding:
    """In each row the value belongs to the key. Rows below `least` count as wrong."""
    answers = {fold(one["key"]): {fold(value) for value in one["values"]} for one in c["answers"]}
    rows = plan.rows(c["table"])
    label = f"{plan.label(c['table'], c['key'])}与{plan.label(c['table'], c['value'])}"
    right, faults = set(), []
    for row in rows:
        key = fold(row.text(c["key"]))
        if fold(row.text(c["value"])) in answers.get(key, ()):
            right.add(key)
        else:
            faults.append(
                f"第 {row.number} 行“{shown(row.text(c['key'])) or '未选'}”配“{shown(row.text(c['value'])) or '未填'}”"
            )
    of = max(c["least"], len(faults) + len(right))
    text = f"{label}相符的有 {len(right)} 项（要求 {c['least']} 项）"
    return part(len(right), of, f"{text}，不符：{'；'.join(faults[:4])}" if faults else text)
