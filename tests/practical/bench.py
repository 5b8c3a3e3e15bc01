"""A bare page around the workbench of a kind, served under the platform's content security policy."""

import functools
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, Locator, Page

from itembank.practical.base import PracticalKind
from itembank.practical.tasks import PracticalTask

STATIC = Path(__file__).resolve().parents[2] / "static"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/css/base.css">
{styles}
<main id="root"></main><script type="module" src="/harness.js"></script></html>"""
SCRIPT = """import { mount } from "/static/{module}";
const set = await (await fetch("/task.json")).json();
window.saved = [];
window.bench = mount(document.getElementById("root"), { ...set, onChange: (s) => window.saved.push(s) });
"""

SIZES = {"1366": (1366, 768), "1024": (1024, 768), "390": (390, 844)}
SMALL_TARGETS = """() => [...document.querySelectorAll(
    '.pc :is(button, select, textarea, summary, .pc-choice, .pc-switch-row, .sem-tick label, input[type=text])')]
  .filter((node) => node.offsetParent)
  .filter((node) => Math.min(node.getBoundingClientRect().height, node.getBoundingClientRect().width) < 43.5)
  .map((node) => node.textContent)"""
UNNAMED_CONTROLS = """() => [...document.querySelectorAll('.pc :is(input, select, textarea)')]
  .filter((node) => !node.labels?.length && !node.getAttribute('aria-label')).length"""


class Handler(SimpleHTTPRequestHandler):
    """Static files with the policy of the platform."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")  # a test may open several tasks under one address
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output quiet."""


@contextmanager
def served(folder: Path, kind: PracticalKind) -> Iterator[str]:
    """Address of a server for the harness of `kind` in `folder`."""
    styles = "".join(f'<link rel="stylesheet" href="/static/{one}">' for one in kind.workbench_styles)
    page = PAGE.replace("{styles}", styles).replace("{title}", kind.name)
    (folder / "index.html").write_text(page, encoding="utf-8")
    (folder / "favicon.ico").touch()
    (folder / "harness.js").write_text(SCRIPT.replace("{module}", kind.workbench_module), encoding="utf-8")
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
    """One open workbench, driven as a person does: by names on the screen, mouse and keyboard. A kind adds its own
    acts in a subclass; `ready` is what stands on the page once the workbench is open."""

    ready = ".pc-main"

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
        self.page.wait_for_selector(self.ready)

    @property
    def saved(self) -> Any:
        """The last submission given to the player, or None."""
        return self.page.evaluate("window.saved.at(-1) ?? null")

    @property
    def main(self) -> Locator:
        """The part beside the task sheet and the menu."""
        return self.page.locator(".pc-main")

    def fill(self, label: str, text: str) -> None:
        """Click into the box and type."""
        self.page.get_by_label(label, exact=True).click()
        self.page.keyboard.insert_text(text)

    def choose(self, label: str, option: str) -> None:
        self.choose_in(self.page.get_by_label(label, exact=True), option)

    def choose_in(self, box: Locator, option: str) -> None:
        """Choose from a list by keyboard: focus it and go down to the option."""
        box.focus()
        choices = box.locator("option").all_inner_texts()
        now = box.evaluate("node => node.selectedIndex")
        steps = choices.index(option) - now
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()


B = TypeVar("B", bound=Bench)


@contextmanager
def opened(browser: Browser, folder: Path, kind: PracticalKind, acts: type[B]) -> Iterator[B]:
    """A workbench driven by `acts`. Script errors and violations of the content security policy fail the test."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(10_000)
    with served(folder, kind) as address:
        one = acts(page, address, folder)
        yield one
        page.close()
    assert one.faults == []
