"""The scorer of CONSOLE: goldens, properties, attacks, and what a save may contain."""

import copy
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.practical import CriterionScore, total
from itembank.practical.console.schema import BYTES_LIMIT
from itembank.practical.console.scorer import score as score_console
from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.console.conftest import FILES
from tests.practical.samples import golden

TASKS = [read_task(path) for path in FILES.values()]


def run(task: PracticalTask, submission: Any) -> list[CriterionScore]:
    return score_console(task.content, task.key, task.world, submission, None)


def points(task: PracticalTask, submission: Any) -> dict[str, Decimal]:
    return {r.id: r.score for r in run(task, submission) if r.score is not None}


def test_goldens_score_exactly(task: PracticalTask) -> None:
    for entry in task.goldens:
        assert points(task, entry["submission"]) == {k: Decimal(str(v)) for k, v in entry["scores"].items()}
        assert total(run(task, entry["submission"])) == Decimal(str(entry["total"]))


def test_e1_has_the_published_numbers(e1: PracticalTask) -> None:
    """practical.md §5 E1."""
    ids = ["C1", "C2", "C3", "C4", "C5", "C6", "C7"]
    model, weak = points(e1, golden(e1, "model")), points(e1, golden(e1, "weak"))
    assert [float(model[i]) for i in ids] == [6, 3, 3, 3, 5, 2, 3]
    assert [float(weak[i]) for i in ids] == [4, 1.5, 1, 1.5, 3, 0, 2]


def test_levels_of_the_second_task(e2: PracticalTask) -> None:
    assert total(run(e2, golden(e2, "model"))) == 25
    assert 15 <= total(run(e2, golden(e2, "pass"))) <= 17
    assert total(run(e2, golden(e2, "weak"))) <= 10


def test_blank_is_nothing_in_every_criterion(task: PracticalTask) -> None:
    for blank in ({}, None, [], "", 0, False, {"rules": [], "menu": [], "tags": {}}):
        assert set(points(task, blank).values()) == {Decimal(0)}


def test_evidence_is_a_plain_chinese_sentence(task: PracticalTask) -> None:
    for entry in task.goldens:
        for result in run(task, entry["submission"]):
            assert result.evidence.endswith("。")
            for inner in ("acct.", "func.", "rules[", "None", "True", "probes"):
                assert inner not in result.evidence


def test_a_missing_reply_is_named(e1: PracticalTask) -> None:
    found = next(r for r in run(e1, golden(e1, "weak")) if r.id == "C5")
    assert "“怎么走”没有收到应有的回复" in found.evidence


# ---- properties -------------------------------------------------------------------------------------
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
KEYS = ["acct", "name", "intro", "verify", "func", "welcome", "msg", "rules", "menu", "tags"]
INNER = ["type", "files", "original", "keywords", "text", "match", "reply", "sub", "target", "u1", "card"]
SHAPED = st.dictionaries(
    st.sampled_from(KEYS),
    st.recursive(
        JSON | st.sampled_from(["half", "full", "地址", "+", True]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=5)
        ),
        max_leaves=15,
    ),
)


@given(submission=JSON | SHAPED)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_scored_and_checked_without_an_exception(submission: Any) -> None:
    for task in TASKS:
        results = run(task, submission)
        assert all(r.score is not None and 0 <= r.score <= r.max for r in results)
        assert all((r.score or Decimal(0)) % Decimal("0.25") == 0 for r in results)
        # Evidence must fit into UTF-8 and PostgreSQL whatever was handed in.
        assert b"\x00" not in json.dumps([r.as_json() for r in results], ensure_ascii=False).encode()
        task.kind.validate_submission(task.content, submission)


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [each_text(v, change) for v in value]
    if isinstance(value, dict):
        return {k: each_text(v, change) for k, v in value.items()}
    return value


def backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: backwards(v) for k, v in reversed(list(value.items()))}
    return [backwards(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "change",
    [
        lambda s: backwards(s),
        lambda s: each_text(s, lambda t: unicodedata.normalize("NFKC", t)),
        lambda s: each_text(s, lambda t: t + "  \n"),
        lambda s: each_text(s, lambda t: "\u200b" + t + "\ufeff"),
    ],
    ids=["key order", "NFKC", "trailing blanks", "invisible marks"],
)
def test_form_without_meaning_changes_nothing(task: PracticalTask, change: Callable[[Any], Any]) -> None:
    for entry in task.goldens:
        assert points(task, change(copy.deepcopy(entry["submission"]))) == points(task, entry["submission"])


def text_places(value: Any) -> list[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[tuple[Any, Any]] = []
    for key, inner in pairs:
        found += [(value, key)] if isinstance(inner, str) else text_places(inner)
    return found


@pytest.mark.parametrize("words", ["，全国最好的茶", "，可以降血压", "，国家级" + "长" * 300])
def test_adding_a_violation_never_raises_anything(task: PracticalTask, words: str) -> None:
    for entry in task.goldens:
        before = points(task, entry["submission"])
        for number in range(len(text_places(entry["submission"]))):
            worse = copy.deepcopy(entry["submission"])
            holder, key = text_places(worse)[number]
            if holder is worse.get("tags"):
                continue  # chosen from a list, not written
            holder[key] += words
            after = points(task, worse)
            assert all(after[c] <= before[c] for c in before), (entry["name"], key)


def test_taking_a_correct_element_away_never_raises_anything(task: PracticalTask) -> None:
    model = golden(task, "model")
    full = points(task, model)
    for key in model:
        less = copy.deepcopy(model)
        del less[key]
        after = points(task, less)
        assert all(after[c] <= full[c] for c in full)
        if isinstance(model[key], dict):
            for inner in model[key]:
                less = copy.deepcopy(model)
                del less[key][inner]
                assert all(points(task, less)[c] <= full[c] for c in full)


def test_adding_correct_elements_one_by_one_never_lowers(task: PracticalTask) -> None:
    grown: dict[str, Any] = {}
    last = points(task, grown)
    for key, value in golden(task, "model").items():
        parts = (
            [(key, i, v) for i, v in value.items()]
            if isinstance(value, dict)
            else [(key, None, v) for v in value]
            if isinstance(value, list)
            else [(key, "", value)]
        )
        for name, inner, part in parts:
            if inner == "":
                grown[name] = part
            elif inner is None:
                grown.setdefault(name, []).append(part)
            else:
                grown.setdefault(name, {})[inner] = part
            now = points(task, grown)
            assert all(now[c] >= last[c] for c in now), (name, inner)
            last = now
    assert sum(last.values()) == 25


# ---- attacks ----------------------------------------------------------------------------------------
def test_a_catch_all_rule_earns_nothing(task: PracticalTask) -> None:
    words = [{"text": c["message"], "match": "half"} for c in task.key["probes"]["cases"]]
    answers = [phrases[0] for phrases in task.key["probes"]["answers"].values()]
    for reply in ("；".join(answers), *answers):
        attack = {**golden(task, "model"), "rules": [{"keywords": words, "reply": reply}]}
        assert points(task, attack)["C5"] == 0


def test_silence_and_switches_left_off_earn_nothing_alone(task: PracticalTask) -> None:
    useless = {"rules": [{"keywords": [{"text": "与题无关", "match": "full"}], "reply": "您好"}]}
    assert points(task, useless)["C5"] == 0
    assert points(task, {"func": {"download": False, "gift": False, "vote": False}})["C4"] == 0


def test_one_tag_for_everybody_earns_nothing(e2: PracticalTask) -> None:
    for tag in next(s for s in e2.content["screens"] if s["type"] == "tags")["tags"]:
        assert points(e2, {"tags": dict.fromkeys(e2.key["tags"]["wanted"], tag)})["C8"] == 0


def test_an_over_long_reply_does_not_switch_a_wrong_rule_off(e1: PracticalTask) -> None:
    wrong = golden(e1, "model")
    wrong["rules"].insert(0, {"keywords": [{"text": "今天", "match": "half"}], "reply": "您好"})
    long = copy.deepcopy(wrong)
    long["rules"][0]["reply"] = "您好" * 400
    assert points(e1, long)["C5"] <= points(e1, wrong)["C5"] < 5


def test_switches_left_off_do_not_pay_for_a_wrong_setting(e2: PracticalTask) -> None:
    assert points(e2, {"func": {"comment": "关闭评论"}})["C4"] == 0


def test_a_reply_beyond_the_platform_limit_is_not_sent(e1: PracticalTask) -> None:
    long = golden(e1, "model")
    long["rules"][0]["reply"] += "欢迎您来" * 100
    found = next(r for r in run(e1, long) if r.id == "C5")
    assert found.score == Decimal("3.5")
    assert "超过字数上限" in found.evidence


def test_a_menu_entry_of_the_wrong_type_does_not_lead_there(e1: PracticalTask) -> None:
    wrong = golden(e1, "model")
    wrong["menu"][0]["type"] = "view"
    found = next(r for r in run(e1, wrong) if r.id == "C7")
    assert found.score == Decimal("2.5")
    assert "没有打开“云栖茶社”小程序的入口" in found.evidence


def test_three_hash_seeds_give_the_same_bytes() -> None:
    program = (
        "import json,sys\n"
        "from itembank.practical.tasks import read_task, task_files\n"
        "out = []\n"
        "for path in task_files('530053'):\n"
        "    task = read_task(path)\n"
        "    for g in task.goldens:\n"
        "        results = task.kind.score(task.content, task.key, task.world, g['submission'], None)\n"
        "        out.append([r.as_json() for r in results])\n"
        "sys.stdout.write(json.dumps(out, ensure_ascii=False))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1000


# ---- what may be saved ------------------------------------------------------------------------------
def nest(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


BAD = {
    "not an object": (["x"], "格式"),
    "unknown part": ({"hack": 1}, "没有的栏目"),
    "unknown field": ({"acct": {"admin": "x"}}, "没有的栏目"),
    "number for text": ({"name": 5}, "“账号"),
    "text for rules": ({"rules": "x"}, "“关键词自动回复”"),
    "wrong match": ({"rules": [{"keywords": [{"text": "a", "match": "regex"}], "reply": ""}]}, "格式"),
    "long text": ({"name": "长" * 2001}, "2000 字以内"),
    "too many rules": ({"rules": [{}] * 201}, "200 条以内"),
    "too large": ({"rules": [{"keywords": [], "reply": "长" * 2000}] * 20}, "64 KB"),
    "too deep": ({"rules": nest(5000)}, "层次过深"),
}


@pytest.mark.parametrize(("submission", "words"), BAD.values(), ids=BAD.keys())
def test_what_the_workbench_cannot_write_is_refused(task: PracticalTask, submission: Any, words: str) -> None:
    problems = task.kind.validate_submission(task.content, submission)
    assert problems
    assert any(words in p.message for p in problems)
    assert all(p.message.endswith("。") for p in problems)


def test_goldens_and_early_saves_are_accepted(task: PracticalTask) -> None:
    early = [
        {},
        {"name": "云"},
        {"rules": [{"keywords": [], "reply": ""}]},
        {"menu": [{"name": ""}]},
        {"acct": {}},
    ]
    for submission in [*early, *(g["submission"] for g in task.goldens)]:
        assert task.kind.validate_submission(task.content, submission) == []
    assert len(json.dumps(golden(task, "model"), ensure_ascii=False).encode()) < BYTES_LIMIT / 10


# ---- the key stays hidden ---------------------------------------------------------------------------
def names_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {n for v in value.values() for n in names_in(v)}
    return {n for v in value for n in names_in(v)} if isinstance(value, list) else set()


def test_content_shows_nothing_of_the_key(task: PracticalTask) -> None:
    seen = json.dumps(task.content, ensure_ascii=False)
    for case in task.key["probes"]["cases"]:
        # Everyday words such as “地址” are probes as well as the subject of the task.
        if len(case["message"]) > 4:
            assert case["message"] not in seen
    for must in [m for c in task.key["fields"] for check in c["checks"] for m in check.get("must", [])]:
        assert must["say"] not in seen
    forbidden = {
        "checks",
        "must",
        "say",
        "any",
        "want",
        "wanted",
        "answers",
        "cases",
        "probes",
        "points",
        "codes",
    }
    assert not names_in(task.content) & forbidden


def test_a_right_option_is_not_given_away_by_its_place(task: PracticalTask) -> None:
    fields = {f["path"]: f for s in task.content["screens"] for f in s.get("fields", [])}
    checks = [c for criterion in task.key["fields"] for c in criterion["checks"] if c["kind"] == "eq"]
    places = [
        fields[c["path"]]["options"].index(c["value"]) for c in checks if "options" in fields[c["path"]]
    ]
    assert len(set(places)) > 1
    assert 0 not in places
