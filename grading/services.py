"""Every write of the grading room."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from accounts.enums import Role
from accounts.models import User
from accounts.policies import check_role
from audit.services import SYSTEM, Act, record, record_all
from exams.delivery.queries import with_covered_root
from exams.enums import HANDED_IN_STATES, AttemptState, SessionState
from exams.models import Attempt, Registration
from exams.queries import undecided_late_answers
from grading.concluding import conclusion_of
from grading.counting import counting, keep_live_versions, wanted_runs, wanted_trials
from grading.enums import RESULT_TRANSITIONS, ResultState
from grading.models import ComponentResult, ItemScore, RatingTask, Result, ScoringRun
from grading.rating import services as rating
from grading.scoring import queue_of, score_run
from grading.signals import result_released
from lib import leases
from lib.clock import database_now
from lib.leases import TaskState
from lib.refusals import Conflict
from lib.rows import rows
from lib.states import check_transition

RING_AGAIN_AFTER = dt.timedelta(seconds=5)


NEW_RUNS = """
    INSERT INTO grading_scoringrun (state, tries, failure, created_at, attempt_id, root, slot, item_version_id,
                                    scorer_name, scorer_version)
    SELECT 'queued', 0, '', clock_timestamp(), n.*
      FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[]) n
    ON CONFLICT DO NOTHING RETURNING id, scorer_name"""
NEW_RESULTS = """
    INSERT INTO grading_result (uuid, registration_id, state, outcome, rules)
    SELECT gen_random_uuid(), n, 'scoring', '', '[]' FROM unnest(%s::bigint[]) n
    ON CONFLICT (registration_id) DO NOTHING RETURNING id"""


@transaction.atomic(savepoint=False)
def open_runs(handed_in: Iterable[tuple[Attempt, str]]) -> list[int]:
    """Make the scoring runs of attempts over the root their receipt covers (idempotent), by the live scorer versions and
    by those on trial, and ring the workers after commit.

    Returns the ids of the runs that are new. Attempts that were never begun or are not handed in get none.
    """
    from grading.tasks import score_run as task  # the task imports this module

    begun = [
        (one, root) for one, root in handed_in if one.state in HANDED_IN_STATES and one.started_at is not None
    ]
    wanted = wanted_runs({attempt.form_id for attempt, _ in begun})
    columns = [
        (attempt.pk, root, one.slot, one.item_version_id, one.scorer_name, one.scorer_version)
        for attempt, root in begun
        for one in wanted[attempt.form_id]
    ]
    if not columns:
        return []
    new = list(rows(NEW_RUNS, *map(list, zip(*columns, strict=True))))
    rows(NEW_RESULTS, sorted({attempt.registration_id for attempt, _ in begun}))
    for run_id, scorer in new:
        leases.ring(task, run_id, queue=queue_of(scorer))
    return [run_id for run_id, _ in new]


def execute(run_id: int) -> bool:
    """Claim, score and record one run; True when this call recorded it.

    The work happens without a transaction; recording checks under the row's lock that the lease is still ours, so n
    deliveries of the task, or a worker thought dead that comes back, leave one result.
    """
    run = leases.claim(ScoringRun, run_id)
    if run is None:
        return False
    try:
        scored = score_run(run)
    except Exception as error:  # a faulty task must not stop the queue: the reason is kept, a person decides
        leases.fail(run, f"{type(error).__name__}: {error}")
        return False
    with transaction.atomic():
        mine = leases.still_mine(run)
        if mine is None:
            return False
        ItemScore.objects.bulk_create(
            [
                ItemScore(
                    run=mine, slot=one.slot, item_version_id=one.item_version_id, points=one.points,
                    max_points=one.max_points, criteria=one.criteria,
                )
                for one in scored
            ]
        )  # fmt: skip
        rating.open_tasks(mine, scored)
        ScoringRun.objects.filter(pk=mine.pk).update(
            state=TaskState.DONE, done_at=database_now(), lease_until=None, failure=""
        )
    # Whoever records the last run that counts sees all others done: each was committed before its own look.
    others = counting(ScoringRun.objects.filter(attempt__registration=run.attempt.registration_id))
    if not others.exclude(state=TaskState.DONE).exists():
        conclude(run.attempt.registration_id)
    return True


@transaction.atomic
def conclude(registration_id: int) -> bool:
    """Make the result of a registration once every component is handed in, scored and rated; True when it became 待复核.

    It rests on the scorer versions that are live at that moment.
    """
    keep_live_versions()
    registration = Registration.objects.select_related("session__scheme", "session__organisation").get(
        pk=registration_id
    )
    result, _ = Result.objects.get_or_create(registration=registration)
    result = Result.objects.select_for_update(of=("self",)).get(pk=result.pk)
    if result.state != ResultState.SCORING:
        return False
    found = conclusion_of(registration)
    if found is None:
        return False
    for part in found.parts:
        part.result = result
    ComponentResult.objects.filter(result=result).delete()
    ComponentResult.objects.bulk_create(found.parts)
    result.weighted, result.rules, result.outcome = found.weighted, found.rules, found.outcome
    result.concluded_at = database_now()
    check_transition(RESULT_TRANSITIONS, ResultState(result.state), ResultState.PENDING_REVIEW, what="成绩")
    result.state = ResultState.PENDING_REVIEW
    result.save(update_fields=["weighted", "rules", "concluded_at", "outcome", "state"])
    record(
        stream=registration.session.stream, by=SYSTEM, at=result.concluded_at, action="result.conclude",
        target=f"result:{result.uuid}", data={"weighted": str(result.weighted), "outcome": result.outcome},
    )  # fmt: skip
    return True


@transaction.atomic
def take_back(*, registration_id: int, by: User, what: str) -> None:
    """What a result rests on changes: one that waits for review goes back to 待评分. One that was reviewed or released
    stands, and the change is refused; ``what`` says in the sentence what cannot be done."""
    result = (
        Result.objects.select_for_update(of=("self",))
        .select_related("registration__session")
        .filter(registration=registration_id)
        .first()
    )
    if result is None or result.state == ResultState.SCORING:
        return
    if result.state != ResultState.PENDING_REVIEW:
        raise Conflict(
            f"这名考生的成绩{result.get_state_display()}，不能再{what}。",
            code="result_stands",
            state=result.state,
        )
    back_to_scoring([result], by=by)


def back_to_scoring(results: Sequence[Result], *, by: User, reason: str = "") -> None:
    """待复核 -> 待评分, inside the transaction that has locked the results."""
    for result in results:
        check_transition(RESULT_TRANSITIONS, ResultState(result.state), ResultState.SCORING, what="成绩")
    ComponentResult.objects.filter(result__in=results).delete()
    Result.objects.filter(pk__in=[one.pk for one in results]).update(
        state=ResultState.SCORING, weighted=None, rules=[], outcome="", concluded_at=None
    )
    now = database_now()
    record_all(
        [
            Act(one.registration.session.stream, by, now, "result.reopen", f"result:{one.uuid}", reason)
            for one in results
        ]
    )


@transaction.atomic
def score_again(*, attempt: Attempt, root: str, by: User) -> None:
    """Late answers were taken: score what counts now."""
    take_back(registration_id=attempt.registration_id, by=by, what="采纳迟到作答")
    # What was not scored yet will not be: those answers count no more. A worker that is at it finds its lease gone.
    ScoringRun.objects.filter(attempt=attempt).exclude(state=TaskState.DONE).delete()
    RatingTask.objects.filter(attempt=attempt, rating__isnull=True).exclude(root=root).delete()
    open_runs([(attempt, root)])


def _locked(result_id: int) -> Result:
    return (
        Result.objects.select_for_update(of=("self",))
        .select_related("registration__session__organisation")
        .get(pk=result_id)
    )


@transaction.atomic
def review(*, result_id: int, by: User) -> Result:
    """复核: a reviewer confirms a concluded result."""
    result = _locked(result_id)
    session = result.registration.session
    check_role(by, session.organisation_id, Role.REVIEWER, Role.ADMINISTRATOR)
    check_transition(RESULT_TRANSITIONS, ResultState(result.state), ResultState.REVIEWED, what="成绩")
    late = undecided_late_answers(result.registration)
    if late:
        raise Conflict(
            f"这名考生还有 {late} 条迟到作答没有处理，请先由监考负责人在场次的“迟到作答”里采纳或不采纳。",
            code="late_answers",
        )
    result.state, result.reviewed_by, result.reviewed_at = ResultState.REVIEWED, by, database_now()
    result.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    record(
        stream=session.stream,
        by=by,
        at=result.reviewed_at,
        action="result.review",
        target=f"result:{result.uuid}",
    )
    return result


@transaction.atomic
def release(*, result_id: int, by: User) -> Result:
    """发布: another person than the reviewer releases the result; certificates hear of it."""
    result = _locked(result_id)
    session = result.registration.session
    check_role(by, session.organisation_id, Role.ADMINISTRATOR)
    check_transition(RESULT_TRANSITIONS, ResultState(result.state), ResultState.RELEASED, what="成绩")
    if result.reviewed_by_id == by.pk:
        raise Conflict("复核人与发布人不能是同一人，请由另一位管理员发布。", code="same_person")
    result.state, result.released_by, result.released_at = ResultState.RELEASED, by, database_now()
    result.save(update_fields=["state", "released_by", "released_at"])
    record(
        stream=session.stream,
        by=by,
        at=result.released_at,
        action="result.release",
        target=f"result:{result.uuid}",
    )
    result_released.send(sender=Result, result_id=result.pk)
    return result


def open_missing_runs() -> int:
    """Runs of attempts that have none, and of those handed in at the moment in which a scorer version went on trial or
    became live: neither saw the other."""
    handed_in = with_covered_root(
        Attempt.objects.filter(state__in=HANDED_IN_STATES, started_at__isnull=False)
    ).filter(covered__isnull=False)  # type: ignore[misc]
    runs = ScoringRun.objects.filter(attempt=OuterRef("pk"), root=OuterRef("covered"))
    trial = "form__items__item_version__scorer_trials"
    by_its_version = runs.filter(
        item_version=OuterRef("tried_item"), scorer_version=OuterRef("tried_version")
    )
    behind = handed_in.annotate(
        tried=F(trial), tried_item=F(f"{trial}__item_version"), tried_version=F(f"{trial}__scorer_version")
    ).filter(~Exists(by_its_version), tried__in=wanted_trials())
    without = {one.pk: one for one in (*handed_in.filter(~Exists(runs))[:500], *behind[:500])}
    return len(open_runs([(one, one.covered) for one in without.values()]))  # type: ignore[attr-defined]


def sweep() -> int:
    """Find work the broker or a dead process lost: attempts without runs, runs waiting, results not concluded."""
    from grading.tasks import score_run as task

    found = open_missing_runs()
    waiting = leases.waiting(ScoringRun, older_than=RING_AGAIN_AFTER)
    for run_id, scorer in ScoringRun.objects.filter(pk__in=waiting).values_list("pk", "scorer_name"):
        leases.ring(task, run_id, queue=queue_of(scorer))
        found += 1
    waiting = _unconcluded()
    # Any of them: those that wait for raters must not keep the same others waiting each time.
    for registration_id in random.sample(waiting, min(len(waiting), 500)):
        found += conclude(registration_id)
    return found


def _unconcluded() -> list[int]:
    """Registrations whose result waits although nobody works any more."""
    open_result = Registration.objects.exclude(result__state__in=[
        ResultState.PENDING_REVIEW, ResultState.REVIEWED, ResultState.RELEASED
    ])  # fmt: skip
    working = Attempt.objects.filter(state__in=[AttemptState.IN_PROGRESS, AttemptState.PAUSED]).values(
        "registration_id"
    )
    finished = open_result.filter(attempts__isnull=False).exclude(pk__in=working)
    closed = finished.filter(session__state=SessionState.CLOSED)
    all_in = finished.exclude(attempts__state=AttemptState.READY)
    return list((closed | all_in).distinct().values_list("pk", flat=True))
