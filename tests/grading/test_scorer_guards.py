"""Scorer versions: unknown ones, forged rows, who may, and what happens at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from accounts.enums import Role
from grading import services as grading
from grading.counting import LOCK
from grading.enums import ResultState
from grading.models import ComponentResult, LiveScorer, RatingTask, ScorerTrial, ScoringRun
from grading.trials import services
from grading.trials.difference import difference_of
from grading.trials.queries import newer_available
from lib.leases import TaskState
from lib.refusals import Conflict, Forbidden, Invalid, NotFound
from tests import factories
from tests.practical.samples import golden
from tests.scorers import (
    NEW,
    OLD,
    TASK,
    bad,
    make_live,
    rate_all,
    result_of,
    run_all,
    sitting,
    stricter,
    submit,
    task_of,
    try_it,
)

pytestmark = pytest.mark.django_db


# ---- refused -----------------------------------------------------------------------------------------------
def test_a_version_that_leaves_raters_other_criteria_is_refused(install_scorer):
    session = sitting("late")
    install_scorer(NEW, lambda *given: [row for row in stricter(*given) if row.mode == "auto"])
    trial = try_it(session)
    with pytest.raises(Conflict, match="新的试题版本"):
        make_live(trial)
    assert bad() == {}


def test_a_trial_of_what_is_live_or_tried_or_unknown_is_refused(install_scorer):
    session = sitting("late")
    by, task = factories.staff(session.organisation), task_of(session)
    for version, error, words in (
        (OLD, Conflict, f"现在就按 {OLD} 版评分"), ("9.9", Invalid, "没有评分程序 inbasket 的 9.9 版"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            services.start_trial(item_version=task.uuid, scorer_version=version, reason="试一试", by=by)
    assert not ScorerTrial.objects.exists()
    install_scorer(NEW, stricter)
    try_it(session)
    with pytest.raises(Conflict, match="版试评过"):
        try_it(session)


# ---- the program has not that version -----------------------------------------------------------------------------
def test_a_version_the_program_does_not_have_flags_the_run_with_a_sentence(install_scorer):
    org = factories.organisation()
    session = factories.session(org, form_=factories.practical_form(org, "inbasket-e3"))
    install_scorer(NEW, stricter, older=False)
    attempt = factories.hand_in_work(factories.attempt(session), golden(TASK, "late"))
    (run,) = attempt.scoring_runs.all()
    for _ in range(2):
        assert not grading.execute(run.pk)
    run.refresh_from_db()
    assert run.state == TaskState.FLAGGED
    assert f"本系统没有评分程序 inbasket 的 {OLD} 版（现有 {NEW}）" in run.failure
    assert result_of(session).state == ResultState.SCORING


def test_the_objective_scorer_refuses_another_version_too():
    attempt = factories.hand_in(factories.attempt())
    ScoringRun.objects.filter(attempt=attempt).update(scorer_version="2")
    (run,) = attempt.scoring_runs.all()
    assert not grading.execute(run.pk)
    run.refresh_from_db()
    assert "本系统没有评分程序 choices 的 2 版（现有 1）" in run.failure


def test_new_versions_of_a_task_pin_the_newest_scorer_when_they_are_published(install_scorer):
    install_scorer(NEW, stricter)
    session = factories.session(form_=factories.practical_form(factories.organisation(), "inbasket-e3"))
    assert task_of(session).scorer_version == NEW
    assert not newer_available([session.organisation_id]).exists()


# ---- forged ---------------------------------------------------------------------------------------------------
def test_a_live_scorer_that_nobody_made_live_is_found(install_scorer):
    session = sitting("late")
    install_scorer(NEW, stricter)
    trial = try_it(session)
    LiveScorer.objects.create(
        trial=trial, reason="差异已核对", made_live_by=factories.staff(session.organisation),
        made_live_at=result_of(session).concluded_at,
    )  # fmt: skip
    found = bad()
    assert found["scorers"] == f"live scorer of trial {trial.uuid}: differs from the trail"
    assert "rests on scorer versions that did not count then" in found["results"]


def test_a_trial_that_nobody_started_and_a_result_by_a_version_on_trial_are_found(install_scorer):
    session = sitting("late")
    install_scorer(NEW, stricter)
    task = task_of(session)
    forged = ScorerTrial.objects.create(
        organisation=session.organisation, item_version=task, scorer_version="1.2.0", replaces=OLD, reason="没有",
        started_by=factories.staff(session.organisation), started_at=result_of(session).concluded_at,
    )  # fmt: skip
    assert bad()["scorers"] == f"scorer trial {forged.uuid}: differs from the trail"
    trial = try_it(session)
    part = result_of(session).components.get()
    found = difference_of(trial).works[0]
    ComponentResult.objects.filter(pk=part.pk).update(
        scorers={found.slot: NEW}, points=found.new, percent=found.new
    )
    assert "rests on scorer versions that did not count then" in bad()["results"]


# ---- who may --------------------------------------------------------------------------------------------------
def test_reviewers_start_administrators_make_live_strangers_find_nothing(install_scorer):
    session = sitting("late")
    install_scorer(NEW, stricter)
    task = task_of(session)
    start = {"item_version": task.uuid, "scorer_version": NEW, "reason": "顺序判得过严"}
    for role in (Role.PROCTOR, Role.AUTHOR, Role.RATER, Role.SUPERVISOR):
        with pytest.raises(Forbidden):
            services.start_trial(**start, by=factories.staff(session.organisation, role))
    with pytest.raises(NotFound):
        services.start_trial(**start, by=factories.staff(factories.organisation()))
    trial = try_it(session)
    with pytest.raises(Forbidden):
        make_live(trial, by=factories.staff(session.organisation, Role.REVIEWER))
    with pytest.raises(NotFound):
        make_live(trial, by=factories.staff(factories.organisation()))
    assert not LiveScorer.objects.exists()


# ---- at the same moment -----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_hand_in_that_raced_make_live_is_found_by_the_sweep_and_concluded(install_scorer):
    """The hand-in opened its runs before the trial began and is committed after the version was made live: neither saw
    the other."""
    session = sitting("model")
    install_scorer(NEW, stricter)
    other = factories.session(session.organisation, form_=session.forms.get().form)
    attempt = factories.attempt(other)
    opened, may_commit = threading.Event(), threading.Event()

    def hand_in():
        try:
            with transaction.atomic():
                submit(attempt, golden(TASK, "template"))
                opened.set()
                assert may_commit.wait(30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(hand_in)
        assert opened.wait(30)
        make_live(try_it(session))
        may_commit.set()
        done.result(30)
    (run,) = attempt.scoring_runs.all()
    assert run.scorer_version == OLD
    assert grading.execute(run.pk)
    assert not RatingTask.objects.filter(attempt=attempt).exists()
    assert result_of(other).state == ResultState.SCORING
    assert grading.sweep() >= 1
    run_all()
    rate_all(other)
    assert (result_of(other).state, result_of(other).weighted) == (ResultState.PENDING_REVIEW, 53)
    assert bad() == {}


@pytest.mark.django_db(transaction=True)
def test_a_conclusion_in_the_making_does_not_slip_past_make_live(install_scorer):
    """Handed in and concluded in a transaction that make_live cannot see yet: it waits, and concludes again."""
    session = sitting("model")
    install_scorer(NEW, stricter)
    other = factories.session(session.organisation, form_=session.forms.get().form)
    attempt = factories.attempt(other)
    trial = try_it(session)
    concluded, may_commit = threading.Event(), threading.Event()

    def hand_in():
        try:
            with transaction.atomic():
                submit(attempt, None)
                for run_id in attempt.scoring_runs.values_list("pk", flat=True):
                    assert grading.execute(run_id)
                concluded.set()
                assert may_commit.wait(30)
        finally:
            connections.close_all()

    def live():
        try:
            make_live(trial)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hand_in)
        assert concluded.wait(30)
        second = pool.submit(live)
        while not second.done() and not _somebody_waits():
            pass
        assert not second.done()
        may_commit.set()
        first.result(30)
        second.result(30)
    part = result_of(other).components.get()
    assert set(part.scorers.values()) == {NEW}
    assert bad() == {}


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND classid = %s AND objid = %s",
            LOCK,
        )
        return cursor.fetchone()[0] == 1
