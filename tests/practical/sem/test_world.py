"""The frozen world: the auction, how it is drawn, its anchors, and the publish gate."""

import copy
import dataclasses
import json
import math
import time
from fractions import Fraction
from typing import Any

import pytest

from itembank.practical.layout import layout
from itembank.practical.sem import gates
from itembank.practical.sem.account import read_account
from itembank.practical.sem.anchors import flow_of, outcome_share, upper_bound
from itembank.practical.sem.authoring import check_task
from itembank.practical.sem.engine import World, adverts
from itembank.practical.sem.publish import frozen
from itembank.practical.sem.world import digest, draw, planner, sealed
from itembank.practical.tasks import PracticalTask
from tests.practical.samples import golden
from tests.practical.sem.conftest import FILES


def expected(task: PracticalTask, submission: Any) -> Any:
    return flow_of(task.content, task.key, task.world, submission)


def test_m1_is_the_published_world(m1: PracticalTask) -> None:
    """practical.md §3.1 and §5 M1: 87 queries, four anchors, cost and prices of the weak and pass answers."""
    assert len(m1.world["queries"]) == 87
    volumes: dict[str, int] = {}
    for query in m1.world["queries"]:
        volumes[query["theme"]] = volumes.get(query["theme"], 0) + query["volume"]
    assert volumes == {"gift": 2396, "leaf": 2719, "brand": 215, "rival": 236, "junk": 4785}
    frozen_at = next(c for c in m1.key["criteria"] if c["kind"] == "outcome")["anchors"]
    published = {"naive": 2.71, "pass": 6.56, "reference": 10.29, "bound": 11.34}
    assert {k: frozen_at[k] / 1e6 for k in published} == pytest.approx(published, abs=0.01)
    weak, passing = expected(m1, golden(m1, "weak")), expected(m1, golden(m1, "pass"))
    assert float(weak.cost / weak.clicks) / 1e4 == pytest.approx(4.50, abs=0.01)
    assert float(weak.cost / weak.conversions) / 1e4 == pytest.approx(221.5, abs=0.2)
    assert float(passing.cost / passing.clicks) / 1e4 == pytest.approx(3.34, abs=0.01)
    assert float(passing.cost / passing.conversions) / 1e4 == pytest.approx(77.5, abs=0.1)


@pytest.mark.parametrize(
    ("factor", "points"),
    [(0.7, 35), (0.9, 75), (0.95, 82.5), (0.99, 88.7), (1.05, 91.9), (1.25, 79), (2, 66), (3, 61)],
)
def test_m1_answers_to_bids_as_published(m1: PracticalTask, factor: float, points: float) -> None:
    anchors = next(c for c in m1.key["criteria"] if c["kind"] == "outcome")["anchors"]
    moved = gates.with_bids(golden(m1, "model"), lambda bid: round(bid * factor, 2))
    assert 100 * float(outcome_share(expected(m1, moved).conversions, anchors)) == pytest.approx(
        points, abs=0.8
    )


def by_hand(world: World, query: int, bid: float, quality: float) -> tuple[float, float, float]:
    """The auction of one query in everyday arithmetic: mean of shown, click weight, and cost per search."""
    shown = weight = paid = 0.0
    for rivals in world.draws[query]:
        scores = [r / 100 for r in rivals]
        place = sum(score > bid * quality for score in scores)
        if place < len(world.slots) and bid * quality >= world.data["reserve"] / 100:
            behind = scores[place] if place < len(scores) else 0
            price = min(max(behind, world.data["reserve"] / 100) / quality + 0.01, bid)
            shown, weight = shown + 1, weight + world.slots[place] / 100
            paid += world.slots[place] / 100 * price
    return tuple(value / len(world.draws[query]) for value in (shown, weight, paid))


