"""The scorer of SEM: goldens, properties, attacks, and what a save may contain."""

import copy
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.practical import total
from itembank.practical.sem.account import cents, read_account
from itembank.practical.sem.schema import BYTES_LIMIT, MONEY_LIMIT
from itembank.practical.sem.scorer import score as score_sem
from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.properties import (
    JSON,
    each_text,
    earns_nothing,
    evidence_is_plain,
    survives,
    unchanged_by,
)
from tests.practical.samples import golden
from tests.practical.scoring import points, run
from tests.practical.sem.conftest import FILES

TASKS = [read_task(path) for path in FILES.values()]


def groups(submission: Any) -> list[Any]:
    return [group for campaign in submission["campaigns"] for group in campaign["groups"]]


def test_m1_has_the_published_numbers(m1: PracticalTask) -> None:
    """practical.md §5 M1 and M1b."""
    ids = ["P1", "P2", "P3", "P4", "P5", "O1"]
    published = {
        "model": [3, 4, 3, 2, 3, 9],
        "pass": [3, 3, 1, 2, 0.5, 6],
        "weak": [1.5, 2, 0, 1.5, 0.5, 0],
    }
    for name, expected in published.items():
        found = points(m1, golden(m1, name))
        assert [float(found[i]) for i in ids] == expected, name


def test_levels_of_the_second_task(m6: PracticalTask) -> None:
    assert total(run(m6, golden(m6, "model"))) >= 24
    assert 15 <= total(run(m6, golden(m6, "pass"))) <= 17
    assert total(run(m6, golden(m6, "weak"))) <= 8


def test_a_score_takes_less_than_50_milliseconds(task: PracticalTask) -> None:
    for name in ("model", "weak"):
        submission, times = golden(task, name), []
        for _ in range(5):
            start = time.process_time()
            run(task, submission)
            times.append(time.process_time() - start)
        assert min(times) < 0.05


def test_blank_is_nothing_in_every_criterion(task: PracticalTask) -> None:
    earns_nothing(task, {"campaigns": []}, {"daily_budget": 600, "campaigns": [{}]})


def test_a_world_of_another_task_is_refused(m1: PracticalTask, m6: PracticalTask) -> None:
    for wrong in (None, {}, m6.world):
        with pytest.raises(ValueError, match="not the world of this task"):
            score_sem(m1.content, m1.key, wrong, golden(m1, "model"), None)


def test_evidence_is_a_plain_chinese_sentence(task: PracticalTask) -> None:
    themes, landings = task.world["themes"], [landing["id"] for landing in task.content["landings"]]
    evidence_is_plain(task, *themes, *landings, "phrase", "campaign")


@pytest.mark.parametrize(
    ("change", "criterion", "words"),
    [
        (lambda d: d["campaigns"][0].update(name=d["campaigns"][1]["name"]), "P1", "名称重复"),
        (lambda d: d["campaigns"].extend([{"name": f"空{i}"} for i in range(4)]), "P1", "计划超过 4 个"),
        (lambda d: groups(d)[0].update(bid=99), "P4", "超过上限"),
        (lambda d: d.pop("daily_budget"), "P4", "没有填写账户日预算"),
        (lambda d: d.update(daily_budget=5000), "P4", "超过了"),
        (lambda d: d["campaigns"][1].update(daily_budget=1), "P4", "不足账户日预算"),
        (lambda d: groups(d)[0]["creatives"].pop(), "P5", "不足 2 条不同的创意"),
        (lambda d: groups(d)[0]["creatives"][0].update(desc="短"), "P5", "字数不合要求"),
        (lambda d: groups(d)[0]["creatives"][0].update(title="没有括号的标题"), "P5", "通配符"),
        (lambda d: groups(d)[0]["creatives"][0].update(desc="全国第一的选择，立即预约"), "P5", "违反"),
        (lambda d: [c.pop("negatives") for c in d["campaigns"]], "P3", "没有设置否定关键词"),
    ],
)
def test_a_fault_is_named(
    task: PracticalTask, change: Callable[[Any], Any], criterion: str, words: str
) -> None:
    spoilt = golden(task, "model")
    change(spoilt)
    found = next(r for r in run(task, spoilt) if r.id == criterion)
    assert words in found.evidence
    assert found.score < found.max


