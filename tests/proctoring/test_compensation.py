"""掉线补时: what was lost is measured per person, proposed per outage, and granted once."""

import datetime as dt
import random
import threading

import pytest
from django.db import connection

from accounts.enums import Role
from audit.queries import trail
from certification import integrity
from exams.delivery import timing
from exams.models import Attempt, ConnectionGap, TimeGrant
from lib.clock import database_now
from lib.refusals import Conflict
from proctoring import compensation
from proctoring.models import GapAnswer
from tests import factories

pytestmark = pytest.mark.django_db


def heard(attempt, at):
    """A sign of life at a moment; what the database makes of the silence before it is its own."""
    Attempt.objects.filter(pk=attempt.pk).update(last_seen_at=at)


def sitting(session, number, began):
    """So many candidates at work, heard of last at that moment."""
    found = []
    for index in range(number):
        attempt = factories.attempt(session, index=index)
        Attempt.objects.filter(pk=attempt.pk).update(state="paused", paused_at=began)  # no gap by this
        heard(attempt, began)
        Attempt.objects.filter(pk=attempt.pk).update(state="in_progress", paused_at=None)
        found.append(attempt)
    return found


def outage(attempts, began, lost, rng):
    """Pages that are heard of every two seconds lose their connection for as long as ``lost`` says, each."""
    for attempt, seconds in zip(attempts, lost, strict=True):
        before, after = rng.uniform(0, 2), rng.uniform(0, 2)
        gone = began + dt.timedelta(seconds=rng.uniform(3, 6))
        heard(attempt, gone - dt.timedelta(seconds=before))
        heard(attempt, gone + dt.timedelta(seconds=seconds + after))


def granted(attempt):
    return sum(TimeGrant.objects.filter(attempt=attempt).values_list("seconds", flat=True))


def test_an_outage_of_400_seconds_for_28_of_60_is_right_within_two_seconds_and_granted_once():
    rng = random.Random(7)
    session = factories.session(candidates=60, rooms=2)
    began = database_now() - dt.timedelta(minutes=12)
    attempts = sitting(session, 60, began)
    room = attempts[1].registration.room
    gone = [one for one in attempts if one.registration.room_id == room.pk][:28]
    lost = [400 + rng.uniform(-20, 20) for _ in gone]
    outage(gone, began, lost, rng)
    (found,) = compensation.proposals(session, None)
    assert (found.room, found.people) == (room, 28)
    measured = {loss.gap.attempt_id: loss.seconds for loss in found.losses}
    errors = [measured[one.pk] - seconds for one, seconds in zip(gone, lost, strict=True)]
    # Two seconds are what a page that is heard of every two seconds leaves open; grants are whole seconds.
    assert max(map(abs, errors)) <= 2.0 + 0.5
    proctor = factories.proctor(session, room=room)
    assert compensation.answer(session=session, key=found.key, accept=True, by=proctor) == 28
    with pytest.raises(Conflict, match="已经处理过"):
        compensation.answer(session=session, key=found.key, accept=True, by=proctor)
    assert {one.pk: granted(one) for one in gone} == measured
    assert [granted(one) for one in attempts if one not in gone] == [0] * 32
    assert compensation.proposals(session, None) == []
    assert integrity.CHECKS["acts"]() is None


def test_short_silences_and_pauses_are_no_loss():
    rng = random.Random(3)
    session = factories.session(candidates=2)
    began = database_now() - dt.timedelta(minutes=10)
    short, paused = sitting(session, 2, began)
    outage([short], began, [12], rng)
    assert not ConnectionGap.objects.exists()
    by = factories.proctor(session)
    timing.pause(attempt_id=paused.pk, reason="停电", by=by)
    heard(paused, began + dt.timedelta(seconds=300))
    timing.resume(attempt_id=paused.pk, reason="来电", by=by)
    assert not ConnectionGap.objects.exists()


