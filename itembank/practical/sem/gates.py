"""The publish gate of the simulation: does the frozen world separate skill from luck?

`tasks.gate_problems`, which knows shapes, sums, goldens and attacks, runs it last. A published task never
changes, so this runs seldom; it takes about a second.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from itembank.practical.base import Problem
from itembank.practical.schemas import shape_problems
from itembank.practical.sem.account import cents
from itembank.practical.sem.anchors import anchors, efficiency, flow_of, outcome_share
from itembank.practical.sem.authoring import check_task
from itembank.practical.sem.schema import MATCHES, WORLD
from itembank.practical.sem.scorer import score
from itembank.practical.sem.world import digest
from itembank.practical.tasks import PracticalTask
from itembank.practical.text import fold

MOST_NAIVE, LEAST_REFERENCE = Fraction(1, 2), Fraction(85, 100)
STEADY, BID_CHANGES = Fraction(10, 100), (Fraction(95, 100), Fraction(105, 100))
ACCOUNTS, AT_PERCENT, MOST_BY_CHANCE = 100, 95, Fraction(20, 100)
MOST_LEFT = Decimal("0.5")


def world_problems(task: PracticalTask) -> list[Problem]:
    """Sentences for the author; empty when the world may be published with its task."""
    found = check_task(task.content, task.key) or check_world(task.content, task.key, task.world)
    if found:
        return found  # figures of a world that does not fit would only mislead
    return [
        *_anchor_problems(task),
        *_steadiness_problems(task),
        *_chance_problems(task),
        *_ablation_problems(task),
    ]


def check_world(content: Any, key: Any, world: Any) -> list[Problem]:
    """Whether a world has its form and belongs to this task; content and key are checked already."""
    return list(shape_problems("world", WORLD, world)) or list(_agreement_problems(content, key, world))


def _golden(task: PracticalTask, name: str) -> Any:
    return next(golden["submission"] for golden in task.goldens if golden["name"] == name)


def _answers(task: PracticalTask) -> dict[str, Any]:
    return {name: _golden(task, name) for name in ("weak", "pass", "model")}


def _criterion(task: PracticalTask, kind: str) -> dict[str, Any] | None:
    return next((c for c in task.key["criteria"] if c["kind"] == kind), None)


def _agreement_problems(content: Any, key: Any, world: Any) -> Iterator[Problem]:
    if digest(world) != world["sha256"]:
        said = f"模拟数据与它的校验值不一致，可能被改动过。如果是有意修改，校验值应为 {digest(world)}。"
        yield Problem("world.sha256", "hash", said)
    if world["sha256"] != key["world_sha256"]:
        yield Problem("key.world_sha256", "hash", "评分标准记录的校验值不是这份模拟数据的。")
    seen = [(row["text"], row["volume"]) for row in content["planner"]]
    if sorted(seen) != sorted((query["text"], query["volume"]) for query in world["queries"]):
        yield Problem("content.planner", "planner", "关键词规划师里的搜索词或日搜索量与模拟数据不一致。")
    if {landing["id"] for landing in content["landings"]} != set(world["landings"]):
        yield Problem("content.landings", "landings", "题面的落地页与模拟数据里的不一致。")
    widest = len(world["slots"])
    for query in world["queries"]:
        if query["theme"] not in world["themes"]:
            yield Problem("world.queries", "theme", f"搜索词“{query['text']}”的主题没有定义。")
        rivals, draws = query["rivals"], world["draws"]
        if (
            len(rivals) % draws
            or len(rivals) // draws > widest
            or not _descending(rivals, len(rivals) // draws)
        ):
            yield Problem("world.queries", "rivals", f"搜索词“{query['text']}”的竞争数据不完整或次序不对。")


def _descending(rivals: list[int], width: int) -> bool:
    return all(i % width == 0 or rivals[i] <= rivals[i - 1] for i in range(1, len(rivals)))


def _anchor_problems(task: PracticalTask) -> Iterator[Problem]:
    outcome = _criterion(task, "outcome") or {}
    frozen = outcome["anchors"]
    fresh = anchors(task.content, task.key, task.world, _answers(task))
    if fresh != frozen:
        yield Problem("key.criteria", "anchors", f"锚点与样例答案不一致：应为 {json.dumps(fresh)}。")
    spare = _criterion(task, "efficiency")
    if spare:
        now = efficiency(task.content, task.key, task.world, _answers(task))
        if now != {name: spare[name] for name in now} or spare["pass"] != frozen["pass"]:
            yield Problem(
                "key.criteria", "anchors", f"质量分与点击价格的锚点与样例答案不一致：应为 {json.dumps(now)}。"
            )
    naive, passing, reference, bound = (frozen[n] for n in ("naive", "pass", "reference", "bound"))
    if not naive < passing < reference < bound:
        yield Problem("key.criteria", "order", "四个锚点没有依次升高：弱答案、合格答案、范例答案、理论上限。")
        return
    if Fraction(naive, reference) > MOST_NAIVE:
        said = f"{naive / reference:.2f}"
        yield Problem(
            "key.criteria", "naive", f"弱答案已有范例答案的 {said}，不应超过 0.50，题目区分度不够。"
        )
    if Fraction(reference, bound) < LEAST_REFERENCE:
        said = f"{reference / bound:.2f}"
        yield Problem(
            "key.criteria", "reference", f"范例答案只有理论上限的 {said}，应不低于 0.85，请改进范例答案。"
        )


def _share(task: PracticalTask, submission: Any) -> Fraction:
    outcome = _criterion(task, "outcome") or {}
    return outcome_share(
        flow_of(task.content, task.key, task.world, submission).conversions, outcome["anchors"]
    )


def _steadiness_problems(task: PracticalTask) -> Iterator[Problem]:
    model = _golden(task, "model")
    usual = _share(task, model)
    for factor in BID_CHANGES:
        moved = _share(task, with_bids(model, partial(_times, factor)))
        if abs(moved - usual) > STEADY:
            said = f"{float(100 * abs(moved - usual)):.1f}"
            yield Problem("world", "steady", f"出价变动 5% 使结果得分率变动 {said} 个百分点，不应超过 10。")


def _times(factor: Fraction, bid: float) -> float:
    return float(round(Fraction(str(bid)) * factor, 2))


def _chance_problems(task: PracticalTask) -> Iterator[Problem]:
    shares = sorted(_share(task, chance_account(task.content, number)) for number in range(ACCOUNTS))
    at = shares[ACCOUNTS * AT_PERCENT // 100 - 1]
    if at > MOST_BY_CHANCE:
        said = f"{float(100 * at):.0f}"
        yield Problem("world", "chance", f"随意搭建的账户第 95 百分位的结果得分率为 {said}%，不应超过 20%。")


def chance_account(content: Any, number: int) -> dict[str, Any]:
    """An account put together at random: the same one for the same number."""

    def pick(count: int, *place: object) -> int:
        name = "|".join(map(str, (number, *place)))
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % count

    limits, planner, landings = content["limits"], content["planner"], content["landings"]
    campaigns = []
    for c in range(1 + pick(limits["campaigns"], "campaigns")):
        keywords = [
            {
                "text": planner[pick(len(planner), c, k, "word")]["text"],
                "match": MATCHES[pick(3, c, k, "match")],
            }
            for k in range(1 + pick(8, c, "words"))
        ]
        group = {
            "name": f"单元{c}",
            "bid": (50 + pick(round(limits["bid"] * 100) - 50, c, "bid")) / 100,
            "landing": landings[pick(len(landings), c, "landing")]["id"],
            "keywords": keywords,
            "creatives": [{"title": "{关键词}", "desc": "欢迎选购"}],
        }
        campaigns.append({"name": f"计划{c}", "daily_budget": content["daily_budget"], "groups": [group]})
    return {"daily_budget": content["daily_budget"], "campaigns": campaigns}


# ---- ablation: the model answer of somebody who lacks one skill ------------------------------------
def with_bids(model: Any, change: Callable[[Any], float]) -> Any:
    """The account with every bid changed."""
    document = deepcopy(model)
    for group in _groups(document):
        if "bid" in group:
            group["bid"] = change(group["bid"])
        for keyword in group.get("keywords", []):
            if "bid" in keyword:
                keyword["bid"] = change(keyword["bid"])
    return document


def _groups(document: Any) -> list[Any]:
    return [group for campaign in document["campaigns"] for group in campaign["groups"]]


def without_skill(skill: str, model: Any, content: Any) -> Any:
    """The account as somebody would build it who lacks the skill."""
    return _LACKING[skill](deepcopy(model), content)


def _one_of_everything(document: Any, content: Any) -> Any:
    """All words in one unit of one plan."""
    groups = _groups(document)
    words = [word for group in groups for word in group["keywords"]]
    negatives = [word for campaign in document["campaigns"] for word in campaign.get("negatives", [])]
    unique = {(fold(word["text"]), word["match"]): word for word in negatives}
    budget = document["daily_budget"]
    return {
        "daily_budget": budget,
        "campaigns": [
            {
                "name": "计划1",
                "daily_budget": budget,
                "negatives": list(unique.values()),
                "groups": [{**groups[0], "landing": content["landings"][-1]["id"], "keywords": words}],
            }
        ],
    }


def _busiest_words(document: Any, content: Any) -> Any:
    """The most searched words of the planner, whatever people mean by them."""
    rows = iter(sorted(content["planner"], key=lambda row: -row["volume"]))
    for group in _groups(document):
        for keyword in group["keywords"]:
            keyword["text"] = next(rows)["text"]
    return document


def _all_matched(match: str) -> Callable[[Any, Any], Any]:
    def change(document: Any, content: Any) -> Any:
        for group in _groups(document):
            for keyword in group["keywords"]:
                keyword["match"] = match
        return document

    return change


def _without_negatives(document: Any, content: Any) -> Any:
    for place in [*document["campaigns"], *_groups(document)]:
        place.pop("negatives", None)
    return document


def _careless_money(document: Any, content: Any) -> Any:
    """The market's mean price for everything and no budget for any plan."""
    prices = [cents(row["price"]) or 0 for row in content["planner"]]
    for campaign in document["campaigns"]:
        campaign.pop("daily_budget", None)
    for group in _groups(document):
        group["bid"] = round(sum(prices) / len(prices)) / 100
        for keyword in group["keywords"]:
            keyword.pop("bid", None)
    return document


