"""The proctor's part of the contract: who may act, on whom, and that all or nothing happens."""

import datetime as dt
import time
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from exams.delivery import saving
from exams.enums import AttemptState
from exams.models import Attempt, Room, TimeGrant
from proctoring import snapshot
from proctoring.rest.views import ConsoleView
from tests import factories

pytestmark = pytest.mark.django_db
ACTS = {
    "grants": {"seconds": 60, "reason": "网络中断"},
    "pause": {"reason": "停电"},
    "resume": {"reason": "来电"},
    "end": {"reason": "考生身体不适"},
    "messages": {"text": "请注意时间"},
}


def act(user, session, name, **body):
    return factories.api(user).post(f"/api/v1/sessions/{session.uuid}/{name}/", body, format="json")


def wait_until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def started(session, number):
    return [factories.attempt(session, index=index) for index in range(number)]


def test_extra_time_for_everyone_is_given_once_to_each():
    session = factories.session(candidates=3)
    one, two = started(session, 2)
    answer = act(
        factories.proctor(session), session, "grants", attempts="all", seconds=300, reason="网络中断"
    )
    assert answer.status_code == 200
    assert [row["state"] for row in answer.json()["attempts"]] == ["in_progress", "in_progress", "ready"]
    assert sorted(TimeGrant.objects.values_list("seconds", flat=True)) == [300, 300, 300]
    status = factories.api(one.registration.candidate.user).get(f"/api/v1/attempts/{one.uuid}/").json()
    assert status["remaining_ms"] > 40 * 60 * 1000
    assert "补时 5 分钟" in status["messages"][0]["text"]
    assert two.form_id == one.form_id


def test_the_same_click_sent_twice_is_one_grant():
    session = factories.session(candidates=2)
    one, two = started(session, 2)
    proctor = factories.proctor(session)
    body = {"seconds": 60, "reason": "网络中断", "request": str(uuid.uuid4())}
    first = act(proctor, session, "grants", attempts=[str(one.uuid)], **body).json()["attempts"][0]
    again = act(proctor, session, "grants", attempts=[str(one.uuid)], **body).json()["attempts"][0]
    assert 0 <= first["remaining_ms"] - again["remaining_ms"] < 60_000
    act(proctor, session, "grants", attempts=[str(one.uuid), str(two.uuid)], **body)
    act(proctor, session, "grants", attempts=[str(one.uuid)], **{**body, "request": str(uuid.uuid4())})
    assert [one.grants.count(), two.grants.count()] == [2, 1]
    wrong = act(proctor, session, "grants", attempts=[str(one.uuid)], **{**body, "request": "click"})
    assert wrong.status_code == 422


def test_pause_hides_the_form_and_resume_shows_it_again():
    session = factories.session()
    (attempt,) = started(session, 1)
    proctor = factories.proctor(session)
    candidate = factories.api(attempt.registration.candidate.user)
    token = candidate.post(
        f"/api/v1/attempts/{attempt.uuid}/start/", {"take_over": True}, format="json"
    ).json()
    assert len(token["sections"]) == 1
    act(proctor, session, "pause", attempts=[str(attempt.uuid)], reason="停电")
    paused = candidate.post(f"/api/v1/attempts/{attempt.uuid}/start/", {}, format="json").json()
    assert (paused["state"], paused["sections"]) == ("paused", [])
    act(proctor, session, "resume", attempts=[str(attempt.uuid)], reason="来电")
    assert (
        len(candidate.post(f"/api/v1/attempts/{attempt.uuid}/start/", {}, format="json").json()["sections"])
        == 1
    )


def test_a_room_means_that_rooms_candidates_only():
    session = factories.session(candidates=2, rooms=2)
    started(session, 2)
    room = Room.objects.filter(registrations__session=session).order_by("name")[1]
    answer = act(
        factories.proctor(session), session, "end", attempts={"room": str(room.uuid)}, reason="考场停电"
    )
    assert len(answer.json()["attempts"]) == 1
    assert Attempt.objects.filter(state=AttemptState.SUBMITTED).get().registration.room_id == room.pk


def test_one_refusal_undoes_the_whole_act():
    session = factories.session(candidates=2)
    one, two = started(session, 2)
    factories.hand_in(two)
    answer = act(
        factories.proctor(session),
        session,
        "grants",
        attempts=[str(one.uuid), str(two.uuid)],
        seconds=60,
        reason="网络中断",
    )
    assert answer.status_code == 409
    assert not TimeGrant.objects.exists()


def test_unknown_candidates_and_rooms_are_404_and_odd_targets_422():
    session = factories.session()
    proctor = factories.proctor(session)
    ghost = str(uuid.uuid4())
    assert act(proctor, session, "end", attempts=[ghost], reason="原因").status_code == 404
    assert act(proctor, session, "end", attempts={"room": ghost}, reason="原因").status_code == 404
    assert act(proctor, session, "end", attempts={"room": "x"}, reason="原因").status_code == 404
    assert act(proctor, session, "end", attempts="some", reason="原因").status_code == 422
    assert act(proctor, session, "end", reason="原因").status_code == 422


