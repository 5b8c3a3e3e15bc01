"""Start, time and hand-in: only the server's clock decides, and a hand-in is all or nothing."""

import base64
import datetime as dt
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from audit.queries import first_broken_event, trail
from exams.delivery import clock, receipts, saving, services, timing
from exams.delivery.queries import overdue
from exams.enums import AttemptState, SessionState, TakeOver
from exams.models import Attempt, Receipt, ResponseEvent, TimeGrant
from lib.clock import database_now
from lib.refusals import Conflict, Invalid
from tests import factories

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def submit(attempt, *events):
    return services.submit(
        attempt_id=attempt.pk,
        raw_events=list(events),
        device=attempt.device,
        by=attempt.registration.candidate.user,
    )


def rewind(attempt, by):
    """Let the attempt have started earlier: the clock is the database's, so the facts are moved instead."""
    factories.began(attempt, attempt.started_at - by)
    attempt.refresh_from_db()


def test_end_is_start_plus_limit_times_factor_plus_grants():
    attempt = factories.attempt(factories.session(minutes=40))
    Attempt.objects.filter(pk=attempt.pk).update(factor="1.25")
    timing.grant(
        attempt_id=attempt.pk,
        seconds=90,
        reason="设备故障",
        by=factories.staff(attempt.registration.session.organisation),
    )
    attempt.refresh_from_db()
    assert clock.ends_at(attempt) == attempt.started_at + dt.timedelta(seconds=40 * 60 * 1.25 + 90)


def test_nobody_starts_before_the_session_is_open():
    attempt = factories.attempt(factories.session(state=SessionState.PUBLISHED), started=False)
    with pytest.raises(Conflict) as caught:
        services.start(
            attempt_id=attempt.pk, device="a:", take_over=False, by=attempt.registration.candidate.user
        )
    assert caught.value.code == "not_open"
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.READY


def test_entry_closes_after_the_entry_minutes():
    session = factories.session()
    attempt = factories.attempt(session, started=False)
    session.started_at -= dt.timedelta(minutes=session.entry_minutes + 1)
    session.save()
    with pytest.raises(Conflict) as caught:
        services.start(
            attempt_id=attempt.pk, device="a:", take_over=False, by=attempt.registration.candidate.user
        )
    assert caught.value.code == "entry_closed"


def test_second_device_needs_take_over_and_the_clock_runs_on():
    attempt = factories.attempt()
    user, began = attempt.registration.candidate.user, attempt.started_at
    with pytest.raises(Conflict) as caught:
        services.start(attempt_id=attempt.pk, device="second:", take_over=False, by=user)
    assert caught.value.code == "other_device"
    again, _ = services.start(attempt_id=attempt.pk, device="second:", take_over=True, by=user)
    assert (again.device, again.started_at) == ("second:", began)


def test_take_over_needs_the_proctor_where_the_session_says_so():
    session = factories.session(take_over=TakeOver.PROCTOR)
    attempt = factories.attempt(session)
    user = attempt.registration.candidate.user
    with pytest.raises(Conflict):
        services.start(attempt_id=attempt.pk, device="second:", take_over=True, by=user)
    services.admit_device(attempt_id=attempt.pk, reason="机器死机", by=factories.proctor(session))
    assert (
        services.start(attempt_id=attempt.pk, device="second:", take_over=False, by=user)[0].device
        == "second:"
    )


def test_nobody_hands_in_before_the_time_the_session_sets_unless_his_own_is_over():
    session = factories.session(minutes=40)
    attempt = factories.attempt(session)
    session.hand_in_minutes = 30
    session.save()
    with pytest.raises(Conflict, match="开考 30 分钟后") as caught:
        submit(attempt, factories.event("T01", ["b"]))
    assert (caught.value.code, Attempt.objects.get(pk=attempt.pk).events) == ("too_early", 0)
    rewind(attempt, dt.timedelta(minutes=40))
    assert submit(attempt)[0].state == AttemptState.SUBMITTED
    assert submit(attempt)[1] == attempt.receipts.get()
    later = factories.attempt(factories.session())
    assert submit(later)[0].state == AttemptState.SUBMITTED


def test_hand_in_writes_a_receipt_that_verifies_and_repeats_as_the_same():
    attempt = factories.attempt()
    closed, receipt = submit(attempt, factories.event("T01", ["b"]))
    body = json.loads(receipt.body)
    (key,) = [one for one in receipts.public_keys()["keys"] if one["kid"] == body["kid"]]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    public.verify(base64.urlsafe_b64decode(receipt.signature + "=="), receipt.body.encode())
    assert (body["events"], body["head"], body["form_sha256"]) == (1, closed.head, attempt.form.sha256)
    assert submit(attempt)[1] == receipt
    assert Receipt.objects.filter(attempt=attempt).count() == 1


def test_a_faulty_event_leaves_the_attempt_open():
    attempt = factories.attempt()
    with pytest.raises(Invalid):
        submit(attempt, factories.event("T01"), factories.event("T99"))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.events) == (AttemptState.IN_PROGRESS, 0)
    assert not Receipt.objects.exists()


def test_overdue_attempts_are_handed_in_by_the_server_after_the_grace():
    attempt = factories.attempt(factories.session(minutes=40))
    rewind(attempt, 40 * MINUTE + dt.timedelta(seconds=2))
    assert not services.expire(attempt_ids=[attempt.pk])
    rewind(attempt, dt.timedelta(seconds=2))
    assert overdue(database_now()) == [attempt.pk]
    assert services.expire(attempt_ids=[attempt.pk])
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.EXPIRED
    assert attempt.receipts.count() == 1


