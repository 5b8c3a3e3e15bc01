"""The bell of the queue: whoever hands in does not wait again and again for a broker that hangs."""

import pytest

from lib import leases


class Broker:
    """A Celery task's ``apply_async`` with a broker that fails until it is mended."""

    def __init__(self):
        self.tried, self.broken = [], True

    def apply_async(self, args, queue):
        self.tried += args
        if self.broken:
            raise OSError("timed out")


@pytest.fixture
def ring(django_capture_on_commit_callbacks, monkeypatch, db):
    """Ring in a transaction that commits."""
    monkeypatch.setattr(leases._Bell, "silent_until", 0.0)

    def one(broker, pk):
        with django_capture_on_commit_callbacks(execute=True):
            leases.ring(broker, pk)

    return one


def test_a_failing_broker_is_left_alone_for_a_while(ring):
    broker = Broker()
    for pk in (1, 2, 3):
        ring(broker, pk)
    assert broker.tried == [1]


def test_the_broker_is_tried_again_when_the_silence_is_over(ring, monkeypatch):
    monkeypatch.setattr(leases, "SILENCE", 0.0)
    broker = Broker()
    ring(broker, 1)
    broker.broken = False
    ring(broker, 2)
    ring(broker, 3)
    assert broker.tried == [1, 2, 3]
