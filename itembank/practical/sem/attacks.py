"""The attack suite of SEM: accounts without skill that must stay poor on every task, run at each publish.

All are built from what every candidate sees, or, for the worst case, from the model answer spoilt in one way.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

from itembank.practical.base import Attack

NONE, LITTLE, ALL = Fraction(0), Fraction(3, 10), Fraction(1)
POOR = Fraction(45, 100)


def parts(key: Any) -> Mapping[str, tuple[str, ...]]:
    """Criteria of a key by what they look at."""
    found: dict[str, tuple[str, ...]] = {}
    for criterion in key["criteria"]:
        found[criterion["kind"]] = (*found.get(criterion["kind"], ()), criterion["id"])
    return found


def attacks(content: Any, key: Any, model: Any) -> Sequence[Attack]:
    """Attacks built for this task."""
    everything = tuple(parts(key))
    return (
        Attack("空白账户", {}, NONE, everything),
        Attack("只有空计划和空单元", _shells(content), NONE, everything),
        Attack("只填名称、预算和创意，不加关键词", _each_group(model, keywords=[]), NONE, everything),
        Attack("只填关键词，没有创意", _each_group(model, creatives=[]), NONE, everything),
        Attack("不出价", _each_group(model, bid=0), NONE, everything),
        Attack("与题无关的关键词", _each_group(model, keywords=_words(["天气", "股票"])), POOR, ("coverage", "outcome")),
        Attack("搜索量最大的词全部加进一个单元", _busiest(content, "broad", "5.00"), LITTLE, ("negatives",)),
        Attack("搜索量最大的词，按最高价出", _busiest(content, "phrase", "9999.99"), LITTLE, ("negatives",)),
        Attack("用单字否定一切", _each_campaign(model, negatives=_letters(content)), POOR, ("negatives", "outcome")),
        Attack("所有创意都用违法用语", _unlawful(model), ALL, ("creatives", "outcome")),
        Attack("把账户日预算和计划预算都改大", _rich(model), Fraction(96, 100)),
        Attack("范例答案复制到远超限额", _copies(model), Fraction(96, 100)),
    )  # fmt: skip


def _words(texts: list[str], match: str = "broad") -> list[dict[str, Any]]:
    return [{"text": text, "match": match} for text in texts]


def _shells(content: Any) -> dict[str, Any]:
    limits = content["limits"]
    groups = [{"name": f"单元{i}", "bid": i + 1} for i in range(limits["groups"] // limits["campaigns"])]
    campaigns = [
        {"name": f"计划{i}", "daily_budget": content["daily_budget"], "groups": deepcopy(groups)}
        for i in range(limits["campaigns"])
    ]
    return {"daily_budget": content["daily_budget"], "campaigns": campaigns}


def _each_campaign(model: Any, **values: Any) -> Any:
    document = deepcopy(model)
    for campaign in document.get("campaigns", []):
        campaign.update(deepcopy(values))
    return document


def _each_group(model: Any, **values: Any) -> Any:
    document = deepcopy(model)
    for campaign in document.get("campaigns", []):
        for group in campaign["groups"]:
            group.update(deepcopy(values))
    return document


def _busiest(content: Any, match: str, bid: str) -> dict[str, Any]:
    """No thought about intent, structure or page: the planner sorted by volume, from top to limit."""
    rows = sorted(content["planner"], key=lambda row: -row["volume"])[: content["limits"]["keywords"]]
    title = rows[0]["text"][: content["limits"]["title"][1]]
    group = {
        "name": "单元1",
        "bid": float(bid),
        "landing": content["landings"][0]["id"],
        "keywords": _words([row["text"] for row in rows], match),
        "creatives": [{"title": title, "desc": f"欢迎选购{title}"}],
    }
    budget = content["daily_budget"]
    return {
        "daily_budget": budget,
        "campaigns": [{"name": "计划1", "daily_budget": budget, "groups": [group]}],
    }


def _letters(content: Any) -> list[dict[str, Any]]:
    letters = Counter(letter for row in content["planner"] for letter in row["text"])
    common = [letter for letter, _ in letters.most_common(content["limits"]["negatives"])]
    return _words(common, "phrase")


def _unlawful(model: Any) -> Any:
    document = deepcopy(model)
    for campaign in document.get("campaigns", []):
        for group in campaign["groups"]:
            for creative in group["creatives"]:
                creative["desc"] = "全国第一，最好的选择，" + creative["desc"][:20]
    return document


def _rich(model: Any) -> Any:
    return {**_each_campaign(model, daily_budget=9999.99), "daily_budget": 9999.99}


def _copies(model: Any) -> Any:
    document = deepcopy(model)
    document["campaigns"] = deepcopy(document.get("campaigns", []) * 5)
    return document