def test_many_overdue_attempts_are_closed_together_each_as_if_alone(django_assert_max_num_queries):
    """Two sessions at once: each attempt its own receipt over its own responses, each session its own audit chain."""
    sessions = [factories.session(candidates=3, minutes=40) for _ in range(2)]
    attempts = [factories.attempt(one, index=index) for one in sessions for index in range(3)]
    for index, attempt in enumerate(attempts[:-1]):
        events = [factories.event("T01", ["b"]), factories.event("T02", ["a"])][: 1 + index % 2]
        saving.save_responses(attempt_id=attempt.pk, raw_events=events, device=attempt.device)
        rewind(attempt, 41 * MINUTE)
    with django_assert_max_num_queries(15):
        assert services.expire(attempt_ids=[attempt.pk for attempt in attempts]) == 5
    for index, attempt in enumerate(attempts[:-1]):
        attempt.refresh_from_db()
        body = json.loads(attempt.receipts.get().body)
        assert (attempt.state, body["events"], body["head"]) == ("expired", 1 + index % 2, attempt.head)
        assert body["root"] == receipts.merkle_root(attempt)
    assert first_broken_event() is None
    told = [trail(one.stream).filter(action="attempt.expired").count() for one in sessions]
    assert told == [3, 2]
    attempts[-1].refresh_from_db()
    assert attempts[-1].state == AttemptState.IN_PROGRESS


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_an_attempt_that_somebody_is_changing_for_the_next_time():
    """One busy row must not keep the others waiting for their receipts."""
    of = factories.session(candidates=2, minutes=40)
    busy, free = factories.attempt(of, index=0), factories.attempt(of, index=1)
    for attempt in (busy, free):
        rewind(attempt, 41 * MINUTE)
    line = connection.copy()
    try:
        with line.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM exams_attempt WHERE id = %s FOR UPDATE", [busy.pk])
            assert services.expire(attempt_ids=[busy.pk, free.pk]) == 1
            cursor.execute("ROLLBACK")
    finally:
        line.close()
    assert services.expire(attempt_ids=[busy.pk, free.pk]) == 1


def test_hand_in_after_the_end_closes_as_expired_and_holds_what_came_late():
    attempt = factories.attempt(factories.session(minutes=40))
    rewind(attempt, 41 * MINUTE)
    closed, receipt = submit(attempt, factories.event("T01"))
    assert closed.state == AttemptState.EXPIRED
    assert ResponseEvent.objects.get(attempt=attempt).state == "held"
    assert json.loads(receipt.body)["events"] == 1


def test_pause_freezes_the_clock_and_is_added_on_resume():
    attempt = factories.attempt(factories.session(minutes=40))
    by = factories.staff(attempt.registration.session.organisation)
    timing.pause(attempt_id=attempt.pk, reason="停电", by=by)
    Attempt.objects.filter(pk=attempt.pk).update(paused_at=database_now() - 10 * MINUTE)
    attempt.refresh_from_db()
    frozen = clock.remaining_ms(attempt, database_now())
    timing.resume(attempt_id=attempt.pk, reason="来电", by=by)
    attempt.refresh_from_db()
    assert TimeGrant.objects.get(attempt=attempt).seconds in (600, 601)
    assert 0 <= clock.remaining_ms(attempt, database_now()) - frozen <= 1000


def test_one_open_attempt_per_registration_is_the_databases_rule():
    attempt = factories.attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            registration=attempt.registration, component="practical", position=2, form=attempt.form,
            state=AttemptState.IN_PROGRESS, started_at=attempt.started_at, clock_from=attempt.clock_from, limit_seconds=60,
        )  # fmt: skip


def test_every_act_stands_in_a_chain_that_verifies():
    attempt = factories.attempt()
    by = factories.staff(attempt.registration.session.organisation, name="方监考")
    timing.grant(attempt_id=attempt.pk, seconds=60, reason="网络中断", by=by)
    services.end(attempt_id=attempt.pk, reason="考生身体不适", by=by)
    rows = AuditEvent.objects.filter(
        stream=attempt.registration.session.stream, actor_name="方监考"
    ).order_by("seq")
    assert [(row.action, row.reason) for row in rows] == [
        ("attempt.grant", "网络中断"),
        ("attempt.end", "考生身体不适"),
    ]
    assert first_broken_event() is None


@pytest.mark.parametrize("seconds", [0, -5, 14401, "60", 1.5, True])
def test_a_grant_needs_a_sensible_number_of_seconds(seconds):
    attempt = factories.attempt()
    with pytest.raises(Invalid):
        timing.grant(
            attempt_id=attempt.pk,
            seconds=seconds,
            reason="网络中断",
            by=factories.staff(factories.organisation()),
        )
    assert not TimeGrant.objects.exists()


def test_ending_needs_a_reason():
    attempt = factories.attempt()
    with pytest.raises(Invalid):
        services.end(attempt_id=attempt.pk, reason=" ", by=factories.staff(factories.organisation()))
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.IN_PROGRESS


def test_components_are_sat_in_their_order_one_at_a_time():
    theory = factories.attempt(started=False)
    practical = Attempt.objects.create(
        registration=theory.registration,
        component="practical",
        position=2,
        form=theory.form,
        limit_seconds=60,
    )
    user = theory.registration.candidate.user

    def start(attempt):
        return services.start(attempt_id=attempt.pk, device="a:", take_over=False, by=user)[0]

    with pytest.raises(Conflict) as caught:
        start(practical)
    assert caught.value.code == "other_first"
    running = start(theory)
    with pytest.raises(Conflict) as caught:
        start(practical)
    assert caught.value.code == "other_open"
    submit(running)
    assert start(practical).state == AttemptState.IN_PROGRESS