# ---- properties -------------------------------------------------------------------------------------
HUGE = [float("nan"), float("inf"), -float("inf"), 1e308, -1, 10**400, True, 0, "6", None, [], 1e-300]
ODD = JSON | st.sampled_from(HUGE)
MONEY = st.sampled_from([*HUGE, 3.2, 5, 600]) | st.floats()
WORD = st.fixed_dictionaries(
    {
        "text": st.sampled_from(["龙井", "茶叶礼盒", "空调清洗", "", "\x00", "{"])
        | st.text(max_size=5)
        | ODD,
        "match": st.sampled_from(["exact", "phrase", "broad", "ＢＲＯＡＤ", "", None, 3]),
    },
    optional={"bid": MONEY},
)
TEXT = st.sampled_from(["{龙井}明前立即", "最好", "{", "}{", "{}", ""]) | st.text(max_size=8) | ODD
GROUP = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT,
        "bid": MONEY,
        "landing": st.sampled_from(["lp_home", "lp_gift", "lp_ac", "nowhere", 7, None]),
        "keywords": st.lists(WORD, max_size=4) | ODD,
        "negatives": st.lists(WORD, max_size=3) | ODD,
        "creatives": st.lists(st.fixed_dictionaries({}, optional={"title": TEXT, "desc": TEXT}), max_size=3)
        | ODD,
    },
)
CAMPAIGN = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT,
        "daily_budget": MONEY,
        "negatives": st.lists(WORD, max_size=3),
        "groups": st.lists(GROUP | ODD, max_size=3),
    },
)
SHAPED = st.fixed_dictionaries(
    {}, optional={"daily_budget": MONEY, "campaigns": st.lists(CAMPAIGN | ODD, max_size=4) | ODD}
)


@given(submission=ODD | SHAPED)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_scored_and_checked_without_an_exception(submission: Any) -> None:
    for task in TASKS:
        survives(task, submission)


def test_numbers_out_of_the_ordinary_do_no_harm(m1: PracticalTask) -> None:
    assert [cents(v) for v in HUGE[:9]] == [None, 999999, 0, 999999, 0, 999999, None, 0, None]
    assert (cents(2.675), cents(1.005), cents(0.1), cents(MONEY_LIMIT)) == (268, 101, 10, 999999)
    for value in [*HUGE, 10**5000]:
        odd = golden(m1, "model")
        odd["daily_budget"] = value
        for campaign in odd["campaigns"]:
            campaign["daily_budget"] = value
        for group in groups(odd):
            group["bid"] = value
            for keyword in group["keywords"]:
                keyword["bid"] = value
        assert all(0 <= r.score <= r.max for r in run(m1, odd) if r.score is not None)
        refused = m1.kind.validate_submission(m1.content, odd)
        assert (refused == []) is (value in (0, 1e-300) and not isinstance(value, bool))


def test_braces_and_digits_of_a_chinese_keyboard_change_nothing(task: PracticalTask) -> None:
    wide = str.maketrans("{}0123456789", "｛｝０１２３４５６７８９")
    unchanged_by(task, lambda s: each_text(s, lambda t: t.translate(wide)))


@pytest.mark.parametrize("words", ["，全国最好的选择", "，可以降血压", "，国家级" + "长" * 100])
def test_an_unlawful_creative_never_raises_anything(task: PracticalTask, words: str) -> None:
    for entry in task.goldens:
        for number, _ in enumerate(groups({"campaigns": [], **entry["submission"]})):
            for field in ("title", "desc"):
                before = points(task, entry["submission"])
                worse = copy.deepcopy(entry["submission"])
                for creative in groups(worse)[number]["creatives"]:
                    creative[field] += words
                    after = points(task, worse)
                    assert all(after[c] <= before[c] for c in before), (entry["name"], number)
                    before = after


