"""What tests of the player look at: the page, and what the server holds."""

from playwright.sync_api import Page, expect

from exams.models import Attempt, Response, Session
from lib.canonical import parse
from tests import factories


def held(session: Session, index: int = 0) -> dict:
    """What the server holds of a candidate, by slot."""
    rows = Response.objects.filter(attempt__registration=factories.registration(session, index))
    return {row.slot: parse(row.response) for row in rows}


def the_attempt(session: Session, index: int = 0) -> Attempt:
    return factories.registration(session, index).attempts.get()


def choose(page: Page, number: int) -> None:
    """Click the whole card, not the small circle."""
    page.locator("label.choice").nth(number - 1).click()


def saved(page: Page) -> None:
    expect(page.locator("#save[data-kind=saved]")).to_contain_text("已保存")


def seconds_left(page: Page) -> int:
    hours, minutes, seconds = page.inner_text("#countdown-time").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
