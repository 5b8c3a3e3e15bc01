"""Scoring: n deliveries have one result, nothing stays silently pending, two persons release."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import Role
from exams.delivery import saving
from exams.enums import SessionState
from exams.scheduling import services as scheduling
from grading import rules, services
from grading.enums import Outcome, ResultState
from grading.models import ItemScore, Result, ScoringRun
from grading.profile import in_order
from lib.clock import database_now
from lib.leases import TaskState
from lib.refusals import Conflict, Forbidden, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


def test_hand_in_leads_to_a_result_with_a_profile_per_requirement():
    result = factories.concluded_result()
    assert (result.state, result.outcome, result.weighted) == (
        ResultState.PENDING_REVIEW,
        Outcome.PASSED,
        Decimal(100),
    )
    profile = result.components.get().profile
    assert {row["kind"] for row in profile} == {"area", "task", "requirement"}
    assert sum(row["points"] for row in profile if row["kind"] == "area") == 12


def test_wrong_answers_fail_by_the_rule():
    result = factories.concluded_result(passed=False)
    assert (result.outcome, result.weighted) == (Outcome.FAILED, Decimal(0))
    assert [row["met"] for row in result.rules] == [False, False]


def test_a_task_delivered_three_times_is_scored_once():
    attempt = factories.hand_in(factories.attempt())
    (run,) = ScoringRun.objects.filter(attempt=attempt)
    assert [services.execute(run.pk) for _ in range(3)] == [True, False, False]
    assert ItemScore.objects.filter(run=run).count() == 3


def test_the_sweep_finds_attempts_without_runs_and_runs_nobody_rang_for():
    attempt = factories.hand_in(factories.attempt())
    ScoringRun.objects.filter(attempt=attempt).delete()
    assert services.sweep() == 1
    ScoringRun.objects.filter(attempt=attempt).update(created_at=database_now() - dt.timedelta(minutes=1))
    assert services.sweep() == 1


def test_an_answer_that_comes_after_the_hand_in_keeps_no_result_waiting_and_is_not_scored():
    """It extends the chain, but what is scored is what the receipt covers."""
    attempt = factories.hand_in(factories.attempt(), right=False)
    late = factories.event("T01", ["a"], rev=9)
    saving.save_responses(attempt_id=attempt.pk, raw_events=[late], device=attempt.device)
    (run,) = ScoringRun.objects.filter(attempt=attempt)
    assert services.execute(run.pk)
    result = Result.objects.get(registration=attempt.registration)
    assert (result.state, result.weighted) == (ResultState.PENDING_REVIEW, Decimal(0))
    assert services.sweep() == 0
    assert ScoringRun.objects.filter(attempt=attempt).count() == 1


def test_a_lease_that_ran_out_is_claimed_again_and_the_late_worker_records_nothing(monkeypatch):
    attempt = factories.hand_in(factories.attempt())
    run = ScoringRun.objects.get(attempt=attempt)
    original = services.score_run

    def slow(claimed):
        ScoringRun.objects.filter(pk=run.pk).update(lease_until=database_now() - dt.timedelta(seconds=1))
        monkeypatch.setattr(services, "score_run", original)
        assert services.execute(run.pk)
        return original(claimed)

    monkeypatch.setattr(services, "score_run", slow)
    assert not services.execute(run.pk)
    assert ItemScore.objects.filter(run=run).count() == 3


def test_three_failures_flag_the_run_for_a_person(monkeypatch):
    attempt = factories.hand_in(factories.attempt())
    run = ScoringRun.objects.get(attempt=attempt)

    def broken(_):
        raise RuntimeError("broken task")

    monkeypatch.setattr(services, "score_run", broken)
    for _ in range(3):
        assert not services.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.failure) == (TaskState.FLAGGED, "RuntimeError: broken task")
    assert Result.objects.get(registration=attempt.registration).state == ResultState.SCORING


def test_who_never_came_is_absent_once_the_session_is_closed():
    session = factories.session()
    scheduling.close(session_id=session.pk, by=factories.staff(session.organisation))
    services.sweep()
    result = Result.objects.get(registration__session=session)
    assert (result.outcome, result.state) == (Outcome.ABSENT, ResultState.PENDING_REVIEW)
    assert session.state == SessionState.RUNNING  # the object in hand is old; the row moved on


def test_two_different_persons_review_and_release():
    result = factories.concluded_result()
    org = result.registration.session.organisation
    admin = factories.staff(org, Role.ADMINISTRATOR, Role.REVIEWER)
    services.review(result_id=result.pk, by=admin)
    with pytest.raises(Conflict) as caught:
        services.release(result_id=result.pk, by=admin)
    assert caught.value.code == "same_person"
    services.release(result_id=result.pk, by=factories.staff(org))
    result.refresh_from_db()
    assert result.state == ResultState.RELEASED


def test_the_database_itself_refuses_one_person_for_both():
    result = factories.released_result()
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.filter(pk=result.pk).update(released_by=result.reviewed_by)


def test_release_without_review_is_refused():
    result = factories.concluded_result()
    with pytest.raises(Conflict):
        services.release(result_id=result.pk, by=factories.staff(result.registration.session.organisation))


def test_colleague_without_role_and_stranger_may_not_review():
    result = factories.concluded_result()
    with pytest.raises(Forbidden):
        services.review(
            result_id=result.pk, by=factories.staff(result.registration.session.organisation, Role.PROCTOR)
        )
    with pytest.raises(NotFound):
        services.review(result_id=result.pk, by=factories.staff(factories.organisation(), Role.REVIEWER))


def test_rules_hold_on_the_rounded_figure():
    percents = {"theory": rules.percent(Decimal("59.995"), Decimal(100)), "practical": Decimal(80)}
    total = rules.weighted(percents, {"theory": 40, "practical": 60})
    rows = rules.judge(
        [{"rule": "each", "at_least": 60}], percents, total, {"theory": "理论", "practical": "实操"}
    )
    assert [(row["figure"], row["met"]) for row in rows] == [(60.0, True), (80.0, True)]
    assert total == Decimal("72.00")


@pytest.mark.django_db(transaction=True)
def test_eight_workers_on_one_run_record_one_result():
    attempt = factories.hand_in(factories.attempt())
    run = ScoringRun.objects.get(attempt=attempt)
    barrier, done = threading.Barrier(8), []

    def work():
        try:
            barrier.wait()
            done.append(services.execute(run.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]
    assert ItemScore.objects.filter(run=run).count() == 3


def test_profile_rows_go_by_level_and_number_not_by_spelling():
    wanted = [("初级", "1.2"), ("初级", "1.10"), ("中级", "1.1"), ("高级", "1.1")]
    mixed = [wanted[index] for index in (3, 1, 2, 0)]
    assert sorted(mixed, key=lambda row: in_order(*row)) == wanted