@pytest.mark.parametrize("bid", [0.05, 0.7, 2.4, 5, 30])
def test_the_auction_agrees_with_everyday_arithmetic(task: PracticalTask, bid: float) -> None:
    world = World(task.world)
    for query in range(0, len(world.queries), 5):
        facts = world.queries[query]
        quality = world.quality(query, "phrase", 70, 110)
        flow = world.day(query, round(bid * 100), quality, 70, 110, 110)
        shown, weight, paid = by_hand(world, query, bid, quality / 1e6)
        clicks = facts["volume"] * facts["ctr"] / 1e4 * 1.1
        assert float(flow.impressions) == pytest.approx(facts["volume"] * shown)
        assert float(flow.clicks) == pytest.approx(clicks * weight)
        assert float(flow.cost) / 1e4 == pytest.approx(clicks * paid, rel=1e-3, abs=1e-3)
        assert float(flow.conversions) == pytest.approx(
            clicks * weight * facts["cvr"] / 1e5 * (0.5 + 0.6 * 0.7)
        )


def test_quality_follows_the_formula(m1: PracticalTask) -> None:
    world = World(m1.world)
    good = next(i for i, q in enumerate(world.queries) if q["theme"] == "gift")
    junk = next(i for i, q in enumerate(world.queries) if q["theme"] == "junk")
    assert world.quality(good, "exact", 100, 120) == 10_000_000
    assert world.quality(good, "phrase", 50, 100) == 1_000_000 + 9 * (333_333 + 297_500 + 125_000)
    assert world.quality(junk, "exact", 100, 120) == 1_000_000 + 9 * (400_000 + 175_000 + 250_000)


@pytest.mark.parametrize(
    ("text", "match", "caught"),
    [
        ("空调清洗", "exact", {"空调清洗"}),
        ("空调清洗价格", "phrase", {"空调清洗价格", "挂机空调清洗价格", "中央空调清洗价格"}),
        # broad: any order, synonyms known, “清洗剂” is another word than “清洗”
        ("多少钱 滚筒清洗", "broad", {"滚筒洗衣机清洗价格", "滚筒洗衣机清洗多少钱"}),
        ("抽油烟机公司", "broad", {"油烟机清洗公司", "抽油烟机清洗公司"}),
        ("Ｘ", "broad", set()),
    ],
)
def test_matching(m6: PracticalTask, text: str, match: str, caught: set[str]) -> None:
    done = golden(m6, "model")
    done["campaigns"] = done["campaigns"][:1]
    group = done["campaigns"][0]["groups"][0]
    group["keywords"] = [{"text": text, "match": match}]
    account = read_account(done, m6.content, m6.key["law"])
    world = World(m6.world)
    running = adverts(world, account, m6.content, negatives=False)
    assert {world.queries[query]["text"] for query in running} == caught


def test_a_plan_over_its_budget_takes_part_in_fewer_auctions(m1: PracticalTask) -> None:
    model = golden(m1, "model")
    model["campaigns"] = model["campaigns"][1:2]
    free = expected(m1, model)
    model["campaigns"][0]["daily_budget"] = float(free.cost) / 1e4 / 2
    half = expected(m1, model)
    assert float(half.conversions / free.conversions) == pytest.approx(0.5, abs=1e-3)
    model["campaigns"][0]["daily_budget"] = 0
    assert expected(m1, model).conversions == 0


def test_clicks_on_unlawful_creatives_cost_money_and_bring_nobody(m1: PracticalTask) -> None:
    bad = golden(m1, "model")
    for creative in bad["campaigns"][1]["groups"][0]["creatives"]:
        creative["desc"] = "全国第一，" + creative["desc"]
    usual, spoilt = expected(m1, golden(m1, "model")), expected(m1, bad)
    assert spoilt.cost == usual.cost
    assert spoilt.conversions < usual.conversions


# ---- drawing -----------------------------------------------------------------------------------------
def test_the_second_world_is_drawn_from_its_description(m6: PracticalTask) -> None:
    assert draw(m6.world["description"]) == m6.world
    assert sorted(map(str, planner(m6.world["description"]))) == sorted(map(str, m6.content["planner"]))


