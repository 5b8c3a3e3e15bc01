"""The attack suite of DATA: submissions without skill that must stay poor on every task, run at each publish.

Cheap tricks are recorded in `goldens/attacks.json`; those that depend on the task (one number everywhere,
everything ticked, the brief as a conclusion) are built here.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from itembank.practical.base import Attack
from itembank.practical.data.fields import brief_of, choice_fields, number_fields, text_fields

GOLDENS = Path(__file__).parent / "goldens"
POOR = Fraction(1, 5)
PARTS = ("numbers", "choices", "texts")
SAME = ("0", "1", "2", "10", "50", "100", "1000", "10000", "0%", "100%", "-1", "9" * 30, "1/3", "NaN", "一")
POLITE = (
    "总体情况不错，有些地方做得好，有些地方做得不够好，下一阶段要总结经验，继续努力，争取取得更好的成绩。"
)


def parts(key: Any) -> Mapping[str, tuple[str, ...]]:
    """Names of the parts of a key with the criteria they hold."""
    return {part: tuple(one["id"] for one in key[part]) for part in PARTS if key.get(part)}


def attacks(content: Any, key: Any, model: Any) -> Sequence[Attack]:
    """Recorded attacks and those built for this task."""
    return [
        *_recorded(),
        *(_one_number(content, number) for number in SAME),
        _cells(content),
        *_ticked(content),
        *_texts(content, key),
    ]


@cache
def _recorded() -> tuple[Attack, ...]:
    entries = json.loads((GOLDENS / "attacks.json").read_text(encoding="utf-8"))
    return tuple(Attack(e["name"], e["submission"], Fraction(e["limit"])) for e in entries)


def _one_number(content: Any, number: str) -> Attack:
    numbers = {field["id"]: number for field in number_fields(content)}
    return Attack(f"每个数值都填“{number}”", {"n": numbers}, Fraction(1, 20))


def _cells(content: Any) -> Attack:
    """Numbers of the table, one after the other, without any sum."""
    found = [
        str(cell)
        for sheet in content["sheets"]
        for row in sheet["rows"]
        for cell in row
        if not isinstance(cell, str)
    ]
    numbers = {
        field["id"]: found[place % len(found)] for place, field in enumerate(number_fields(content)) if found
    }
    return Attack("照抄表里的数字", {"n": numbers}, Fraction(1, 10))


def _ticked(content: Any) -> list[Attack]:
    """Everything ticked earns nothing; always the first or the last option, only what chance gives."""
    ways: list[tuple[str, Callable[[list[str]], list[str]], Fraction]] = [
        ("选项全选", lambda values: values, Fraction(0)),
        ("都选第一个", lambda values: values[:1], POOR),
        ("都选最后一个", lambda values: values[-1:], POOR),
        ("都选前一半", lambda values: values[: len(values) // 2], POOR),
    ]
    return [
        Attack(
            name,
            {
                "c": {
                    field["id"]: choose([option["value"] for option in field["options"]])
                    for field in choice_fields(content)
                }
            },
            limit,
        )
        for name, choose, limit in ways
    ]


def _texts(content: Any, key: Any) -> list[Attack]:
    """Conclusions made of the brief, of empty words, of a heap of terms and of terms in one repeated frame."""
    brief = "。".join(brief_of(content))[:400]
    ideas = [idea["any"][0].replace("…", "") for one in key["texts"] for idea in one["ideas"]]
    heap, frame = "、".join(ideas), "。".join(f"我们以后一定要注意{idea}这个问题" for idea in ideas)

    def everywhere(text: str) -> dict[str, Any]:
        return {"t": {field["id"]: text for field in text_fields(content)}}

    return [
        Attack("把题目抄作结论", everywhere(brief), Fraction(0), ("texts",)),
        Attack("结论写空话", everywhere(POLITE), Fraction(1, 20)),
        Attack("结论是一串关键词", everywhere((heap + "。") * 6), Fraction(0), ("texts",)),
        Attack("要点套进同一句话", everywhere(frame), POOR),
    ]
