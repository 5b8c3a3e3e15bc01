"""Every write of the grading room."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.enums import Role
from accounts.models import User
from accounts.policies import check_role
from audit.services import SYSTEM, record
from exams.enums import HANDED_IN_STATES, AttemptState, Component, SessionState
from exams.models import Attempt, FormItem, Registration
from exams.queries import final_responses
from grading import rules
from grading.enums import RESULT_TRANSITIONS, Outcome, ResultState
from grading.models import ComponentResult, ItemScore, Result, ScoringRun
from grading.profile import build
from grading.scoring import Scored, score_objective_items, score_practical_item
from grading.signals import result_released
from itembank.queries import is_practical
from lib import leases
from lib.clock import database_now
from lib.leases import TaskState
from lib.refusals import Conflict
from lib.rows import rows
from lib.states import check_transition
from standards.models import Requirement

RING_AGAIN_AFTER = dt.timedelta(seconds=5)


@dataclass(frozen=True)
class _Wanted:
    """One run a form asks for; ``slot`` is empty for the run over all objective items."""

    slot: str
    item_version_id: int | None
    scorer_name: str
    scorer_version: str


@lru_cache(maxsize=64)
def _wanted(form_id: int) -> list[_Wanted]:
    """One run over all objective items, one per practical task. Locked forms never change."""
    items = FormItem.objects.filter(form_id=form_id).select_related("item_version__item").order_by("position")
    objective, practical = [], []
    for one in items:
        version = one.item_version
        if is_practical(version.item.interaction):
            practical.append(_Wanted(one.slot, version.pk, version.scorer_name, version.scorer_version))
        else:
            objective.append(_Wanted("", None, "objective", version.scorer_version))
    return objective[:1] + practical


NEW_RUNS = """
    INSERT INTO grading_scoringrun (state, tries, failure, created_at, attempt_id, head, slot, item_version_id,
                                    scorer_name, scorer_version)
    SELECT 'queued', 0, '', clock_timestamp(), n.*
      FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[]) n
    ON CONFLICT DO NOTHING RETURNING id"""


@transaction.atomic(savepoint=False)
def open_runs(attempts: Iterable[Attempt]) -> list[int]:
    """Make the scoring runs of attempts over what they handed in (idempotent) and ring the workers after commit.

    Returns the ids of the runs that are new. Attempts that were never begun or are not handed in get none.
    """
    from grading.tasks import score_run  # the task imports this module

    attempts = [one for one in attempts if one.state in HANDED_IN_STATES and one.started_at is not None]
    columns = [
        (attempt.pk, attempt.head, one.slot, one.item_version_id, one.scorer_name, one.scorer_version)
        for attempt in attempts
        for one in _wanted(attempt.form_id)
    ]
    if not columns:
        return []
    new = [run_id for (run_id,) in rows(NEW_RUNS, *map(list, zip(*columns, strict=True)))]
    Result.objects.bulk_create(
        [Result(registration_id=one) for one in sorted({attempt.registration_id for attempt in attempts})],
        ignore_conflicts=True,
    )
    for run_id in new:
        leases.ring(score_run, run_id)
    return new


def execute(run_id: int) -> bool:
    """Claim, score and record one run; True when this call recorded it.

    The work happens without a transaction; recording checks under the row's lock that the lease is still ours, so n
    deliveries of the task, or a worker thought dead that comes back, leave one result.
    """
    run = leases.claim(ScoringRun, run_id)
    if run is None:
        return False
    try:
        scored = _score(run)
    except Exception as error:  # a faulty task must not stop the queue: the reason is kept, a person decides
        leases.fail(run, f"{type(error).__name__}: {error}")
        raise
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
        ScoringRun.objects.filter(pk=mine.pk).update(
            state=TaskState.DONE, done_at=database_now(), lease_until=None, failure=""
        )
    conclude(run.attempt.registration_id)
    return True


def _score(run: ScoringRun) -> list[Scored]:
    attempt = run.attempt
    responses = final_responses(attempt)
    items = list(
        FormItem.objects.filter(form_id=attempt.form_id)
        .select_related("item_version__item__level")
        .prefetch_related("item_version__requirement_links__requirement__level")
    )
    if run.slot:
        one = next(item for item in items if item.slot == run.slot)
        return [score_practical_item(one, responses.get(one.slot))]
    return score_objective_items(
        [item for item in items if not is_practical(item.item_version.item.interaction)], responses
    )


@transaction.atomic
def conclude(registration_id: int) -> bool:
    """Make the result of a registration once every component is handed in and scored; True when it became 待复核."""
    registration = Registration.objects.select_related("session__scheme", "session__organisation").get(
        pk=registration_id
    )
    result, _ = Result.objects.get_or_create(registration=registration)
    result = Result.objects.select_for_update(of=("self",)).get(pk=result.pk)
    if result.state != ResultState.SCORING:
        return False
    attempts = list(
        Attempt.objects.filter(registration=registration).select_related("form").order_by("position")
    )
    closed = registration.session.state == SessionState.CLOSED
    parts: list[ComponentResult] = []
    for attempt in attempts:
        if attempt.state in HANDED_IN_STATES and attempt.started_at is not None:
            part = _component_result(result, attempt)
        elif attempt.state == AttemptState.VOIDED or (closed and attempt.started_at is None):
            part = ComponentResult(
                result=result, attempt=attempt, points=0, max_points=attempt.form.max_score, percent=0,
                absent=attempt.state != AttemptState.VOIDED, profile=[],
            )  # fmt: skip
        else:
            part = None
        if part is None:
            return False
        parts.append(part)
    if not parts:
        return False
    ComponentResult.objects.filter(result=result).delete()
    ComponentResult.objects.bulk_create(parts)
    scheme = registration.session.scheme
    weights = {row.component: row.weight for row in scheme.components.all()}
    percents = {part.attempt.component: part.percent for part in parts}
    labels = {value: str(label) for value, label in Component.choices}
    total = rules.weighted(percents, weights)
    judged = rules.judge(scheme.pass_rule, percents, total, labels)
    result.weighted, result.rules, result.concluded_at = total, judged, database_now()
    if all(part.absent for part in parts):
        result.outcome = Outcome.ABSENT
    else:
        result.outcome = Outcome.PASSED if all(row["met"] for row in judged) else Outcome.FAILED
    check_transition(RESULT_TRANSITIONS, ResultState(result.state), ResultState.PENDING_REVIEW, what="成绩")
    result.state = ResultState.PENDING_REVIEW
    result.save(update_fields=["weighted", "rules", "concluded_at", "outcome", "state"])
    record(
        stream=registration.session.stream, by=SYSTEM, at=result.concluded_at, action="result.conclude",
        target=f"result:{result.uuid}", data={"weighted": str(total), "outcome": result.outcome},
    )  # fmt: skip
    return True


def _component_result(result: Result, attempt: Attempt) -> ComponentResult | None:
    """The component's points from the runs over what the newest receipt covers, or None while a run is open."""
    runs = list(ScoringRun.objects.filter(attempt=attempt, head=attempt.head))
    if not runs or any(run.state != TaskState.DONE for run in runs):
        return None
    scores = list(ItemScore.objects.filter(run__in=runs))
    if len(scores) != attempt.form.items.count():
        return None
    points = sum((score.points for score in scores), Decimal(0)).quantize(rules.CENT, ROUND_HALF_UP)
    criteria = [criterion for score in scores for criterion in score.criteria]
    return ComponentResult(
        result=result, attempt=attempt, points=points, max_points=attempt.form.max_score,
        percent=rules.percent(points, attempt.form.max_score), profile=build(criteria, _requirements(attempt)),
    )  # fmt: skip


def _requirements(attempt: Attempt) -> dict[str, Requirement]:
    """Requirements a form's items may name, by level name and code."""
    standard_id = attempt.form.blueprint.level.standard_id
    return {
        f"{requirement.level.name}{requirement.code}": requirement
        for requirement in Requirement.objects.filter(level__standard_id=standard_id).select_related(
            "level", "task__area"
        )
    }


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


def sweep() -> int:
    """Find work the broker or a dead process lost: attempts without runs, runs waiting, results not concluded."""
    from grading.tasks import score_run

    found = 0
    of_this_head = ScoringRun.objects.filter(attempt=OuterRef("pk"), head=OuterRef("head"))
    found += len(
        open_runs(
            Attempt.objects.filter(
                ~Exists(of_this_head), state__in=HANDED_IN_STATES, started_at__isnull=False
            )[:500]
        )
    )
    for run_id in leases.waiting(ScoringRun, older_than=RING_AGAIN_AFTER):
        leases.ring(score_run, run_id)
        found += 1
    for registration_id in _unconcluded()[:500]:
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
