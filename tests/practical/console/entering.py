"""Entering a submission into an open CONSOLE workbench with mouse and keyboard alone."""

from typing import Any

from itembank.practical.tasks import PracticalTask
from tests.practical.console.page import Bench


def fill_forms(bench: Bench, task: PracticalTask, model: dict[str, Any]) -> None:
    """Every form of the task as the model says."""
    for screen in task.content["screens"]:
        if screen["type"] != "form":
            continue
        bench.screen(screen["title"])
        for field in screen["fields"]:
            value: Any = model
            for step in field["path"].split("."):
                value = value.get(step) if isinstance(value, dict) else None
            if value is None:
                continue
            if field["widget"] == "switch":
                bench.page.get_by_role("switch", name=field["label"]).focus()
                bench.page.keyboard.press("Space")
            elif field["widget"] == "radio":
                bench.page.get_by_label(value, exact=True).click()
            elif field["widget"] == "multiselect":
                for option in reversed(value.split(field["join"])):  # the order of ticking must not matter
                    bench.page.get_by_label(option, exact=True).click()
            elif field["widget"] == "select":
                bench.choose(field["label"], value)
            else:
                bench.fill(field["label"], value)


def fill_rules(bench: Bench, title: str, rules: list[dict[str, Any]]) -> None:
    bench.screen(title)
    for number, rule in enumerate(rules, 1):
        bench.button("＋ 添加规则")
        card = bench.page.get_by_role("region", name=f"规则 {number}")
        for keyword in rule["keywords"]:
            # Adding a rule put the focus into its keyword box; Enter adds and keeps it there.
            bench.page.keyboard.insert_text(keyword["text"])
            bench.page.keyboard.press("Enter")
            if keyword["match"] == "half":
                card.get_by_role("button", name=f"“{keyword['text']}”是全匹配").click()
                card.get_by_label(f"规则 {number} 的新关键词").click()
        card.get_by_label("回复内容").click()
        bench.page.keyboard.insert_text(rule["reply"])


def fill_leaf(bench: Bench, card: Any, types: dict[str, Any], entry: dict[str, Any]) -> None:
    kind = types[entry["type"]]
    bench.choose_in(card.get_by_label("点击后"), kind["label"])
    target = card.get_by_label(kind["target_label"], exact=True)
    if "targets" in kind:
        bench.choose_in(target, entry["target"])
    else:
        target.click()
        bench.page.keyboard.insert_text(entry["target"])


def fill_menu(bench: Bench, screen: dict[str, Any], menu: list[dict[str, Any]]) -> None:
    types = {t["value"]: t for t in screen["types"]}
    bench.screen(screen["title"])
    for number, entry in enumerate(menu, 1):
        bench.button("＋ 添加一级菜单")
        bench.page.keyboard.insert_text(entry["name"])
        card = bench.page.get_by_role("region", name=f"一级菜单 {number}")
        for place, leaf in enumerate(entry.get("sub", [])):
            card.get_by_role("button", name="添加二级菜单").click()
            bench.page.keyboard.insert_text(leaf["name"])
            fill_leaf(bench, card.locator(".pc-sub-item").nth(place), types, leaf)
        if "sub" not in entry:
            fill_leaf(bench, card, types, entry)


def fill_all(bench: Bench, task: PracticalTask, model: dict[str, Any]) -> None:
    fill_forms(bench, task, model)
    for screen in task.content["screens"]:
        if screen["type"] == "rules":
            fill_rules(bench, screen["title"], model["rules"])
        elif screen["type"] == "menu":
            fill_menu(bench, screen, model["menu"])
        elif screen["type"] == "tags":
            bench.screen(screen["title"])
            for user in screen["users"]:
                bench.choose(f"{user['name']}的标签", model["tags"][user["id"]])
