"""Reads of the item bank that other rooms use."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from itembank.interactions import INTERACTIONS, ObjectiveScore
from itembank.models import ItemVersion
from itembank.practical import PracticalKind, kind
from itembank.practical.base import no_such_version
from lib.canonical import canonical_bytes

PRACTICAL = "practical."


def is_practical(interaction: str) -> bool:
    return interaction.startswith(PRACTICAL)


def newest_versions(organisations: Collection[int]) -> QuerySet[ItemVersion]:
    """The newest version of every item of these organisations, whatever its state."""
    numbers = (
        ItemVersion.objects.filter(item=OuterRef("item"))
        .order_by()
        .values("item")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    return (
        ItemVersion.objects.filter(item__organisation__in=organisations)
        .alias(newest=Subquery(numbers))
        .filter(number=F("newest"))
    )


def public_item(version: ItemVersion) -> dict[str, Any]:
    """What a candidate may see of a version: never the key, the goldens or the rationale."""
    content = version.content
    if is_practical(version.item.interaction):
        # Scenario and materials are part of the task: its workbench shows them.
        return {
            "title": version.title, "stimulus": "", "prompt": version.title, "choices": [], "task": content,
            "minutes": version.minutes,
        }  # fmt: skip
    return {
        "stimulus": content.get("stimulus", ""),
        "prompt": content["prompt"],
        "choices": [{"id": choice["id"], "text": choice["text"]} for choice in content["choices"]],
    }


def problem_of_response(public: dict[str, Any], response: Any) -> str | None:
    """Why a response does not fit a form's item (one Chinese sentence), or None. ``public`` is the form's item."""
    interaction = public["interaction"]
    if is_practical(interaction):
        problems = kind(interaction.removeprefix(PRACTICAL)).validate_submission(public["task"], response)
        return problems[0].message if problems else None
    return INTERACTIONS[interaction].problem_of_response(public, response)


@dataclass(frozen=True)
class JudgedCriterion:
    """评分项 that people judge; ``rubric`` holds the descriptors of the levels 0-3, ``max`` is on the task's scale."""

    id: str
    name: str
    codes: tuple[str, ...]
    max: Decimal
    rubric: tuple[str, ...]


def judged_criteria(version: ItemVersion) -> list[JudgedCriterion]:
    """The criteria of a practical task that people judge, in the task's order; empty for anything else."""
    if not is_practical(version.item.interaction):
        return []
    return [
        JudgedCriterion(
            row["id"], row["name"], tuple(row["codes"]), Decimal(str(row["max"])), tuple(row["rubric"])
        )
        for row in version.key.get("judged", [])
    ]


# Choices that speak of the others make no sense in another place.
SPEAKS_OF_OTHERS = re.compile(r"以上|上述|都[对是错不]|[A-H] ?[、和与及或] ?[A-H]")


def keeps_choice_order(public: dict[str, Any]) -> bool:
    """Whether an item's choices must be shown as written: 对/错, and choices that refer to each other."""
    if public["interaction"] == "true_false":
        return True
    return any(SPEAKS_OF_OTHERS.search(choice["text"]) for choice in public.get("choices") or [])


def response_in_words(public: dict[str, Any], response: Any) -> str:
    """A stored response as a person reads it, empty when it holds nothing. ``public`` is the form's item."""
    interaction = public["interaction"]
    if is_practical(interaction):
        return f"实操作业，{len(canonical_bytes(response))} 字节" if response else ""
    return INTERACTIONS[interaction].in_words(public, response)


def kind_of(version: ItemVersion) -> PracticalKind:
    """The kind of a practical task; ``version`` comes with its item."""
    return kind(version.item.interaction.removeprefix(PRACTICAL))


def score_objective(
    version: ItemVersion, response: Any, points: Decimal, scorer_version: str
) -> ObjectiveScore:
    """Objective scoring: a pure function of (item version, response). Raises LookupError for a scorer version that is
    not the one there is."""
    objective = INTERACTIONS[version.item.interaction]
    if scorer_version != objective.scorer_version:
        raise LookupError(no_such_version(objective.scorer_name, scorer_version, [objective.scorer_version]))
    return objective.score(version.content, version.key, response, points)
