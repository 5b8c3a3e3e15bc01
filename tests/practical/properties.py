"""What holds for every kind whatever is handed in. Each kind brings submissions of its own shape to it."""

import copy
import json
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from itembank.practical import total
from itembank.practical.tasks import PracticalTask
from tests.practical.samples import golden
from tests.practical.scoring import points, run

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def nested(depth: int, value: Any = "x") -> Any:
    """A value so many lists deep."""
    for _ in range(depth):
        value = [value]
    return value


def survives(task: PracticalTask, submission: Any) -> None:
    """Anything is scored and checked without an exception: points within their limits, in quarters, and sentences."""
    results = run(task, submission)
    for one in results:
        assert (one.score is None) is (one.mode == "judge")
        assert 0 <= (one.score or 0) <= one.max
        assert (one.score or Decimal(0)) % Decimal("0.25") == 0
        assert one.evidence.endswith("。")
    # Evidence must fit into UTF-8 and PostgreSQL whatever was handed in.
    assert b"\x00" not in json.dumps([r.as_json() for r in results], ensure_ascii=False).encode()
    assert all(p.message.endswith("。") for p in task.kind.validate_submission(task.content, submission))


def earns_nothing(task: PracticalTask, *blanks: Any) -> None:
    """Nothing handed in earns nothing in any criterion; `blanks` are the empty forms of the kind."""
    for blank in ({}, None, [], "", 0, False, *blanks):
        assert set(points(task, blank).values()) == {Decimal(0)}


def levels_are_apart(task: PracticalTask) -> None:
    """The model has every point a machine gives, the pass answer 60 to 80 percent, the weak one at most 30."""
    auto = sum(r.max for r in run(task, {}) if r.mode == "auto")
    assert total(run(task, golden(task, "model"))) == auto
    assert auto * Decimal("0.6") <= total(run(task, golden(task, "pass"))) <= auto * Decimal("0.8")
    assert total(run(task, golden(task, "weak"))) <= auto * Decimal("0.3")


def evidence_is_plain(task: PracticalTask, *inner: str) -> None:
    """Sentences for the candidate without the names inside the program."""
    for one in task.goldens:
        for result in run(task, one["submission"]):
            assert result.evidence.endswith("。")
            for word in (*inner, "None", "True", "Fraction", "。。", "；；", "“”"):
                assert word not in result.evidence, result.evidence


# ---- form without meaning -------------------------------------------------------------------------------
def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [each_text(v, change) for v in value]
    if isinstance(value, dict):
        return {k: each_text(v, change) for k, v in value.items()}
    return value


def backwards(value: Any) -> Any:
    """The value with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {k: backwards(v) for k, v in reversed(list(value.items()))}
    return [backwards(v) for v in value] if isinstance(value, list) else value


FORMS: dict[str, Callable[[Any], Any]] = {
    "key order": backwards,
    "NFKC": lambda s: each_text(s, lambda t: unicodedata.normalize("NFKC", t)),
    "trailing blanks": lambda s: each_text(s, lambda t: t + "  \n"),
    "invisible marks": lambda s: each_text(s, lambda t: "\u200b" + t + "\ufeff"),
}


def unchanged_by(task: PracticalTask, change: Callable[[Any], Any]) -> None:
    """The goldens are worth the same in another form."""
    for one in task.goldens:
        assert points(task, change(copy.deepcopy(one["submission"]))) == points(task, one["submission"])


# ---- tasks ----------------------------------------------------------------------------------------------
def faults(task: PracticalTask, change: Callable[[Any, Any], Any]) -> set[str]:
    """Codes of what an author is told about the task with its content and key changed."""
    content, key = copy.deepcopy(task.content), copy.deepcopy(task.key)
    change(content, key)
    problems = task.kind.check_task(content, key)
    assert all(p.message.endswith("。") for p in problems)
    return {p.code for p in problems}


def names_in(value: Any) -> set[str]:
    """The names of all members of all objects in a value."""
    if isinstance(value, dict):
        return set(value) | {n for v in value.values() for n in names_in(v)}
    return {n for v in value for n in names_in(v)} if isinstance(value, list) else set()
