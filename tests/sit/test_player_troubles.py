"""The player in trouble: no network, lost acknowledgements, refused answers, a second page or machine, late answers."""

import re

import pytest
from playwright.sync_api import expect

from exams.delivery import saving, services
from exams.enums import TakeOver
from exams.models import ResponseEvent
from tests import factories
from tests.sit.watching import choose, held, saved, the_attempt

pytestmark = pytest.mark.django_db(transaction=True)

STATUS_CALL = re.compile(r"/api/v1/attempts/[0-9a-f-]+/$")


def test_offline_answers_stay_on_the_page_and_are_sent_later(desk):
    session = factories.session(items=3)
    one = desk(session)
    page = one.begin()
    choose(page, 1)
    saved(page)
    one.context.set_offline(True)
    choose(page, 2)
    expect(page.locator("#save")).to_contain_text("网络断开，答案已存本机，可继续作答")
    page.keyboard.press("ArrowRight")
    choose(page, 3)
    choose(page, 4)
    assert held(session) == {"T01": {"choices": ["a"]}}
    one.context.set_offline(False)
    saved(page)
    assert held(session) == {"T01": {"choices": ["b"]}, "T02": {"choices": ["d"]}}


def test_a_lost_acknowledgement_is_asked_for_again_and_stored_once(desk):
    session = factories.session()
    page = desk(session).begin()
    lost = []

    def lose_first_answer(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    page.route("**/responses/", lose_first_answer)
    choose(page, 2)
    saved(page)
    assert lost
    assert ResponseEvent.objects.count() == 1
    assert held(session) == {"T01": {"choices": ["b"]}}


def test_a_refused_answer_is_shown_and_the_others_are_saved(desk):
    session = factories.session(items=3)
    page = desk(session).begin()

    def spoil(route):
        body = route.request.post_data_json
        for event in body["events"]:
            if event["response"] == {"choices": ["b"]}:
                event["response"] = {"choices": ["no such choice"]}
        route.continue_(post_data=body)

    page.route("**/responses/", spoil)
    choose(page, 2)
    expect(page.locator("#save")).to_contain_text("有作答未能保存，请举手")
    expect(page.get_by_role("button", name="第 1 题，已答，未能保存")).to_be_visible()
    page.keyboard.press("ArrowRight")
    choose(page, 3)
    expect(page.locator("#save")).to_contain_text("有作答未能保存，请举手")
    page.wait_for_timeout(500)
    assert held(session) == {"T02": {"choices": ["c"]}}
    page.keyboard.press("ArrowLeft")
    choose(page, 1)
    saved(page)
    assert held(session) == {"T01": {"choices": ["a"]}, "T02": {"choices": ["c"]}}


def test_a_second_page_is_told_and_may_take_over_where_policy_allows(desk):
    session = factories.session()
    one = desk(session)
    first = one.begin()
    choose(first, 1)
    saved(first)
    second = one.new_page()
    second.goto(first.url)
    expect(second.locator("#curtain")).to_contain_text("你已在另一个页面答题")
    second.get_by_role("button", name="在本机继续").click()
    expect(second.get_by_role("button", name="第 1 题，已答")).to_be_visible()
    expect(first.locator("#curtain")).to_contain_text("你已在另一个页面答题")
    expect(first.locator("label.choice").first).to_be_hidden()
    choose(second, 3)
    saved(second)
    assert held(session) == {"T01": {"choices": ["c"]}}


def test_a_duplicated_tab_is_told_and_a_proctor_must_allow_it(desk):
    session = factories.session(take_over=TakeOver.PROCTOR)
    one = desk(session)
    first = one.begin()
    with first.expect_popup() as popup:
        first.evaluate("window.open(location.href)")  # carries this tab's sessionStorage along
    second = one.watch(popup.value)
    expect(second.locator("#curtain")).to_contain_text("你已在另一个页面答题")
    expect(second.locator("#curtain")).to_contain_text("请举手，由监考员允许")
    expect(second.get_by_role("button", name="在本机继续")).to_have_count(0)
    choose(first, 2)
    saved(first)


def test_another_machine_goes_on_and_the_first_learns_it_at_its_next_save(desk):
    session = factories.session(items=3)
    page = desk(session).begin()
    choose(page, 1)
    saved(page)
    page.route(STATUS_CALL, lambda route: None)  # otherwise the page learns it while nobody touches it
    there = desk(session)
    there.page.goto(f"{there.address}/sit/")
    there.page.get_by_label("准考证号").fill(there.registration.ticket_number)
    there.page.get_by_label("证件号码").fill(there.registration.candidate.id_number)
    there.page.keyboard.press("Enter")
    there.page.get_by_role("button", name="继续答题").click()
    there.page.get_by_role("button", name="在本机继续").click()
    expect(there.page.get_by_role("button", name="第 1 题，已答")).to_be_visible()
    choose(there.page, 2)
    saved(there.page)
    choose(page, 4)
    expect(page.locator("#curtain")).to_contain_text("已在另一台机器或另一个页面上继续")
    assert held(session) == {"T01": {"choices": ["b"]}}


def test_an_idle_page_that_lost_its_seat_learns_it_and_gives_no_sign_of_life(desk):
    session = factories.session(items=3)
    page = desk(session).begin()
    there = desk(session)
    there.sign_in_again()
    there.page.get_by_role("button", name="继续答题").click()
    there.page.get_by_role("button", name="在本机继续").click()
    expect(there.page.get_by_role("heading", name="第 1 题")).to_be_visible()
    expect(page.locator("#curtain")).to_contain_text("已在另一台机器或另一个页面上继续", timeout=8_000)


def test_a_hand_in_that_comes_too_early_goes_back_to_the_form(desk):
    session = factories.session(items=3)
    session.hand_in_minutes = 30
    session.save()
    page = desk(session).begin()
    choose(page, 1)
    page.get_by_role("button", name="交卷").click()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.locator("#hand-in-trouble")).to_contain_text("开考 30 分钟后")
    page.get_by_role("button", name="继续答题").click()
    choose(page, 2)
    saved(page)
    assert held(session) == {"T01": {"choices": ["b"]}}


