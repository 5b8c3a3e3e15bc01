"""Every write of trials of scorer versions: begun by one person, made live by another."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.enums import Role
from accounts.models import User
from accounts.policies import check_role
from audit.services import record
from exams.delivery.queries import with_covered_root
from exams.enums import HANDED_IN_STATES
from exams.models import Attempt
from grading.counting import change_live_version, live_version
from grading.enums import ResultState
from grading.models import LiveScorer, RatingTask, Result, ScorerTrial
from grading.rating.levels import is_open
from grading.rating.services import open_tasks
from grading.services import back_to_scoring, conclude, open_missing_runs, open_runs
from grading.trials.queries import progress_of, results_with, scored_runs
from itembank.enums import ItemVersionState
from itembank.models import ItemVersion
from itembank.queries import is_practical, kind_of
from lib.clock import database_now
from lib.refusals import Conflict, Invalid, NotFound, Refusal, checked_reason

MAY_TRY = (Role.ADMINISTRATOR, Role.REVIEWER)
# What the page of the act waits for; the sweep concludes the rest.
CONCLUDED_AT_ONCE = 100
KEPT = "它会记入机构日志"


def _locked_item(item_version_id: int) -> ItemVersion:
    """The item version, held against other trials of it and other versions made live."""
    return (
        ItemVersion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("item__organisation")
        .annotate(live=live_version())
        .get(pk=item_version_id)
    )


@transaction.atomic
def start_trial(*, item_version: UUID, scorer_version: str, reason: str, by: User) -> ScorerTrial:
    """试评: score every work that was handed in, and those handed in from now on, by another version of its scorer too.

    Nothing that counts changes.

    :raises Conflict: that version is live already, or was tried.
    """
    found = ItemVersion.objects.filter(uuid=item_version).select_related("item").first()
    if found is None:
        raise NotFound("没有找到这道试题，请从“评分程序”页面进入。")
    check_role(by, found.item.organisation_id, *MAY_TRY)
    reason = checked_reason(reason, kept=KEPT)
    if not is_practical(found.item.interaction) or found.state != ItemVersionState.PUBLISHED:
        raise Invalid("只有已发布的实操任务可以试评。")
    version = _locked_item(found.pk)
    _check_known(version, scorer_version)
    live: str = version.live  # type: ignore[attr-defined]
    if live == scorer_version:
        raise Conflict(f"{version.item.code} 现在就按 {scorer_version} 版评分，不需要试评。", code="live")
    if ScorerTrial.objects.filter(item_version=version, scorer_version=scorer_version).exists():
        raise Conflict(f"{version.item.code} 已经用 {scorer_version} 版试评过，请直接查看。", code="tried")
    trial = ScorerTrial.objects.create(
        organisation=version.item.organisation, item_version=version, scorer_version=scorer_version,
        replaces=live, reason=reason, started_by=by, started_at=database_now(),
    )  # fmt: skip
    handed_in = with_covered_root(
        Attempt.objects.filter(
            state__in=HANDED_IN_STATES, started_at__isnull=False, form__items__item_version=version
        )
    ).filter(covered__isnull=False)  # type: ignore[misc]
    open_runs([(one, one.covered) for one in handed_in.order_by("pk")])  # type: ignore[attr-defined]
    record(
        stream=f"organisation:{trial.organisation.uuid}", by=by, at=trial.started_at, action="scorer.trial",
        target=f"scorer_trial:{trial.uuid}", reason=reason,
        data={"item_version": str(version.uuid), "scorer_version": scorer_version, "replaces": live},
    )  # fmt: skip
    return trial


def _check_known(version: ItemVersion, scorer_version: str) -> None:
    try:
        kind_of(version).scorer(scorer_version)
    except LookupError as error:
        raise Invalid(str(error.args[0]), code="unknown_scorer") from error


def check_make_live(trial: ScorerTrial, by: User) -> None:
    """Why this person cannot make the trial's version live now: role, the other person, runs that are not done."""
    check_role(by, trial.organisation_id, Role.ADMINISTRATOR)
    if LiveScorer.objects.filter(trial=trial).exists():
        raise Conflict("这一版已经启用。", code="live")
    if ScorerTrial.objects.filter(item_version=trial.item_version_id, pk__gt=trial.pk).exists():
        raise Conflict("这道试题后来又有一次试评，请启用那一版。", code="overtaken")
    if trial.started_by_id == by.pk:
        raise Conflict("试评发起人与启用人不能是同一人，请由另一位管理员启用。", code="same_person")
    _check_known(trial.item_version, trial.scorer_version)
    progress = progress_of([trial])[trial.pk]
    if progress.flagged:
        raise Conflict(
            f"有 {progress.flagged} 份作品新版没能评出来，需要技术支持修正评分程序后另行试评，不能启用。",
            code="flagged",
        )
    if progress.open:
        raise Conflict(f"还有 {progress.open} 份作品正在试评，全部评完后才能启用。", code="open")
    _check_raters_were_asked_the_same(trial)


