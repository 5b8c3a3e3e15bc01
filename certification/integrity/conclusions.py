"""From responses to certificates: scored again, concluded again, compared with the trail."""

import json
from typing import Any

from audit.models import AuditEvent
from certificates.enums import CertificateState
from certificates.models import Certificate, Decision
from certificates.queries import first_broken_certificate
from certification.integrity.scorers import Versions
from certification.integrity.trail import told_of
from exams.delivery.queries import with_covered_root
from exams.enums import HANDED_IN_STATES
from exams.models import Attempt, FormItem
from grading.concluding import conclusion_of
from grading.counting import wanted_runs
from grading.enums import Outcome, ResultState
from grading.models import ItemScore, Rating, RatingTask, Result, ScoringRun
from grading.rating.levels import is_open, needs_third
from grading.scoring import runs_of_form, score_run
from grading.trials.queries import HEAVY
from lib.canonical import canonical_text
from lib.leases import TaskState

# What an audit event says the result became.
BECOMES = {
    "result.conclude": ResultState.PENDING_REVIEW, "result.reopen": ResultState.SCORING,
    "result.review": ResultState.REVIEWED, "result.release": ResultState.RELEASED,
}  # fmt: skip


def scores() -> str | None:
    """Every finished run over what is in force is scored again by its own scorer version: same slots, points and criteria.

    A run is by the version its item version pins or by one that was on trial; those that count now, and those on trial
    now, are there.
    """
    versions = Versions.read()
    for attempt in (
        Attempt.objects.filter(state__in=HANDED_IN_STATES, started_at__isnull=False).order_by("pk").iterator()
    ):
        if not FormItem.objects.filter(form_id=attempt.form_id).exists():
            return f"attempt {attempt.uuid}: its form is gone"
        possible = {
            (one.slot, one.item_version_id, one.scorer_name, version)
            for one in runs_of_form(attempt.form_id)
            for version in versions.may_be(one)
        }
        covered = {
            json.loads(body)["root"]: number
            for number, body in attempt.receipts.values_list("number", "body")
        }
        in_force = max(covered, key=covered.__getitem__, default=None)
        missing = {
            (one.slot, one.item_version_id, one.scorer_name, one.scorer_version)
            for one in wanted_runs([attempt.form_id])[attempt.form_id]
        }
        for run in ScoringRun.objects.filter(attempt=attempt).order_by("pk"):
            where = f"scoring run {run.pk} of attempt {attempt.uuid}"
            if run.root not in covered:
                return f"{where}: over what was never handed in"
            if (run.slot, run.item_version_id, run.scorer_name, run.scorer_version) not in possible:
                return f"{where}: not what the form asks for"
            held = {TaskState.QUEUED: run.lease_until is None, TaskState.LEASED: run.lease_until is not None}
            held[TaskState.FLAGGED] = bool(run.failure)
            if not held.get(TaskState(run.state), True) or (run.state == TaskState.DONE) != (
                run.done_at is not None
            ):
                return f"{where}: its state {run.state} is not how a run gets there"
            if run.root != in_force:
                continue  # what late answers have replaced since: its scores are signed, and count no more
            missing.discard((run.slot, run.item_version_id, run.scorer_name, run.scorer_version))
            kept = {row.slot: _as_scored(row) for row in ItemScore.objects.filter(run=run)}
            if run.state != TaskState.DONE:
                if kept:
                    return f"{where}: scores of an unfinished run"
                continue
            for one in score_run(run):
                if kept.pop(one.slot, None) != _as_scored(one):
                    return f"item score of attempt {attempt.uuid} slot {one.slot}"
            if kept:
                return f"item score of attempt {attempt.uuid} slot {min(kept)}: nobody asked for it"
        if missing:
            return f"attempt {attempt.uuid}: a scoring run is gone"
    stray = ItemScore.objects.filter(run__attempt__receipts__isnull=True).first()
    return f"item score {stray.pk}: of an attempt that was never handed in" if stray else None


def _as_scored(one: Any) -> tuple[Any, ...]:
    return one.item_version_id, one.points, one.max_points, canonical_text(one.criteria)


