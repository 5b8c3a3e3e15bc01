"""Acts at the INBASKET workbench."""

from tests.practical import bench


class Bench(bench.Bench):
    """The desk with its messages."""

    ready = ".ib-tabs button"

    def tab(self, name: str) -> None:
        """Open a tab of the desk."""
        self.page.get_by_role("navigation", name="工作台栏目").get_by_role("button", name=name).click()

    def message(self, author: str) -> None:
        """Open a message from the list."""
        self.page.locator(".ib-inbox .ib-open", has_text=author).click()

    def order(self) -> list[str]:
        """Ids in handling order, as last saved."""
        return [entry["id"] for entry in (self.saved or {}).get("handled", [])]
