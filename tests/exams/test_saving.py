"""Saving: what was acknowledged is stored, once, in a chain anybody can recompute."""

import hashlib
import json
import threading
import uuid

import pytest
import rfc8785
from django.db import close_old_connections, connection
from django.db.utils import InternalError

from exams.delivery import saving, services
from exams.enums import AttemptState, EventState
from exams.models import Attempt, Response, ResponseEvent
from lib.refusals import Conflict, Invalid
from tests import factories

pytestmark = pytest.mark.django_db


def save(attempt, *events):
    """The acks of one batch."""
    answer = saving.save_responses(attempt_id=attempt.pk, raw_events=list(events), device=attempt.device)
    return json.loads(answer)["acks"]


def recomputed_chain(attempt):
    """The contract's formula, written again without the product's code."""
    prev = bytes(32)
    for event in ResponseEvent.objects.filter(attempt=attempt).order_by("seq"):
        body = rfc8785.dumps(
            {"attempt": str(attempt.uuid), "key": str(event.key), "slot": event.slot, "rev": event.rev,
             "response": json.loads(event.response)}
        )  # fmt: skip
        micros = round(event.received_at.timestamp() * 1_000_000)
        prev = hashlib.sha256(
            prev + event.seq.to_bytes(8, "big") + micros.to_bytes(8, "big") + hashlib.sha256(body).digest()
        ).digest()
    return prev.hex()


def test_acknowledged_response_comes_back_equal():
    attempt = factories.attempt()
    event = factories.event("T01", ["b"])
    (ack,) = save(attempt, event)
    assert ack == {
        "key": event["key"],
        "seq": 1,
        "state": "accepted",
        "current": {"rev": 1, "response": {"choices": ["b"]}},
    }
    assert json.loads(Response.objects.get(attempt=attempt, slot="T01").response) == {"choices": ["b"]}


def test_sequence_has_no_gap_and_chain_verifies():
    attempt = factories.attempt()
    save(attempt, factories.event("T01"), factories.event("T02"))
    save(attempt, factories.event("T01", ["c"], rev=2))
    attempt.refresh_from_db()
    assert list(
        ResponseEvent.objects.filter(attempt=attempt).order_by("seq").values_list("seq", flat=True)
    ) == [1, 2, 3]
    assert attempt.head == recomputed_chain(attempt)


def test_same_key_same_body_gets_the_same_ack_and_stores_once():
    attempt = factories.attempt()
    event = factories.event()
    assert save(attempt, event) == save(attempt, event)
    assert ResponseEvent.objects.filter(attempt=attempt).count() == 1


def test_same_key_other_body_is_refused_and_changes_nothing():
    attempt = factories.attempt()
    event = factories.event()
    save(attempt, event)
    with pytest.raises(Invalid) as caught:
        save(attempt, factories.event("T02"), {**event, "response": {"choices": ["c"]}})
    assert [row["code"] for row in caught.value.errors] == ["used_key"]
    assert ResponseEvent.objects.filter(attempt=attempt).count() == 1


def test_older_revision_is_kept_but_never_wins():
    attempt = factories.attempt()
    save(attempt, factories.event("T01", ["c"], rev=5))
    (ack,) = save(attempt, factories.event("T01", ["a"], rev=5))
    assert (ack["state"], ack["current"]) == ("superseded", {"rev": 5, "response": {"choices": ["c"]}})
    assert ResponseEvent.objects.filter(attempt=attempt).count() == 2


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"slot": "T99"}, "unknown_slot"),
        ({"rev": True}, "bad_rev"),
        ({"rev": 2**53}, "bad_rev"),
        ({"key": "no uuid"}, "bad_key"),
        ({"response": {"choices": ["z"]}}, "wrong_response"),
        ({"response": {"choices": ["a", "b"]}}, "wrong_response"),
        ({"response": {"text": "\ud800"}}, "not_canonical"),
        ({"response": {"value": 2**53}}, "not_canonical"),
        ({"response": {"text": "长" * 100_000}}, "too_large"),
        ({"extra": 1}, "wrong_shape"),
    ],
)
def test_a_faulty_event_refuses_the_whole_batch_and_names_its_key(broken, code):
    attempt = factories.attempt()
    bad = {**factories.event("T02"), **broken}
    with pytest.raises(Invalid) as caught:
        save(attempt, factories.event("T01"), bad)
    assert [(row["key"], row["code"]) for row in caught.value.errors] == [(bad["key"], code)]
    assert not ResponseEvent.objects.filter(attempt=attempt).exists()


def test_what_comes_after_hand_in_is_held_and_does_not_count():
    attempt = factories.attempt()
    save(attempt, factories.event("T01", ["a"]))
    services.submit(
        attempt_id=attempt.pk, raw_events=[], device=attempt.device, by=attempt.registration.candidate.user
    )
    (ack,) = save(attempt, factories.event("T01", ["b"], rev=9))
    assert (ack["state"], ack["seq"]) == (EventState.HELD, 2)
    assert json.loads(Response.objects.get(attempt=attempt, slot="T01").response) == {"choices": ["a"]}
    attempt.refresh_from_db()
    assert attempt.head == recomputed_chain(attempt)


def test_a_seat_that_was_taken_over_cannot_save():
    attempt = factories.attempt()
    user = attempt.registration.candidate.user
    services.start(attempt_id=attempt.pk, device="other:", take_over=True, by=user)
    with pytest.raises(Conflict) as caught:
        save(attempt, factories.event())
    assert caught.value.code == "other_device"


def test_before_the_start_nothing_is_stored():
    attempt = factories.attempt(started=False)
    with pytest.raises(Conflict):
        save(attempt, factories.event())
    assert not ResponseEvent.objects.exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE exams_responseevent SET rev = 9", "DELETE FROM exams_responseevent"]
)
def test_the_database_refuses_to_change_events(statement):
    save(factories.attempt(), factories.event())
    with pytest.raises(InternalError), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_sixteen_simultaneous_saves_of_one_key_store_one_event():
    attempt = factories.attempt()
    event = factories.event()
    acks, errors = [], []
    barrier = threading.Barrier(16)

    def send():
        try:
            barrier.wait()
            acks.append(json.dumps(save(attempt, event), sort_keys=True))
        except Exception as error:  # shown by the assertion below
            errors.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(acks) == 16
    assert len(set(acks)) == 1
    assert ResponseEvent.objects.filter(attempt=attempt).count() == 1


def test_key_must_be_unique_per_attempt_only():
    key = str(uuid.uuid4())
    for attempt in (factories.attempt(), factories.attempt()):
        (ack,) = save(attempt, factories.event(key=key))
        assert ack["state"] == "accepted"
    assert Attempt.objects.filter(state=AttemptState.IN_PROGRESS).count() == 2
