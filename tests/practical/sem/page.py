"""A bare page around the SEM workbench, served under the platform's content security policy."""

import functools
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from itembank.practical.sem import KIND
from itembank.practical.tasks import PracticalTask
from tests.practical.workbench_page import PAGE, STATIC, Handler

SCRIPT = """import { mount } from "/static/js/practical/sem/workbench.js";
const set = await (await fetch("/task.json")).json();
window.saved = [];
window.bench = mount(document.getElementById("root"), { ...set, onChange: (s) => window.saved.push(s) });
"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a server for the harness in `folder`."""
    styles = "".join(f'<link rel="stylesheet" href="/static/{one}">' for one in KIND.workbench_styles)
    page = PAGE.replace("{styles}", styles).replace("CONSOLE", "SEM")
    (folder / "index.html").write_text(page, encoding="utf-8")
    (folder / "favicon.ico").touch()
    (folder / "harness.js").write_text(SCRIPT, encoding="utf-8")
    os.symlink(STATIC, folder / "static")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Bench:
    """One open workbench, driven as a person does: by names on the screen, mouse and keyboard."""

    def __init__(self, page: Page, address: str, folder: Path) -> None:
        self.page, self.address, self.folder = page, address, folder
        self.faults: list[str] = []
        page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.faults.append(str(e)))

    def open(self, task: PracticalTask, response: Any = None, read_only: bool = False) -> None:
        """Mount the task; only its public content reaches the browser."""
        sent = {"content": task.content, "response": response, "readOnly": read_only}
        (self.folder / "task.json").write_text(json.dumps(sent), encoding="utf-8")
        self.page.goto(self.address)
        self.page.wait_for_selector(".sem-main h3")

    @property
    def saved(self) -> Any:
        """The last submission given to the player, or None."""
        return self.page.evaluate("window.saved.at(-1) ?? null")

    @property
    def main(self) -> Locator:
        return self.page.locator(".sem-main")

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
        """Choose from a list by keyboard: focus it and go down to the option."""
        box = self.main.get_by_label(label, exact=True)
        box.focus()
        choices = box.locator("option").all_inner_texts()
        steps = choices.index(option) - box.evaluate("node => node.selectedIndex")
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def button(self, name: str) -> None:
        self.main.get_by_role("button", name=name, exact=True).click()
