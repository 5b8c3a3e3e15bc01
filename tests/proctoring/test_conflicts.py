"""Two proctors who act on the same candidate at the same moment: one of them learns that it was done already."""

import random
import threading

import pytest
from django.db import connection

from audit.queries import trail
from certification.integrity.sitting import BECOMES
from exams.models import Attempt
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = 200
# Acts that exclude each other, by the state they find: whoever comes second finds another state.
CONFLICTS = {
    "in_progress": [("pause", "pause"), ("pause", "end"), ("end", "end"), ("end", "admit")],
    "paused": [("resume", "resume"), ("resume", "end"), ("end", "end")],
    "submitted": [("reopen", "reopen")],
    "ready": [("absent", "absent")],
}
DONE = {"admit": "attempt.admit_device", "end": "attempt.end"}
# What an act makes of the attempt, where the order of the two decides whether the second is still possible.
POSSIBLE_AFTER = {("pause", "end"), ("resume", "end"), ("admit", "end")}


def prepare(session, index, state, by):
    attempt = factories.attempt(session, index=index, started=state != "ready")
    act = factories.api(by)
    if state == "paused":
        act.post(address(session, "pause"), body(attempt), format="json")
    if state == "submitted":
        factories.hand_in(attempt)
    return attempt


def address(session, name):
    return f"/api/v1/sessions/{session.uuid}/{name}/"


def body(attempt):
    return {"attempts": [str(attempt.uuid)], "reason": "考场秩序", "seconds": 60}


def test_200_pairs_of_conflicting_acts_are_explained_by_the_order_of_the_trail():
    rng = random.Random(20)
    session = factories.session(candidates=PAIRS, items=2)
    first, second = factories.proctor(session), factories.proctor(session)
    pairs = [(state, pair) for state, found in CONFLICTS.items() for pair in found]
    losers = 0
    for number in range(PAIRS):
        state, names = pairs[number % len(pairs)]
        attempt = prepare(session, number, state, first)
        before = trail(session.stream).count()
        answers = {}
        barrier = threading.Barrier(2)

        def run(who, name, user, attempt=attempt, answers=answers, barrier=barrier):
            client = factories.api(user)
            barrier.wait()
            answers[who] = client.post(address(session, name), body(attempt), format="json")
            connection.close()

        turns = list(zip((0, 1), names, rng.sample([first, second], 2), strict=True))
        threads = [threading.Thread(target=run, args=turn) for turn in turns]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        told = list(trail(session.stream).order_by("seq")[before:])
        acts = [one for one in told if one.target == f"attempt:{attempt.uuid}" and one.actor != "system"]
        won = [who for who in (0, 1) if answers[who].status_code == 200]
        lost = [who for who in (0, 1) if answers[who].status_code == 409]
        assert len(won) + len(lost) == 2, [answers[who].content for who in answers]
        # Both are in the trail when both were possible one after the other, else the winner alone.
        assert len(acts) == len(won), (names, [one.action for one in acts])
        if len(won) == 2:
            order = tuple(
                next(name for name in names if one.action.endswith(DONE.get(name, name).split(".")[-1]))
                for one in acts
            )
            assert order in POSSIBLE_AFTER
        state_now = Attempt.objects.get(pk=attempt.pk).state
        moved = [one.action for one in acts if one.action in BECOMES]
        assert state_now == (BECOMES[moved[-1]] if moved else state)
        for who in lost:
            losers += 1
            refusal = answers[who].json()
            assert refusal["state"] == state_now, (names, refusal)
    assert losers >= PAIRS // 2
