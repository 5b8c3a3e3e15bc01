"""休息: the clock stands still for as long as was granted, and what was seen before is frozen."""

import datetime as dt
from decimal import Decimal

import pytest

from audit.queries import trail
from certification import integrity, sweep
from exams.delivery import clock, queries, saving, services, timing
from exams.enums import AttemptState, EventState
from exams.models import Attempt, Break, Response, TimeGrant
from exams.scheduling import services as scheduling
from lib.clock import database_now
from lib.refusals import Conflict
from proctoring import services as proctoring
from tests import factories

pytestmark = pytest.mark.django_db


def granted(minutes=10, *, items=4, **more):
    """(the attempt of a candidate with break time, begun; his API)."""
    session = factories.session(items=items, **more)
    registration = factories.registration(session)
    scheduling.accommodate(
        registration_id=registration.pk, factor=Decimal("1.00"), break_minutes=minutes, reason="哺乳",
        by=factories.staff(session.organisation),
    )  # fmt: skip
    return factories.attempt(session)


def take(attempt, *, slots=(), events=()):
    return timing.take_break(
        attempt_id=attempt.pk, raw_events=list(events), slots=list(slots), device=attempt.device,
        by=attempt.registration.candidate.user,
    )  # fmt: skip


def back(attempt):
    return timing.end_break(
        attempt_id=attempt.pk, device=attempt.device, by=attempt.registration.candidate.user
    )


def seated(attempt):
    """The API of the candidate, who has taken the seat with it."""
    api = factories.api(attempt.registration.candidate.user)
    assert (
        api.post(f"/api/v1/attempts/{attempt.uuid}/start/", {"take_over": True}, format="json").status_code
        == 200
    )
    attempt.refresh_from_db()
    return api


def earlier(attempt, seconds):
    """So much time has passed since everything that happened: clock, break and the trail that tells of them."""
    by = dt.timedelta(seconds=seconds)
    one = Attempt.objects.get(pk=attempt.pk)
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=one.started_at - by, clock_from=one.clock_from - by, paused_at=one.paused_at - by,
        paused_until=one.paused_until - by,
    )  # fmt: skip


def left_ms(attempt):
    found = queries.with_clock(Attempt.objects.filter(pk=attempt.pk)).get()
    return clock.remaining_ms(found, database_now())


def save(attempt, slot, rev=1, choice="a"):
    answer = saving.save_responses(
        attempt_id=attempt.pk, raw_events=[factories.event(slot, [choice], rev=rev)], device=attempt.device
    )
    return answer


def state_of(attempt):
    return attempt.response_events.order_by("-seq")[0].state


def test_a_break_stops_the_clock_and_gives_the_time_back():
    attempt = granted()
    before = left_ms(attempt)
    take(attempt)
    earlier(attempt, 120)
    assert left_ms(attempt) > before - 10_000
    attempt = back(attempt)
    grant = TimeGrant.objects.get(attempt=attempt)
    assert (grant.kind, 120 <= grant.seconds <= 122) == ("break", True)
    assert attempt.state == AttemptState.IN_PROGRESS
    assert before - 10_000 < left_ms(attempt) <= before + 2_000


def test_a_break_ends_by_itself_and_no_second_more_is_given_than_was_granted():
    attempt = granted(minutes=5)
    before = left_ms(attempt)
    take(attempt)
    earlier(attempt, 7 * 60)
    # Two of seven minutes were too many: they run, before the sweep and after it.
    assert before - 2 * 60_000 - 10_000 < left_ms(attempt) <= before - 2 * 60_000
    sweep.end_long_breaks()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.paused_until) == (AttemptState.IN_PROGRESS, None)
    assert TimeGrant.objects.get(attempt=attempt).seconds == 300
    assert before - 2 * 60_000 - 10_000 < left_ms(attempt) <= before - 2 * 60_000
    with pytest.raises(Conflict) as refused:
        take(attempt)
    assert refused.value.code == "no_break_left"


def test_a_break_whose_time_is_not_over_is_left_alone_by_the_sweep():
    attempt = granted()
    take(attempt)
    assert sweep.end_long_breaks() == 0
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAUSED


def test_several_breaks_share_the_allowance():
    attempt = granted(minutes=10)
    take(attempt)
    earlier(attempt, 240)
    back(attempt)
    take(attempt)
    assert 355 <= Break.objects.filter(attempt=attempt).order_by("-began_at")[0].allowed_seconds <= 360