def test_a_newer_answer_of_the_server_is_adopted(desk):
    session = factories.session()
    page = desk(session).begin()
    attempt = the_attempt(session)
    saving.save_responses(
        attempt_id=attempt.pk, raw_events=[factories.event("T01", ["d"], rev=50)], device=attempt.device
    )
    choose(page, 1)
    expect(page.locator("label.choice").nth(3).locator("input")).to_be_checked()
    choose(page, 2)
    page.wait_for_timeout(500)
    assert held(session) == {"T01": {"choices": ["b"]}}


def test_what_arrives_after_the_end_is_held_and_the_candidate_is_told(desk):
    session = factories.session()
    one = desk(session)
    page = one.begin()
    one.context.set_offline(True)
    choose(page, 2)
    expect(page.locator("#save")).to_contain_text("网络断开")
    services.end(attempt_id=the_attempt(session).pk, reason="考场疏散", by=factories.proctor(session))
    one.context.set_offline(False)
    page.wait_for_url("**/sit/done/**", timeout=15_000)
    expect(page.locator("main")).to_contain_text("有 1 条作答在考试结束后才送达")
    assert [event.state for event in ResponseEvent.objects.all()] == ["held"]


def test_an_expired_sign_in_keeps_the_answers_on_the_page(desk):
    session = factories.session()
    page = desk(session).begin()
    page.route(
        "**/responses/",
        lambda route: route.fulfill(status=401, json={"code": "not_signed_in", "detail": "请先登录。"}),
    )
    choose(page, 3)
    expect(page.get_by_role("heading", name="登录已失效")).to_be_visible()
    page.unroute("**/responses/")
    page.get_by_role("button", name="继续答题").click()
    expect(page.locator("label.choice").nth(2).locator("input")).to_be_checked()
    saved(page)
    assert held(session) == {"T01": {"choices": ["c"]}}


def test_leaving_with_unsaved_answers_asks_first(desk):
    session = factories.session()
    one = desk(session)
    page = one.begin()
    one.context.set_offline(True)
    choose(page, 2)
    expect(page.locator("#save")).to_contain_text("网络断开")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(1_000)
    assert asked == ["beforeunload"]
