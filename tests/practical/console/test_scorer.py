"""The scorer of CONSOLE: goldens, properties, attacks, and what a save may contain."""

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.practical import total
from itembank.practical.console.schema import BYTES_LIMIT
from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.console.conftest import FILES
from tests.practical.properties import JSON, earns_nothing, evidence_is_plain, names_in, nested, survives
from tests.practical.samples import golden
from tests.practical.scoring import points, run

TASKS = [read_task(path) for path in FILES.values()]


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
    earns_nothing(task, {"rules": [], "menu": [], "tags": {}})


def test_evidence_is_a_plain_chinese_sentence(task: PracticalTask) -> None:
    evidence_is_plain(task, "acct.", "func.", "rules[", "probes")


def test_a_missing_reply_is_named(e1: PracticalTask) -> None:
    found = next(r for r in run(e1, golden(e1, "weak")) if r.id == "C5")
    assert "“怎么走”没有收到应有的回复" in found.evidence


# ---- properties -------------------------------------------------------------------------------------
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
        survives(task, submission)


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


# ---- what may be saved ------------------------------------------------------------------------------


BAD = {
    "not an object": (["x"], "格式"),
    "unknown part": ({"hack": 1}, "没有的栏目"),
    "unknown field": ({"acct": {"admin": "x"}}, "没有的栏目"),
    "number for text": ({"name": 5}, "“账号"),
    "text for rules": ({"rules": "x"}, "“关键词自动回复”"),
    "wrong match": (
        {"rules": [{"keywords": [{"text": "a", "match": "regex"}], "reply": ""}]},
        "选的不是本题的选项",
    ),
    "long text": ({"name": "长" * 2001}, "2000 字以内"),
    "too many rules": ({"rules": [{}] * 201}, "200 条以内"),
    "too large": ({"rules": [{"keywords": [], "reply": "长" * 2000}] * 20}, "64 KB"),
    "too deep": ({"rules": nested(5000)}, "层次过深"),
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
