"""Acts at the DATA workbench."""

from typing import Any

from playwright.sync_api import Locator

from tests.practical import bench


class Bench(bench.Bench):
    """The sheets and the answer sheet."""

    ready = ".da-grid td"

    def pane(self, name: str) -> None:
        """On a narrow page one pane is shown at a time."""
        tab = self.page.get_by_role("navigation", name="工作台栏目").get_by_role(
            "button", name=name, exact=True
        )
        if tab.is_visible():
            tab.click()

    def sheet(self, title: str) -> None:
        """Open a sheet by its tab."""
        self.page.get_by_role("group", name="工作表").get_by_role("button", name=title, exact=True).click()

    def cell(self, address: str) -> Locator:
        """The cell at an address, wherever sorting has put it."""
        letters = "".join(c for c in address if c.isalpha())
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        row = int(address[len(letters) :]) - 1
        return self.page.locator(f'td[data-row="{row}"][data-column="{column - 1}"]')

    def type_into(self, address: str, text: str) -> None:
        """Select a cell, type, Enter."""
        self.cell(address).click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def column(self, letters: str) -> None:
        """Open sorting and filtering of a column."""
        self.page.locator(".da-grid thead button").get_by_text(letters, exact=True).click()

    def rows(self) -> list[int]:
        """Numbers of the data rows as they are shown now."""
        numbers: list[int] = self.page.locator(".da-grid tbody tr:has(.da-data) th").evaluate_all(
            "all => all.map((one) => Number(one.textContent))"
        )
        return numbers[1:]

    @property
    def scratch(self) -> Any:
        """The candidate's own cells as last saved."""
        return (self.saved or {}).get("s", {})

    @property
    def at(self) -> str:
        """Address of the cell that has the focus, or nothing."""
        place = self.page.evaluate(
            "(({ row, column } = {}) => row && [Number(row), Number(column)])"
            "(document.activeElement.closest('td')?.dataset)"
        )
        return f"{chr(65 + place[1])}{place[0] + 1}" if place else ""
