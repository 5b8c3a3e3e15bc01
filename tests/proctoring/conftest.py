"""What tests of the console in a browser share."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.sit.conftest import desk

__all__ = ["console", "desk"]


@pytest.fixture
def console(browser, live_server):
    """Opens a session's console as the given person; script errors and CSP violations fail the test."""
    contexts, faults = [], []

    def open_console(user, session):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{live_server.url}/staff/sign-in/")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码").fill(factories.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/")
        page.goto(f"{live_server.url}/sessions/{session.uuid}/")
        expect(page.locator(".seat")).to_have_count(session.registrations.count())
        return page

    yield open_console
    for context in contexts:
        context.close()
    assert faults == []
