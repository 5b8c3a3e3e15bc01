"""The attack suite of CONSOLE: submissions without skill that must stay poor on every task, run at each
publish.

Cheap tricks are recorded in `goldens/attacks.json`; those that depend on the task (every switch on, the
same tag for everybody, a reply with all answers in it) are built here from what an attacker can see or,
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
NONE = Fraction(0)


def parts(key: Any) -> Mapping[str, tuple[str, ...]]:
    """Names of the parts of a key with the criteria they hold."""
    single = {part: (key[part]["id"],) for part in ("probes", "menu", "tags") if part in key}
    return {"fields": tuple(c["id"] for c in key["fields"]), **single}


def attacks(content: Any, key: Any, model: Any) -> Sequence[Attack]:
    """Recorded attacks and those built for this task."""
    found = [*_recorded(), _everything_on(content)]
    if "probes" in key:
        found.append(_all_answers_to_all(key, model))
        found.append(_one_answer_to_all(key, model))
    if "tags" in key:
        found += _one_tag(content)
    return found


@cache
def _recorded() -> tuple[Attack, ...]:
    entries = json.loads((GOLDENS / "attacks.json").read_text(encoding="utf-8"))
    return tuple(
        Attack(e["name"], e["submission"], Fraction(e["limit"]), tuple(e.get("nothing_in", ())))
        for e in entries
    )


def _everything_on(content: Any) -> Attack:
    """Every switch on and every box ticked."""
    document: dict[str, Any] = {}
    for screen in content["screens"]:
        for field in screen.get("fields", []):
            head, _, tail = field["path"].partition(".")
            value: Any = None
            if field["widget"] == "switch":
                value = True
            elif field["widget"] == "multiselect":
                value = field["join"].join(field["options"]) if "join" in field else field["options"]
            if value is not None and tail:
                document.setdefault(head, {})[tail] = value
            elif value is not None:
                document[head] = value
    return Attack("所有开关全开、所有选项全选", document, Fraction(1, 5))


def _catch_all(key: Any, reply: str) -> list[dict[str, Any]]:
    """Rules that give one reply to every probe. The worst case is an attacker who knows all the messages."""
    words = [{"text": case["message"], "match": "full"} for case in key["probes"]["cases"]]
    return [{"keywords": words[i : i + 10], "reply": reply} for i in range(0, len(words), 10)]


def _all_answers_to_all(key: Any, model: Any) -> Attack:
    document = deepcopy(model)
    document["rules"] = _catch_all(key, "；".join(p[0] for p in key["probes"]["answers"].values()))
    return Attack("一条回复写上全部答案，答所有问题", document, Fraction(1), ("probes",))


def _one_answer_to_all(key: Any, model: Any) -> Attack:
    document = deepcopy(model)
    document["rules"] = _catch_all(key, next(iter(key["probes"]["answers"].values()))[0])
    return Attack("同一个答案答所有问题", document, Fraction(1), ("probes",))


def _one_tag(content: Any) -> list[Attack]:
    screen = next(s for s in content["screens"] if s["type"] == "tags")
    users = [user["id"] for user in screen["users"]]
    return [
        Attack(f"所有用户都打“{tag}”", {"tags": dict.fromkeys(users, tag)}, NONE, ("tags",))
        for tag in screen["tags"]
    ]