def _plain_creatives(document: Any, content: Any) -> Any:
    for group in _groups(document):
        group["creatives"] = [{"title": content["account"], "desc": "欢迎选购"}]
    return document


def _one_landing(document: Any, content: Any) -> Any:
    """The home page for everything; it stands last in the list."""
    for group in _groups(document):
        group["landing"] = content["landings"][-1]["id"]
    return document


_LACKING: dict[str, Callable[[Any, Any], Any]] = {
    "structure": _one_of_everything,
    "words": _busiest_words,
    "exact": _all_matched("exact"),
    "broad": _all_matched("broad"),
    "negatives": _without_negatives,
    "bids": _careless_money,
    "creatives": _plain_creatives,
    "landing": _one_landing,
}


def _ablation_problems(task: PracticalTask) -> Iterator[Problem]:
    model = _golden(task, "model")
    full = {r.id: r.score for r in score(task.content, task.key, task.world, model, None)}
    for code, skills in sorted(task.key["skills"].items()):
        lacking = model
        for skill in skills:
            lacking = without_skill(skill, lacking, task.content)
        for result in score(task.content, task.key, task.world, lacking, None):
            had, has = full[result.id] or Decimal(0), result.score or Decimal(0)
            if code in result.codes and had and has > had * MOST_LEFT:
                text = f"去掉 {code} 对应的操作后，“{result.name}”仍得 {has} 分（范例 {had} 分），没有考到这一条。"
                yield Problem(f"key.criteria.{result.id}", "ablation", text)
