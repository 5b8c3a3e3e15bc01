"""Entering an answer at the INBASKET workbench as a person does."""

from typing import Any

from playwright.sync_api import expect

from itembank.practical.tasks import PracticalTask
from tests.practical.inbasket.page import Bench


def handle(bench: Bench, task: PracticalTask, entry: dict[str, Any]) -> None:
    labels = task.content["labels"]
    author = next(m["author"] for m in task.content["messages"] if m["id"] == entry["id"])
    bench.message(author)
    expect(bench.page.get_by_role("heading", name=author, exact=True)).to_be_focused()
    for field in ("type", "route", "action"):
        if field in entry:
            bench.choose(labels[field], entry[field])
    if "prio" in entry:
        # By keyboard: the space bar takes the first choice, the arrows go on from there.
        bench.page.get_by_role("group", name=labels["prio"]).get_by_role("radio").first.focus()
        bench.page.keyboard.press("Space")
        for _ in range(entry["prio"] - 1):
            bench.page.keyboard.press("ArrowDown")
    if "reply" in entry:
        bench.fill(labels["reply"], entry["reply"])


def add_script(bench: Bench, task: PracticalTask, number: int, script: dict[str, str]) -> None:
    labels = task.content["labels"]
    bench.button(f"＋ 添加{labels['entry']}")
    bench.page.keyboard.insert_text(script["q"])  # adding put the cursor into the first box
    card = bench.page.get_by_role("region", name=f"{labels['entry']} {number}", exact=True)
    card.get_by_label(labels["entry"], exact=True).click()
    bench.page.keyboard.insert_text(script["a"])


def enter(bench: Bench, task: PracticalTask, model: dict[str, Any]) -> None:
    """Everything, messages in order of arrival; then the order by keyboard and by dragging."""
    for message in task.content["messages"]:
        handle(bench, task, next(one for one in model["handled"] if one["id"] == message["id"]))
    arrange(bench, task, [one["id"] for one in model["handled"]])
    bench.tab(task.content["labels"]["library"])
    for number, script in enumerate(model["library"], 1):
        add_script(bench, task, number, script)


def row(bench: Bench, task: PracticalTask, name: str) -> Any:
    author = next(m["author"] for m in task.content["messages"] if m["id"] == name)
    return bench.page.locator(".ib-queue .ib-row", has_text=author)


def arrange(bench: Bench, task: PracticalTask, wanted: list[str]) -> None:
    for place, name in enumerate(wanted):
        steps = bench.order().index(name) - place
        if place == 0 and steps > 0:  # the first one is dragged onto the upper half of the first row
            target = row(bench, task, bench.order()[0])
            # Playwright would scroll the list between pressing and moving, which no hand can do.
            target.scroll_into_view_if_needed()
            row(bench, task, name).locator(".ib-number").drag_to(
                target.locator(".ib-number"), target_position={"x": 10, "y": 4}
            )
            continue
        for _ in range(steps):
            row(bench, task, name).get_by_role("button", name="上移").press("Enter")


def enter_in_order(bench: Bench, task: PracticalTask, model: dict[str, Any]) -> None:
    """Everything, messages in the order in which they are to be handled."""
    for entry in model["handled"]:
        handle(bench, task, entry)
    bench.tab(task.content["labels"]["library"])
    for number, script in enumerate(model["library"], 1):
        add_script(bench, task, number, script)
