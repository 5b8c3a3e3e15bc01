"""The player in a real browser: answering, time and hand-in, and what the server holds afterwards."""

import re
import time
import uuid

import pytest
from playwright.sync_api import expect

from certification.demo.sessions import make_session
from certification.demo.setup import ensure_house
from exams.delivery import services, timing
from exams.enums import AttemptState, SessionState
from exams.models import Attempt, Response, ResponseEvent
from exams.scheduling import services as scheduling
from lib.canonical import parse
from tests import factories
from tests.looks import SIZES, SMALL_TARGETS, assert_accessible, overflow
from tests.sit.watching import choose, held, saved, seconds_left, the_attempt

pytestmark = pytest.mark.django_db(transaction=True)


def test_choices_are_saved_at_once_and_survive_a_reload(desk):
    session = factories.session(items=4)
    page = desk(session).begin()
    choose(page, 2)
    saved(page)
    assert held(session) == {"T01": {"choices": ["b"]}}
    page.get_by_role("button", name="下一题").click()
    choose(page, 1)
    choose(page, 3)
    page.get_by_role("button", name="标疑").click()
    saved(page)
    page.reload()
    expect(page.get_by_role("heading", name="第 2 题")).to_be_visible()
    expect(page.locator("label.choice").nth(2).locator("input")).to_be_checked()
    expect(page.get_by_role("button", name="第 2 题，已答，标疑")).to_be_visible()
    expect(page.get_by_role("button", name="第 1 题，已答")).to_be_visible()
    assert held(session) == {"T01": {"choices": ["b"]}, "T02": {"choices": ["c"]}}
    page.get_by_role("button", name="清除作答").click()
    saved(page)
    expect(page.get_by_role("button", name="第 2 题，未答，标疑")).to_be_visible()
    assert held(session)["T02"] == {"choices": []}
    assert [event.seq for event in ResponseEvent.objects.order_by("seq")] == list(
        range(1, ResponseEvent.objects.count() + 1)
    )


def test_a_whole_form_by_keyboard_alone(desk):
    session = factories.session(items=3)
    one = desk(session)
    one.sign_in()
    page = one.page
    expect(page.get_by_role("button", name="开始答题")).to_be_enabled()
    page.get_by_role("button", name="开始答题").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="第 1 题").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    page.keyboard.press("m")
    page.keyboard.press("PageDown")
    expect(page.get_by_role("heading", name="第 3 题")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="第 2 题")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#announcer")).to_contain_text(re.compile("剩余时间 (39|40) 分钟"))
    saved(page)
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.id") == "hand-in":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("共 3 题，已全部作答，其中 1 题标疑")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sit/done/**")
    assert len(held(session)) == 3
    assert the_attempt(session).state == AttemptState.SUBMITTED


def test_hand_in_counts_what_is_open_and_leads_to_it(desk):
    session = factories.session(items=3)
    page = desk(session).begin()
    choose(page, 1)
    page.get_by_role("button", name="交卷").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("共 3 题，已答 1 题，还有 2 题未答")
    dialog.get_by_role("button", name="去第 3 题（未答）").click()
    expect(page.get_by_role("heading", name="第 3 题")).to_be_visible()
    assert the_attempt(session).state == AttemptState.IN_PROGRESS
    choose(page, 1)
    page.get_by_role("button", name="交卷").click()
    page.get_by_role("button", name="确认交卷").dblclick(delay=1)
    page.wait_for_url("**/sit/done/**")
    expect(page.locator("main")).to_contain_text("2 / 3 题")
    assert page.inner_text("#receipt-code").count("-") == 2
    attempt = the_attempt(session)
    assert attempt.state == AttemptState.SUBMITTED
    assert attempt.receipts.count() == 1
    page.go_back()
    page.wait_for_url("**/sit/**")
    expect(page.locator("label.choice")).to_have_count(0)


def test_the_clock_hands_in_by_itself_with_the_last_choice(desk):
    session = factories.session(items=2)
    Attempt.objects.filter(registration__session=session).update(limit_seconds=6)
    page = desk(session).begin()
    assert page.locator("#countdown").get_attribute("data-phase") == "last"
    choose(page, 4)
    page.wait_for_url("**/sit/done/**", timeout=12_000)
    assert held(session) == {"T01": {"choices": ["d"]}}
    assert the_attempt(session).state in (AttemptState.SUBMITTED, AttemptState.EXPIRED)
    assert not ResponseEvent.objects.exclude(state="accepted").exists()


def test_granted_time_reaches_the_open_page_within_five_seconds(desk):
    session = factories.session()
    page = desk(session).begin()
    before = seconds_left(page)
    timing.grant(
        attempt_id=the_attempt(session).pk, seconds=600, reason="断电", by=factories.proctor(session)
    )
    granted = time.monotonic()
    expect(page.locator("#strip")).to_contain_text("监考员已为你补时 10 分钟", timeout=5_000)
    assert time.monotonic() - granted < 5
    assert seconds_left(page) > before + 580
    page.get_by_role("button", name="知道了").click()
    page.wait_for_timeout(4_000)
    expect(page.locator("#strip")).to_be_hidden()
    assert page.locator("label.choice").first.is_visible()


def test_time_granted_in_the_last_second_is_not_lost(desk):
    session = factories.session()
    Attempt.objects.filter(registration__session=session).update(limit_seconds=8)
    one = desk(session)
    page = one.begin()
    # The page does not hear of the grant before its clock runs out.
    page.route("**/api/v1/attempts/*/", lambda route: route.abort())
    timing.grant(
        attempt_id=the_attempt(session).pk, seconds=600, reason="断电", by=factories.proctor(session)
    )
    expect(page.locator("#countdown-time")).to_have_text(re.compile("00:00:0[0-2]"), timeout=12_000)
    page.unroute("**/api/v1/attempts/*/")
    page.wait_for_timeout(4_000)
    expect(page.locator("label.choice").first).to_be_visible()
    assert seconds_left(page) > 500
    assert the_attempt(session).state == AttemptState.IN_PROGRESS


