"""Reads of trials of scorer versions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from exams.enums import HANDED_IN_STATES
from exams.models import Attempt, FormItem
from grading.counting import in_force, live_version
from grading.models import ItemScore, Result, ScorerTrial, ScoringRun
from itembank.enums import ItemVersionState
from itembank.models import ItemVersion
from itembank.practical import kind, kind_names
from itembank.queries import PRACTICAL
from lib.leases import TaskState

# What a list of tasks does not need of them.
HEAVY = ("content", "key", "world", "goldens", "rationale")


@dataclass(frozen=True)
class Progress:
    """How far a trial is: works whose run by its version is done, open, or flagged for a person."""

    done: int = 0
    open: int = 0
    flagged: int = 0

    @property
    def total(self) -> int:
        return self.done + self.open + self.flagged


def _handed_in(runs: QuerySet[ScoringRun]) -> QuerySet[ScoringRun]:
    return runs.filter(attempt__state__in=HANDED_IN_STATES)


def progress_of(trials: Sequence[ScorerTrial]) -> dict[int, Progress]:
    """Progress by trial id; one query."""
    runs = in_force(
        _handed_in(ScoringRun.objects.filter(item_version__in={one.item_version_id for one in trials}))
    )
    counted: dict[tuple[int, str], dict[str, int]] = {}
    rows = runs.values_list("item_version", "scorer_version", "state").annotate(number=Count("pk"))
    for item_version, scorer_version, state, number in rows.order_by():
        counted.setdefault((item_version, scorer_version), {})[state] = number
    found = {}
    for one in trials:
        states = counted.get((one.item_version_id, one.scorer_version), {})
        done, flagged = states.pop(TaskState.DONE, 0), states.pop(TaskState.FLAGGED, 0)
        found[one.pk] = Progress(done, sum(states.values()), flagged)
    return found


def newer_available(organisation_ids: Collection[int]) -> QuerySet[ItemVersion]:
    """Tasks in use whose kind has a newer scorer than the one that counts (``live``), not on trial yet; with the number of
    works handed in (``works``) and the version there is (``kind_of(…).scorer_version``). Most works first."""
    newer = Q(pk__in=[])
    for name in kind_names():
        version = kind(name).scorer_version
        tried = ScorerTrial.objects.filter(item_version=OuterRef("pk"), scorer_version=version)
        newer |= Q(~Q(live=version), ~Exists(tried), item__interaction=f"{PRACTICAL}{name}")
    works = (
        Attempt.objects.filter(
            form__items__item_version=OuterRef("pk"), state__in=HANDED_IN_STATES, started_at__isnull=False
        )
        .order_by()
        .values("form__items__item_version")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        ItemVersion.objects.filter(
            Exists(FormItem.objects.filter(item_version=OuterRef("pk"))),
            item__organisation__in=organisation_ids,
            state=ItemVersionState.PUBLISHED,
        )
        .annotate(live=live_version(), works=Coalesce(Subquery(works), 0, output_field=IntegerField()))
        .filter(newer)
        .select_related("item")
        .defer(*HEAVY)
        .order_by("-works", "item__code", "number")
    )


def trials_of(organisation_ids: Iterable[int]) -> QuerySet[ScorerTrial]:
    """Trials, the newest first; ``overtaken`` by a newer one of the same task."""
    later = ScorerTrial.objects.filter(item_version=OuterRef("item_version"), pk__gt=OuterRef("pk"))
    return (
        ScorerTrial.objects.filter(organisation__in=organisation_ids)
        .annotate(overtaken=Exists(later))
        .select_related("item_version__item__level", "started_by", "live__made_live_by", "organisation")
        .defer(*(f"item_version__{name}" for name in HEAVY))
        .order_by("-pk")
    )


def results_with(item_version_id: int) -> QuerySet[Result]:
    """Results of those who handed in a work on this task."""
    handed_in = Attempt.objects.filter(
        form__items__item_version=item_version_id, state__in=HANDED_IN_STATES, started_at__isnull=False
    )
    return Result.objects.filter(registration__in=handed_in.values("registration"))


def scored_runs(version: ItemVersion, scorer_versions: Collection[str]) -> list[ItemScore]:
    """The scores of a task over what is in force, by these scorer versions, each with its run and ``version``; one
    query."""
    found = list(
        in_force(
            ItemScore.objects.filter(
                run__item_version=version,
                run__scorer_version__in=scorer_versions,
                run__state=TaskState.DONE,
                run__attempt__state__in=HANDED_IN_STATES,
            ),
            "run",
        )
        .select_related("run__attempt")
        .order_by("run__attempt__pk", "slot")
    )
    for score in found:
        score.item_version = version
    return found


def flagged_runs(trial: ScorerTrial) -> list[ScoringRun]:
    """Runs of a trial that need a person, with the reason; the first twenty."""
    runs = in_force(
        _handed_in(
            ScoringRun.objects.filter(
                item_version=trial.item_version_id,
                scorer_version=trial.scorer_version,
                state=TaskState.FLAGGED,
            )
        )
    )
    return list(
        runs.select_related("attempt__registration").order_by(F("attempt__registration__ticket_number"))[:20]
    )
