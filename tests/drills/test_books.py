"""The drills' own tools: books that show every loss, signals that reach nobody else."""

import datetime as dt
import hashlib
import signal
import subprocess
import uuid
from pathlib import Path

import pytest

from bench.audit import canonical
from tests.drills import faults
from tests.drills.crowd import Candidate, Journal
from tests.drills.ledger import of_stored
from tests.product.running import Product, wait_for

MOMENT = "2026-01-01T00:00:00.000001+00:00"


def chained(attempt, events):
    """Events as ``export_events`` gives them, chained as the contract says."""
    prev, found = bytes(32), []
    micros = (dt.datetime.fromisoformat(MOMENT) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(
        microseconds=1
    )
    for seq, event in enumerate(events, 1):
        body = hashlib.sha256(canonical({**event, "attempt": attempt})).digest()
        link = hashlib.sha256(prev + seq.to_bytes(8, "big") + micros.to_bytes(8, "big") + body).digest()
        found.append(
            {
                **event,
                "seq": seq,
                "received_at": MOMENT,
                "state": "accepted",
                "prev": prev.hex(),
                "hash": link.hex(),
            }
        )
        prev = link
    return found


@pytest.fixture
def books(tmp_path):
    """A candidate with three acknowledged answers, the journal's lines and what is stored."""
    journal = Journal(tmp_path / "journal")
    one = Candidate({}, 1, journal)
    one.attempt = str(uuid.uuid4())
    events = [
        {"key": str(uuid.uuid4()), "slot": "T01", "rev": rev, "response": {"choices": ["a"]}}
        for rev in (1, 2, 3)
    ]
    stored = chained(one.attempt, events)
    for event, kept in zip(events, stored, strict=True):
        ack = {"key": kept["key"], "seq": kept["seq"], "state": "accepted", "current": None}
        journal.note(one.attempt, [event], {"acks": [ack], "head": kept["hash"]})
    return one, journal.lines(), stored


def outcome(one, lines, stored):
    return of_stored([one], lines, {one.attempt: stored}, [], "test", "")


def test_true_books_are_green(books):
    found = outcome(*books)
    assert (found.ok, found.acknowledged, found.stored) == (True, 3, 3)


def test_a_cut_tail_is_a_loss(books):
    one, lines, stored = books
    found = outcome(one, lines, stored[:1])
    assert (found.ok, len(found.lost)) == (False, 2)


def test_a_changed_answer_is_a_loss_even_under_a_new_chain(books):
    one, lines, stored = books
    events = [{name: event[name] for name in ("key", "slot", "rev", "response")} for event in stored]
    events[1]["response"] = {"choices": ["b"]}
    assert len(outcome(one, lines, chained(one.attempt, events)).lost) == 1


def test_an_answer_stored_twice_is_seen(books):
    one, lines, stored = books
    events = [{name: event[name] for name in ("key", "slot", "rev", "response")} for event in stored]
    found = outcome(one, lines, chained(one.attempt, [*events, events[0]]))
    assert (found.ok, found.duplicated) == (False, 1)


def test_an_answer_handed_in_and_not_stored_is_a_loss(books):
    one, lines, stored = books
    sent = {"key": str(uuid.uuid4()), "slot": "T01", "rev": 9, "response": {"choices": ["a"]}}
    one.receipt = {"receipt": {"events": 4}, "sent": [sent]}
    found = outcome(one, lines, stored)
    assert (len(found.lost), len(found.faults)) == (1, 1)


def test_what_is_not_run_is_not_passed(books):
    found = outcome(*books)
    found.not_run = "not possible here"
    assert not found.ok
    assert str(found).startswith("NOT RUN")


def test_a_signal_reaches_no_stranger(tmp_path):
    product = Product(tmp_path)
    with subprocess.Popen(["sleep", "60"], env={"DATA_DIR": "/elsewhere"}) as stranger:
        try:
            assert faults.send(product, signal.SIGKILL, stranger.pid) == 0
            assert stranger.poll() is None
        finally:
            stranger.terminate()
    for everybody in (0, -1, 1):
        with pytest.raises(AssertionError):
            faults.send(product, signal.SIGKILL, everybody)


def test_a_signal_reaches_a_process_of_the_product(tmp_path):
    product = Product(tmp_path)
    with subprocess.Popen(["sleep", "60"], env={"DATA_DIR": str(tmp_path)}) as ours:
        # The kernel shows a new program's environment a moment after it has begun.
        wait_for(
            lambda: Path(f"/proc/{ours.pid}/environ").read_bytes(), 5, "the process shows its environment"
        )
        assert faults.send(product, signal.SIGKILL, ours.pid) == 1
        assert ours.wait(5) == -signal.SIGKILL