def test_breaking_a_limit_never_raises_anything(task: PracticalTask) -> None:
    limits, model = task.content["limits"], golden(task, "model")
    full = points(task, model)
    word = {"text": task.content["planner"][0]["text"], "match": "exact"}

    def extended(change: Callable[[Any], Any]) -> Any:
        document = copy.deepcopy(model)
        change(document)
        return document

    for worse in (
        extended(lambda d: groups(d)[-1]["keywords"].extend([word] * limits["keywords"])),
        extended(lambda d: d["campaigns"].extend(copy.deepcopy(d["campaigns"]) * 3)),
        extended(lambda d: d["campaigns"][-1]["groups"].extend(copy.deepcopy(groups(d)) * 3)),
        extended(lambda d: groups(d)[-1]["creatives"].extend(groups(d)[-1]["creatives"] * 9)),
        extended(lambda d: d["campaigns"][-1]["negatives"].extend([{"text": "不", "match": "exact"}] * 99)),
    ):
        after = points(task, worse)
        assert all(after[c] <= full[c] for c in full)
        assert after["P1"] < full["P1"]


def test_spending_beyond_the_budget_of_the_task_does_not_pay(task: PracticalTask) -> None:
    for name in ("model", "pass", "weak"):
        rich = golden(task, name)
        before = points(task, rich)
        rich.pop("daily_budget")
        for campaign in rich["campaigns"]:
            campaign.pop("daily_budget")
        after = points(task, rich)
        assert after["P4"] < before["P4"]
        assert after["O1"] <= before["O1"]


def test_taking_a_plan_or_a_unit_away_never_raises_the_result(task: PracticalTask) -> None:
    model = golden(task, "model")
    full = points(task, model)
    for number in range(len(model["campaigns"])):
        less = copy.deepcopy(model)
        del less["campaigns"][number]
        assert all(points(task, less)[c] <= full[c] for c in full if c != "O2")


def test_adding_correct_elements_one_by_one_never_lowers(task: PracticalTask) -> None:
    model = golden(task, "model")
    grown = {"daily_budget": model["daily_budget"], "campaigns": []}
    last = points(task, grown)
    for campaign in model["campaigns"]:
        grown["campaigns"].append(campaign)
        now = points(task, grown)
        assert all(now[c] >= last[c] for c in now if c != "O2"), campaign["name"]
        last = now
    assert last == points(task, model)


def test_each_negative_of_the_model_helps(task: PracticalTask) -> None:
    bare = golden(task, "model")
    wanted = [campaign.pop("negatives") for campaign in bare["campaigns"]]
    last = points(task, bare)
    for campaign, negatives in zip(bare["campaigns"], wanted, strict=True):
        for word in negatives:
            campaign.setdefault("negatives", []).append(word)
            now = points(task, bare)
            assert all(now[c] >= last[c] for c in ("P1", "P2", "P3", "O1")), word
            last = now
    assert last["P3"] == 3


# ---- attacks ----------------------------------------------------------------------------------------
def test_attacks_stay_poor(task: PracticalTask) -> None:
    model = golden(task, "model")
    for attack in task.kind.attacks(task.content, task.key, model):
        assert Fraction(total(run(task, attack.submission))) <= attack.limit * Fraction(task.max_score), (
            attack.name
        )


def test_exact_words_with_one_idle_negative_do_not_show_how_to_use_negatives(m1: PracticalTask) -> None:
    tight = golden(m1, "model")
    for campaign in tight["campaigns"]:
        campaign["negatives"] = [{"text": "天气", "match": "phrase"}]
    for group in groups(tight):
        for keyword in group["keywords"]:
            keyword["match"] = "exact"
    assert points(m1, tight)["P3"] == 0


def test_one_unwanted_word_met_on_purpose_and_blocked_earns_little(m1: PracticalTask) -> None:
    """Reaching next to no unwanted traffic and blocking that little bit is not the skill."""
    tight = golden(m1, "model")
    for campaign in tight["campaigns"]:
        campaign["negatives"] = [{"text": "招聘", "match": "phrase"}]
    for group in groups(tight):
        for keyword in group["keywords"]:
            keyword["match"] = "exact"
    groups(tight)[1]["keywords"].append({"text": "茶叶礼盒招聘", "match": "exact"})
    found = next(r for r in run(m1, tight) if r.id == "P3")
    assert found.score == Decimal("0.25")
    assert "30%" in found.evidence


