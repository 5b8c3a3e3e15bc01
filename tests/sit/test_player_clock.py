"""The clock on the page: the server's, whatever the machine believes; read aloud when it matters."""

import datetime as dt

import pytest
from django.db.models import F
from playwright.sync_api import expect

from exams.delivery import clock, queries
from exams.models import Attempt
from lib.clock import database_now
from tests import factories
from tests.sit.watching import seconds_left, the_attempt

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = 3600
# What the machine believes, in seconds beside the truth; kept where a reload finds it.
WRONG_DATE = """(() => {
  const off = Number(localStorage.getItem("off") || 0) * 1000;
  const now = Date.now;
  Date.now = () => now() + off;
})()"""


def found(session) -> Attempt:
    return queries.with_clock(Attempt.objects.filter(pk=the_attempt(session).pk)).get()


def truth(session) -> float:
    """Seconds left by the database's clock."""
    return clock.remaining_ms(found(session), database_now()) / 1000


def set_left(session, seconds):
    """As if the attempt had begun so much earlier that this time is left."""
    by = dt.timedelta(seconds=truth(session) - seconds)
    Attempt.objects.filter(pk=the_attempt(session).pk).update(
        started_at=F("started_at") - by, clock_from=F("clock_from") - by
    )


def test_a_wrong_date_on_the_machine_changes_nothing(desk):
    session = factories.session()
    one = desk(session)
    one.page.add_init_script(WRONG_DATE)
    page = one.begin()
    for off in (HOUR, -HOUR, 24 * HOUR, -24 * HOUR):
        page.evaluate("(off) => localStorage.setItem('off', off)", off)
        page.reload()
        page.get_by_role("heading", name="第 1 题").wait_for()
        expect(page.locator("#countdown-time")).not_to_have_text("--:--:--")
        assert abs(page.evaluate("Date.now() / 1000") - dt.datetime.now(dt.UTC).timestamp() - off) < 60
        assert abs(seconds_left(page) - truth(session)) <= 2, off


def test_the_server_is_asked_when_the_candidate_looks_at_the_page_again(desk):
    session = factories.session()
    page = desk(session).begin()
    status = "**/api/v1/attempts/*/"
    with page.expect_response(status):
        pass
    # The next of the regular calls is more than two seconds away.
    with page.expect_request("**/api/v1/attempts/**", timeout=1_500):
        page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_half_time_ten_minutes_and_one_minute_are_read_aloud(desk):
    session = factories.session()
    page = desk(session).begin()
    half = clock.allowed_seconds(found(session)) // 2
    for left, sentence in ((half, "时间已过一半"), (600, "还剩 10 分钟"), (60, "还剩 1 分钟")):
        set_left(session, left + 1)
        expect(page.locator("#announcer")).to_contain_text(sentence, timeout=6_000)
