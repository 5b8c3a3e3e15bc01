"""Pages of the proctor: who sees which session, what the buttons say, the log, the forms, the snapshot's words."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from exams.delivery import arrival, timing
from exams.delivery import services as delivery
from exams.enums import AttemptState, SessionState
from exams.models import Attempt, Room
from exams.scheduling import services as scheduling
from lib.clock import database_now
from tests import factories
from tests.factories import browser

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode()


def page(user, session, tail="") -> str:
    return text(browser(user).get(f"/sessions/{session.uuid}/{tail}"))


def move(user, session, act) -> str:
    answer = browser(user).post(f"/sessions/{session.uuid}/move/", {"act": act}, follow=True)
    session.refresh_from_db()
    return text(answer)


def snapshot(user, session):
    return factories.api(user).get(f"/api/v1/sessions/{session.uuid}/console/").json()["attempts"]


# -- who sees what -------------------------------------------------------------------------------------------------


def test_a_proctor_lists_the_own_sessions_and_the_office_all():
    organisation = factories.organisation()
    own, other = factories.session(organisation), factories.session(organisation)
    proctor = factories.proctor(own)
    listed = text(browser(proctor).get("/sessions/"))
    assert own.name in listed
    assert other.name not in listed
    for role in (Role.ADMINISTRATOR, Role.SUPERVISOR):
        listed = text(browser(factories.staff(organisation, role)).get("/sessions/"))
        assert own.name in listed
        assert other.name in listed
    assert own.name not in text(browser(factories.staff(factories.organisation())).get("/sessions/"))
    assert browser(factories.staff(organisation, Role.AUTHOR)).get("/sessions/").status_code == 403


def test_the_list_is_narrowed_by_state():
    organisation = factories.organisation()
    draft = factories.session(organisation, state=SessionState.DRAFT)
    running = factories.session(organisation)
    client = browser(factories.staff(organisation))
    listed = text(client.get("/sessions/?state=draft"))
    assert draft.name in listed
    assert running.name not in listed
    assert "全部（2）" in listed
    assert running.name in text(client.get("/sessions/?state=nonsense"))


@pytest.mark.parametrize("tail", ["", "log/", "names.css"])
def test_who_sees_a_session(tail):
    session = factories.session()
    url = f"/sessions/{session.uuid}/{tail}"
    for user in (
        factories.proctor(session), factories.staff(session.organisation),
        factories.staff(session.organisation, Role.SUPERVISOR),
    ):  # fmt: skip
        assert browser(user).get(url).status_code == 200
    for role in (Role.PROCTOR, Role.AUTHOR, Role.REVIEWER):
        assert browser(factories.staff(session.organisation, role)).get(url).status_code == 403
    assert browser(factories.staff(factories.organisation())).get(url).status_code == 404
    assert browser(factories.registration(session).candidate.user).get(url).status_code == 403
    assert browser(None).get(url)["Location"].startswith("/staff/sign-in/")


def test_forms_are_for_administrators():
    session = factories.session()
    for user, status in (
        (factories.staff(session.organisation), 200),
        (factories.proctor(session), 403),
        (factories.staff(session.organisation, Role.SUPERVISOR), 403),
        (factories.staff(factories.organisation()), 404),
    ):
        assert browser(user).get(f"/sessions/{session.uuid}/forms/").status_code == status


# -- acts on the whole session -------------------------------------------------------------------------------------


def test_buttons_are_disabled_with_the_reason():
    session = factories.session(state=SessionState.DRAFT)
    assert "这一步需要“管理员”的权限" in page(factories.proctor(session), session)
    assert "场次还在编排，发布后才能开考" in page(factories.staff(session.organisation), session)
    published = factories.session(state=SessionState.PUBLISHED, rooms=2, candidates=2)
    room = Room.objects.filter(registrations__session=published).order_by("name")[0]
    assert "由负责全场的监考员或管理员进行" in page(factories.proctor(published, room=room), published)
    assert "发布场次" not in page(factories.staff(published.organisation), published)


def test_who_may_publish_start_and_close():
    session = factories.session(state=SessionState.DRAFT)
    proctor, supervisor = factories.proctor(session), factories.staff(session.organisation, Role.SUPERVISOR)
    url = f"/sessions/{session.uuid}/move/"
    assert browser(proctor).post(url, {"act": "publish"}).status_code == 403
    assert browser(factories.staff(factories.organisation())).post(url, {"act": "publish"}).status_code == 404
    assert browser(proctor).post(url, {"act": "explode"}).status_code == 404
    assert browser(proctor).get(url).status_code == 405
    assert "场次已发布" in move(factories.staff(session.organisation), session, "publish")
    assert browser(supervisor).post(url, {"act": "start"}).status_code == 403
    assert "已宣布开考" in move(proctor, session, "start")
    assert "已经开考" in move(proctor, session, "start")
    assert session.state == SessionState.RUNNING


def test_a_session_with_people_at_work_is_not_closed():
    session = factories.session()
    attempt = factories.attempt(session)
    proctor = factories.proctor(session)
    assert "还有 1 名考生正在答题" in move(proctor, session, "close")
    assert session.state == SessionState.RUNNING
    factories.hand_in(attempt)
    assert "场次已结束" in move(proctor, session, "close")


def test_a_supervisor_and_a_closed_session_have_no_acts():
    session = factories.session()
    supervisor = factories.staff(session.organisation, Role.SUPERVISOR)
    assert 'data-act="end"' in page(factories.proctor(session), session)
    assert 'data-act="end"' not in page(supervisor, session)
    move(factories.staff(session.organisation), session, "close")
    assert 'data-act="end"' not in page(factories.proctor(session), session)


# -- the snapshot --------------------------------------------------------------------------------------------------


def test_states_are_said_as_a_proctor_says_them():
    session = factories.session(candidates=3)
    proctor = factories.proctor(session)
    registration = factories.registration(session, 1)
    arrival.promise(registration=registration, by=registration.candidate.user)
    factories.hand_in(factories.attempt(session, index=2))
    assert [row["state_label"] for row in snapshot(proctor, session)] == ["未到", "已登录", "已交卷"]
    scheduling.close(session_id=session.pk, by=factories.staff(session.organisation))
    assert [row["state_label"] for row in snapshot(proctor, session)] == ["缺考", "缺考", "已交卷"]


def test_a_pause_is_not_extra_time_and_its_clock_stands_still():
    session = factories.session()
    attempt, proctor = factories.attempt(session), factories.proctor(session)
    timing.grant(attempt_id=attempt.pk, seconds=90, reason="设备故障", by=proctor)
    timing.pause(attempt_id=attempt.pk, reason="停电", by=proctor)
    first, second = (snapshot(proctor, session)[0] for _ in range(2))
    assert first["remaining_ms"] == second["remaining_ms"] > 40 * 60 * 1000
    timing.resume(attempt_id=attempt.pk, reason="来电", by=proctor)
    row = snapshot(proctor, session)[0]
    assert (row["granted_seconds"], row["remaining_ms"]) == (90, None)


def test_who_was_not_heard_for_long_is_lost():
    session = factories.session()
    attempt = factories.attempt(session)
    assert not snapshot(factories.proctor(session), session)[0]["lost"]
    Attempt.objects.filter(pk=attempt.pk).update(last_seen_at=database_now() - dt.timedelta(seconds=60))
    assert snapshot(factories.proctor(session), session)[0]["lost"]


# -- log, forms, names ---------------------------------------------------------------------------------------------


def test_the_log_says_who_did_what_to_whom_and_why():
    session = factories.session(names=["阿依古丽·买买提"])
    attempt, proctor = factories.attempt(session), factories.proctor(session)
    timing.grant(attempt_id=attempt.pk, seconds=320, reason="网络中断", by=proctor)
    delivery.message(attempt_id=attempt.pk, text="<b>请安静</b>", by=proctor)
    delivery.end(attempt_id=attempt.pk, reason="考生身体不适", by=proctor)
    log = page(proctor, session, "log/")
    for words in (
        proctor.display_name, "阿依古丽·买买提", "补时 5 分 20 秒", "网络中断", "强制交卷", "考生身体不适",
        "发送消息：&lt;b&gt;请安静&lt;/b&gt;", "发布场次，考生 1 人", "1 / 1 / 0 人",
    ):  # fmt: skip
        assert words in log
    assert log.index("发布场次，") < log.index("统一开考") < log.index("补时 5 分 20 秒")


def test_scores_leave_no_trace_in_the_rooms_log():
    session = factories.session()
    factories.released_result(session)
    log = page(factories.proctor(session), session, "log/")
    assert "交卷" in log
    assert "result." not in log
    assert "decision." not in log


def test_a_proctor_of_one_room_reads_that_rooms_log():
    session = factories.session(candidates=2, rooms=2, names=["张三", "李四"])
    for index in range(2):
        factories.attempt(session, index=index)
    room = Room.objects.filter(registrations__session=session).order_by("name")[1]
    log = page(factories.proctor(session, room=room), session, "log/")
    assert "李四" in log
    assert "张三" not in log
    assert "统一开考" in log


def test_forms_name_hash_seed_sections_and_gaps_but_no_item():
    session = factories.session(items=1)
    form = session.forms.get().form
    printed = page(factories.staff(session.organisation), session, "forms/")
    for words in (form.code, form.sha256, form.seed, "整个领域没有覆盖", "2.1 任务1"):
        assert words in printed
    assert "1.1 任务1" not in printed
    assert form.items.get().item_version.content["prompt"] not in printed
    covered = factories.session(items=4)
    assert "都有试题覆盖" in page(factories.staff(covered.organisation), covered, "forms/")


def test_rare_characters_of_names_come_with_the_page():
    session = factories.session(names=["王䶮"])
    proctor = browser(factories.proctor(session))
    assert f"/sessions/{session.uuid}/names.woff2" in text(proctor.get(f"/sessions/{session.uuid}/names.css"))
    assert proctor.get(f"/sessions/{session.uuid}/names.woff2").content[:4] == b"wOF2"
    plain = factories.session(names=["张三"])
    assert not text(browser(factories.proctor(plain)).get(f"/sessions/{plain.uuid}/names.css"))


@pytest.mark.parametrize("tail", ["", "log/", "forms/"])
def test_pages_cost_the_same_for_one_and_three_candidates(tail):
    counts = []
    for number in (1, 3):
        session = factories.session(candidates=number)
        for index in range(number):
            factories.attempt(session, index=index)
        client = browser(factories.staff(session.organisation))
        client.get(f"/sessions/{session.uuid}/{tail}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/sessions/{session.uuid}/{tail}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_costs_the_same_for_one_and_three_sessions():
    counts = []
    for number in (1, 3):
        organisation = factories.organisation()
        for _ in range(number):
            factories.session(organisation)
        client = browser(factories.staff(organisation))
        with CaptureQueriesContext(connection) as queries:
            client.get("/sessions/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_acts_write_to_one_candidate_only_what_was_meant():
    """The page names candidates by attempt: an act on a component already handed in is refused, not moved on."""
    session = factories.session(candidates=2)
    attempt = factories.hand_in(factories.attempt(session))
    answer = factories.api(factories.proctor(session)).post(
        f"/api/v1/sessions/{session.uuid}/pause/",
        {"attempts": [str(attempt.uuid)], "reason": "停电"},
        format="json",
    )
    assert answer.status_code == 409
    assert not Attempt.objects.filter(state=AttemptState.PAUSED).exists()
