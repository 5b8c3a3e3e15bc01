"""休息, an item order of one's own and a clock that components share, in a real browser."""

import json
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from exams.delivery import services, timing
from exams.enums import AttemptState, ClockKind
from exams.models import Attempt, ItemOrder, SeenSlot
from exams.scheduling import services as scheduling
from tests import factories
from tests.looks import SIZES, assert_accessible, overflow
from tests.sit.watching import choose, held, saved, the_attempt

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rested(desk):
    """(session, page) of a candidate with ten minutes of break time: the first item answered, the second on screen."""
    session = factories.session(items=4)
    scheduling.accommodate(
        registration_id=factories.registration(session).pk, factor=Decimal("1.00"), break_minutes=10,
        reason="哺乳", by=factories.staff(session.organisation),
    )  # fmt: skip
    page = desk(session).begin()
    choose(page, 2)
    page.get_by_role("button", name="下一题").click()
    return session, page


def take_break(page):
    page.get_by_role("button", name="休息", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("还可以休息 10 分钟")
    page.get_by_role("button", name="开始休息").click()
    expect(page.get_by_role("heading", name="休息中")).to_be_visible()


def test_a_break_hides_the_form_and_what_was_seen_is_frozen_afterwards(rested):
    session, page = rested
    take_break(page)
    expect(page.locator("#desk")).to_be_hidden()
    page.get_by_role("button", name="结束休息，继续答题").click()
    expect(page.locator("#item")).to_contain_text("休息前已经看过，不能再改")
    expect(page.locator(".choice__input").first).to_be_disabled()
    page.keyboard.press("1")  # the key that chooses
    expect(page.get_by_role("button", name="第 2 题，未答，不能再改")).to_be_visible()
    page.get_by_role("button", name="下一题").click()
    expect(page.locator("#item")).not_to_contain_text("不能再改")
    choose(page, 1)
    saved(page)
    assert the_attempt(session).frozen == ["T01", "T02"]
    assert held(session) == {"T01": {"choices": ["b"]}, "T03": {"choices": ["a"]}}


def test_what_is_shown_is_reported_at_once(rested):
    session, page = rested
    with page.expect_response(lambda one: one.url.endswith("/seen/") and "T03" in one.request.post_data):
        page.get_by_role("button", name="下一题").click()
    assert SeenSlot.objects.filter(attempt=the_attempt(session), slot="T03").exists()


def test_a_reload_in_the_break_shows_the_break(rested):
    _, page = rested
    take_break(page)
    page.reload()
    expect(page.get_by_role("heading", name="休息中")).to_be_visible()
    expect(page.locator("#curtain-clock")).to_contain_text("00:09:")


def test_a_break_that_ends_on_the_server_opens_the_form_again(rested):
    session, page = rested
    take_break(page)
    timing.resume(attempt_id=the_attempt(session).pk, reason="", by=factories.proctor(session))
    expect(page.locator("#desk")).to_be_visible()
    expect(page.locator("#curtain")).to_be_hidden()


def test_without_network_no_break_begins_and_answering_goes_on(rested):
    session, page = rested
    page.context.set_offline(True)
    page.get_by_role("button", name="休息", exact=True).click()
    page.get_by_role("button", name="开始休息").click()
    expect(page.locator("#break-trouble")).to_contain_text("计时没有停止")
    page.get_by_role("dialog").get_by_role("button", name="继续答题").click()
    page.context.set_offline(False)
    choose(page, 1)
    saved(page)
    assert the_attempt(session).state == AttemptState.IN_PROGRESS


def test_a_break_whose_answer_got_lost_is_told_from_a_pause(rested):
    """The server stopped the clock, the page heard nothing of it: it asks, and offers the way back."""
    session, page = rested
    page.route("**/break/", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="休息", exact=True).click()
    page.get_by_role("button", name="开始休息").click()
    page.get_by_role("button", name="结束休息，继续答题").click()
    expect(page.locator("#desk")).to_be_visible()
    assert the_attempt(session).breaks.count() == 1


def test_who_has_no_break_time_is_offered_none(desk):
    page = desk(factories.session()).begin()
    expect(page.locator("#hand-in")).to_be_enabled()
    expect(page.locator("#break")).to_be_hidden()


def test_the_break_looks_right_on_every_screen(rested):
    _, page = rested
    page.get_by_role("button", name="休息", exact=True).click()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert overflow(page) == 0
        page.screenshot(path=f"/tmp/shots-break-{width}.png")
    page.get_by_role("button", name="开始休息").click()
    expect(page.get_by_role("heading", name="休息中")).to_be_visible()
    assert_accessible(page)


def test_items_and_choices_stand_in_the_candidates_own_order_and_the_answers_are_the_forms(desk):
    session = factories.session(items=6, shuffle=True)
    page = desk(session).begin()
    drawn = json.loads(ItemOrder.objects.get().body)
    for number, slot in enumerate(drawn["items"], 1):
        inputs = page.locator(f'input[name="choice-{slot}"]')
        expect(inputs).to_have_count(len(drawn["choices"][slot]))
        assert inputs.evaluate_all("all => all.map((one) => one.value)") == drawn["choices"][slot]
        expect(page.get_by_role("heading", name=f"第 {number} 题")).to_be_visible()
        page.locator('.choice:has(input[value="b"])').click()
        if number < len(drawn["items"]):
            page.get_by_role("button", name="下一题").click()
    saved(page)
    assert held(session) == {slot: {"choices": ["b"]} for slot in sorted(drawn["items"])}


def test_the_waiting_page_counts_the_shared_clock_down_between_components(desk):
    session = factories.session(both=True, clock=ClockKind.SHARED)
    one = desk(session)
    page = one.begin()
    expect(page.locator("#countdown-time")).to_contain_text("01:19:")
    theory = Attempt.objects.get(registration=one.registration, position=1)
    services.end(attempt_id=theory.pk, reason="身体不适", by=factories.proctor(session))
    page.goto(f"{one.address}/sit/wait/")
    first, second = page.locator(".subject").nth(0), page.locator(".subject").nth(1)
    expect(second).to_contain_text("合计计时不停，还剩 01:19:")
    expect(first.get_by_role("button")).to_have_text("查看回执")
    second.get_by_role("button", name="开始答题").click()
    expect(page.locator("#countdown-time")).to_contain_text("01:19:")
