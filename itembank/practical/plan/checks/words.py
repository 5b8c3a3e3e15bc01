"""Checks of what is written: substance, required ideas, precautions, forbidden words and advertising law."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from itembank.practical.plan.checks.base import Finding, check, part, verdict
from itembank.practical.plan.document import Plan, Row, numbers_of, quoted
from itembank.practical.plan.matching import assigned
from itembank.practical.plan.values import exact
from itembank.practical.text import fold, mentions_any, shown
from itembank.practical.wording import contained, covers, letters, says, unlawful

ALIKE = Fraction(7, 10)
MANY = 12  # letters from which on a third of the same one is filling


def substance(text: str, c: dict[str, Any]) -> bool:
    """Whether a text says something that can be used: long enough, not one character over and over, and
    nothing that must not be said."""
    bare = letters(text)
    if len(text) < c["least"] or len(set(bare)) < min(c["least"], 8) * 2 // 3:
        return False
    if max(Counter(bare).values(), default=0) * 3 > len(bare) > MANY:
        return False
    return usable(text, c)


def usable(text: str, c: dict[str, Any]) -> bool:
    """Whether nothing in a text is against the law or forbidden by the task."""
    return not unlawful(text, c["law"]) and not any(says(text, group["any"]) for group in c["never"])


def _copies(rows: Sequence[Row], column: str) -> list[Row]:
    """Rows whose text is, for the most part, that of an earlier row. Adding words to a copy or cutting some
    off does not hide the copying, so both are compared with one another."""
    texts = [letters(row.text(column)) for row in rows]
    return [
        row
        for index, row in enumerate(rows)
        if texts[index] and any(_alike(texts[index], other) for other in texts[:index] if other)
    ]


def _alike(one: str, other: str) -> bool:
    return contained(one, other) > ALIKE or contained(other, one) > ALIKE


@check("written", table="table", column="column:text", least="count", rows="count", distinct="flag?")
def written(plan: Plan, c: dict[str, Any]) -> Finding:
    """Every row says something in the column; with `distinct` not the same as another. At least `rows` rows."""
    rows, name = plan.rows(c["table"]), plan.label(c["table"], c["column"])
    poor = [row for row in rows if not substance(row.text(c["column"]), c)]
    barred = [row for row in poor if not usable(row.text(c["column"]), c)]
    short = [row for row in poor if row not in barred]
    copies = _copies(rows, c["column"]) if c.get("distinct") else []
    faults = []
    if len(rows) < c["rows"]:
        faults.append(f"{plan.title(c['table'])}只有 {len(rows)} 行，不到 {c['rows']} 行")
    if short:
        faults.append(f"{numbers_of(short)}的{name}没有写明（不少于 {c['least']} 字）")
    if barred:
        faults.append(f"{numbers_of(barred)}的{name}写了不能写的话，不算写明")
    if copies:
        faults.append(f"{numbers_of(copies)}的{name}与前面的雷同")
    return verdict(not faults, "，".join(faults) or f"各行的{name}都已写明")


@check("ideas", columns="paths:text", groups="groups")
def ideas(plan: Plan, c: dict[str, Any]) -> Finding:
    """Each idea stands in a real sentence of one of the columns."""
    texts = [
        text
        for path in c["columns"]
        for row in plan.rows(path.partition(".")[0])
        if usable(text := row.text(path.partition(".")[2]), c)
    ]
    missing = [group["say"] for group in c["groups"] if not any(covers(text, group["any"]) for text in texts)]
    where = "、".join(dict.fromkeys(plan.called(path) for path in c["columns"]))
    text = f"{where}里没有写到：{'；'.join(missing)}" if missing else f"{where}要点齐全"
    return part(len(c["groups"]) - len(missing), len(c["groups"]), text)


@check("cases", table="table", subject="column:any", action="column:text", least="count", cases="groups")
def cases(plan: Plan, c: dict[str, Any]) -> Finding:
    """Each case has a row of its own with something concrete to do. `must` of a case are words of which one
    has to stand in the action. An action copied from another row is no plan for this case."""
    rows = plan.rows(c["table"])
    copies = {row.number for row in _copies(rows, c["action"])}
    options = [
        [
            index
            for index, row in enumerate(rows)
            if mentions_any(row.text(c["subject"]), case["any"])
            and row.number not in copies
            and substance(row.text(c["action"]), c)
            and covers(row.text(c["action"]), case.get("must") or [row.text(c["action"])])
        ]
        for case in c["cases"]
    ]
    missing = [
        case["say"] for case, place in zip(c["cases"], assigned(options), strict=True) if place is None
    ]
    done, action = len(c["cases"]) - len(missing), plan.label(c["table"], c["action"])
    text = f"{len(c['cases'])} 项中有 {done} 项的{action}写得具体"
    return part(done, len(c["cases"]), text + (f"，不具体或没有写的是{quoted(missing)}" if missing else ""))


@check("lawful", deducts=True, each="share")
def lawful(plan: Plan, c: dict[str, Any]) -> Finding:
    """Advertising law in every text of the plan; a grave violation takes the whole criterion."""
    found = [finding for _, _, text in plan.texts() for finding in unlawful(text, c["law"])]
    terms = list(dict.fromkeys(finding.term for finding in found))
    if not terms:
        return Finding(Fraction(0), "没有违反广告用语规定的词语")
    why = list(dict.fromkeys(finding.why for finding in found))
    taken = Fraction(1) if any(finding.grave for finding in found) else len(terms) * exact(c["each"])
    return Finding(taken, f"出现{quoted(terms)}，违反{'、'.join(why[:3])}")


@check("forbidden", deducts=True, each="share")
def forbidden(plan: Plan, c: dict[str, Any]) -> Finding:
    """The ideas that the key forbids (`never`); a warning against them is allowed."""
    hits = []
    for group in c["never"]:
        for table, column, text in plan.texts():
            if says(text, group["any"]):
                hits.append(
                    f"{plan.label(table, column)}里{group['say']}：“{shown(_around(text, group['any']))}”"
                )
                break
    return Finding(len(hits) * exact(c["each"]), "；".join(hits) if hits else "没有写不该写的内容")


def _around(text: str, phrases: list[str]) -> str:
    """The words that were found, with a little of what stands around them."""
    plain = fold(text)
    for phrase in phrases:
        place = plain.find(fold(phrase))
        if place >= 0:
            return plain[max(0, place - 4) : place + len(fold(phrase)) + 4]
    return ""
