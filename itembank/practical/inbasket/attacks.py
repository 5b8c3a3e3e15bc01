"""The attack suite of INBASKET: submissions without skill that must stay poor on every task, run at each
publish.

Cheap tricks are recorded in `goldens/attacks.json`; those that depend on the task (one choice for every
message, one reply for all, the user's own words as a reply) are built here from what an attacker can see or,
for the worst case, knows.
"""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from itembank.practical.base import Attack

GOLDENS = Path(__file__).parent / "goldens"
POOR = Fraction(1, 5)
PARTS = ("classification", "routing", "priority", "actions", "replies", "compliance", "library")
POLITE = "您好，非常抱歉给您带来不便，感谢您的反馈，我们会尽快核实处理，请您私信联系我们的工作人员。"


def parts(key: Any) -> Mapping[str, tuple[str, ...]]:
    """Names of the parts of a key with the criteria they hold."""
    return {part: (key[part]["id"],) for part in PARTS if part in key}


def attacks(content: Any, key: Any, model: Any) -> Sequence[Attack]:
    """Recorded attacks and those built for this task."""
    every = "；".join(group["any"][0] for event in key["events"] for group in event["must"])
    return [
        *_recorded(),
        *_one_choice(content),
        _to_all(content, "一条客气话回复所有人", POLITE),
        _to_all(content, "一条回复写上全部要点，发给所有人", every),
        _to_all(content, "把全部要点用顿号堆在一起", every.replace("；", "、")),
        _echo(content),
        _untouched(content),
        _choices_alone(model),
        _filler_scripts(key),
    ]


@cache
def _recorded() -> tuple[Attack, ...]:
    entries = json.loads((GOLDENS / "attacks.json").read_text(encoding="utf-8"))
    return tuple(
        Attack(e["name"], e["submission"], Fraction(e["limit"]), tuple(e.get("nothing_in", ())))
        for e in entries
    )


def _one_choice(content: Any) -> list[Attack]:
    """The same type, place and action for every message, whichever they are."""
    found = []
    for number in range(max(len(content["types"]), len(content["routes"]), len(content["actions"]))):
        choice = {
            "type": content["types"][number % len(content["types"])],
            "route": content["routes"][number % len(content["routes"])],
            "action": content["actions"][number % len(content["actions"])],
            "prio": number % len(content["priorities"]) + 1,
        }
        handled = [{"id": message["id"], **choice} for message in content["messages"]]
        name = f"每条都选“{choice['type']}”“{choice['route']}”“{choice['action']}”"
        found.append(Attack(name, {"handled": handled}, Fraction(1, 4)))
    return found


def _to_all(content: Any, name: str, reply: str) -> Attack:
    handled = [{"id": message["id"], "reply": reply} for message in content["messages"]]
    return Attack(name, {"handled": handled}, POOR)


def _echo(content: Any) -> Attack:
    handled = [{"id": message["id"], "reply": message["text"]} for message in content["messages"]]
    return Attack("把来信原文当作回复", {"handled": handled}, POOR, ("replies", "compliance"))


def _untouched(content: Any) -> Attack:
    handled = [{"id": message["id"]} for message in content["messages"]]
    return Attack("只排顺序，什么也不做", {"handled": handled}, Fraction(0))


def _choices_alone(model: Any) -> Attack:
    """Everything chosen as the reference does, nothing done and nothing said."""
    document = deepcopy(model)
    for entry in document.get("handled", []):
        entry.pop("reply", None)
        entry.pop("action", None)
    document.pop("library", None)
    return Attack(
        "选项全对，但不处理也不回复", document, Fraction(1, 3), ("replies", "compliance", "actions")
    )


def _filler_scripts(key: Any) -> Attack:
    """Entries of the right form about nothing, and one good question with filler below it."""
    filler = {
        "q": "常见问题怎么回答",
        "a": "您好，{姓名}，感谢您一直以来的支持，我们会继续努力，祝您生活愉快。",
    }
    question = key["library"]["topics"][0]["any"][0]
    empty = {"q": f"{question}怎么办", "a": "{说明}" + "好的" * 15}
    return Attack(
        "话术库里填空话",
        {"library": [filler] * key["library"]["wanted"] + [empty]},
        Fraction(0),
        ("library",),
    )
