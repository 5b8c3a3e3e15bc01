"""A proctor's browser and a candidate's: every act reaches the open page within five seconds."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from exams.enums import TakeOver
from exams.models import Attempt, TimeGrant
from lib.clock import database_now
from tests import factories
from tests.proctoring.room import confirm, pick, seat
from tests.sit.watching import choose, held, saved, seconds_left, the_attempt

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN = 5_000


@pytest.fixture
def room(console, desk):
    """(session, the proctor's page, the candidate's page at the first item)"""
    session = factories.session(candidates=1, items=3, take_over=TakeOver.PROCTOR)
    one = desk(session)
    page = one.begin()
    choose(page, 1)
    saved(page)
    return session, console(factories.proctor(session), session), page


def act(proctor, name, reason="停电"):
    pick(proctor, "张三")
    proctor.get_by_role("button", name=name, exact=True).click()
    confirm(proctor, reason)
    expect(proctor.get_by_text(re.compile(f"{name}.*：1 人，已完成。"))).to_be_visible()


def test_extra_time_is_announced_once_and_runs(room):
    _, proctor, candidate = room
    before = seconds_left(candidate)
    act(proctor, "补时")
    note = candidate.get_by_text(re.compile("监考员已为你补时 5 分钟，结束时间"))
    expect(note).to_be_visible(timeout=WITHIN)
    expect(note).to_have_count(1)
    assert 280 <= seconds_left(candidate) - before <= 301
    expect(seat(proctor, "张三")).to_contain_text("已补时 5 分钟")


def test_a_pause_hides_the_form_and_resume_brings_it_back_with_all_its_time(room):
    _, proctor, candidate = room
    act(proctor, "暂停")
    expect(candidate.locator("#curtain")).to_contain_text("考试已暂停", timeout=WITHIN)
    expect(candidate.get_by_role("heading", name="第 1 题")).to_be_hidden()
    stands = seconds_left(candidate)
    candidate.wait_for_timeout(1_500)
    assert seconds_left(candidate) == stands
    act(proctor, "恢复")
    expect(candidate.get_by_role("heading", name="第 1 题")).to_be_visible(timeout=WITHIN)
    expect(candidate.get_by_role("radio").first).to_be_checked()
    assert 0 <= stands - seconds_left(candidate) <= 6


def test_a_message_does_not_cover_the_item(room):
    _, proctor, candidate = room
    pick(proctor, "张三")
    proctor.get_by_role("button", name="发消息").click()
    proctor.get_by_label("消息", exact=True).fill("还有十分钟，请检查作答。")
    confirm(proctor)
    note = candidate.get_by_text("还有十分钟，请检查作答。")
    expect(note).to_be_visible(timeout=WITHIN)
    below = candidate.get_by_role("heading", name="第 1 题").bounding_box()
    box = note.bounding_box()
    assert box["y"] + box["height"] <= below["y"]


def test_a_forced_end_and_a_reopening(room):
    session, proctor, candidate = room
    act(proctor, "强制交卷")
    candidate.wait_for_url("**/sit/done/**", timeout=WITHIN)
    expect(seat(proctor, "张三")).to_contain_text("已交卷")
    act(proctor, "重新开放")
    expect(seat(proctor, "张三")).to_contain_text("答题中")
    candidate.goto(candidate.url.split("/sit/")[0] + "/sit/wait/")
    candidate.get_by_role("button", name="继续答题").click()
    expect(candidate.get_by_role("radio").first).to_be_checked()
    choose(candidate, 2)
    saved(candidate)
    assert held(session) == {"T01": {"choices": ["b"]}}


def test_a_candidate_moves_to_another_machine_within_a_minute_and_goes_on_where_he_was(room, desk):
    session, proctor, candidate = room
    candidate.keyboard.press("ArrowRight")
    choose(candidate, 3)
    saved(candidate)
    left, began = seconds_left(candidate), database_now()
    candidate.context.set_offline(True)  # the machine is dead
    there = desk(session)
    there.sign_in_again()
    there.page.get_by_role("button", name="继续答题").click()
    expect(there.page.locator("#curtain")).to_contain_text("由监考员允许")
    act(proctor, "允许换机", "设备故障")
    there.page.get_by_role("button", name="重试").click()
    expect(there.page.get_by_role("button", name="第 2 题，已答")).to_be_visible()
    took = (database_now() - began).total_seconds()
    assert took < 60
    assert abs(left - took - seconds_left(there.page)) <= 3
    choose(there.page, 4)
    saved(there.page)
    assert len(held(session)) == 2
    expect(seat(proctor, "张三")).to_contain_text("换机 1 次")


def test_an_outage_is_proposed_and_one_click_makes_it_good(room):
    session, proctor, candidate = room
    attempt = the_attempt(session)
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=attempt.started_at - dt.timedelta(seconds=600),
        clock_from=attempt.started_at - dt.timedelta(seconds=600),
        last_seen_at=database_now() - dt.timedelta(seconds=402),
    )
    proposal = proctor.locator(".outage")
    expect(proposal).to_contain_text("第 01 考场 1 人掉线 6 分", timeout=WITHIN)
    proposal.get_by_role("button", name="按掉线时间补时（1 人）").click()
    expect(proctor.get_by_text("已按掉线时间补时，共 1 人。")).to_be_visible()
    expect(proposal).to_have_count(0)
    expect(candidate.get_by_text(re.compile("监考员已为你补时 6 分"))).to_be_visible(timeout=WITHIN)
    assert 396 <= TimeGrant.objects.get().seconds <= 404


def test_a_record_is_made_from_the_console_and_floats_up(room):
    _, proctor, _ = room
    pick(proctor, "张三")
    proctor.get_by_role("link", name="登记情况").click()
    proctor.get_by_role("radio", name="作弊", exact=True).check()
    proctor.get_by_label("情形", exact=True).fill("抄袭他人作答")
    proctor.get_by_label("另一名监考员").fill("王老师")
    proctor.get_by_label("事实经过").fill("09:40 看到考生抄写邻座的答案，当场制止。")
    proctor.get_by_role("button", name="登记", exact=True).click()
    expect(proctor.get_by_text("待认定")).to_be_visible()
    proctor.go_back()
    proctor.go_back()
    expect(seat(proctor, "张三")).to_contain_text("违纪待认定")