@pytest.mark.parametrize("name", ACTS)
def test_who_may(name):
    session = factories.session(candidates=2, rooms=2)
    attempts = started(session, 2)
    if name == "resume":
        act(factories.staff(session.organisation), session, "pause", attempts="all", reason="停电")
    target = [str(attempts[0].uuid)]
    other_room = attempts[1].registration.room
    body = {"attempts": target, **ACTS[name]}
    assert act(None, session, name, **body).status_code == 401
    assert act(attempts[0].registration.candidate.user, session, name, **body).status_code == 404
    assert act(factories.staff(factories.organisation()), session, name, **body).status_code == 404
    assert (
        act(factories.staff(session.organisation, Role.SUPERVISOR), session, name, **body).status_code == 403
    )
    assert act(factories.staff(session.organisation, Role.PROCTOR), session, name, **body).status_code == 403
    assert act(factories.proctor(session, room=other_room), session, name, **body).status_code == 403
    assert (
        act(factories.proctor(session, room=attempts[0].registration.room), session, name, **body).status_code
        == 200
    )


def test_console_has_an_etag_and_costs_the_same_for_one_and_three():
    counts = []
    for number in (1, 3):
        session = factories.session(candidates=number)
        started(session, number)
        client = factories.api(factories.proctor(session))
        url = f"/api/v1/sessions/{session.uuid}/console/"
        first = client.get(url)
        assert len(first.json()["attempts"]) == number
        assert client.get(url, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_console_counts_a_choice_taken_back_as_not_answered():
    session = factories.session()
    (attempt,) = started(session, 1)
    client, url = factories.api(factories.proctor(session)), f"/api/v1/sessions/{session.uuid}/console/"
    save = {"attempt_id": attempt.pk, "device": attempt.device}
    saving.save_responses(raw_events=[factories.event("T01"), factories.event("T02")], **save)
    assert client.get(url).json()["attempts"][0]["answered"] == 2
    emptied = {**factories.event("T02", rev=2), "response": {"choices": []}}
    saving.save_responses(raw_events=[emptied], **save)
    assert client.get(url).json()["attempts"][0]["answered"] == 1


def test_a_page_that_has_a_reading_gets_what_changed_since():
    session = factories.session(candidates=3)
    one, _, _ = started(session, 3)
    proctor = factories.proctor(session)
    client, url = factories.api(proctor), f"/api/v1/sessions/{session.uuid}/console/"
    first = client.get(url).json()
    assert (first["whole"], len(first["attempts"])) == (True, 3)
    later = (dt.datetime.fromisoformat(first["at"]) + dt.timedelta(seconds=5)).isoformat()
    assert client.get(url, {"since": later}).json()["attempts"] == []
    act(proctor, session, "pause", attempts=[str(one.uuid)], reason="停电")
    news = client.get(url, {"since": first["at"]}).json()
    assert str(one.uuid) in [row["id"] for row in news["attempts"]]
    paused = next(row for row in news["attempts"] if row["id"] == str(one.uuid))
    assert (news["whole"], paused["state"]) == (False, "paused")
    assert client.get(url, {"since": "yesterday"}).json()["whole"] is True


def test_who_looks_at_the_same_moment_shares_one_reading(settings):
    settings.CONSOLE_SNAPSHOT_SECONDS = 30
    session = factories.session(candidates=2)
    started(session, 2)
    chief = factories.proctor(session)
    viewers = [factories.proctor(session) for _ in range(3)]
    url = f"/api/v1/sessions/{session.uuid}/console/"
    for viewer in viewers:
        assert len(factories.api(viewer).get(url).json()["attempts"]) == 2
    assert len({id(snapshot.reading_of(session.pk)) for _ in viewers}) == 1
    before = snapshot.reading_of(session.pk)
    act(chief, session, "pause", attempts="all", reason="停电")
    wait_until(
        lambda: snapshot.reading_of(session.pk) is not before
    )  # an act of a person is never looked past
    assert {row["state"] for row in factories.api(chief).get(url).json()["attempts"]} == {"paused"}


def test_a_lost_duty_is_noticed_within_seconds(settings, monkeypatch):
    session = factories.session()
    proctor = factories.proctor(session)
    client, url = factories.api(proctor), f"/api/v1/sessions/{session.uuid}/console/"
    assert client.get(url).status_code == 200
    session.proctors.all().delete()
    monkeypatch.setattr(ConsoleView.known, "SECONDS", 0.0, raising=False)
    assert client.get(url).status_code == 403