def _asked(trial: ScorerTrial) -> dict[tuple[int, str, str], list[str]]:
    """By attempt, root and slot: the criteria about which raters were asked."""
    return {
        (task.attempt_id, task.root, task.slot): task.criteria
        for task in RatingTask.objects.filter(item_version=trial.item_version_id, position=1)
    }


def _check_raters_were_asked_the_same(trial: ScorerTrial) -> None:
    """What people have judged stays judged: a version that leaves them other criteria is another task."""
    asked = _asked(trial)
    for score in scored_runs(trial.item_version, [trial.scorer_version]):
        key = (score.run.attempt_id, score.run.root, score.slot)
        if key in asked and asked[key] != [row["id"] for row in score.criteria if is_open(row)]:
            raise Conflict(
                "新版要考评员评定的评分项与现行版不同，已有的人工评分对不上，不能启用。请把它作为新的试题版本发布。",
                code="judged_differs",
            )


def why_not_live(trial: ScorerTrial, by: User) -> str:
    """The sentence of :func:`check_make_live`, empty when this person may."""
    try:
        check_make_live(trial, by)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def make_live(*, trial: UUID, reason: str, by: User) -> LiveScorer:
    """启用: from now on the trial's version counts. Results that wait for review are concluded again by it; those that
    were reviewed or released stand as they are.

    :raises Conflict: see :func:`check_make_live`.
    """
    live, taken_back = _decide(trial, reason, by)
    # Each in its own transaction: nobody who hands in or reviews waits for all of them. What is cut short here, the
    # sweep does.
    open_missing_runs()
    for result in taken_back[:CONCLUDED_AT_ONCE]:
        conclude(result.registration_id)
    return live


@transaction.atomic
def _decide(uuid: UUID, reason: str, by: User) -> tuple[LiveScorer, Sequence[Result]]:
    trial = ScorerTrial.objects.filter(uuid=uuid).first()
    if trial is None:
        raise NotFound("没有找到这次试评，请从“评分程序”页面进入。")
    check_role(by, trial.organisation_id, Role.ADMINISTRATOR)
    reason = checked_reason(reason, kept=KEPT)
    trial.item_version = _locked_item(trial.item_version_id)
    change_live_version()
    check_make_live(trial, by)
    live = LiveScorer.objects.create(trial=trial, reason=reason, made_live_by=by, made_live_at=database_now())
    # A work whose old run never came to an end was shown to no rater yet.
    asked = _asked(trial)
    for score in scored_runs(trial.item_version, [trial.scorer_version]):
        if (score.run.attempt_id, score.run.root, score.slot) not in asked:
            open_tasks(score.run, [score])
    # Nobody concludes meanwhile, so what waits for review now is all that rests on the old version and may change.
    waiting = list(
        results_with(trial.item_version_id)
        .filter(state=ResultState.PENDING_REVIEW)
        .select_for_update(of=("self",))
        .select_related("registration__session")
        .order_by("pk")
    )
    what = f"启用 {trial.item_version.item.code} 的评分程序 {trial.scorer_version} 版"
    back_to_scoring(waiting, by=by, reason=what)
    record(
        stream=f"organisation:{trial.organisation.uuid}", by=by, at=live.made_live_at, action="scorer.live",
        target=f"scorer_trial:{trial.uuid}", reason=reason,
        data={"scorer_version": trial.scorer_version, "replaces": trial.replaces, "concluded_again": len(waiting)},
    )  # fmt: skip
    return live, waiting
