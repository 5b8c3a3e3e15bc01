"""The attack suite of PLAN: submissions without skill that must stay poor on every task, run at each publish.

Cheap tricks are recorded in `goldens/attacks.json`; those that depend on the task are built here from what an
attacker can see or, for the worst case, knows.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from itembank.practical.base import Attack
from itembank.practical.plan.schema import TEXT_LIMIT
from itembank.practical.text import as_dict, as_list

GOLDENS = Path(__file__).parent / "goldens"
POOR = Fraction(1, 5)
ROWS = 10
POLITE = "认真做好这项工作，加强沟通和管理，确保顺利完成"


def parts(key: Any) -> Mapping[str, tuple[str, ...]]:
    """Each criterion is a part of its own."""
    return {criterion["id"]: (criterion["id"],) for criterion in key["criteria"]}


def attacks(content: Any, key: Any, model: Any) -> Sequence[Attack]:
    """Recorded attacks and those built for this task."""
    words = [word for criterion in key["criteria"] for word in _words(criterion["checks"])]
    scenario = "".join(content["scenario"])
    return [
        *_recorded(),
        Attack("每格填同样的内容", _filled(content, lambda column: POLITE, everything=True), POOR),
        Attack("只填客套话，不填数字和时间", _filled(content, lambda column: POLITE), POOR),
        Attack("把任务书抄进每一格", _filled(content, lambda column: scenario), POOR),
        Attack("把评分用词堆进每一格", _filled(content, lambda column: "、".join(words)), POOR),
        Attack("一行写上全部要点，其余空着", _one_row(content, "。".join(words)), POOR),
        Attack("只有范例的文字，没有数字、时间和人", _only(content, model, ("text",)), Fraction(2, 5)),
        Attack("每张表只抄范例第一行，重复十遍", _repeated(content, model), Fraction(1, 3)),
    ]


@cache
def _recorded() -> tuple[Attack, ...]:
    entries = json.loads((GOLDENS / "attacks.json").read_text(encoding="utf-8"))
    return tuple(
        Attack(e["name"], e["submission"], Fraction(e["limit"]), tuple(e.get("nothing_in", ())))
        for e in entries
    )


def _words(value: Any) -> Iterator[str]:
    """Every word list of a key, wherever it stands."""
    for name, inner in as_dict(value).items():
        if name in ("any", "must", "values"):
            yield from inner
        else:
            yield from _words(inner)
    for inner in as_list(value):
        yield from _words(inner)


def _document(content: Any, row: Callable[[Any, int], Any], rows: int = ROWS) -> dict[str, Any]:
    return {
        section["id"]: row(section, 0)
        if section["kind"] == "form"
        else [row(section, number) for number in range(min(rows, section.get("most", rows)))]
        for section in content["sections"]
    }


def _filled(content: Any, text: Callable[[Any], str], *, everything: bool = False) -> dict[str, Any]:
    """The same text in every text cell; with `everything` also the first option, 1 and the same day."""

    def cell(column: Any) -> Any:
        if column["type"] == "text":
            return text(column)[: column.get("limit", TEXT_LIMIT)]
        if column["type"] == "choice":
            return column["options"][:1] if column.get("many") else column["options"][0]
        if column["type"] == "pick":
            return [POLITE] if column.get("many") else POLITE
        if column["type"] in ("day", "moment"):
            return column["days"]["from"] + (" 12:00" if column["type"] == "moment" else "")
        return "12:00" if column["type"] == "time" else 1

    def row(section: Any, number: int) -> Any:
        return {c["id"]: cell(c) for c in section["columns"] if everything or c["type"] == "text"}

    return _document(content, row)


def _one_row(content: Any, text: str) -> dict[str, Any]:
    return _document(
        content,
        lambda s, _: {
            c["id"]: text[: c.get("limit", TEXT_LIMIT)] for c in s["columns"] if c["type"] == "text"
        },
        rows=1,
    )


def _only(content: Any, model: Any, types: tuple[str, ...]) -> dict[str, Any]:
    """The model answer, but only its cells of these types."""
    kept: dict[str, Any] = {}
    for section in content["sections"]:
        columns = {column["id"] for column in section["columns"] if column["type"] in types}
        rows = [
            {name: value for name, value in as_dict(row).items() if name in columns}
            for row in (as_list(model.get(section["id"])) or [model.get(section["id"])])
        ]
        kept[section["id"]] = rows[0] if section["kind"] == "form" else rows
    return kept


def _repeated(content: Any, model: Any) -> dict[str, Any]:
    """The first row of each table again and again; forms and figures below tables stay away."""
    return {
        section["id"]: as_list(model.get(section["id"]))[:1] * min(ROWS, section.get("most", ROWS))
        for section in content["sections"]
        if section["kind"] == "table"
    }