def test_adding_a_word_moves_no_other(m6: PracticalTask) -> None:
    longer = copy.deepcopy(m6.world["description"])
    longer["themes"]["ac"]["suffixes"].append("步骤")
    before = {q["text"]: q for q in m6.world["queries"]}
    after = {q["text"]: q for q in draw(longer)["queries"] if q["theme"] != "ac" or "步骤" not in q["text"]}
    assert all(after[text] == query for text, query in before.items() if "步骤" not in text)


def test_the_hash_sees_every_number_but_not_the_order_of_keys(m1: PracticalTask) -> None:
    world = json.loads(json.dumps(m1.world))
    backwards = dict(reversed(world.items()))
    assert digest(backwards) == world["sha256"] == m1.key["world_sha256"]
    world["queries"][40]["rivals"][17] += 1
    assert digest(world) != world["sha256"]


def test_a_task_file_is_frozen_and_laid_out(task: PracticalTask) -> None:
    path = next(p for p in FILES.values() if json.loads(p.read_text("utf-8"))["code"] == task.code)
    text = path.read_text("utf-8")
    entry = json.loads(text)
    assert frozen(entry) == entry
    assert layout(entry) + "\n" == text
    assert len(text.encode()) < 160_000


# ---- anchors -----------------------------------------------------------------------------------------
def test_the_score_map_bends_at_the_anchors() -> None:
    anchors = {"naive": 2_000_000, "pass": 6_000_000, "reference": 10_000_000, "bound": 11_000_000}
    line = [(0, 0), (2, 0), (4, 0.3), (6, 0.6), (8, 0.75), (10, 0.9), (10.6, 1), (11, 1), (99, 1)]
    for value, share in line:
        assert float(outcome_share(Fraction(str(value)), anchors)) == pytest.approx(share)


def test_the_upper_bound_is_quick_and_no_account_passes_it(task: PracticalTask) -> None:
    start = time.process_time()
    bound = upper_bound(World(task.world), round(task.content["daily_budget"] * 100))
    assert time.process_time() - start < 1
    anchors = next(c for c in task.key["criteria"] if c["kind"] == "outcome")["anchors"]
    assert bound == anchors["bound"]
    for factor in (0.8, 1, 1.2):
        moved = gates.with_bids(golden(task, "model"), lambda bid, f=factor: round(bid * f, 2))
        assert expected(task, moved).conversions * 10**6 <= bound


def test_the_upper_bound_of_a_world_that_can_be_worked_out_by_hand() -> None:
    """One query without rivals: reserve 1.20 at quality 10 costs 0.13 a click; half the budget, half the
    clicks."""
    world = {
        "draws": 1, "slots": [100], "reserve": 120, "tick": 1, "synonyms": {}, "vocabulary": ["茶"],
        "quality": {"ctr": 40, "relevance": 35, "landing": 25}, "relevance": {"exact": 100, "phrase": 85, "broad": 60},
        "themes": {"t": {"name": "茶", "kind": "target"}}, "landings": {"a": {"t": 100}},
        "queries": [
            {"text": "茶", "theme": "t", "tokens": ["茶"], "volume": 1000, "ctr": 1000, "cvr": 10000, "value": 1,
             "rivals": []},
        ],
    }  # fmt: skip
    clicks = 1000 * 0.1 * 1.2
    assert upper_bound(World(world), 10_000) == pytest.approx(clicks * 0.1 * 1.1 * 1e6, rel=1e-6)
    half = math.floor(clicks * 0.13 / 2 * 100)
    assert upper_bound(World(world), half) == pytest.approx(clicks / 2 * 0.1 * 1.1 * 1e6, rel=1e-2)


# ---- the publish gate --------------------------------------------------------------------------------
def test_the_gate_passes_the_sample_tasks(task: PracticalTask) -> None:
    assert gates.world_problems(task) == []


def codes(task: PracticalTask, **changes: Any) -> set[str]:
    return {problem.code for problem in gates.world_problems(dataclasses.replace(task, **changes))}


