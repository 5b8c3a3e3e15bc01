"""签到, 考场口令, 停止入场, 标记缺考 and 重新开放: what they change, who may, and that the books still agree."""

import datetime as dt

import pytest

from accounts.enums import Role
from audit.queries import trail
from certification import integrity
from exams.delivery import services
from exams.enums import AttemptState, SessionState
from exams.models import Attempt, Session
from grading import services as grading
from grading.enums import Outcome, ResultState
from grading.models import Result
from lib.refusals import Conflict
from tests import factories
from tests.sit.conftest import signed_in

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(integrity.CHECKS)


def act(user, session, name, **body):
    return factories.api(user).post(f"/api/v1/sessions/{session.uuid}/{name}/", body, format="json")


def start(attempt):
    return factories.api(attempt.registration.candidate.user).post(
        f"/api/v1/attempts/{attempt.uuid}/start/", {}, format="json"
    )


# ---- 重新开放 -------------------------------------------------------------------------------------------------


def test_a_candidate_who_handed_in_goes_on_with_the_time_he_had():
    session = factories.session()
    attempt = factories.attempt(session)
    left = services.clock.remaining_ms(attempt, attempt.started_at)
    factories.hand_in(attempt, right=False)
    answer = act(
        factories.proctor(session), session, "reopen", attempts=[str(attempt.uuid)], reason="误点交卷"
    )
    row = answer.json()["attempts"][0]
    assert (answer.status_code, row["state"]) == (200, "in_progress")
    assert -1_000 <= left - row["remaining_ms"] < 5_000
    assert start(attempt).status_code == 200
    attempt.refresh_from_db()
    factories.hand_in(attempt)
    assert list(attempt.receipts.values_list("number", flat=True).order_by("number")) == [1, 2]
    for run in attempt.scoring_runs.filter(state="queued"):
        grading.execute(run.pk)
    assert Result.objects.get(registration=attempt.registration).outcome == Outcome.FAILED
    told = trail(session.stream).get(action="attempt.reopen")
    assert (told.reason, told.data["seconds"]) == ("误点交卷", 0)
    assert integrity.verify() == GOOD


def test_what_came_between_hand_in_and_reopening_stays_held_and_a_concluded_result_goes_back():
    session = factories.session()
    result = factories.concluded_result(session, passed=False)
    attempt = Attempt.objects.get()
    services.saving.save_responses(
        attempt_id=attempt.pk, raw_events=[factories.event("T01", ["a"], rev=9)], device=attempt.device
    )
    act(factories.proctor(session), session, "reopen", attempts="all", reason="误点交卷")
    result.refresh_from_db()
    assert (result.state, result.concluded_at) == (ResultState.SCORING, None)
    assert integrity.verify() == GOOD
    attempt.refresh_from_db()
    factories.hand_in(attempt)
    assert integrity.verify() == GOOD


def test_without_time_left_time_must_be_added():
    session = factories.session(minutes=1)
    attempt = factories.attempt(session)
    factories.began(attempt, attempt.started_at - dt.timedelta(seconds=70))
    assert services.expire(attempt_ids=[attempt.pk]) == 1
    chief, body = factories.proctor(session), {"attempts": [str(attempt.uuid)], "reason": "停电"}
    assert act(chief, session, "reopen", **body).status_code == 422
    assert Attempt.objects.get().state == AttemptState.EXPIRED
    row = act(chief, session, "reopen", seconds=300, **body).json()["attempts"][0]
    assert 285_000 < row["remaining_ms"] <= 300_000


def test_a_confirmed_result_is_not_opened_again():
    session = factories.session()
    result = factories.concluded_result(session)
    grading.review(result_id=result.pk, by=factories.staff(session.organisation, Role.REVIEWER))
    answer = act(factories.proctor(session), session, "reopen", attempts="all", reason="误点交卷")
    assert (answer.status_code, answer.json()["code"]) == (409, "result_stands")
    assert Attempt.objects.get().state == AttemptState.SUBMITTED


# ---- 缺考 -----------------------------------------------------------------------------------------------------


def test_who_is_marked_absent_cannot_begin_and_is_concluded_so():
    session = factories.session()
    attempt = factories.attempt(session, started=False)
    assert (
        act(factories.proctor(session), session, "absent", attempts="all", reason="未到场").status_code == 200
    )
    assert start(attempt).status_code == 409
    grading.sweep()
    assert Result.objects.get().outcome == Outcome.ABSENT
    assert integrity.verify() == GOOD


def test_nobody_is_absent_before_the_start():
    session = factories.session(state=SessionState.PUBLISHED)
    answer = act(factories.proctor(session), session, "absent", attempts="all", reason="未到场")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_open")


# ---- 签到, 口令, 停止入场 --------------------------------------------------------------------------------------