def test_a_pause_inside_an_outage_is_not_made_good_twice():
    session = factories.session()
    now = database_now()
    began = now - dt.timedelta(seconds=600)
    (attempt,) = sitting(session, 1, began)
    TimeGrant.objects.create(
        attempt=attempt,
        kind="pause",
        seconds=240,
        reason="停电",
        granted_by="甲",
        granted_at=now - dt.timedelta(seconds=200),
    )
    heard(attempt, now)
    (found,) = compensation.proposals(session, None)
    assert abs(found.seconds - (600 - 240 - 2)) <= 1


def test_two_outages_are_two_proposals_newest_first_and_one_may_be_declined():
    session = factories.session(candidates=3)
    began = database_now() - dt.timedelta(minutes=30)
    attempts = sitting(session, 3, began)
    rng = random.Random(1)
    outage(attempts, began, [120, 120, 120], rng)
    outage(attempts[:2], began + dt.timedelta(minutes=10), [60, 60], rng)
    # Between the two outages everybody was heard of all the time.
    longest = ConnectionGap.objects.order_by("lost_at").filter(attempt=attempts[0])
    assert longest.count() == 3
    found = compensation.proposals(session, None)
    assert found[0].people == 2
    chief = factories.proctor(session)
    assert compensation.answer(session=session, key=found[0].key, accept=False, by=chief) == 2
    assert not TimeGrant.objects.exists()
    assert GapAnswer.objects.filter(seconds=0).count() == 2
    assert trail(session.stream).get(action="session.no_compensation").data == {"people": 2}
    assert found[0].key not in [one.key for one in compensation.proposals(session, None)]


def post(user, session, key, accept=True):
    body = {"proposal": key, "accept": accept}
    return factories.api(user).post(f"/api/v1/sessions/{session.uuid}/compensations/", body, format="json")


def test_who_may_and_what_is_odd_is_refused():
    session = factories.session(candidates=2, rooms=2)
    began = database_now() - dt.timedelta(minutes=10)
    attempts = sitting(session, 2, began)
    outage(attempts[:1], began, [120], random.Random(2))
    key = compensation.proposals(session, None)[0].key
    own, other = (one.registration.room for one in attempts)
    refused = [
        (factories.proctor(session, room=other), 403), (factories.staff(session.organisation, Role.SUPERVISOR), 403),
        (factories.proctor(factories.session()), 404), (attempts[0].registration.candidate.user, 404), (None, 401),
    ]  # fmt: skip
    for user, status in refused:
        assert post(user, session, key).status_code == status, user
    chief = factories.proctor(session)
    elsewhere = factories.session()
    for odd in ("", "x", "999999999", f"{key},999999999", "1" * 30):
        assert post(chief, session, odd).status_code in (404, 422), odd
    assert post(factories.proctor(elsewhere), elsewhere, key).status_code == 404
    assert not TimeGrant.objects.exists()
    seen = factories.api(factories.proctor(session, room=other)).get(
        f"/api/v1/sessions/{session.uuid}/console/"
    )
    assert seen.json()["outages"] == []
    assert post(factories.proctor(session, room=own), session, key).json() == {"people": 1}


@pytest.mark.django_db(transaction=True)
def test_two_proctors_who_accept_at_once_grant_once():
    session = factories.session(candidates=2)
    began = database_now() - dt.timedelta(minutes=10)
    attempts = sitting(session, 2, began)
    outage(attempts, began, [120, 120], random.Random(5))
    key = compensation.proposals(session, None)[0].key
    barrier, found = threading.Barrier(2), []

    def run(by):
        barrier.wait()
        try:
            found.append(compensation.answer(session=session, key=key, accept=True, by=by))
        except Conflict as refusal:
            found.append(refusal.code)
        connection.close()

    people = [factories.proctor(session), factories.proctor(session)]
    threads = [threading.Thread(target=run, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, found)) == ["2", "decided"]
    assert TimeGrant.objects.count() == 2