def ratings() -> str | None:
    """Whoever should judge was asked, the third exactly where two are too far apart; every rating is told by the trail."""
    wanted: dict[tuple[int, str, str], list[str]] = {}
    version_of: dict[tuple[int, str, str], int] = {}
    versions, due = Versions.read(), set()
    scored = ItemScore.objects.filter(run__slot__gt="").select_related("run__item_version")
    for score in scored.defer(*(f"run__item_version__{name}" for name in HEAVY)).iterator():
        run, waiting = score.run, [row["id"] for row in score.criteria if is_open(row)]
        assert run.item_version is not None  # only the run over all objective items has none
        counted = versions.counted(run.item_version.pk, run.item_version.scorer_version)
        if waiting and run.scorer_version in counted:  # nobody is asked about a trial
            key = (run.attempt_id, run.root, score.slot)
            wanted[key], version_of[key] = waiting, score.item_version_id
            if run.scorer_version == counted[0]:
                due.add(key)
    tasks: dict[tuple[int, str, str], dict[int, RatingTask]] = {}
    for task in RatingTask.objects.select_related("rating").order_by("pk"):
        key = (task.attempt_id, task.root, task.slot)
        if key not in wanted or task.item_version_id != version_of[key]:
            return f"rating task {task.uuid}: nothing there that people judge"
        tasks.setdefault(key, {})[task.position] = task
    in_force = {
        attempt.pk: attempt.covered  # type: ignore[attr-defined]
        for attempt in with_covered_root(Attempt.objects.filter(pk__in={key[0] for key in wanted}))
    }
    for key, criteria in wanted.items():
        family = tasks.get(key, {})
        if key[0] not in in_force:
            return f"attempt {key[0]}: gone, and its work was to be rated"
        if key in due and key[1] == in_force[key[0]] and not {1, 2} <= family.keys():
            return f"attempt {key[0]} slot {key[2]}: a rating task is gone"
        given = {position: one.rating.levels for position, one in family.items() if hasattr(one, "rating")}
        apart = criteria if {1, 2} <= given.keys() else []
        apart = [one for one in apart if needs_third([given[1].get(one, 0), given[2].get(one, 0)])]
        if any(family[one].criteria != criteria for one in (1, 2) if one in family):
            return f"attempt {key[0]} slot {key[2]}: the raters' criteria"
        third = family.get(3)
        if (third.criteria if third else []) != apart and key[1] == in_force[key[0]]:
            return f"attempt {key[0]} slot {key[2]}: the third rater's criteria"
    told = {event.target: event for event in AuditEvent.objects.filter(action="rating.give").iterator()}
    for rating in Rating.objects.select_related("task__attempt", "rated_by").order_by("pk"):
        task = rating.task
        event = told.pop(f"rating_task:{task.uuid}", None)
        said = {
            "attempt": str(task.attempt.uuid), "slot": task.slot, "root": task.root, "levels": rating.levels,
        }  # fmt: skip
        good = event is not None and (event.actor, event.at, event.reason, event.data) == (
            str(rating.rated_by.uuid), rating.rated_at, rating.remark, said,
        )  # fmt: skip
        if not good or task.rater_id != rating.rated_by_id or set(rating.levels) != set(task.criteria):
            return f"rating {rating.pk}: differs from the trail or from its task"
    if told:
        return f"audit {min(told)}: its rating is not there"
    return None


def results() -> str | None:
    """Every concluded result is concluded again by the scorer versions it says it rests on, which are those that counted
    at that moment; who reviewed and released it, and when, is in the trail."""
    versions = Versions.read()
    for result in Result.objects.select_related(
        "registration__session__scheme", "reviewed_by", "released_by"
    ).order_by("pk"):
        where = f"result {result.uuid}"
        events = [one for one in told_of(f"result:{result.uuid}") if one.action in BECOMES]
        told = {event.action: event for event in events}
        state = BECOMES[events[-1].action] if events else ResultState.SCORING
        if result.state != state:
            return f"{where}: state {result.state}, the trail says {state}"
        for action, person, moment in (
            ("result.review", result.reviewed_by, result.reviewed_at),
            ("result.release", result.released_by, result.released_at),
        ):
            event = told.get(action)
            said = (event.actor, event.at) if event else (None, None)
            if said != (str(person.uuid) if person else None, moment):
                return f"{where}: {action.partition('.')[2]} differs from the trail"
        if state == ResultState.SCORING:
            if (result.weighted, result.rules, result.outcome, result.concluded_at) != (None, [], "", None):
                return f"{where}: concluded before it was scored"
            continue
        if told["result.conclude"].at != result.concluded_at:
            return f"{where}: conclusion time differs from the trail"
        parts = list(result.components.select_related("attempt"))
        for part in parts:
            if part.scorers and part.scorers != versions.live_at(part.attempt.form_id, result.concluded_at):
                return f"{where}: rests on scorer versions that did not count then"
        found = conclusion_of(result.registration, scorers={part.attempt_id: part.scorers for part in parts})
        if found is None or (found.weighted, found.rules, found.outcome) != (
            result.weighted,
            result.rules,
            result.outcome,
        ):
            return f"{where}: total, rules or outcome"
        kept = {row.attempt_id: _as_part(row) for row in parts}
        if kept != {part.attempt_id: _as_part(part) for part in found.parts}:
            return f"{where}: component results"
    begun = Attempt.objects.filter(
        state__in=HANDED_IN_STATES, started_at__isnull=False, registration__result__isnull=True
    )
    bare = begun.first()
    return f"attempt {bare.uuid}: its result is gone" if bare else None


