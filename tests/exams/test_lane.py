"""The parts of the hot path one by one: hashing, tokens, the database function, the lane and the entry."""

import io
import json
import threading
import time
import uuid

import psycopg2
import pytest
import rfc8785
from django.db import OperationalError, connection
from hypothesis import given
from hypothesis import strategies as st

from certification.entry import Entry
from exams.delivery import chain, events, lane, saving, tokens
from exams.delivery.events import IncomingEvent
from exams.models import ResponseEvent
from lib.canonical import canonical_text
from tests import factories
from tests.exams.test_saving import recomputed_chain

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(slot=TEXT, rev=st.integers(0, 2**53 - 1), response=JSON)
def test_the_body_hash_of_canonical_parts_is_that_of_the_whole(slot, rev, response):
    attempt, key = str(uuid.uuid4()), str(uuid.uuid4())
    assert chain.body_hash_of_text(
        attempt=attempt,
        key=key,
        slot_text=canonical_text(slot),
        rev=rev,
        response_text=canonical_text(response),
    ) == chain.body_hash(attempt=attempt, key=key, slot=slot, rev=rev, response=response)


def test_a_token_ends_after_a_day(monkeypatch):
    token = tokens.issue("a", "d", 1)
    assert tokens.read(token) == tokens.Seat("a", "d", 1)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + tokens.MAX_AGE + 2)
    assert tokens.read(token) is None


@pytest.mark.django_db
def test_odd_texts_come_back_byte_by_byte():
    attempt = factories.attempt()
    texts = [
        rfc8785.dumps(one).decode()
        for one in ({"t": '"\\\x01\x7f\u2028😀\ue000'}, [1.5e300, -0.0, "\\u00e9"], "'; --")
    ]
    batch = []
    for rev, text in enumerate(texts, 1):
        key = str(uuid.uuid4())
        body = chain.body_hash_of_text(
            attempt=str(attempt.uuid), key=key, slot_text='"T01"', rev=rev, response_text=text
        )
        batch.append(IncomingEvent(key=key, slot="T01", rev=rev, text=text, body=body))
    saving.append(attempt, batch, device=attempt.device)
    rows = ResponseEvent.objects.filter(attempt=attempt).order_by("seq")
    assert [row.response for row in rows] == texts
    assert attempt.head == recomputed_chain(attempt)


@pytest.mark.django_db
def test_one_attempt_twice_in_a_group_is_tried_alone():
    """The function writes each attempt's row once a group: a second save of it would build on an old head."""
    attempt = factories.attempt()
    saves = json.dumps([{"a": str(attempt.uuid), "d": attempt.device, "e": []}] * 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM exams_save(%s::json, false)", [saves])
        assert cursor.fetchall() == [(None,), ("busy",)]


@pytest.fixture
def empty_lane(monkeypatch):
    """A lane of its own for tests that run the entry in this process."""
    one = lane.Lane()
    monkeypatch.setattr(saving, "LANE", one)
    yield one
    one.hang_up()


def environ(attempt, body, token):
    return {
        "PATH_INFO": f"/api/v1/attempts/{attempt.uuid}/responses/", "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), "HTTP_HOST": "testserver",
        "HTTP_AUTHORIZATION": f"Bearer {token}", "wsgi.input": io.BytesIO(body),
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_save_with_the_attempt_token_needs_no_statement_but_the_function(
    empty_lane, django_assert_num_queries
):
    attempt = factories.attempt()
    token = tokens.issue(str(attempt.uuid), attempt.device, attempt.form_id)
    entry = Entry(lambda environ, start: [b"django"])

    def save(event):
        body = json.dumps({"events": [event]}).encode()
        return b"".join(entry(environ(attempt, body, token), lambda *_: None))

    save(factories.event("T01"))  # reads the form once per process
    with django_assert_num_queries(0):
        answer = json.loads(save(factories.event("T02")))
    assert answer["acks"][0]["seq"] == 2
    bad = json.dumps({"events": [factories.event("T99")]}).encode()
    passed_on = environ(attempt, bad, token)
    assert entry(passed_on, lambda *_: None) == [b"django"]
    assert passed_on["wsgi.input"].read() == bad


@pytest.mark.django_db
def test_a_body_larger_than_any_page_sends_is_left_to_django_unread(empty_lane, settings):
    attempt = factories.attempt()
    body = json.dumps({"events": [factories.event()]}).encode()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(body) - 1
    large = environ(attempt, body, tokens.issue(str(attempt.uuid), attempt.device, attempt.form_id))
    assert Entry(lambda environ, start: [b"django"])(large, lambda *_: None) == [b"django"]
    assert large["wsgi.input"].tell() == 0


@pytest.mark.django_db
def test_a_dead_connection_of_the_thread_sends_the_save_the_ordinary_way(empty_lane, monkeypatch):
    def dead(form_id):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(events, "slots_of_form", dead)
    attempt = factories.attempt()
    token = tokens.issue(str(attempt.uuid), attempt.device, attempt.form_id)
    body = json.dumps({"events": [factories.event()]}).encode()
    entry = Entry(lambda environ, start: [b"django"])
    assert entry(environ(attempt, body, token), lambda *_: None) == [b"django"]


class SlowLane(lane.Lane):
    """Commits nothing, slowly, and notes the groups."""

    def __init__(self):
        super().__init__()
        self.groups, self.go = [], threading.Event()

    def _commit(self, group):
        self.groups.append(len(group))
        self.go.wait(10)
        if len(self.groups) == 3:
            raise psycopg2.OperationalError("gone")
        return [(None, one.text) for one in group]


def test_who_comes_during_a_commit_shares_the_next_and_a_failed_group_is_tried_alone(caplog):
    one = SlowLane()
    answers = {}
    threads = [
        threading.Thread(target=lambda n=n: answers.update({n: one.save(str(n), "d", [])})) for n in range(lane.MAX_GROUP + 3)
    ]  # fmt: skip
    threads[0].start()
    while not one.groups:
        time.sleep(0.001)
    for thread in threads[1:]:
        thread.start()
    while len(one._waiting) < len(threads) - 1:
        time.sleep(0.001)
    one.go.set()
    for thread in threads:
        thread.join(10)
    assert one.groups == [1, lane.MAX_GROUP, 2]
    told = [n for n, answer in answers.items() if answer and json.loads(answer)["a"] == str(n)]
    assert len(told) == lane.MAX_GROUP + 1
    assert list(answers.values()).count(None) == 2
    assert "tried alone" in caplog.text
    assert one.save("x", "d", []) is not None
