"""Faults of a SEM task that schemas alone cannot see. What needs the world is in gates.py."""

import json
from collections.abc import Iterator
from typing import Any

from itembank.practical import advertising
from itembank.practical.base import Problem
from itembank.practical.schemas import shape_problems
from itembank.practical.sem.schema import CONTENT, KEY
from itembank.practical.text import fold


def check_task(content: Any, key: Any) -> list[Problem]:
    """Sentences for the author; empty when content and key can be used."""
    shape = [*shape_problems("content", CONTENT, content), *shape_problems("key", KEY, key)]
    if shape:
        return shape
    return [*_content_problems(content), *_key_problems(key)]


def _content_problems(content: Any) -> Iterator[Problem]:
    texts = [fold(row["text"]) for row in content["planner"]]
    for text in sorted({text for text in texts if texts.count(text) > 1}):
        yield Problem("content.planner", "twice", f"关键词规划师里“{text}”出现了两次。")
    ids = [landing["id"] for landing in content["landings"]]
    if len(set(ids)) != len(ids):
        yield Problem("content.landings", "twice", "有两个落地页用了同一个编号。")
    for name, label in (("title", "标题"), ("desc", "描述")):
        least, most = content["limits"][name]
        if least > most:
            yield Problem(f"content.limits.{name}", "range", f"创意{label}的最少字数大于最多字数。")
    if not content["daily_budget"]:
        yield Problem("content.daily_budget", "budget", "账户日预算为 0，什么也投放不了。")
    for word in [*content["selling_points"], *content["calls"]]:
        if advertising.violations(word):
            yield Problem("content.selling_points", "law", f"卖点或号召用语“{word}”本身违反广告用语规则。")
    if "junk" in json.dumps(content):
        yield Problem("content", "leak", "题面里出现了内部的主题编号，考生能看出哪些词是陷阱。")


def _key_problems(key: Any) -> Iterator[Problem]:
    try:
        advertising.pack(key["law"])
    except KeyError:
        yield Problem("key.law", "no_pack", f"没有版本为 {key['law']} 的广告用语规则。")
    kinds = [criterion["kind"] for criterion in key["criteria"]]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield Problem("key.criteria", "twice", f"有两个评分项都是“{kind}”类型。")
    if "outcome" not in kinds:
        yield Problem("key.criteria", "no_outcome", "没有评定模拟投放结果的评分项。")
    for criterion in key["criteria"]:
        where = f"key.criteria.{criterion['id']}"
        for name in ("recall", "precision"):
            if name in criterion and criterion[name][0] >= criterion[name][1]:
                yield Problem(where, "ramp", f"评分项 {criterion['id']} 的 {name} 起点不小于终点。")
        if "price" in criterion and not (
            criterion["price"][0] > criterion["price"][1]
            and criterion["quality"][0] < criterion["quality"][1]
        ):
            yield Problem(
                where, "ramp", f"评分项 {criterion['id']}：范例答案的质量分或点击价格没有好于弱答案。"
            )
        for code in criterion["codes"]:
            if code not in key["skills"]:
                yield Problem(
                    where, "no_skill", f"职业技能要求 {code} 没有写明对应哪种操作，无法做剔除检验。"
                )
