"""From responses to points on the form's scale: pure given (pinned versions, responses); and the runs of a form."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

from exams.models import FormItem
from exams.queries import final_responses
from grading.models import ScoringRun
from grading.rating.levels import JUDGED
from itembank.practical import kind, kind_names
from itembank.queries import PRACTICAL, is_practical, kind_of, score_objective

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Scored:
    """Points of one slot; ``criteria`` rows are ``{"id","name","codes","points","max","evidence"}``."""

    slot: str
    item_version_id: int
    points: Decimal
    max_points: Decimal
    criteria: list[dict[str, Any]]


def score_objective_items(
    items: list[FormItem], responses: dict[str, Any], scorer_version: str
) -> list[Scored]:
    """Score choice items; each is one criterion tied to the item's requirements."""
    out = []
    for one in items:
        version = one.item_version
        score = score_objective(version, responses.get(one.slot), one.points, scorer_version)
        codes = [
            f"{link.requirement.level.name}{link.requirement.code}"
            for link in version.requirement_links.all()
        ]
        criterion = {
            "id": one.slot, "name": version.item.get_interaction_display(), "codes": codes,
            "points": float(score.points), "max": float(one.points), "evidence": score.evidence,
        }  # fmt: skip
        out.append(Scored(one.slot, version.pk, score.points, one.points, [criterion]))
    return out


def score_practical_item(one: FormItem, submission: Any, scorer_version: str) -> Scored:
    """Score a practical task by that version of its pure scorer and scale the task's points to the form's.

    The sum is scaled once and rounded half up; criteria are shown scaled too. What people judge has no points yet
    (``None``, outside the sum), unless nothing was handed in: that needs nobody's judgement.
    """
    version = one.item_version
    score = kind_of(version).scorer(scorer_version)
    criteria = score(version.content, version.key, version.world, submission or {}, None)
    factor = one.points / version.max_score
    total = sum((Decimal(str(row.score or 0)) for row in criteria), Decimal(0))
    points = min(one.points, (total * factor).quantize(CENT, ROUND_HALF_UP))
    rows: list[dict[str, Any]] = [
        {
            "id": row.id, "name": row.name,
            "codes": [_full_code(code, version.item.level.name) for code in row.codes],
            "points": float((Decimal(str(row.score or 0)) * factor).quantize(CENT, ROUND_HALF_UP)),
            "max": float((Decimal(str(row.max)) * factor).quantize(CENT, ROUND_HALF_UP)),
            "evidence": row.evidence,
        }
        for row in criteria
    ]  # fmt: skip
    for shown, row in zip(rows, criteria, strict=True):
        if row.mode == JUDGED:
            shown["mode"] = JUDGED
            if submission:
                shown["points"] = None
            else:
                shown["evidence"] = "没有作答，不需要评定，0 分。"
    return Scored(one.slot, version.pk, points, one.points, rows)


def _full_code(code: str, level: str) -> str:
    """ "1.1.2" means the task's own level, "初级/1.1.2" a lower one; both become level name + code."""
    return code.replace("/", "") if "/" in code else f"{level}{code}"


@dataclass(frozen=True)
class RunOfForm:
    """One run a form asks for; ``slot`` is empty for the run over all objective items."""

    slot: str
    item_version_id: int | None
    scorer_name: str
    scorer_version: str


@cache
def queue_of(scorer_name: str) -> str:
    """The queue whose workers do a scorer's runs (``PracticalKind.queue``)."""
    queues = {(one := kind(name)).scorer_name: one.queue for name in kind_names()}
    return queues.get(scorer_name, "fast")


@lru_cache(maxsize=64)
def runs_of_form(form_id: int) -> list[RunOfForm]:
    """One run over all objective items, one per practical task, by the scorer versions that the item versions pin.

    Locked forms never change. Which versions count today, ``grading.counting`` says beside this.
    """
    items = FormItem.objects.filter(form_id=form_id).select_related("item_version__item").order_by("position")
    objective, practical = [], []
    for one in items:
        version = one.item_version
        if is_practical(version.item.interaction):
            practical.append(RunOfForm(one.slot, version.pk, version.scorer_name, version.scorer_version))
        else:
            objective.append(RunOfForm("", None, "objective", version.scorer_version))
    return objective[:1] + practical


@lru_cache(maxsize=64)
def _items_of(form_id: int, slot: str) -> list[FormItem]:
    """The items a run scores, with what scoring needs of them. Kept from run to run: a locked form and its published
    versions never change, and a simulation's world takes longer to read than to be scored."""
    items = (
        FormItem.objects.filter(form_id=form_id)
        .select_related("item_version__item__level")
        .defer("item_version__goldens")
        .prefetch_related("item_version__requirement_links__requirement__level")
        .order_by("position")
    )
    if slot:
        return list(items.filter(slot=slot))
    return list(items.exclude(item_version__item__interaction__startswith=PRACTICAL))


def score_run(run: ScoringRun) -> list[Scored]:
    """What a run has to record: the points of its slots by its own scorer version, from the newest accepted responses.

    :raises LookupError: with a sentence, for a scorer version this program does not have.
    """
    items = _items_of(run.attempt.form_id, run.slot)
    responses = final_responses(run.attempt)
    if run.slot:
        (one,) = items
        return [score_practical_item(one, responses.get(one.slot), run.scorer_version)]
    return score_objective_items(items, responses, run.scorer_version)
