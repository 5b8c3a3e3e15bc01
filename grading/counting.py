"""Which scoring runs count: asked here and nowhere else.

A run counts when it is over what the newest receipt covers and by the scorer version that is live for its item version:
the one made live last, else the one the item version pins. The run over all objective items has one version, its own.
Beside the live version every work has a run by the version on trial, if any; that one keeps nothing waiting.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from exams.delivery.queries import newest_root
from grading.models import LiveScorer, ScorerTrial, ScoringRun
from grading.scoring import RunOfForm, runs_of_form
from lib.rows import rows

M = TypeVar("M", bound=Model)
# The two keys of the advisory lock under which the live version of an item version changes.
LOCK = (530053, 1)
# By attempt and slot: the scorer version to go by.
Scorers = Mapping[int, Mapping[str, str]]


def _made_live(item_version: str) -> Subquery:
    return Subquery(
        LiveScorer.objects.filter(trial__item_version=OuterRef(item_version))
        .order_by("-pk")
        .values("trial__scorer_version")[:1]
    )


def live_version(item_version: str = "") -> Coalesce:
    """Expression for the live scorer version of the item version at this path of the outer query, or of the item
    versions themselves."""
    return Coalesce(
        _made_live(item_version or "pk"),
        F(f"{item_version}__scorer_version" if item_version else "scorer_version"),
    )


def in_force(found: QuerySet[M], run: str = "") -> QuerySet[M]:
    """Of runs, or of what has a run at the path ``run``: those over what the newest receipt covers, annotated with
    ``live``, the scorer version that counts for them."""
    path = f"{run}__" if run else ""
    live = Coalesce(live_version(f"{path}item_version"), F(f"{path}scorer_version"))
    over = found.filter(**{f"{path}root": newest_root(f"{path}attempt")})
    return over.annotate(live=live)  # type: ignore[return-value]


def counting(runs: QuerySet[ScoringRun]) -> QuerySet[ScoringRun]:
    """The runs that count."""
    return in_force(runs).filter(scorer_version=F("live"))


def goes_by(run: ScoringRun, scorers: Scorers, live: str) -> bool:
    """Whether a run is of the version that ``scorers`` names for its slot, or of the live one where none is named."""
    return run.scorer_version == scorers.get(run.attempt_id, {}).get(run.slot, live)


def wanted_trials() -> QuerySet[ScorerTrial]:
    """Trials by whose version every work has a run: of each item version the one made live last, and the newest one.

    A trial that a newer one has overtaken is neither made live any more nor does it get further runs.
    """
    trials = ScorerTrial.objects.filter(item_version=OuterRef("item_version")).order_by("-pk").values("pk")
    live = (
        LiveScorer.objects.filter(trial__item_version=OuterRef("item_version"))
        .order_by("-pk")
        .values("trial")
    )
    return ScorerTrial.objects.filter(Q(pk=Subquery(trials[:1])) | Q(pk=Subquery(live[:1])))


def wanted_runs(form_ids: Iterable[int]) -> dict[int, list[RunOfForm]]:
    """By form: the runs that each work on it has, by the live versions and beside them by those on trial.

    One query beside what is kept of the forms; none when there is no practical task in them.
    """
    pinned = {form_id: runs_of_form(form_id) for form_id in form_ids}
    practical = {one.item_version_id for found in pinned.values() for one in found if one.slot}
    live: dict[Any, str] = {}
    on_trial: dict[Any, str] = {}
    if practical:
        trials = wanted_trials().filter(item_version__in=practical)
        for version_id, scorer_version, made_live in trials.values_list(
            "item_version", "scorer_version", "live"
        ):
            (on_trial if made_live is None else live)[version_id] = scorer_version
    return {
        form_id: [
            replace(one, scorer_version=version)
            for one in found
            for version in (
                live.get(one.item_version_id, one.scorer_version),
                on_trial.get(one.item_version_id),
            )
            if version is not None
        ]
        for form_id, found in pinned.items()
    }


def keep_live_versions() -> None:
    """Until this transaction ends nobody makes another version live; others may ask for the same.

    Whoever concludes takes this first. The lock on the result alone would not do: the result of a work that is handed
    in meanwhile is a row that :func:`change_live_version` cannot see and so cannot wait for.
    """
    rows("SELECT pg_advisory_xact_lock_shared(%s, %s)", *LOCK)


def change_live_version() -> None:
    """Wait until nobody concludes, and keep it so until this transaction ends."""
    rows("SELECT pg_advisory_xact_lock(%s, %s)", *LOCK)
