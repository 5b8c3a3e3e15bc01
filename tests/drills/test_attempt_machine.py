"""The attempt's services against a pure model of them: random calls in random order, compared after every step.

``make test`` runs a few, ``make drill`` a thousand runs of fifty steps (``--hypothesis-profile=drill``). A run is one
savepoint that is rolled back. Time passes by moving the stored facts back: the database's clock is the only clock.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from exams.delivery import clock, saving, services, timing
from exams.enums import GrantKind, TakeOver
from exams.models import Attempt, Receipt, Registration, Response, ResponseEvent, Session, TimeGrant
from lib.canonical import parse
from lib.clock import database_now
from lib.refusals import Refusal
from tests import factories
from tests.drills.model import SECOND, Refused, Sitting

SLOTS = ["T01", "T02", "T03"]
DEVICES = st.sampled_from(["first:", "second:"])
# Who saves: mostly the seat's holder, whoever that is now.
CALLERS = st.sampled_from(["holder"] * 8 + ["first:", "second:"])
REASON = "设备故障"
# Of an event: a new key, a key used before with its body, or with another body.
KINDS = st.sampled_from(["new"] * 16 + ["again"] * 4 + ["stolen"])
EVENT = st.fixed_dictionaries(
    {
        "kind": KINDS,
        "pick": st.integers(0, 20),
        "slot": st.sampled_from([*SLOTS * 10, "T99"]),
        "rev": st.integers(0, 6),
        "choice": st.sampled_from("abcd"),
    }
)
BATCH = st.lists(EVENT, max_size=4)


class AttemptMachine(RuleBasedStateMachine):
    """One attempt and its model."""

    template: Attempt

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.attempt = Attempt.objects.select_related("registration__session__scheme", "registration__candidate__user").get(pk=self.template.pk)  # fmt: skip
        self.pk, session = self.attempt.pk, self.attempt.registration.session
        self.candidate = self.attempt.registration.candidate.user
        self.proctor = session.organisation.memberships.first().user
        self.model = Sitting(
            str(self.attempt.uuid), SLOTS, self.attempt.limit_seconds, session.scheme.grace_seconds, True,
            break_left=self.attempt.registration.break_minutes * 60,
        )  # fmt: skip
        self.known: list[dict[str, Any]] = []
        self.receipt: tuple[str, str] | None = None
        self.steps = self.open_for = 0

    def teardown(self) -> None:
        try:
            self.everything_stored_is_in_the_model()
        finally:
            transaction.savepoint_rollback(self.savepoint)

    @initialize(
        policy=st.sampled_from(TakeOver.values), open_for=st.integers(0, 40),
        started=st.sampled_from([True, True, True, True, False]),
    )  # fmt: skip
    def begin(self, policy: str, open_for: int, started: bool) -> None:
        """``open_for``: steps before anything may close the attempt; else most runs would be over at once."""
        self.open_for = open_for
        Session.objects.filter(pk=self.attempt.registration.session_id).update(take_over=policy)
        self.model.candidate_may_take_over = policy == TakeOver.CANDIDATE
        if started:
            self.start("first:", take_over=False)

    # -- helpers ---------------------------------------------------------------------------------------------

    def stored(self) -> Attempt:
        return Attempt.objects.get(pk=self.pk)

    def both(self, real: Callable[[], Any], model: Callable[[], Any]) -> Any:
        """Call both where the model needs nothing of the answer; they agree on a refusal or on none."""
        answer, expected = self.refusal_or(real), self.refusal_or(model)
        if isinstance(expected, Refused):
            assert isinstance(answer, Refusal), (answer, expected)
            assert answer.code == expected.code
            return None
        assert not isinstance(answer, Refusal), (answer.code, expected)
        return answer

    @staticmethod
    def refusal_or(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (Refusal, Refused) as refusal:
            return refusal

    def move(self, seconds: float) -> None:
        self.model.shift(seconds * SECOND)
        Attempt.objects.filter(pk=self.pk).update(
            started_at=self.model.started_at,
            clock_from=self.model.started_at,
            paused_at=self.model.paused_at,
            paused_until=self.model.paused_until,
        )

    def caller(self, name: str) -> str:
        return self.model.device or "first:" if name == "holder" else name

    def events(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for one in batch:
            event = {
                "key": str(uuid.uuid4()), "slot": one["slot"], "rev": one["rev"],
                "response": {"choices": [one["choice"]]},
            }  # fmt: skip
            if one["kind"] != "new" and self.known:
                known = self.known[one["pick"] % len(self.known)]
                event = dict(known) if one["kind"] == "again" else {**event, "key": known["key"]}
            found.append(event)
        return found

    # -- rules -----------------------------------------------------------------------------------------------

    @rule(device=DEVICES, take_over=st.booleans())
    def start(self, device: str, take_over: bool) -> None:
        def real() -> dt.datetime:
            return services.start(attempt_id=self.pk, device=device, take_over=take_over, by=self.candidate)[
                1
            ]

        answer = self.refusal_or(real)
        now = answer if isinstance(answer, dt.datetime) else database_now()
        self.both(lambda: self._again(answer), lambda: self.model.start(device, take_over, now))

    @staticmethod
    def _again(answer: Any) -> Any:
        if isinstance(answer, Refusal):
            raise answer
        return answer

    @rule(one=EVENT)
    def save_one(self, one: dict[str, Any]) -> None:
        self.save([one], "holder")

    @rule(batch=BATCH)
    def save_some(self, batch: list[dict[str, Any]]) -> None:
        self.save(batch, "holder")

    @rule(batch=BATCH, caller=CALLERS)
    def save_from_anywhere(self, batch: list[dict[str, Any]], caller: str) -> None:
        self.save(batch, caller)

    def save(self, batch: list[dict[str, Any]], caller: str) -> None:
        events, device = self.events(batch), self.caller(caller)
        answer = self.both(
            lambda: json.loads(saving.save_responses(attempt_id=self.pk, raw_events=events, device=device)),
            lambda: self.model.check_batch(device, events),
        )
        if answer is None:
            return
        now = dt.datetime.fromisoformat(answer["server_time"])
        assert answer["acks"] == self.model.save(events, now)
        assert (answer["head"], answer["state"]) == (self.model.head, self.model.state)
        assert answer["remaining_ms"] == self.model.remaining_ms(now)
        self.known += events

    @precondition(lambda self: self.steps >= self.open_for)
    @rule(batch=BATCH, caller=CALLERS)
    def submit(self, batch: list[dict[str, Any]], caller: str) -> None:
        events, device = self.events(batch), self.caller(caller)
        answer = self.both(
            lambda: services.submit(attempt_id=self.pk, raw_events=events, device=device, by=self.candidate),
            lambda: self.model.check_batch(device, events),
        )
        if answer is None:
            return
        # All of a hand-in happens at one moment; a repetition has the moment of what it newly brings, if anything.
        row = ResponseEvent.objects.filter(attempt_id=self.pk, seq__gt=len(self.model.chain)).first()
        moment = row.received_at if row else self.stored().submitted_at
        assert moment is not None
        self.model.submit(events, moment)
        self.known += events
        _, receipt = answer
        if self.receipt is None:
            self.receipt = receipt.body, receipt.signature
        assert (receipt.body, receipt.signature) == self.receipt

    @precondition(lambda self: self.steps >= self.open_for)
    @rule()
    def expire(self) -> None:
        before = database_now()
        closed = bool(services.expire(attempt_ids=[self.pk]))
        assert closed == self.model.expire(self.stored().submitted_at or before if closed else before)

    @precondition(lambda self: self.steps >= self.open_for)
    @rule()
    def end(self) -> None:
        self.both(lambda: services.end(attempt_id=self.pk, reason=REASON, by=self.proctor), self.model.end)

    @rule()
    def pause(self) -> None:
        answer = self.refusal_or(lambda: timing.pause(attempt_id=self.pk, reason=REASON, by=self.proctor))
        now = database_now() if isinstance(answer, Refusal) else answer.paused_at
        self.both(lambda: self._again(answer), lambda: self.model.pause(now))

    @rule()
    def resume(self) -> None:
        answer = self.refusal_or(lambda: timing.resume(attempt_id=self.pk, reason=REASON, by=self.proctor))
        now = self.resumed_at(answer)
        self.both(lambda: self._again(answer), lambda: self.model.resume(now))

    def resumed_at(self, answer: Any) -> dt.datetime:
        """The moment at which the clock went on, or now when it did not."""
        paused = self.model.state == "paused"
        found = (
            TimeGrant.objects.filter(attempt_id=self.pk).exclude(kind=GrantKind.GRANT).order_by("-pk").first()
        )
        return (
            found.granted_at
            if found and paused and answer and not isinstance(answer, Refusal)
            else database_now()
        )

    @rule(batch=BATCH, caller=CALLERS, slots=st.lists(st.sampled_from(SLOTS), max_size=2))
    def take_break(self, batch: list[dict[str, Any]], caller: str, slots: list[str]) -> None:
        events, device = self.events(batch), self.caller(caller)
        answer = self.refusal_or(
            lambda: timing.take_break(
                attempt_id=self.pk, raw_events=events, slots=slots, device=device, by=self.candidate
            )
        )
        now = database_now() if isinstance(answer, Refusal) else answer.read_at

        def model() -> None:
            self.model.check_batch(device, events)
            self.model.take_break(events, slots, now)

        if self.both(lambda: self._again(answer), model) is not None:
            self.known += events

    @rule(caller=CALLERS)
    def end_break(self, caller: str) -> None:
        device = self.caller(caller)
        answer = self.refusal_or(
            lambda: timing.end_break(attempt_id=self.pk, device=device, by=self.candidate)
        )
        now = self.resumed_at(answer)
        self.both(lambda: self._again(answer), lambda: self.model.end_break(device, now))

    @rule()
    def end_long_break(self) -> None:
        ended = timing.end_long_breaks(database_now())
        assert bool(ended) == self.model.end_long_break(self.resumed_at(ended))

    @rule(seconds=st.sampled_from([60, 300]))
    def grant(self, seconds: int) -> None:
        self.both(
            lambda: timing.grant(attempt_id=self.pk, seconds=seconds, reason=REASON, by=self.proctor),
            lambda: self.model.grant(seconds),
        )

    @rule()
    def admit_device(self) -> None:
        self.both(
            lambda: services.admit_device(attempt_id=self.pk, reason=REASON, by=self.proctor),
            self.model.admit_device,
        )

    @rule(minutes=st.integers(1, 3))
    def time_passes(self, minutes: int) -> None:
        self.move(60 * minutes)

    @precondition(lambda self: self.model.state == "in_progress" and self.steps >= self.open_for)
    @rule(seconds=st.sampled_from([-1, 0.5, 2, 3.5]))
    def time_runs_out(self, seconds: float) -> None:
        """To shortly before the end, into the grace, or just beyond it."""
        left: dt.timedelta = self.model.left(database_now())
        self.move(max(0.0, left / SECOND + seconds))

    # -- truths ----------------------------------------------------------------------------------------------

    @invariant()
    def attempt_is_as_the_model_says(self) -> None:
        self.steps += 1
        row, model = self.stored(), self.model
        assert (row.state, row.device, row.events, row.head) == (
            model.state, model.device, len(model.chain), model.head
        )  # fmt: skip
        assert (row.started_at, row.paused_at, row.paused_until) == (
            model.started_at, model.paused_at, model.paused_until
        )  # fmt: skip
        assert set(row.frozen) == model.frozen
        now = database_now()
        assert clock.remaining_ms(row, now) == model.remaining_ms(now)

    def everything_stored_is_in_the_model(self) -> None:
        model = self.model
        rows = ResponseEvent.objects.filter(attempt_id=self.pk).order_by("seq")
        assert [
            (row.seq, str(row.key), row.slot, row.rev, parse(row.response), row.state) for row in rows
        ] == [(number, *event) for number, event in enumerate(model.chain, 1)]
        held = {
            row.slot: (row.rev, parse(row.response)) for row in Response.objects.filter(attempt_id=self.pk)
        }
        assert held == model.held
        receipts = list(Receipt.objects.filter(attempt_id=self.pk))
        assert len(receipts) == (model.receipt is not None)
        for receipt in receipts:
            body = parse(receipt.body)
            assert {name: body[name] for name in model.receipt or {}} == model.receipt


@pytest.mark.django_db
def test_the_attempt_behaves_as_its_model():
    AttemptMachine.template = factories.attempt(started=False)
    Registration.objects.update(break_minutes=5)
    drill = settings.get_current_profile_name() == "drill"
    size = settings() if drill else settings(max_examples=25, stateful_step_count=30)
    run_state_machine_as_test(
        AttemptMachine, settings=settings(size, suppress_health_check=list(HealthCheck))
    )
