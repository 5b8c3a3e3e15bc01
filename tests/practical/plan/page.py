"""Acts at the PLAN workbench."""

import datetime
from typing import Any

from playwright.sync_api import Locator, expect

from itembank.practical.tasks import PracticalTask
from tests.practical import bench


class Bench(bench.Bench):
    """The plan with its sections."""

    ready = ".pl-tabs button"

    def section(self, title: str) -> None:
        """Open a section by its tab."""
        tabs = self.page.get_by_role("navigation", name="方案栏目")
        tabs.get_by_role("button", name=title).click()
        expect(self.page.get_by_role("heading", name=title, exact=True)).to_be_focused()

    def row(self, number: int) -> Locator:
        return self.main.locator(".pl-row").nth(number - 1)

    def row_act(self, number: int, act: str) -> None:
        """Open the number of a row and press one of its buttons."""
        self.row(number).locator(".pl-handle").click()
        self.row(number).locator(".pl-menu").get_by_role("button", name=act).click()

    def cell(self, column: dict[str, Any], label: str, value: Any) -> None:
        """Fill one cell in as a person does: boxes are typed in, choices made with the arrow keys."""
        kind = column["type"]
        if kind == "moment":
            day, time = value.split(" ")
            self.choose(f"{label}日期", _day(day))
            self.fill(f"{label}时间", time)
        elif kind == "day":
            self.choose(label, _day(value))
        elif column.get("many"):
            self.tick(label, value)
        elif kind in ("choice", "pick"):
            self.choose(label, value)
        elif kind == "percent":
            self.fill(label, f"{round(value * 100, 6):g}")
        else:
            self.fill(label, str(value))

    def tick(self, label: str, names: list[str]) -> None:
        """Open a list of several choices, tick names with the space bar, close it."""
        summary = self.page.locator(f'summary[aria-label^="{label}："]')
        summary.focus()
        self.page.keyboard.press("Enter")
        boxes = self.page.get_by_role("group", name=label, exact=True)
        for name in names:
            boxes.get_by_role("checkbox", name=name, exact=True).focus()
            self.page.keyboard.press("Space")
        self.page.keyboard.press("Escape")
        expect(summary).to_be_focused()

    def enter_row(self, section: dict[str, Any], number: int, row: dict[str, Any]) -> None:
        """Add a row and fill it in."""
        word = section.get("row", "行")
        self.button(f"＋ 添加一{word}")
        for column in section["columns"]:
            if column["id"] in row:
                self.cell(column, f"第 {number} {word}{column['label']}", row[column["id"]])

    def enter_section(self, section: dict[str, Any], model: dict[str, Any]) -> None:
        self.section(section["title"])
        if section["kind"] == "form":
            for column in section["columns"]:
                self.cell(column, column["label"], model[section["id"]][column["id"]])
        else:
            for number, row in enumerate(model[section["id"]], 1):
                self.enter_row(section, number, row)
        for column in section.get("below", []):
            self.cell(column, column["label"], model[column["id"]])

    def enter(self, task: PracticalTask, model: dict[str, Any]) -> None:
        """The whole plan, section by section."""
        for section in task.content["sections"]:
            self.enter_section(section, model)


def _day(value: str) -> str:
    day = datetime.date.fromisoformat(value)
    return f"{day.month}月{day.day}日 周{'一二三四五六日'[day.weekday()]}"
