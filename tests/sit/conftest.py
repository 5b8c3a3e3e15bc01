"""Fixtures of the candidate's pages: real candidates, and Chromium for the player."""

import os
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from exams.models import Registration, Session
from tests import factories

# Playwright keeps an event loop in this thread; Django would take our ORM calls for calls from async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def sign_in_data(registration: Registration) -> dict[str, str]:
    return {"ticket_number": registration.ticket_number, "id_number": registration.candidate.id_number}


def signed_in(registration: Registration, *, promised: bool = True) -> Client:
    """A client that signed in with ticket and identity number and, by default, went all the way to the waiting page."""
    client = Client()
    assert client.post("/sit/", sign_in_data(registration)).status_code == 302
    if promised:
        client.post("/sit/check/")
        client.post("/sit/rules/", {"promise": "on"})
    return client


class Desk:
    """One candidate at one machine; his pages must not cause script errors or violations of the policy."""

    def __init__(self, browser: Browser, address: str, registration: Registration) -> None:
        self.address, self.registration = address, registration
        # A wrong time zone: what the page shows must not depend on the machine.
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1366, "height": 768}, timezone_id="America/New_York", locale="zh-CN"
        )
        self.faults: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        self.watch(page)
        return page

    def watch(self, page: Page) -> Page:
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console",
            lambda m: (
                self.faults.append(m.text) if m.type == "error" and "Failed to load" not in m.text else None
            ),
        )
        return page

    def sign_in(self) -> None:
        sign_in(self.page, self.address, self.registration)

    def sign_in_again(self) -> None:
        """At another machine: what was confirmed and promised at the first one is known."""
        enter(self.page, self.address, self.registration)

    def begin(self) -> Page:
        """Sign in and start the first component."""
        return begin(self.page, self.address, self.registration)


def sign_in(page: Page, address: str, registration: Registration) -> None:
    """By keyboard, as a candidate does, up to the waiting page."""
    enter(page, address, registration)
    page.get_by_role("button", name="信息无误").click()
    page.get_by_label("我已阅读并理解考场规则").check()
    page.get_by_role("button", name="我承诺").click()


def enter(page: Page, address: str, registration: Registration) -> None:
    """Ticket and identity number at the entrance."""
    data = sign_in_data(registration)
    page.goto(f"{address}/sit/")
    page.get_by_label("准考证号").fill(data["ticket_number"])
    page.get_by_label("证件号码").fill(data["id_number"])
    page.keyboard.press("Enter")


def begin(page: Page, address: str, registration: Registration) -> Page:
    sign_in(page, address, registration)
    page.get_by_role("button", name="开始答题").first.click()
    page.get_by_role("heading", name="第 1 题").wait_for()
    return page


@pytest.fixture
def desk(browser: Browser, live_server) -> Iterator:
    """Makes desks: ``desk(session)`` or ``desk(session, index=1)``."""
    desks: list[Desk] = []

    def make(session: Session, index: int = 0) -> Desk:
        desks.append(Desk(browser, live_server.url, factories.registration(session, index)))
        return desks[-1]

    yield make
    for one in desks:
        one.context.close()
    assert [fault for one in desks for fault in one.faults] == []
