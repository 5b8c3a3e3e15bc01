"""Reads of the item bank that other rooms use."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from itembank.interactions import INTERACTIONS, ObjectiveScore
from itembank.models import ItemVersion
from itembank.practical import kind
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


def judged_criteria(version: ItemVersion) -> list[str]:
    """Names of the criteria of a practical task that people judge; empty for anything else."""
    if not is_practical(version.item.interaction):
        return []
    scorer = kind(version.item.interaction.removeprefix(PRACTICAL))
    scored = scorer.score(version.content, version.key, version.world, {}, None)
    return [one.name for one in scored if one.mode == "judge"]


def response_in_words(public: dict[str, Any], response: Any) -> str:
    """A stored response as a person reads it, empty when it holds nothing. ``public`` is the form's item."""
    interaction = public["interaction"]
    if is_practical(interaction):
        return f"实操作业，{len(canonical_bytes(response))} 字节" if response else ""
    return INTERACTIONS[interaction].in_words(public, response)


def score_objective(version: ItemVersion, response: Any, points: Decimal) -> ObjectiveScore:
    """Objective scoring: a pure function of (item version, response)."""
    return INTERACTIONS[version.item.interaction].score(version.content, version.key, response, points)
