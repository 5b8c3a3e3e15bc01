"""The console in a real browser: filters, both views, acts with confirmation, a lost connection, two components."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from exams.delivery import saving, timing
from exams.enums import AttemptState
from exams.models import Attempt, AttemptMessage
from exams.scheduling import services as scheduling
from lib.clock import database_now
from proctoring import incidents
from tests import factories
from tests.looks import assert_accessible, overflow
from tests.proctoring.room import confirm, pick, seat

pytestmark = pytest.mark.django_db(transaction=True)


def test_forced_hand_in_names_the_candidates_and_leaves_out_whom_it_cannot_concern(console):
    session = factories.session(candidates=3, names=["张三", "李四", "王五"])
    factories.attempt(session)
    page = console(factories.proctor(session), session)
    expect(page.get_by_role("button", name="强制交卷")).to_be_disabled()
    pick(page, "李四")
    expect(page.get_by_role("button", name="强制交卷")).to_be_disabled()
    pick(page, "张三")
    page.get_by_role("button", name="强制交卷").click()
    expect(page.locator("#act-names li")).to_have_text(["01 号 张三（理论）"])
    expect(page.get_by_text("不适用、不会处理：02 号 李四（未到）")).to_be_visible()
    assert_accessible(page)
    confirm(page)
    expect(page.get_by_role("alert")).to_contain_text("请填写原因")
    confirm(page, "考生身体不适")
    expect(page.get_by_text("强制交卷：1 人，已完成。")).to_be_visible()
    expect(seat(page, "张三")).to_contain_text("已交卷")
    assert Attempt.objects.filter(state=AttemptState.SUBMITTED).count() == 1


def test_pause_resume_and_message(console):
    session = factories.session(candidates=2, names=["张三", "李四"])
    factories.attempt(session)
    page = console(factories.proctor(session), session)
    pick(page, "张三")
    page.get_by_role("button", name="暂停", exact=True).click()
    confirm(page, "停电")
    expect(page.get_by_role("heading", name="需要关注（1 人）")).to_be_visible()
    expect(seat(page, "张三")).to_contain_text("停表 00:")
    pick(page, "张三")
    page.get_by_role("button", name="恢复").click()
    confirm(page, "停电")
    expect(seat(page, "张三")).to_contain_text("答题中")
    page.get_by_label("全选").check()
    page.get_by_role("button", name="发消息").click()
    page.get_by_label("消息", exact=True).fill("还有十分钟")
    confirm(page)
    expect(page.get_by_text("发消息：2 人，已完成。")).to_be_visible()
    assert AttemptMessage.objects.filter(text="还有十分钟").count() == 2


def test_lost_candidates_float_up_and_figures_filter(console):
    session = factories.session(candidates=3, names=["张三", "李四", "王五"], rooms=2)
    lost = factories.attempt(session, index=2)
    factories.attempt(session)
    Attempt.objects.filter(pk=lost.pk).update(last_seen_at=database_now() - dt.timedelta(minutes=3))
    page = console(factories.proctor(session), session)
    expect(page.locator(".seat").first).to_contain_text("王五")
    expect(seat(page, "王五")).to_contain_text("掉线")
    page.get_by_role("button", name=re.compile("^答题中")).click()
    expect(page.locator(".seat")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^应到")).click()
    page.get_by_label("考场", exact=True).select_option(label="第 02 考场")
    expect(page.locator(".seat")).to_have_count(1)
    expect(seat(page, "李四")).to_be_visible()


def test_the_list_view_is_kept_and_accessible(console):
    session = factories.session(candidates=3, names=["张三", "阿依古丽·买买提", "王䶮"])
    factories.attempt(session)
    page = console(factories.proctor(session), session)
    page.get_by_role("button", name="列表").click()
    expect(page.get_by_role("columnheader", name="剩余时间")).to_be_visible()
    assert_accessible(page)
    for size in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert overflow(page) <= 0
    page.reload()
    expect(page.get_by_role("columnheader", name="剩余时间")).to_be_visible()


def test_a_broken_connection_is_told_and_heals(console):
    session = factories.session(candidates=1)
    page = console(factories.proctor(session), session)
    page.context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("连接中断，正在重试")
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_chosen_box_stays_chosen_while_the_page_lives(console):
    session = factories.session(candidates=2, names=["张三", "李四"])
    page = console(factories.proctor(session), session)
    pick(page, "李四")
    factories.attempt(session)
    expect(seat(page, "张三")).to_contain_text("答题中")
    expect(seat(page, "李四").get_by_role("checkbox")).to_be_checked()
    expect(seat(page, "李四").get_by_role("checkbox")).to_be_focused()
    seat(page, "张三").click(position={"x": 100, "y": 60})
    expect(page.get_by_text("已选 2 人")).to_be_visible()


def test_nobody_closes_a_room_before_its_figures_are_there(console):
    session = factories.session()
    page = console(factories.proctor(session), session)
    expect(seat(page, "张三")).to_be_visible()
    waiting = []
    page.route("**/console/", lambda route: waiting.append(route))
    page.reload()
    page.get_by_role("button", name="结束场次").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("正在读取考生情况")
    expect(dialog.get_by_role("button", name="结束场次")).to_be_disabled()
    # The answer comes while the question stands.
    waiting[-1].continue_()
    page.unroute("**/console/")
    expect(dialog).to_contain_text("还有 1 人没有参加或没有考完全部科目。")
    expect(dialog.get_by_role("button", name="结束场次")).to_be_enabled()


def test_the_page_follows_a_start_by_somebody_else_and_asks_before_closing(console):
    session = factories.session(state="published")
    proctor = factories.proctor(session)
    page = console(proctor, session)
    expect(page.get_by_role("button", name="统一开考")).to_be_enabled()
    scheduling.start(session_id=session.pk, by=factories.staff(session.organisation))
    expect(page.get_by_role("button", name="统一开考")).to_be_hidden()
    page.get_by_role("button", name="结束场次").click()
    expect(page.get_by_text("还有 1 人没有参加或没有考完全部科目。")).to_be_visible()
    page.get_by_role("button", name="再等等").click()
    session.refresh_from_db()
    assert session.state == "running"
    page.get_by_role("button", name="结束场次").click()
    page.get_by_role("dialog").get_by_role("button", name="结束场次").click()
    expect(page.get_by_text("场次已结束")).to_be_visible()
    expect(seat(page, "张三")).to_contain_text("缺考")


def test_the_remaining_time_runs_by_the_servers_clock(console):
    session = factories.session(minutes=40)
    attempt = factories.attempt(session)
    page = console(factories.proctor(session), session)
    page.clock.install(time=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    page.reload()
    expect(seat(page, "张三")).to_contain_text(re.compile("00:39:[3-5]"))
    timing.grant(
        attempt_id=attempt.pk, seconds=600, reason="设备故障", by=factories.staff(session.organisation)
    )
    page.clock.run_for(5000)
    expect(seat(page, "张三")).to_contain_text(re.compile("00:49:[2-5]"))


def test_the_pages_beside_the_console_fit_and_are_accessible(console):
    session = factories.session(candidates=2, names=["张三", "阿依古丽·买买提"])
    attempt = factories.hand_in(factories.attempt(session))
    late = [factories.event("T01", ["b"], rev=5), factories.event("T02", ["c"], rev=5)]
    saving.save_responses(attempt_id=attempt.pk, raw_events=late, device=attempt.device)
    admin = factories.staff(session.organisation)
    proctor = factories.proctor(session)
    incidents.put_on_record(
        session=session, attempt_uuid=attempt.uuid, tier=3, article="使用电子设备收发信息", witness="王老师", files=[],
        facts="10:05 发现考生在桌下使用手机，手机已封存。", statement="我只是看时间。", by=proctor,
    )  # fmt: skip
    page = console(admin, session)
    root = page.url
    for tail, words in (("late/", "迟到的作答"), ("incidents/", "待认定"), ("../../reasons/", "常用原因")):
        page.goto(f"{root}{tail}")
        expect(page.get_by_text(words).first).to_be_visible()
        for details in page.locator("details").all():
            details.locator("summary").click()
        for size in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            assert overflow(page) <= 0, tail
        assert_accessible(page)
        page.set_viewport_size({"width": 1366, "height": 768})
