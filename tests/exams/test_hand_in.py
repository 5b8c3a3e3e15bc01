"""Handing in over real HTTP, through the entry in front of Django: the same rules by either way, one receipt for good."""

import pytest

from accounts import tokens as login_tokens
from audit.queries import trail
from certification import integrity
from exams.enums import AttemptState
from exams.models import Attempt, Receipt, ResponseEvent
from tests import factories
from tests.exams.serving import Seat, call, web_server
from tests.exams.test_hotpath import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("hand_in")]


@pytest.fixture(scope="module")
def port(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), web_server() as found:
        yield found


@pytest.fixture
def seat(port):
    return Seat(port, factories.attempt())


def hand_in(seat, *events, token=""):
    path = seat.path.replace("responses", "submit")
    return call(seat.port, "POST", path, {"events": list(events)}, token=token or seat.token)


def test_the_entry_hands_in_as_django_does(port):
    answers = []
    for fast in (True, False):
        seat = Seat(port, factories.attempt())
        Attempt.objects.filter(pk=seat.attempt.pk).update(device="")
        login = login_tokens.issue(seat.attempt.registration.candidate.user)
        answers.append(hand_in(seat, factories.event("T01"), token="" if fast else login))
    (fast, slow) = answers
    assert (fast[0], slow[0]) == (200, 200)
    assert list(fast[1]) == list(slow[1]) == ["receipt", "signature", "short_code", "state", "messages"]
    assert list(fast[1]["receipt"]) == list(slow[1]["receipt"])
    changing = {"Date", "Content-Length"}
    assert {name: value for name, value in fast[2].items() if name not in changing} == {
        name: value for name, value in slow[2].items() if name not in changing
    }


def test_sixteen_hand_ins_at_once_are_one(seat):
    event = factories.event("T01", ["b"])
    answers = at_once(*[lambda: hand_in(seat, event)] * 16)
    assert [answer[0] for answer in answers] == [200] * 16
    assert len({answer[1]["signature"] for answer in answers}) == 1
    assert (Receipt.objects.count(), ResponseEvent.objects.get().state) == (1, "accepted")
    assert trail(seat.attempt.registration.session.stream).filter(action="attempt.submitted").count() == 1
    assert seat.attempt.scoring_runs.count() == 1
    assert all(broken is None for broken in integrity.verify().values())


def test_a_repetition_gets_the_same_receipt_and_holds_what_it_brings(seat):
    first = hand_in(seat, factories.event("T01"))[1]
    again = hand_in(seat, factories.event("T01", ["c"], rev=2))[1]
    assert again == first
    assert seat.saved(factories.event("T02"))["acks"][0]["state"] == "held"
    states = (
        ResponseEvent.objects.filter(attempt=seat.attempt).order_by("seq").values_list("state", flat=True)
    )
    assert list(states) == ["accepted", "held", "held"]


@pytest.mark.parametrize("fault", ["unknown_slot", "other_device", "voided", "not_a_list"])
def test_a_refused_hand_in_changes_nothing_and_says_why(seat, fault):
    events, expected = [factories.event("T01")], 409
    if fault == "unknown_slot":
        events, expected = [factories.event("T01"), factories.event("T99")], 422
    elif fault == "other_device":
        Attempt.objects.filter(pk=seat.attempt.pk).update(device="another:seat")
    elif fault == "voided":
        Attempt.objects.filter(pk=seat.attempt.pk).update(state=AttemptState.VOIDED)
    before = Attempt.objects.values("state", "events", "head", "submitted_at").get(pk=seat.attempt.pk)
    if fault == "not_a_list":
        path = seat.path.replace("responses", "submit")
        status, problem, headers = call(seat.port, "POST", path, {"events": 7}, token=seat.token)
        expected = 422
    else:
        status, problem, headers = hand_in(seat, *events)
    assert (status, headers["Content-Type"]) == (expected, "application/problem+json")
    assert problem["detail"]
    assert Attempt.objects.values(*before).get(pk=seat.attempt.pk) == before
    assert not Receipt.objects.exists()
    assert not ResponseEvent.objects.exists()


def test_an_account_that_was_closed_hands_nothing_in(seat):
    user = seat.attempt.registration.candidate.user
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert hand_in(seat, factories.event("T01"))[0] == 401
    assert not ResponseEvent.objects.exists()