def test_with_a_code_nobody_begins_before_he_is_checked_in():
    session = factories.session(candidates=2)
    chief = factories.proctor(session)
    code = act(chief, session, "entry", act="code").json()["entry_code"]
    assert (len(code), code.isdecimal()) == (4, True)
    by_code, by_papers = (factories.attempt(session, index=index, started=False) for index in (0, 1))
    assert start(by_code).json()["code"] == "not_checked_in"
    client = signed_in(by_code.registration, promised=False)
    wrong = client.post("/sit/check/", {"code": str(int(code) + 1).zfill(4)[-4:]})
    assert (wrong.status_code, "考场口令不对" in wrong.content.decode()) == (422, True)
    assert client.post("/sit/check/", {"code": f" {code} "}).status_code == 302
    assert start(by_code).status_code == 200
    act(chief, session, "check-ins", attempts=[str(by_papers.uuid)])
    assert start(by_papers).status_code == 200
    assert sorted(one.data["how"] for one in trail(session.stream).filter(action="registration.check_in")) == [
        "code", "papers",
    ]  # fmt: skip


def test_a_code_cannot_be_guessed_and_a_candidate_who_waits_is_asked_for_it():
    session = factories.session()
    registration = factories.registration(session)
    client = signed_in(registration)
    assert client.get("/sit/wait/").status_code == 200
    code = act(factories.proctor(session), session, "entry", act="code").json()["entry_code"]
    assert client.get("/sit/wait/").url == "/sit/check/"
    wrong = f"{(int(code) + 1) % 10_000:04d}"
    assert {client.post("/sit/check/", {"code": wrong}).status_code for _ in range(10)} == {422}
    assert client.post("/sit/check/", {"code": code}).status_code == 429
    registration.refresh_from_db()
    assert registration.checked_in_at is None


def test_closed_entry_keeps_out_who_has_not_begun():
    session = factories.session(candidates=2)
    begun, late = factories.attempt(session), factories.attempt(session, index=1, started=False)
    chief = factories.proctor(session)
    assert act(chief, session, "entry", act="close").status_code == 422  # no reason
    assert act(chief, session, "entry", act="close", reason="全员到齐").status_code == 200
    refused = start(late)
    assert (refused.json()["code"], "停止入场" in refused.json()["detail"]) == ("entry_closed", True)
    assert Attempt.objects.get(pk=begun.pk).state == AttemptState.IN_PROGRESS
    assert act(chief, session, "entry", act="close", reason="全员到齐").status_code == 409


# ---- who may ------------------------------------------------------------------------------------------------


def people(session):
    own, other = (factories.registration(session, index).room for index in (0, 1))
    return {
        "administrator": factories.staff(session.organisation), "chief": factories.proctor(session),
        "own room": factories.proctor(session, room=own), "other room": factories.proctor(session, room=other),
        "supervisor": factories.staff(session.organisation, Role.SUPERVISOR),
        "author": factories.staff(session.organisation, Role.AUTHOR),
        "stranger": factories.proctor(factories.session()),
        "candidate": factories.registration(session).candidate.user, "nobody": None,
    }  # fmt: skip


OF_A_ROOM = {"administrator": 200, "chief": 200, "own room": 200, "other room": 403}
OF_ALL_ROOMS = OF_A_ROOM | {"own room": 403}
OTHERS = {"supervisor": 403, "author": 403, "stranger": 404, "candidate": 404, "nobody": 401}


@pytest.mark.parametrize(
    ("name", "body", "allowed"),
    [
        ("check-ins", {}, OF_A_ROOM),
        ("absent", {"reason": "未到场"}, OF_A_ROOM),
        ("reopen", {"reason": "误点交卷"}, OF_ALL_ROOMS),
    ],
)
def test_who_may_act_on_a_candidate(name, body, allowed):
    for who, status in (allowed | OTHERS).items():
        session = factories.session(candidates=2, rooms=2)
        attempt = factories.attempt(session, started=name == "reopen")
        if name == "reopen":
            factories.hand_in(attempt)
        answer = act(people(session)[who], session, name, attempts=[str(attempt.uuid)], **body)
        assert answer.status_code == status, (who, answer.content.decode())
        changed = (
            trail(session.stream).filter(action__in=[f"attempt.{name}", "registration.check_in"]).count()
        )
        assert changed == (status == 200)


@pytest.mark.parametrize("wanted", ["close", "code", "no_code"])
def test_who_may_steer_the_entry(wanted):
    session = factories.session(candidates=2, rooms=2)
    for who, person in people(session).items():
        Session.objects.filter(pk=session.pk).update(entry_closed_at=None)
        answer = act(person, session, "entry", act=wanted, reason="全员到齐")
        assert answer.status_code == (OF_ALL_ROOMS | OTHERS)[who], who


def test_void_clears_the_hand_in_and_the_books_agree():
    session = factories.session()
    attempt = factories.hand_in(factories.attempt(session))
    services.void(attempt_id=attempt.pk, reason="替考", by=factories.staff(session.organisation))
    assert integrity.verify() == GOOD
    with pytest.raises(Conflict):
        services.void(attempt_id=attempt.pk, reason="替考", by=factories.staff(session.organisation))