def test_what_was_shown_or_answered_is_frozen_and_the_rest_is_not():
    attempt = granted(items=4)
    api = seated(attempt)
    save(attempt, "T01")
    base = f"/api/v1/attempts/{attempt.uuid}/"
    assert api.post(f"{base}seen/", {"slots": ["T02"]}, format="json").status_code == 200
    take(attempt, slots=["T03"])
    attempt = back(attempt)
    assert attempt.frozen == ["T01", "T02", "T03"]
    for slot in attempt.frozen:
        save(attempt, slot, rev=5, choice="b")
        assert state_of(attempt) == EventState.HELD
    save(attempt, "T04")
    assert state_of(attempt) == EventState.ACCEPTED
    assert Response.objects.get(attempt=attempt, slot="T01").rev == 1
    assert integrity.verify()["projections"] is None


def test_what_comes_with_the_break_came_before_it():
    attempt = granted()
    take(attempt, events=[factories.event("T02", ["c"])])
    assert state_of(attempt) == EventState.ACCEPTED
    assert {name: bad for name, bad in integrity.verify().items() if bad} == {}


def test_a_held_change_to_a_frozen_item_waits_for_a_person_after_the_hand_in():
    attempt = granted()
    save(attempt, "T01")
    take(attempt)
    back(attempt)
    save(attempt, "T01", rev=2, choice="b")
    attempt.refresh_from_db()
    services.submit(
        attempt_id=attempt.pk, raw_events=[], device=attempt.device, by=attempt.registration.candidate.user
    )
    session = attempt.registration.session
    page = factories.browser(factories.proctor(session)).get(f"/sessions/{session.uuid}/late/")
    assert "休息后修改" in page.content.decode()
    assert {name: bad for name, bad in integrity.verify().items() if bad} == {}


def test_a_repeated_call_is_one_break():
    attempt = granted()
    take(attempt)
    take(attempt)
    assert Break.objects.filter(attempt=attempt).count() == 1
    back(attempt)
    assert back(attempt).state == AttemptState.IN_PROGRESS
    assert TimeGrant.objects.filter(attempt=attempt).count() == 1


def test_nobody_takes_a_break_who_was_granted_none():
    attempt = factories.attempt()
    with pytest.raises(Conflict) as refused:
        take(attempt)
    assert refused.value.code == "no_break_left"


def test_a_candidate_does_not_end_a_proctors_pause():
    attempt = granted()
    timing.pause(attempt_id=attempt.pk, reason="火警", by=factories.proctor(attempt.registration.session))
    with pytest.raises(Conflict):
        back(attempt)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAUSED


def test_a_room_that_goes_on_leaves_breaks_alone_and_one_person_can_be_called_back():
    attempt = granted()
    session = attempt.registration.session
    take(attempt)
    by = factories.proctor(session)
    paused = [one.uuid for one in proctoring.select(session, "all", "resume")]
    assert paused == []
    done = proctoring.act(session=session, name="resume", target=[str(attempt.uuid)], reason="返回", by=by)
    assert done[0]["state"] == AttemptState.IN_PROGRESS


def test_only_the_candidate_himself_takes_his_break():
    attempt = granted(take_over="proctor")
    stranger = factories.attempt(factories.session()).registration.candidate.user
    colleague = factories.proctor(attempt.registration.session)
    path = f"/api/v1/attempts/{attempt.uuid}/break/"
    for user, status in ((stranger, 404), (colleague, 403)):
        assert factories.api(user).post(path, {"events": []}, format="json").status_code == status
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.IN_PROGRESS


def test_the_trail_tells_of_the_break_and_integrity_finds_a_thawed_item():
    attempt = granted()
    save(attempt, "T01")
    take(attempt)
    told = trail(attempt.registration.session.stream).get(action="attempt.break")
    assert told.data == {"allowed": 600, "slots": ["T01"]}
    assert integrity.verify()["attempts"] is None
    Attempt.objects.filter(pk=attempt.pk).update(frozen=[])
    assert "froze" in integrity.verify()["attempts"]


def test_a_page_reports_only_slots_of_its_form():
    attempt = granted()
    api = seated(attempt)
    answer = api.post(f"/api/v1/attempts/{attempt.uuid}/seen/", {"slots": ["X99"]}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "slots")


def test_the_console_shows_a_break_as_a_break_and_not_as_a_pause():
    attempt = granted()
    session = attempt.registration.session
    take(attempt)
    console = (
        factories.api(factories.proctor(session)).get(f"/api/v1/sessions/{session.uuid}/console/").json()
    )
    (row,) = console["attempts"]
    assert (row["state"], row["state_label"]) == ("paused", "休息中")
    assert dt.datetime.fromisoformat(row["break_until"]) == Attempt.objects.get(pk=attempt.pk).paused_until
