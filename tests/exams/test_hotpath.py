"""Saving over real HTTP, through the entry in front of Django: every rule of the contract, and nothing else changed."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, transaction

from accounts import tokens as login_tokens
from certification import integrity
from exams.delivery import services, timing, tokens
from exams.enums import AttemptState
from exams.models import Attempt, AttemptMessage, ResponseEvent
from tests import factories
from tests.exams.serving import Seat, call, web_server
from tests.exams.test_saving import recomputed_chain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("hotpath")]


@pytest.fixture(scope="module")
def port(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), web_server() as found:
        yield found


@pytest.fixture
def seat(port):
    return Seat(port, factories.attempt())


def at_once(*calls):
    """Run calls at the same moment in threads; their results in order."""
    barrier, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, one):
        barrier.wait()
        found[index] = one()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def stored(seat):
    return list(
        ResponseEvent.objects.filter(attempt=seat.attempt).order_by("seq").values_list("seq", "state")
    )


def started_ago(seat, seconds):
    """As if the attempt had begun that long ago."""
    moment = Attempt.objects.get(pk=seat.attempt.pk).started_at - dt.timedelta(seconds=seconds)
    factories.began(seat.attempt, moment)


def test_the_entry_answers_as_django_does(seat):
    user = seat.attempt.registration.candidate.user
    Attempt.objects.filter(pk=seat.attempt.pk).update(device="")
    fast = seat.save(factories.event("T01"))
    slow = seat.save(factories.event("T02"), token=login_tokens.issue(user))
    assert (fast[0], slow[0]) == (200, 200)
    assert (
        list(fast[1]) == list(slow[1]) == ["acks", "head", "state", "server_time", "remaining_ms", "messages"]
    )
    changing = {"Date", "Content-Length"}
    assert {name: value for name, value in fast[2].items() if name not in changing} == {
        name: value for name, value in slow[2].items() if name not in changing
    }
    assert fast[2]["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in fast[2]["Content-Security-Policy"]


def test_the_entry_answers_a_status_call_as_django_does(seat):
    user = seat.attempt.registration.candidate.user
    seat.save(factories.event("T01"))
    path = seat.path.removesuffix("responses/")
    fast = call(seat.port, "GET", path, token=seat.token)
    slow = call(seat.port, "GET", path, token=login_tokens.issue(user))
    changing = {"server_time", "remaining_ms"}
    assert (fast[0], slow[0]) == (200, 200)
    assert [(name, value) for name, value in fast[1].items() if name not in changing] == [
        (name, value) for name, value in slow[1].items() if name not in changing
    ]
    assert 0 <= fast[1]["remaining_ms"] - slow[1]["remaining_ms"] < 5_000
    changing = {"Date", "Content-Length"}
    assert {name: value for name, value in fast[2].items() if name not in changing} == {
        name: value for name, value in slow[2].items() if name not in changing
    }
    assert ResponseEvent.objects.filter(attempt=seat.attempt).count() == 1


def test_every_answer_has_the_head_of_the_recomputed_chain(seat):
    for rev in range(1, 4):
        answer = seat.saved(factories.event("T01", rev=rev), factories.event("T02", ["c"], rev=rev))
        assert [ack["seq"] for ack in answer["acks"]] == [2 * rev - 1, 2 * rev]
        assert answer["head"] == recomputed_chain(seat.attempt)
        assert answer["acks"][1]["current"] == {"rev": rev, "response": {"choices": ["c"]}}


def test_one_key_twice_at_once_is_one_event_and_one_ack(seat):
    for rev in range(1, 16):
        event = factories.event("T01", rev=rev)
        first, *others = at_once(*[lambda event=event: seat.saved(event)["acks"]] * 4)
        assert others == [first] * 3
    assert stored(seat) == [(seq, "accepted") for seq in range(1, 16)]
    assert (integrity.response_chains(), integrity.projections()) == (None, None)


def test_one_key_with_two_bodies_at_once_stores_one(seat):
    key = str(uuid.uuid4())
    answers = at_once(*[lambda one=one: seat.save(factories.event("T01", [one], key=key)) for one in "abcd"])
    assert sorted(answer[0] for answer in answers) == [200, 422, 422, 422]
    assert len(stored(seat)) == 1


def test_same_key_same_body_gets_the_same_ack_later_too(seat):
    event = factories.event("T01", key=str(uuid.uuid4()).upper())
    first = seat.saved(event)["acks"]
    seat.saved(factories.event("T01", ["d"], rev=7))
    (again,) = seat.saved(event)["acks"]
    assert again == {**first[0], "current": {"rev": 7, "response": {"choices": ["d"]}}}
    assert again["key"] == event["key"].lower()
    twice = factories.event("T02")
    acks = seat.saved(twice, twice)["acks"]
    assert acks[0] == acks[1]
    assert len(stored(seat)) == 3


def test_a_used_key_refuses_the_whole_batch_and_is_named(seat):
    event = factories.event("T01")
    seat.saved(event)
    for other in ({"rev": 2}, {"slot": "T02"}, {"response": {"choices": ["b"]}}):
        status, problem, headers = seat.save(factories.event("T03"), {**event, **other})
        assert (status, headers["Content-Type"]) == (422, "application/problem+json")
        assert [(row["key"], row["code"]) for row in problem["errors"]] == [(event["key"], "used_key")]
    assert len(stored(seat)) == 1


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ('"slot":"T99"', "unknown_slot"),
        ('"rev":9007199254740992', "bad_rev"),
        ('"rev":1.5', "bad_rev"),
        ('"response":{"choices":["\\ud800"]}', "not_canonical"),
        ('"response":{"value":9007199254740993}', "not_canonical"),
        ('"response":{"choices":["a\\u0000"]}', "bad_character"),
        ('"response":{"choices":["a","b"]}', "wrong_response"),
        ('"response":null', "wrong_response"),
        ('"more":1', "wrong_shape"),
    ],
)
def test_a_faulty_event_refuses_the_whole_batch(seat, broken, code):
    key = str(uuid.uuid4())
    good = f'{{"key":"{uuid.uuid4()}","slot":"T02","rev":1,"response":{{"choices":["a"]}}}}'
    bad = f'{{"key":"{key}","slot":"T01","rev":1,"response":{{"choices":["a"]}},{broken}}}'
    raw = f'{{"events":[{good},{bad}]}}'.encode()
    status, problem, headers = call(seat.port, "POST", seat.path, token=seat.token, raw=raw)
    assert (status, headers["Content-Type"]) == (422, "application/problem+json")
    assert [(row["key"], row["code"]) for row in problem["errors"]] == [(key, code)]
    assert stored(seat) == []


def test_a_faulty_batch_in_a_crowd_fails_alone(port):
    session = factories.session(candidates=8)
    seats = [Seat(port, factories.attempt(session, index=index)) for index in range(8)]
    used = factories.event("T01")
    seats[0].saved(used)
    for rev in range(2, 8):
        batches = [
            {**used, "rev": rev} if index == 0 else factories.event("T09" if index == 1 else "T02", rev=rev)
            for index in range(8)
        ]
        answers = at_once(*[lambda s=s, b=b: s.save(b) for s, b in zip(seats, batches, strict=True)])
        assert [answer[0] for answer in answers] == [422, 422, *[200] * 6]
    assert (integrity.response_chains(), integrity.projections()) == (None, None)


def test_an_older_or_equal_revision_is_superseded_and_shown_what_is_held(seat):
    seat.saved(factories.event("T01", ["c"], rev=5))
    for rev in (4, 5):
        (ack,) = seat.saved(factories.event("T01", ["a"], rev=rev))["acks"]
        assert (ack["state"], ack["current"]) == ("superseded", {"rev": 5, "response": {"choices": ["c"]}})


def test_within_the_grace_is_in_time_and_after_it_is_held(seat):
    limit = seat.attempt.limit_seconds
    seat.saved(factories.event("T01", ["a"]))
    started_ago(seat, limit + 1)
    answer = seat.saved(factories.event("T01", ["b"], rev=2))
    assert (answer["acks"][0]["state"], answer["remaining_ms"]) == ("accepted", 0)
    started_ago(seat, 3)
    answer = seat.saved(factories.event("T01", ["c"], rev=3), factories.event("T02"))
    assert [(ack["state"], ack["current"]) for ack in answer["acks"]] == [
        ("held", {"rev": 2, "response": {"choices": ["b"]}}),
        ("held", None),
    ]
    assert answer["head"] == recomputed_chain(seat.attempt)


def test_a_grant_counts_at_once_and_messages_come_along(seat):
    proctor = factories.proctor(seat.attempt.registration.session)
    before = seat.saved()["remaining_ms"]
    timing.grant(attempt_id=seat.attempt.pk, seconds=600, reason="断电", by=proctor)
    text = '引号"、反斜线\\、换行\n和😀'
    services.message(attempt_id=seat.attempt.pk, text=text, by=proctor)
    answer = seat.saved(factories.event("T01"))
    assert 590_000 < answer["remaining_ms"] - before <= 600_000
    rows = list(AttemptMessage.objects.filter(attempt=seat.attempt).order_by("pk"))
    assert [(row["id"], row["text"]) for row in answer["messages"]] == [
        (str(row.uuid), row.text) for row in rows
    ]
    assert answer["messages"][1]["text"] == text
    assert [dt.datetime.fromisoformat(row["sent_at"]) for row in answer["messages"]] == [
        row.sent_at for row in rows
    ]


def test_the_time_left_is_the_clocks(seat):
    Attempt.objects.filter(pk=seat.attempt.pk).update(factor="1.33", limit_seconds=1001)
    answer = seat.saved()
    since = dt.datetime.fromisoformat(answer["server_time"]) - seat.attempt.started_at
    assert answer["remaining_ms"] == (dt.timedelta(seconds=1332) - since) // dt.timedelta(milliseconds=1)


def test_a_paused_attempt_takes_what_was_on_its_way_and_its_clock_stands(seat):
    proctor = factories.proctor(seat.attempt.registration.session)
    timing.pause(attempt_id=seat.attempt.pk, reason="火警", by=proctor)
    first, second = seat.saved(factories.event("T01")), seat.saved(factories.event("T02"))
    assert [one["acks"][0]["state"] for one in (first, second)] == ["accepted"] * 2
    assert first["state"] == "paused"
    assert first["remaining_ms"] == second["remaining_ms"] > 0


def test_after_the_end_events_are_held(seat):
    proctor = factories.proctor(seat.attempt.registration.session)
    services.end(attempt_id=seat.attempt.pk, reason="离场", by=proctor)
    answer = seat.saved(factories.event("T01"))
    assert (answer["acks"][0]["state"], answer["state"], answer["remaining_ms"]) == ("held", "submitted", 0)


def test_a_seat_that_was_taken_over_is_told_before_any_fault(seat):
    user = seat.attempt.registration.candidate.user
    services.start(attempt_id=seat.attempt.pk, device="other:", take_over=True, by=user)
    for event in (factories.event("T01"), factories.event("T99")):
        status, problem, _ = seat.save(event)
        assert (status, problem["code"]) == (409, "other_device")
    assert stored(seat) == []


@pytest.mark.parametrize(
    ("state", "code"), [(AttemptState.READY, "not_started"), (AttemptState.VOIDED, "voided")]
)
def test_not_started_and_voided_take_nothing(seat, state, code):
    Attempt.objects.filter(pk=seat.attempt.pk).update(state=state)
    status, problem, _ = seat.save(factories.event("T01"))
    assert (status, problem["code"]) == (409, code)
    assert stored(seat) == []


def test_tokens_open_their_own_attempt_only(seat):
    other = Seat(seat.port, factories.attempt())
    assert seat.save(factories.event(), token=other.token)[0] == 404
    assert seat.save(factories.event(), token=seat.token[:-1] + "_")[0] == 401
    aged = tokens.issue(str(seat.attempt.uuid), seat.attempt.device, seat.attempt.form_id).rsplit(":", 2)
    assert seat.save(factories.event(), token=f"{aged[0]}:1aaaaa:{aged[2]}")[0] == 401
    user = seat.attempt.registration.candidate.user
    user.is_active = False
    user.save()
    assert seat.save(factories.event())[0] == 401
    assert stored(seat) == []


@pytest.mark.parametrize(
    "raw", [b'{"events":[', b"[]", b"{}", b'{"events":[{"rev":NaN}]}', b"\xff", b"", b"[" * 100_000]
)
def test_garbage_is_a_problem_document(seat, raw):
    status, problem, headers = call(seat.port, "POST", seat.path, token=seat.token, raw=raw)
    assert status in (400, 422)
    assert headers["Content-Type"] == "application/problem+json"
    assert problem["detail"]


def test_whoever_waits_for_a_row_keeps_nobody_else_waiting(port):
    session = factories.session(candidates=2)
    held, free = (Seat(port, factories.attempt(session, index=index)) for index in range(2))
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(held.save(factories.event("T01"))))
    with transaction.atomic():
        Attempt.objects.select_for_update().get(pk=held.attempt.pk)
        waiting.start()
        for rev in range(1, 20):
            free.saved(factories.event("T01", rev=rev))
        assert answers == []
    waiting.join(30)
    assert answers[0][0] == 200
    assert stored(held) == [(1, "accepted")]


def test_a_lost_database_connection_costs_nothing(seat):
    seat.saved(factories.event("T01"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] > 0
    for rev in (2, 3):
        seat.saved(factories.event("T01", rev=rev))
    assert [seq for seq, _ in stored(seat)] == [1, 2, 3]
