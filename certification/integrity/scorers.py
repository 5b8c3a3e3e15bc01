"""Scorer versions: which were on trial or live when, as the trail tells it."""

import datetime as dt
from dataclasses import dataclass

from audit.models import AuditEvent
from certification.integrity.trail import told_of
from grading.models import LiveScorer, ScorerTrial
from grading.scoring import RunOfForm, runs_of_form


@dataclass(frozen=True)
class Versions:
    """What trials and live rows say, read once for a whole check."""

    tried: dict[int, set[str]]
    made_live: dict[int, list[tuple[dt.datetime, str]]]  # by item version, the newest first

    @classmethod
    def read(cls) -> "Versions":
        found = cls({}, {})
        for item_version, version in ScorerTrial.objects.values_list("item_version", "scorer_version"):
            found.tried.setdefault(item_version, set()).add(version)
        for live in LiveScorer.objects.select_related("trial").order_by("-pk"):
            found.made_live.setdefault(live.trial.item_version_id, []).append(
                (live.made_live_at, live.trial.scorer_version)
            )
        return found

    def may_be(self, one: RunOfForm) -> set[str]:
        """Versions by which there may be a run: the pinned one and those that were on trial."""
        return {one.scorer_version} | self.tried.get(one.item_version_id or 0, set())

    def live_at(self, form_id: int, moment: dt.datetime) -> dict[str, str]:
        """By slot of a form: the version that counted then."""
        return {
            one.slot: next(
                (version for at, version in self.made_live.get(one.item_version_id or 0, []) if at <= moment),
                one.scorer_version,
            )
            for one in runs_of_form(form_id)
        }

    def counted(self, item_version: int, pinned: str) -> list[str]:
        """The version that counts, and after it those that counted before."""
        return [*(version for _, version in self.made_live.get(item_version, [])), pinned]


def scorers() -> str | None:
    """Every trial and every version made live is told by the trail, by two persons, and the other way round."""
    told: set[tuple[str, str]] = set()
    for trial in ScorerTrial.objects.select_related(
        "organisation", "item_version__item", "started_by"
    ).order_by("pk"):
        where, target = f"scorer trial {trial.uuid}", f"scorer_trial:{trial.uuid}"
        stream = f"organisation:{trial.organisation.uuid}"
        events = {one.action: one for one in told_of(target) if one.stream == stream}
        said = {
            "item_version": str(trial.item_version.uuid),
            "scorer_version": trial.scorer_version,
            "replaces": trial.replaces,
        }
        event = events.get("scorer.trial")
        if event is None or (event.actor, event.at, event.reason, event.data) != (
            str(trial.started_by.uuid), trial.started_at, trial.reason, said,
        ):  # fmt: skip
            return f"{where}: differs from the trail"
        if trial.item_version.item.organisation_id != trial.organisation_id:
            return f"{where}: organisation"
        live = LiveScorer.objects.select_related("made_live_by").filter(trial=trial).first()
        event = events.get("scorer.live")
        if live is not None:
            good = event is not None and (event.actor, event.at, event.reason) == (
                str(live.made_live_by.uuid), live.made_live_at, live.reason,
            )  # fmt: skip
            if not good or live.made_live_by_id == trial.started_by_id:
                return f"live scorer of trial {trial.uuid}: differs from the trail"
            told.add((target, "scorer.live"))
        told.add((target, "scorer.trial"))
    for event in AuditEvent.objects.filter(action__in=["scorer.trial", "scorer.live"]).iterator():
        if (event.target, event.action) not in told:
            return f"audit {event.stream} seq {event.seq}: what it tells is not there"
    unknown = LiveScorer.objects.count() - sum(action == "scorer.live" for _, action in told)
    return f"{unknown} live scorers without their trial" if unknown else None
