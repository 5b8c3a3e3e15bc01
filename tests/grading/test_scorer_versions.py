"""A newer scorer runs beside the old one, the difference is shown, another person makes it live, and results that were
confirmed stand."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import Role
from audit.models import AuditEvent
from exams.delivery import late, saving
from exams.models import Scheme
from grading import services as grading
from grading.concluding import conclusion_of
from grading.enums import Outcome, ResultState
from grading.models import ComponentResult, ItemScore, LiveScorer, RatingTask, Result, ScoringRun
from grading.queries import criteria_of, open_runs_of
from grading.trials import services
from grading.trials.difference import difference_of
from grading.trials.queries import progress_of
from itembank.practical import kind
from lib.leases import TaskState
from lib.refusals import Conflict, Invalid
from tests import factories
from tests.practical.samples import golden
from tests.scorers import (
    NEW,
    OLD,
    POINTS,
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


# ---- beside each other ----------------------------------------------------------------------------------------
def test_a_trial_scores_beside_the_old_runs_and_changes_nothing(install_scorer):
    session = sitting("model", "template")
    before = [(one.state, one.weighted, one.concluded_at) for one in Result.objects.order_by("pk")]
    install_scorer(NEW, stricter)
    trial = try_it(session)
    assert (trial.replaces, trial.scorer_version) == (OLD, NEW)
    runs = ScoringRun.objects.filter(attempt__registration__session=session)
    assert sorted(runs.values_list("scorer_version", flat=True)) == [OLD, OLD, NEW, NEW]
    points = ItemScore.objects.filter(run__in=runs).order_by("run__scorer_version", "run__attempt")
    assert list(points.values_list("points", flat=True)) == [92, 61, 92, 53]
    assert [(one.state, one.weighted, one.concluded_at) for one in Result.objects.order_by("pk")] == before
    assert [list(part.scorers.values()) for part in ComponentResult.objects.all()] == [[OLD], [OLD]]
    shown = criteria_of([result_of(session, 1)])[result_of(session, 1).pk]
    assert [item["points"] for item in shown] == [Decimal(61)]
    assert RatingTask.objects.count() == 4
    assert bad() == {}


def test_a_trial_run_delivered_three_times_is_scored_once(install_scorer):
    session = sitting("late")
    install_scorer(NEW, stricter)
    services.start_trial(
        item_version=task_of(session).uuid, scorer_version=NEW, reason="顺序判得过严",
        by=factories.staff(session.organisation),
    )  # fmt: skip
    (run,) = ScoringRun.objects.filter(scorer_version=NEW)
    assert [grading.execute(run.pk) for _ in range(3)] == [True, False, False]
    assert ItemScore.objects.filter(run=run).count() == 1
    assert grading.sweep() == 0


def test_trial_runs_keep_no_result_waiting_and_ask_no_rater(install_scorer):
    """A work handed in while a trial runs: it is concluded though its trial run is open or even flagged."""
    session = sitting("model")
    install_scorer(NEW, stricter)
    try_it(session)
    other = factories.session(session.organisation, form_=session.forms.get().form)
    attempt = factories.attempt(other)
    submit(attempt, golden(TASK, "pass"))
    old, new = attempt.scoring_runs.order_by("scorer_version")
    assert (old.scorer_version, new.scorer_version) == (OLD, NEW)
    assert grading.execute(new.pk)
    assert not RatingTask.objects.filter(attempt=attempt).exists()
    ScoringRun.objects.filter(pk=new.pk).update(
        state=TaskState.QUEUED, done_at=None
    )  # as if it were not done
    assert [one.pk for one in open_runs_of(result_of(other))] == [old.pk]
    assert grading.execute(old.pk)
    rate_all(other)
    assert result_of(other).state == ResultState.PENDING_REVIEW
    assert result_of(other).components.get().scorers == {old.slot: OLD}


def test_late_answers_taken_during_a_trial_are_tried_too(install_scorer):
    session = sitting("pass")
    install_scorer(NEW, stricter)
    trial = try_it(session)
    (attempt,) = (one.attempt for one in ScoringRun.objects.filter(scorer_version=NEW))
    slot = attempt.form.items.get().slot
    event = {**factories.event(slot, rev=2), "response": golden(TASK, "late")}
    saving.save_responses(attempt_id=attempt.pk, raw_events=[event], device=attempt.device)
    seq = attempt.response_events.order_by("-seq").first().seq
    late.decide(
        attempt_id=attempt.pk, seqs=[seq], accept=True, reason="网络中断", by=factories.proctor(session)
    )
    assert progress_of([trial])[trial.pk].open == 1
    run_all()
    assert [(work.old, work.new) for work in difference_of(trial).works] == [(86, 89)]
    rate_all(session)
    assert bad() == {}


# ---- the difference ---------------------------------------------------------------------------------------------
def test_the_difference_is_told_by_work_and_criterion_and_outcome(install_scorer):
    names = list(POINTS)
    session = sitting(*names)
    install_scorer(NEW, stricter)
    found = difference_of(try_it(session))
    attempts = [result_of(session, index).components.get().attempt_id for index in range(len(names))]
    by_attempt = {work.attempt_id: work for work in found.works}
    got = {
        name: (by_attempt[one].old, by_attempt[one].new) for name, one in zip(names, attempts, strict=True)
    }
    assert got == POINTS
    assert (found.unchanged, found.higher, found.lower) == (2, 3, 1)
    assert found.mean_change == Decimal("-0.17")  # (1 + 3 - 8 + 3) / 6
    assert found.works[0].attempt_id == attempts[names.index("template")]
    (row,) = found.works[0].criteria
    assert (row["name"], row["old"], row["new"]) == ("话术库更新", 8.0, 0.0)
    assert row["new_evidence"] == "回复要点不到一半，话术库不计分。"
    assert row["old_evidence"] not in ("", row["new_evidence"])
    (turned,) = found.turned.values()
    assert (turned.old, turned.new, turned.weighted) == (Outcome.PASSED, Outcome.FAILED, 53)
    assert (found.turns(passed=False), found.turns(passed=True)) == (1, 0)
    assert found.states == {ResultState.PENDING_REVIEW: 6}


def test_the_outcomes_foretold_are_those_a_conclusion_by_the_new_version_has(install_scorer):
    org = factories.organisation()
    form = factories.practical_form(org, "inbasket-e3")
    session = factories.session(org, candidates=3, form_=form)
    Scheme.objects.filter(pk=session.scheme_id).update(pass_rule=[{"rule": "weighted", "at_least": 68}])
    for index, name in enumerate(("pass", "template", "late")):
        factories.hand_in_work(factories.attempt(session, index=index), golden(TASK, name))
    rate_all(session)
    install_scorer(NEW, stricter)
    trial = try_it(session)
    found = difference_of(trial)
    assert (found.turns(passed=False), found.turns(passed=True)) == (0, 1)
    for index in range(3):
        result = result_of(session, index)
        attempt = result.components.get().attempt
        slot = attempt.form.items.get().slot
        foretold = conclusion_of(result.registration, scorers={attempt.pk: {slot: NEW}})
        turned = found.turned.get(attempt.pk)
        assert foretold.outcome == (turned.new if turned else result.outcome)
        assert turned is None or turned.weighted == foretold.weighted
    make_live(trial)
    assert [result_of(session, index).outcome for index in range(3)] == ["passed", "failed", "passed"]


# ---- making it live ---------------------------------------------------------------------------------------------
def test_what_waits_is_concluded_again_and_what_was_confirmed_stands(install_scorer):
    session = sitting("template", "template", "template", "late")
    reviewer, admin = (
        factories.staff(session.organisation, Role.REVIEWER),
        factories.staff(session.organisation),
    )
    for index in (1, 2):
        grading.review(result_id=result_of(session, index).pk, by=reviewer)
    grading.release(result_id=result_of(session, 2).pk, by=admin)
    stands = [result_of(session, index) for index in (1, 2)]
    install_scorer(NEW, stricter)
    trial = try_it(session)
    make_live(trial)
    waiting = result_of(session, 0)
    assert (waiting.state, waiting.weighted, waiting.outcome) == (
        ResultState.PENDING_REVIEW,
        53,
        Outcome.FAILED,
    )
    assert result_of(session, 3).weighted == 89
    for old in stands:
        now = Result.objects.get(pk=old.pk)
        assert (now.state, now.weighted, now.outcome, now.concluded_at) == (
            old.state, Decimal(61), Outcome.PASSED, old.concluded_at,
        )  # fmt: skip
    rests_on = [list(result_of(session, index).components.get().scorers.values()) for index in range(4)]
    assert rests_on == [[NEW], [OLD], [OLD], [NEW]]
    shown = criteria_of([stands[1], waiting])
    assert [shown[one.pk][0]["points"] for one in (stands[1], waiting)] == [61, 53]
    event = AuditEvent.objects.get(action="scorer.live")
    assert event.data == {"scorer_version": NEW, "replaces": OLD, "concluded_again": 2}
    assert AuditEvent.objects.get(action="scorer.trial").target == event.target
    again = AuditEvent.objects.filter(action="result.reopen")
    assert [one.reason for one in again] == [f"启用 {trial.item_version.item.code} 的评分程序 {NEW} 版"] * 2
    assert bad() == {}
    # A reviewed one is released as it is, a waiting one goes on by the new version.
    grading.release(result_id=stands[0].pk, by=admin)
    grading.review(result_id=waiting.pk, by=reviewer)
    assert bad() == {}


def test_works_handed_in_afterwards_are_scored_by_the_live_version_only(install_scorer):
    session = sitting("model")
    install_scorer(NEW, stricter)
    make_live(try_it(session))
    other = factories.session(session.organisation, form_=session.forms.get().form)
    attempt = factories.hand_in_work(factories.attempt(other), golden(TASK, "template"))
    assert list(attempt.scoring_runs.values_list("scorer_version", flat=True)) == [NEW]
    rate_all(other)
    assert (result_of(other).weighted, result_of(other).state) == (53, ResultState.PENDING_REVIEW)
    assert bad() == {}


def test_a_work_the_old_version_could_not_score_is_rated_and_concluded_by_the_new_one(install_scorer):
    def broken(*_):
        raise ZeroDivisionError

    org = factories.organisation()
    session = factories.session(org, form_=factories.practical_form(org, "inbasket-e3"))
    install_scorer(NEW, stricter)
    kind("inbasket").older_scorers[OLD] = broken
    attempt = factories.hand_in_work(factories.attempt(session), golden(TASK, "late"))
    (run,) = attempt.scoring_runs.all()
    for _ in range(2):
        grading.execute(run.pk)
    run.refresh_from_db()
    assert run.state == TaskState.FLAGGED
    trial = try_it(session)
    assert not RatingTask.objects.exists()
    make_live(trial)
    assert not open_runs_of(result_of(session))
    rate_all(session, level=3)
    assert (result_of(session).weighted, result_of(session).state) == (97, ResultState.PENDING_REVIEW)


def test_two_persons(install_scorer):
    session = sitting("late")
    install_scorer(NEW, stricter)
    admin = factories.staff(session.organisation, Role.ADMINISTRATOR, Role.REVIEWER)
    trial = try_it(session, by=admin)
    with pytest.raises(Conflict, match="不能是同一人"):
        make_live(trial, by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveScorer.objects.create(
            trial=trial, reason="自己启用", made_live_by=admin, made_live_at=trial.started_at
        )
    with pytest.raises(Invalid, match="原因"):
        services.make_live(trial=trial.uuid, reason=" ", by=factories.staff(session.organisation))
    make_live(trial)
    with pytest.raises(Conflict, match="已经启用"):
        make_live(trial)


def test_nothing_goes_live_while_a_trial_run_is_open_or_flagged(install_scorer):
    def broken(*_):
        raise ZeroDivisionError

    session = sitting("late")
    install_scorer(NEW, broken)
    trial = services.start_trial(
        item_version=task_of(session).uuid, scorer_version=NEW, reason="顺序判得过严",
        by=factories.staff(session.organisation, Role.REVIEWER),
    )  # fmt: skip
    with pytest.raises(Conflict, match="还有 1 份作品正在试评"):
        make_live(trial)
    for _ in range(3):
        run_all()
    with pytest.raises(Conflict, match="有 1 份作品新版没能评出来"):
        make_live(trial)
    assert result_of(session).state == ResultState.PENDING_REVIEW
    assert bad() == {}


def test_only_the_newest_trial_goes_live_and_there_is_a_way_back(install_scorer):
    session = sitting("late")
    install_scorer(NEW, stricter)
    first = try_it(session)
    install_scorer("1.2.0", lambda *given: stricter(*given))
    by = factories.staff(session.organisation, Role.REVIEWER)
    second = services.start_trial(
        item_version=task_of(session).uuid, scorer_version="1.2.0", reason="再修一处", by=by
    )
    run_all()
    assert second.replaces == OLD
    with pytest.raises(Conflict, match="后来又有一次试评"):
        make_live(first)
    make_live(second)
    assert result_of(session).weighted == 89
    back = services.start_trial(
        item_version=task_of(session).uuid, scorer_version=OLD, reason="新版判得太松", by=by
    )
    run_all()
    make_live(back)
    assert result_of(session).weighted == 86
    assert bad() == {}
