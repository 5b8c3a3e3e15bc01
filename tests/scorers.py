"""A second version of a real scorer, as a later release of the program would bring it, and a session to try it on."""

import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest

from accounts.enums import Role
from certification.integrity import verify
from exams.delivery import services as delivery
from grading import services as grading
from grading.models import Result, ScoringRun
from grading.rating import services as rating
from grading.trials import services as trials
from itembank.practical import inbasket, kind
from itembank.practical.base import CriterionScore, Json, ScoreFunction, share_of
from itembank.practical.inbasket.scorer import score as as_it_is
from itembank.practical.tasks import read_task
from lib.leases import TaskState
from tests import factories
from tests.practical.samples import files_of, golden

OLD, NEW = inbasket.KIND.scorer_version, "1.1.0"


def stricter(content: Json, key: Json, world: Json, submission: Json, measured: Json) -> list[CriterionScore]:
    """The in-basket with two rules changed: the order (I3) is forgiven a quarter, and what was kept for later (I6) counts
    only beside replies (I4) that reach half of their points."""
    rows = as_it_is(content, key, world, submission, measured)
    replies = next(row for row in rows if row.id == "I4")
    assert replies.score is not None
    return [_changed(row, replies.score * 2 >= replies.max) for row in rows]


def _changed(row: CriterionScore, replied: bool) -> CriterionScore:
    if row.id == "I3" and row.score and row.score < row.max:
        score = min(row.max, row.score + share_of(row.max, Fraction(1, 4)))
        return dataclasses.replace(row, score=score, evidence=f"{row.evidence}新规则加四分之一。")
    if row.id == "I6" and not replied:
        return dataclasses.replace(row, score=Decimal(0), evidence="回复要点不到一半，话术库不计分。")
    return row


def install(
    monkeypatch: pytest.MonkeyPatch, version: str, score: ScoreFunction, *, older: bool = True
) -> None:
    """Put a newer scorer of the in-basket into the registry; ``older`` says whether the program keeps the one before."""
    now = inbasket.KIND
    kept = {**now.older_scorers, now.scorer_version: now.score} if older else {}
    newer = dataclasses.replace(now, scorer_version=version, score=score, older_scorers=kept)
    monkeypatch.setattr(inbasket, "KIND", newer)
    kind.cache_clear()


TASK = read_task(files_of("inbasket")["e3"])
# What the machine gives each sample answer on the form's scale (x 4), by the old version and by the new one.
POINTS = {
    "model": (92, 92), "pass": (67, 68), "late": (86, 89), "template": (61, 53), "weak": (24, 27), "unlawful": (67, 67),
}  # fmt: skip


def rate_all(session, level=0):
    """Two raters give every open work that level."""
    for _ in range(2):
        by = factories.staff(session.organisation, Role.RATER)
        while (task := rating.take(by=by)) is not None:
            rating.rate(task_uuid=task.uuid, levels=dict.fromkeys(task.criteria, level), remark="", by=by)


def run_all():
    """What the workers would do."""
    for run_id in ScoringRun.objects.filter(state=TaskState.QUEUED).values_list("pk", flat=True):
        grading.execute(run_id)


def sitting(*names):
    """A session whose candidates hand in the sample answers of these names, all rated with level 0 and concluded."""
    org = factories.organisation()
    form = factories.practical_form(org, "inbasket-e3")
    session = factories.session(org, candidates=len(names), form_=form)
    for index, name in enumerate(names):
        factories.hand_in_work(factories.attempt(session, index=index), golden(TASK, name))
    rate_all(session)
    return session


def result_of(session, index=0):
    return Result.objects.get(registration=factories.registration(session, index))


def task_of(session):
    return session.forms.get().form.items.get().item_version


def try_it(session, *, by=None):
    """A trial of the new version, with all its runs done."""
    by = by or factories.staff(session.organisation, Role.REVIEWER)
    trial = trials.start_trial(
        item_version=task_of(session).uuid, scorer_version=NEW, reason="顺序判得过严", by=by
    )
    run_all()
    return trial


def make_live(trial, *, by=None):
    by = by or factories.staff(trial.organisation)
    return trials.make_live(trial=trial.uuid, reason="差异已核对", by=by)


def bad():
    return {name: found for name, found in verify().items() if found}


def submit(attempt, submission):
    """Hand in a practical work; nothing is scored yet."""
    slot = attempt.form.items.get().slot
    delivery.submit(
        attempt_id=attempt.pk,
        raw_events=[] if submission is None else [{**factories.event(slot), "response": submission}],
        device=attempt.device, by=attempt.registration.candidate.user,
    )  # fmt: skip
