"""Acts at the SEM workbench."""

from tests.practical import bench


class Bench(bench.Bench):
    """An advertising account."""

    ready = ".sem-main h3"

    def node(self, name: str) -> None:
        """Open a page, plan or unit in the tree."""
        found = self.page.locator(".sem-nav .sem-node").filter(
            has=self.page.locator(".sem-node-name", has_text=name)
        )
        found.first.click()

    def tab(self, name: str) -> None:
        self.main.get_by_role("group", name="单元的内容").get_by_role("button", name=name).click()

    def fill(self, label: str, text: str) -> None:
        """Click into the box, take what is there away and type."""
        self.main.get_by_label(label, exact=True).click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list on the open page."""
        self.choose_in(self.main.get_by_label(label, exact=True), option)

    def button(self, name: str) -> None:
        self.main.get_by_role("button", name=name, exact=True).click()