def _as_part(part: Any) -> tuple[Any, ...]:
    told = canonical_text([part.profile, part.scorers])
    return part.points, part.max_points, part.percent, part.absent, told


def decisions() -> str | None:
    """A decision follows from its released result and is told by the trail."""
    for decision in Decision.objects.select_related("result").order_by("pk"):
        result = decision.result
        event = next((one for one in told_of(f"result:{result.uuid}") if one.action == "decision.make"), None)
        good = (
            result.state == ResultState.RELEASED
            and decision.passed == (result.outcome == Outcome.PASSED)
            and decision.explanation == {"outcome": result.outcome, "rules": result.rules}
            and event is not None
            and event.at == decision.decided_at
        )
        if not good:
            return f"decision on result {result.uuid}"
    for event in AuditEvent.objects.filter(action="decision.make").iterator():
        if not Decision.objects.filter(result__uuid=event.target.partition(":")[2]).exists():
            return f"audit {event.stream} seq {event.seq}: its decision is not there"
    return None


def certificates() -> str | None:
    """Snapshot, number and PDF agree with their hashes; issue and revocation are told by the trail."""
    broken = first_broken_certificate()
    if broken:
        return broken
    rows = Certificate.objects.select_related(
        "decision__result__registration__session__scheme", "issued_by", "revoked_by", "organisation"
    ).defer("document__pdf")
    seen = set()  # the joins leave out what refers to a record that is not there
    for certificate in rows.order_by("pk"):
        seen.add(certificate.pk)
        where = f"certificate {certificate.number}"
        told = {one.action: one for one in told_of(f"certificate:{certificate.uuid}")}
        issue = told.get("certificate.issue")
        if issue is None or (issue.at, issue.actor, issue.data.get("number"), issue.data.get("snapshot_sha256")) != (
            certificate.issued_at, str(certificate.issued_by.uuid), certificate.number, certificate.snapshot_sha256,
        ):  # fmt: skip
            return f"{where}: issue differs from the trail"
        registration = certificate.decision.result.registration
        session = registration.session
        if (certificate.candidate_id, certificate.level_id, certificate.batch_id, certificate.organisation_id) != (
            registration.candidate_id, session.scheme.level_id, session.batch_id, session.organisation_id,
        ):  # fmt: skip
            return f"{where}: candidate, level, batch or organisation"
        if not certificate.decision.passed:
            return f"{where}: the decision does not entitle to it"
        revoke = told.get("certificate.revoke") or told.get("certificate.supersede")
        if (certificate.state != CertificateState.VALID) != (revoke is not None):
            return f"{where}: state {certificate.state} differs from the trail"
        said = (revoke.at, revoke.actor, revoke.reason) if revoke else (None, None, "")
        by = certificate.revoked_by
        if said != (certificate.revoked_at, str(by.uuid) if by else None, certificate.revocation_reason):
            return f"{where}: revocation differs from the trail"
    for pk, number in Certificate.objects.values_list("pk", "number"):
        if pk not in seen:
            return f"certificate {number}: refers to a record that is not there"
    for event in AuditEvent.objects.filter(action="certificate.issue").iterator():
        if not Certificate.objects.filter(uuid=event.target.partition(":")[2]).exists():
            return f"audit {event.stream} seq {event.seq}: its certificate is not there"
    return None
