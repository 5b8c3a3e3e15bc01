"""A bare page around the INBASKET workbench, served under the platform's content security policy."""

import functools
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from itembank.practical.inbasket import KIND
from itembank.practical.tasks import PracticalTask
from tests.practical import workbench_page as console_page

PAGE = console_page.PAGE.replace("CONSOLE", "INBASKET")
SCRIPT = """import { mount } from "/static/js/practical/inbasket/workbench.js";
const set = await (await fetch("/task.json")).json();
window.saved = [];
window.bench = mount(document.getElementById("root"), { ...set, onChange: (s) => window.saved.push(s) });
"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a server for the harness in `folder`."""
    styles = "".join(f'<link rel="stylesheet" href="/static/{one}">' for one in KIND.workbench_styles)
    (folder / "index.html").write_text(PAGE.replace("{styles}", styles), encoding="utf-8")
    (folder / "favicon.ico").touch()
    (folder / "harness.js").write_text(SCRIPT, encoding="utf-8")
    os.symlink(console_page.STATIC, folder / "static")
    handler = functools.partial(console_page.Handler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Bench(console_page.Bench):
    """One open desk, driven as a person does: by names on the screen, mouse and keyboard."""

    def open(self, task: PracticalTask, response: Any = None, read_only: bool = False) -> None:
        """Mount the task; only its public content reaches the browser."""
        sent = {"content": task.content, "response": response, "readOnly": read_only}
        (self.folder / "task.json").write_text(json.dumps(sent), encoding="utf-8")
        self.page.goto(self.address)
        self.page.wait_for_selector(".ib-tabs button")

    def tab(self, name: str) -> None:
        self.page.get_by_role("navigation", name="工作台栏目").get_by_role("button", name=name).click()

    def message(self, author: str) -> None:
        """Open a message from the list."""
        self.page.locator(".ib-inbox .ib-open", has_text=author).click()

    def order(self) -> list[str]:
        """Ids in handling order, as last saved."""
        return [entry["id"] for entry in (self.saved or {}).get("handled", [])]
