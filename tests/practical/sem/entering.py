"""Entering a submission into an open SEM workbench with mouse and keyboard alone."""

from typing import Any

from itembank.practical.tasks import PracticalTask
from tests.practical.sem.page import Bench

MATCH = {"exact": "精确匹配", "phrase": "短语匹配", "broad": "智能匹配"}
NEGATIVE = {"exact": "精确否定", "phrase": "短语否定"}


def money(value: float) -> str:
    return f"{value:g}"


def by_match(words: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Words in runs of the same match, as a person adds them."""
    runs: list[tuple[str, list[str]]] = []
    for word in words:
        if not runs or runs[-1][0] != word["match"]:
            runs.append((word["match"], []))
        runs[-1][1].append(word["text"])
    return runs


def add_words(bench: Bench, label: str, names: dict[str, str], words: list[dict[str, Any]]) -> None:
    for match, texts in by_match(words):
        bench.choose("匹配方式", names[match])
        bench.main.get_by_label(label, exact=True).click()
        bench.page.keyboard.insert_text("\n".join(texts))
        bench.button(f"添加{label}")


def fill_unit(bench: Bench, task: PracticalTask, unit: dict[str, Any]) -> None:
    bench.page.keyboard.insert_text(unit["name"])  # a new unit waits for its name
    bench.fill("单元出价", money(unit["bid"]))
    page = next(one["name"] for one in task.content["landings"] if one["id"] == unit["landing"])
    bench.main.get_by_role("radio", name=page).click()
    bench.tab("关键词")
    add_words(bench, "关键词", MATCH, unit["keywords"])
    for word in unit["keywords"]:
        if "bid" in word:
            bench.fill(f"“{word['text']}”的出价", money(word["bid"]))
    bench.tab("创意")
    for number, creative in enumerate(unit["creatives"], 1):
        bench.button("＋ 添加创意")  # the focus goes into the title
        card = bench.main.get_by_role("region", name=f"创意 {number}")
        head, _, tail = creative["title"].partition("}")
        if tail and head.startswith("{"):
            card.get_by_role("button", name="插入通配符").click()
            bench.page.keyboard.insert_text(head[1:])  # the default word is selected
            bench.page.keyboard.press("End")
            bench.page.keyboard.insert_text(tail)
        else:
            bench.page.keyboard.insert_text(creative["title"])
        card.get_by_label("描述").click()
        bench.page.keyboard.insert_text(creative["desc"])
    if unit.get("negatives"):
        bench.tab("否定词")
        add_words(bench, "单元的否定词", NEGATIVE, unit["negatives"])


def fill_all(bench: Bench, task: PracticalTask, model: dict[str, Any]) -> None:
    """The whole account as the model says, from the empty workbench."""
    bench.node("账户概览")
    bench.fill("账户日预算", money(model["daily_budget"]))
    for plan in model["campaigns"]:
        bench.page.locator(".sem-nav").get_by_role("button", name="＋ 新建计划").click()
        bench.page.keyboard.insert_text(plan["name"])
        bench.fill("计划日预算", money(plan["daily_budget"]))
        if plan.get("negatives"):
            add_words(bench, "计划的否定词", NEGATIVE, plan["negatives"])
        for unit in plan["groups"]:
            add = bench.page.locator(".sem-nav").get_by_role("button", name=f"＋ 新建单元：{plan['name']}")
            add.click()
            fill_unit(bench, task, unit)
