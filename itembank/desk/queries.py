"""Reads of the author's desk."""

from collections.abc import Collection
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation
from audit.models import AuditEvent
from itembank.desk.trying import digest
from itembank.models import Item, ItemVersion
from itembank.practical.tasks import PracticalTask
from itembank.queries import PRACTICAL, newest_versions
from itembank.services import SENT_BACK
from lib.canonical import sha256_hex
from standards.models import Level, Requirement


def task_of(version: ItemVersion) -> PracticalTask:
    """A stored version as its author wrote it."""
    level = version.item.level
    return PracticalTask(
        code=version.item.code, title=version.title, level=level.name, interaction=version.item.interaction,
        requirements=tuple(code_at(one.requirement, level) for one in _in_order(version.requirement_links)),
        minutes=version.minutes, max_score=Decimal(f"{version.max_score.normalize():f}"), content=version.content, key=version.key,
        goldens=tuple(version.goldens), cites=tuple(one.cite_code for one in _in_order(version.citations)),
        world=version.world,
    )  # fmt: skip


def _in_order(rows: Any) -> list[Any]:
    """Prefetched rows as their author wrote them."""
    return sorted(rows.all(), key=attrgetter("pk"))


def code_at(requirement: Requirement, level: Level) -> str:
    """A requirement as a task of this level writes it: one of another level with the level's name before."""
    if requirement.level_id == level.pk:
        return requirement.code
    return f"{requirement.level.name}/{requirement.code}"


def stamp(version: ItemVersion) -> str:
    """The same while nobody saved anything: number and state of the version with everything it says."""
    return sha256_hex(
        f"{version.item_id} {version.number} {version.state} {digest(task_of(version))}".encode()
    )


def requirements_for(level: Level) -> dict[str, Requirement]:
    """What a task of this level may measure: its own requirements, and those of lower levels by ``level/code``."""
    rows = Requirement.objects.filter(
        level__standard=level.standard_id, level__number__lte=level.number
    ).select_related("level", "task")
    return {code_at(one, level): one for one in rows.order_by("-level__number", "ordinal")}


def unknown_requirements(level: Level, codes: Collection[str]) -> list[str]:
    """Codes that the standard does not have for a task of this level."""
    known = requirements_for(level) if codes else {}
    return [code for code in codes if code not in known]


def practical_tasks(organisations: Collection[int]) -> QuerySet[ItemVersion]:
    """The newest version of every practical task, those that wait for somebody first."""
    return (
        newest_versions(organisations)
        .filter(item__interaction__startswith=PRACTICAL)
        .select_related("item__level__standard", "item__organisation", "author", "reviewer")
        .defer("content", "key", "goldens", "world", "item__level__standard__source_text")
        .order_by("-created_at", "pk")
    )


def reason_of_return(version: ItemVersion) -> AuditEvent | None:
    """Why a reviewer sent this version back last."""
    return (
        AuditEvent.objects.filter(target=f"item-version:{version.uuid}", action=SENT_BACK)
        .order_by("-at")
        .first()
    )


def levels() -> list[Level]:
    """Every level of every standard, as a list to choose from."""
    found = Level.objects.select_related("standard").defer("standard__source_text")
    return list(found.order_by("standard__code", "standard__version", "number"))


def organisations(ids: Collection[int]) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=ids).order_by("name"))


def item_named(uuid: UUID | str) -> Item | None:
    """A practical task's item by the name it has in addresses; None for anything else."""
    try:
        known = UUID(str(uuid))
    except ValueError:
        return None
    found = Item.objects.select_related("level__standard", "organisation").filter(uuid=known)
    return found.filter(interaction__startswith=PRACTICAL).first()  # fmt: skip
