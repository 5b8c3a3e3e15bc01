"""Faults of a PLAN task that schemas alone cannot see: a key that names tables, columns or options which the
candidate does not have, limits that nobody can keep, and a law that does not exist."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from itembank.practical import advertising
from itembank.practical.base import Problem
from itembank.practical.plan.checks import CHECKS
from itembank.practical.plan.keys import KEY, kind_of
from itembank.practical.plan.schema import CONTENT
from itembank.practical.schemas import shape_problems
from itembank.practical.text import as_list

NEEDED = {"choice": "options", "pick": "from", "day": "days", "moment": "days"}


def check_task(content: Any, key: Any) -> list[Problem]:
    """Sentences for the author; empty when the task can be used."""
    shape = [*shape_problems("content", CONTENT, content), *shape_problems("key", KEY, key)]
    if shape:
        return shape
    sections = [*_names(content), *_columns(content), *_helps(content)]
    if sections:
        return sections  # the checks of the key look columns up by their names
    return [*_law(key), *_criteria(content, key)]


# ---- content -------------------------------------------------------------------------------------
def _names(content: Any) -> Iterator[Problem]:
    """Forms, tables and figures below tables share the top level of the submission."""
    tops = Counter(
        name for s in content["sections"] for name in [s["id"], *(b["id"] for b in s.get("below", []))]
    )
    for name in sorted(name for name, number in tops.items() if number > 1):
        yield Problem("content.sections", "twice", f"有两张表或合计栏都叫 {name}，请改用不同的编号。")
    for section in content["sections"]:
        ids = [column["id"] for column in section["columns"]]
        for name in sorted({one for one in ids if ids.count(one) > 1}):
            yield Problem("content.sections", "twice", f"“{section['title']}”里有两栏都叫 {name}。")


def _columns(content: Any) -> Iterator[Problem]:
    known = {f"{s['id']}.{c['id']}" for s in content["sections"] for c in s["columns"]}
    for section in content["sections"]:
        for column in [*section["columns"], *section.get("below", [])]:
            where = f"content.sections.{section['id']}.{column['id']}"
            needed = NEEDED.get(column["type"])
            if needed and needed not in column:
                yield Problem(where, "column", f"“{section['title']}·{column['label']}”缺少 {needed}。")
            if "from" in column and column["from"] not in known:
                yield Problem(
                    where,
                    "column",
                    f"“{section['title']}·{column['label']}”要选的栏目 {column['from']} 不存在。",
                )
        for below in section.get("below", []):
            if below["type"] not in ("number", "percent"):
                yield Problem(
                    f"content.sections.{section['id']}", "below", f"表下的“{below['label']}”只能是数字。"
                )


def _helps(content: Any) -> Iterator[Problem]:
    """Sums, counts and pictures refer to columns of their own table."""
    for section in content["sections"]:
        types = {column["id"]: column["type"] for column in section["columns"]}
        wanted = [(name, ("number", "percent")) for name in section.get("sums", [])]
        wanted += [(name, tuple(types.values())) for name in section.get("counts", [])]
        for part, special in (
            ("span", {"start": "time", "end": "time"}),
            ("agenda", {"day": "day", "time": "time"}),
        ):
            for role, name in section.get(part, {}).items():
                if role not in ("opens", "closes", "days"):
                    wanted.append((name, (special[role],) if role in special else tuple(types.values())))
        for name, accepted in wanted:
            if types.get(name) not in accepted:
                text = f"“{section['title']}”的合计或示意图用到的栏目 {name} 不存在，或类型不对。"
                yield Problem(f"content.sections.{section['id']}", "help", text)


# ---- key -----------------------------------------------------------------------------------------
def _law(key: Any) -> Iterator[Problem]:
    try:
        advertising.pack(key["law"])
    except KeyError:
        yield Problem("key.law", "no_pack", f"没有版本为 {key['law']} 的广告用语规则。")


def _criteria(content: Any, key: Any) -> Iterator[Problem]:
    columns = {(s["id"], c["id"]): c for s in content["sections"] for c in s["columns"]}
    below = {("", b["id"]): b for s in content["sections"] for b in s.get("below", [])}
    tables = {s["id"] for s in content["sections"]}
    for criterion in key["criteria"]:
        if not key.get("never") and any(one["check"] == "forbidden" for one in criterion["checks"]):
            yield Problem(
                "key.never", "never", f"评分项“{criterion['name']}”核对不该写的内容，但没有写明是哪些。"
            )
        where, name = f"key.criteria.{criterion['id']}", criterion["name"]
        if all(CHECKS[one["check"]].deducts for one in criterion["checks"]):
            yield Problem(where, "only_deducts", f"评分项“{name}”只有扣分的核对，没有可以得分的核对。")
        for gate in criterion["gate"]:
            for column in gate["columns"]:
                if (gate["table"], column) not in columns:
                    yield Problem(
                        where, "gate", f"评分项“{name}”的起评条件里没有栏目 {gate['table']}.{column}。"
                    )
        for one in criterion["checks"]:
            for text in _check_faults(one, columns | below, tables):
                yield Problem(where, "check", f"评分项“{name}”的核对 {one['check']}：{text}")


def _check_faults(one: Any, columns: Any, tables: set[str]) -> Iterator[str]:
    table = one.get("table", one.get("plan", "")).partition(".")[0]
    home = one.get("plan", table)
    for name, param in CHECKS[one["check"]].params.items():
        if name not in one:
            continue
        kind, _, accepted = param.rstrip("?").partition(":")
        values = one[name] if isinstance(one[name], list) else [one[name]]
        if kind == "table" and one[name] not in tables:
            yield f"没有表 {one[name]}。"
        if kind in ("column", "columns"):
            paths = [(home, value) for value in values]
        elif kind_of(param) in ("path", "paths", "figure", "figures"):
            paths = [(value.rpartition(".")[0], value.rpartition(".")[2]) for value in values]
            accepted = accepted or "number/percent"
        else:
            continue
        for path in paths:
            if path not in columns:
                yield f"没有栏目 {'.'.join(path).lstrip('.')}。"
            elif accepted not in ("", "any") and columns[path]["type"] not in accepted.split("/"):
                yield f"栏目“{columns[path]['label']}”不是所需的类型（{accepted}）。"
    yield from _option_faults(one, columns, home)


def _option_faults(one: Any, columns: Any, table: str) -> Iterator[str]:
    """A value that the candidate cannot choose can never be right."""
    wanted = {
        one.get("column", one.get("what", one.get("by", one.get("key")))): [
            *as_list(one.get("values")),
            *([one["value"]] if one["check"] == "edge" else []),
            *(bound["value"] for bound in as_list(one.get("bounds"))),
            *(slot["value"] for slot in as_list(one.get("slots"))),
            *(answer["key"] for answer in as_list(one.get("answers"))),
        ]
    }
    if one["check"] == "lookup":
        wanted[one["value"]] = [value for answer in one["answers"] for value in answer["values"]]
    for column, values in wanted.items():
        options = columns.get((table, column), {}).get("options")
        for value in values if options else ():
            if value not in options:
                yield f"“{value}”不在“{columns[table, column]['label']}”的选项里。"
    if "least" in one and "most" in one and one["least"] > one["most"]:
        yield "下限大于上限。"