def test_a_unit_of_mixed_themes_is_named(m1: PracticalTask) -> None:
    mixed = golden(m1, "model")
    groups(mixed)[1]["keywords"] += groups(mixed)[2]["keywords"][:2]
    groups(mixed)[2]["keywords"] = groups(mixed)[2]["keywords"][2:]
    found = next(r for r in run(m1, mixed) if r.id == "P1")
    assert "“礼盒”混了不同主题的词" in found.evidence
    assert found.score == Decimal("2.25")


def test_what_is_beyond_a_limit_does_not_run(m1: PracticalTask) -> None:
    limits = m1.content["limits"]
    late = golden(m1, "model")
    idle = [{"text": f"闲词{i}", "match": "exact"} for i in range(limits["keywords"])]
    groups(late)[0]["keywords"] = idle + groups(late)[0]["keywords"]
    late["campaigns"][0]["negatives"] = [{"text": f"闲{i}", "match": "exact"} for i in range(30)]
    late["campaigns"] += [{"name": f"多{i}", "groups": [{}] * 9} for i in range(9)]
    account = read_account(late, m1.content, m1.key["law"])
    assert sum(len(group.keywords) for _, group in account.groups()) == limits["keywords"]
    assert len(account.campaigns) == limits["campaigns"]
    assert len(list(account.groups())) == limits["groups"]
    assert len(account.campaigns[0].negatives) == limits["negatives"]
    assert len(account.over) == 4
    assert points(m1, late)["O1"] == 0


def test_negatives_of_units_count_as_those_of_plans(m1: PracticalTask) -> None:
    moved = golden(m1, "model")
    for campaign in moved["campaigns"]:
        campaign["groups"][0]["negatives"] = campaign.pop("negatives")
    assert points(m1, moved) == points(m1, golden(m1, "model"))


def test_an_account_without_landing_creative_or_bid_does_not_run(m1: PracticalTask) -> None:
    for missing in ("landing", "creatives", "bid", "keywords"):
        broken = golden(m1, "model")
        for group in groups(broken):
            group.pop(missing)
        assert total(run(m1, broken)) == 0


def test_what_the_platform_would_accept(m1: PracticalTask) -> None:
    account = read_account(golden(m1, "model"), m1.content, m1.key["law"])
    assert [campaign.budget for campaign in account.campaigns] == [15000, 35000, 35000]
    assert account.over == ()
    assert all(
        creative.accepted and creative.has_wildcard for _, g in account.groups() for creative in g.creatives
    )


# ---- saves ------------------------------------------------------------------------------------------
def test_goldens_can_be_saved(task: PracticalTask) -> None:
    for entry in task.goldens:
        assert task.kind.validate_submission(task.content, entry["submission"]) == []


@pytest.mark.parametrize(
    ("submission", "words"),
    [
        ({"campaigns": [{"groups": [{"bid": 1e6}]}]}, "“出价”的金额不合理"),
        ({"campaigns": [{"groups": [{"bid": "5"}]}]}, "“出价”的内容格式不对"),
        ({"campaigns": [{"name": "长" * 300}]}, "“名称”有一处文字过长"),
        ({"campaigns": [{}] * 30}, "“计划”的条目过多"),
        ({"campaigns": [{"secret": 1}]}, "“计划”里有本题没有的栏目"),
        ({"score": 25}, "“作答内容”里有本题没有的栏目"),
        ([], "格式不对"),
        ({"daily_budget": float("nan")}, "无法识别的数字"),
        ({"campaigns": [{"groups": [{"creatives": [{"title": "长" * 200}] * 20}] * 20}] * 20}, "KB"),
    ],
)
def test_a_save_that_the_workbench_cannot_make_is_refused(
    m1: PracticalTask, submission: Any, words: str
) -> None:
    assert words in m1.kind.validate_submission(m1.content, submission)[0].message


def test_depth_and_size_are_limited(m1: PracticalTask) -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"campaigns": [deep]}
    assert [p.code for p in m1.kind.validate_submission(m1.content, deep)] == ["too_deep"]
    large = {"campaigns": [{"name": "长" * BYTES_LIMIT}]}
    assert [p.code for p in m1.kind.validate_submission(m1.content, large)] == ["too_large"]