def test_a_pause_hides_the_form_and_stops_the_clock(desk):
    session = factories.session()
    page = desk(session).begin()
    choose(page, 1)
    saved(page)
    proctor = factories.proctor(session)
    attempt = the_attempt(session)
    prompt = page.inner_text(".item__prompt")
    timing.pause(attempt_id=attempt.pk, reason="消防演习", by=proctor)
    expect(page.get_by_role("heading", name="考试已暂停")).to_be_visible(timeout=5_000)
    assert prompt not in page.content()
    # Nor the sheet, which would tell the others in the room how far one got.
    assert page.locator("#sheet-sections button").count() == 0
    before = page.inner_text("#countdown-time")
    page.wait_for_timeout(2_500)
    assert page.inner_text("#countdown-time") == before
    timing.resume(attempt_id=attempt.pk, reason="恢复", by=proctor)
    expect(page.locator("label.choice").first.locator("input")).to_be_checked(timeout=6_000)


def test_ended_by_the_proctor_the_page_says_so(desk):
    session = factories.session()
    page = desk(session).begin()
    services.end(attempt_id=the_attempt(session).pk, reason="考生要求", by=factories.proctor(session))
    page.wait_for_url("**/sit/done/**", timeout=6_000)


def test_the_waiting_page_opens_by_itself_when_the_proctor_starts(desk):
    session = factories.session(state=SessionState.PUBLISHED)
    one = desk(session)
    one.sign_in()
    page = one.page
    expect(page.get_by_role("heading", name="等待监考员宣布开考")).to_be_visible()
    button = page.get_by_role("button", name="开始答题")
    expect(button).to_be_disabled()
    page.goto(f"{one.address}/sit/attempts/{the_attempt(session).uuid}/")
    expect(page.locator("#curtain")).to_contain_text("请在本页等候监考员宣布开考")
    page.get_by_role("link", name="返回等候页").click()
    scheduling.start(session_id=session.pk, by=factories.proctor(session))
    expect(button).to_be_enabled(timeout=5_000)
    button.click()
    expect(page.get_by_role("heading", name="第 1 题")).to_be_visible()


def test_time_warnings_are_read_aloud_once(desk):
    session = factories.session()
    Attempt.objects.filter(registration__session=session).update(limit_seconds=602)
    page = desk(session).begin()
    expect(page.locator("#announcer")).to_contain_text("还剩 10 分钟", timeout=6_000)
    expect(page.locator("#countdown")).to_have_attribute("data-phase", "soon")


def test_practical_work_is_saved_while_typing_and_after_a_reload(desk):
    """From theory through the waiting page to the workbench of the demo exam."""
    session, _ = make_session(ensure_house(), candidates=1, seed=uuid.uuid4().hex)
    one = desk(session)
    page = one.begin()
    page.get_by_role("button", name="交卷").click()
    page.get_by_role("button", name="确认交卷").click()
    page.get_by_role("link", name="进入“实操”科目").click()
    page.locator("[data-part=go]").nth(1).click()
    page.get_by_label("订阅号").click()
    page.get_by_label("主体名称", exact=True).press_sequentially("杭州云栖茶文化有限公司", delay=20)
    saved(page)
    practical = factories.registration(session).attempts.get(component="practical")
    work = parse(Response.objects.get(attempt=practical).response)
    assert work["acct"] == {"type": "订阅号", "company": "杭州云栖茶文化有限公司"}
    assert ResponseEvent.objects.filter(attempt=practical).count() < 5
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert overflow(page) <= 0, width
    assert_accessible(page)
    page.reload()
    expect(page.get_by_label("主体名称", exact=True)).to_have_value("杭州云栖茶文化有限公司")
    page.get_by_role("button", name="任务 2，未答").click()
    expect(page.get_by_role("heading", name="任务 2")).to_be_visible()


def test_every_page_fits_every_screen_and_has_no_serious_axe_finding(desk):
    session = factories.session(items=40, names=["阿依古丽·买买提"])
    one = desk(session)
    page = one.page

    def check() -> None:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert overflow(page) <= 0, (page.url, width)
            assert page.evaluate(SMALL_TARGETS) == [], (page.url, width)
            if width in (1366, 390):
                assert_accessible(page)
        page.set_viewport_size({"width": 1366, "height": 768})

    page.goto(f"{one.address}/staff/sign-in/")
    check()
    page.goto(f"{one.address}/sit/")
    check()
    page.get_by_label("准考证号").fill(one.registration.ticket_number)
    page.get_by_label("证件号码").fill(one.registration.candidate.id_number)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="信息无误").wait_for()
    check()
    page.get_by_role("button", name="信息无误").click()
    page.get_by_role("button", name="我承诺").wait_for()
    check()
    page.get_by_label("我已阅读并理解考场规则").check()
    page.get_by_role("button", name="我承诺").click()
    page.get_by_role("button", name="开始答题").wait_for()
    check()
    page.get_by_role("button", name="开始答题").click()
    page.get_by_role("heading", name="第 1 题").wait_for()
    choose(page, 1)
    page.keyboard.press("m")
    saved(page)
    # A normal choice item needs no scrolling at 1366x768.
    assert page.evaluate("document.documentElement.scrollHeight - window.innerHeight") <= 0
    check()
    page.get_by_role("button", name="交卷").click()
    page.get_by_role("dialog").wait_for()
    check()
    page.get_by_role("button", name="确认交卷").click()
    page.wait_for_url("**/sit/done/**")
    check()