def test_the_gate_notices_a_world_that_was_touched(m1: PracticalTask) -> None:
    world = copy.deepcopy(m1.world)
    world["queries"][3]["rivals"][0] += 1
    assert codes(m1, world=world) == {"hash"}
    assert "hash" in codes(m1, world=sealed(world))
    world["queries"][3]["rivals"].pop()
    assert "rivals" in codes(m1, world=world)
    world["queries"][0]["volume"] += 1
    assert "planner" in codes(m1, world=world)
    assert codes(m1, world=None) == {"shape"}


def with_key(task: PracticalTask, change: Any) -> Any:
    key = copy.deepcopy(task.key)
    change(key)
    return key


def test_the_gate_notices_stale_anchors(m6: PracticalTask) -> None:
    def stale(key: Any) -> None:
        key["criteria"][5]["anchors"]["pass"] += 1

    assert codes(m6, key=with_key(m6, stale)) == {"anchors"}
    assert codes(m6, key=with_key(m6, lambda key: key["criteria"][6].update({"pass": 1}))) == {"anchors"}


def test_the_gate_wants_weak_below_half_and_the_model_near_the_bound(m1: PracticalTask) -> None:
    def refrozen(answers: dict[str, str]) -> dict[str, Any]:
        goldens = [
            {"name": name, "submission": golden(m1, source)}
            for name, source in {"model": "model", "pass": "pass", "weak": "weak", **answers}.items()
        ]
        entry = frozen({"content": m1.content, "key": m1.key, "world": m1.world, "goldens": goldens})
        return {"key": entry["key"], "goldens": tuple(goldens)}

    assert "naive" in codes(m1, **refrozen({"weak": "no-negatives-home"}))
    assert "reference" in codes(m1, **refrozen({"model": "pass", "pass": "no-negatives-home"}))
    assert "order" in codes(m1, **refrozen({"weak": "pass", "pass": "weak"}))


def test_the_gate_notices_a_requirement_that_nothing_tests(m1: PracticalTask) -> None:
    """Negative keywords cost 30 percent of the result, so the result alone does not show them."""

    def claims(key: Any) -> None:
        key["criteria"][5]["codes"].append("1.2.5")

    assert codes(m1, key=with_key(m1, claims)) == {"ablation"}


def test_the_gate_notices_luck_and_unsteadiness(m1: PracticalTask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "BID_CHANGES", (Fraction(1, 2),))
    monkeypatch.setattr(gates, "chance_account", lambda content, number: golden(m1, "pass"))
    assert codes(m1) == {"steady", "chance"}


@pytest.mark.parametrize(
    "skill", ["structure", "words", "exact", "negatives", "bids", "creatives", "landing"]
)
def test_each_skill_is_worth_having(task: PracticalTask, skill: str) -> None:
    model = golden(task, "model")
    lacking = gates.without_skill(skill, model, task.content)
    assert expected(task, lacking).conversions < expected(task, model).conversions
    assert model == golden(task, "model")


# ---- authoring ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c, k: c["planner"].append(c["planner"][0]), "twice"),
        (lambda c, k: c["landings"].append(c["landings"][0]), "twice"),
        (lambda c, k: c["limits"].update(title=[25, 4]), "range"),
        (lambda c, k: c.update(daily_budget=0), "budget"),
        (lambda c, k: c["selling_points"].append("全国最好"), "law"),
        (lambda c, k: c.update(account="junk"), "leak"),
        (lambda c, k: k.update(law="1999-01-01"), "no_pack"),
        (lambda c, k: k["criteria"].append(k["criteria"][0]), "twice"),
        (lambda c, k: k["criteria"].pop(5), "no_outcome"),
        (lambda c, k: k["criteria"][1].update(recall=[80, 80]), "ramp"),
        (lambda c, k: k["skills"].popitem(), "no_skill"),
        (lambda c, k: c.pop("limits"), "shape"),
        (lambda c, k: c.update(mode="optimise"), "shape"),
    ],
)
def test_a_fault_of_the_author_is_named(task: PracticalTask, change: Any, code: str) -> None:
    content, key = copy.deepcopy(task.content), copy.deepcopy(task.key)
    change(content, key)
    found = check_task(content, key)
    assert code in {problem.code for problem in found}
    assert all(problem.message.endswith("。") for problem in found)
