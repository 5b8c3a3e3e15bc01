"""Acts at the CONSOLE workbench."""

from tests.practical import bench


class Bench(bench.Bench):
    """The back office of an account."""

    ready = ".pc-nav button"

    def screen(self, title: str) -> None:
        """Open a screen from the menu."""
        self.page.locator(".pc-nav").get_by_role("button", name=title).click()
