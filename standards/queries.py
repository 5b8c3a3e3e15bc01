"""Reads of standards, for the pages, the export and the rooms above."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from standards.errata import errata_of
from standards.models import (
    Anomaly,
    BibliographyEntry,
    Drafter,
    Erratum,
    Level,
    Major,
    NormativeReference,
    Requirement,
    Standard,
    Term,
    WorkArea,
    WorkTask,
)


@dataclass
class Tree:
    """A standard with everything under it, already read: walking it asks the database nothing more."""

    standard: Standard
    levels: list[Level]
    terms: list[Term]
    normative_references: list[NormativeReference]
    bibliography: list[BibliographyEntry]
    majors: list[Major]
    drafting_units: list[Drafter] = field(default_factory=list)
    drafters: list[Drafter] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)


def tree(standard: Standard) -> Tree:
    """Levels → areas → tasks → requirements and the other chapters, in twelve queries however large it is."""
    levels = (
        Level.objects.filter(standard=standard)
        .order_by("number")
        .prefetch_related(
            "occupations",
            Prefetch("areas__tasks", WorkTask.objects.order_by("ordinal").prefetch_related("requirements")),
        )
    )
    drafters = list(Drafter.objects.filter(standard=standard))
    found = Tree(
        standard=standard,
        levels=list(levels),
        terms=list(Term.objects.filter(standard=standard)),
        normative_references=list(NormativeReference.objects.filter(standard=standard)),
        bibliography=list(BibliographyEntry.objects.filter(standard=standard)),
        majors=list(Major.objects.filter(standard=standard)),
        drafting_units=[drafter for drafter in drafters if drafter.is_organisation],
        drafters=[drafter for drafter in drafters if not drafter.is_organisation],
        anomalies=list(Anomaly.objects.filter(standard=standard)),
    )
    _attach_errata(found, errata_of(standard))
    return found


def _attach_errata(tree: Tree, errata: dict[str, list[Erratum]]) -> None:
    """Every place gets its errata as ``notes``; the parents are set, so that a place's code costs no query."""
    for level in tree.levels:
        level.notes = errata.get(level.cite_code, [])
        for area in level.areas.all():
            area.level = level
            area.notes = errata.get(area.cite_code, [])
            for task in area.tasks.all():
                task.area = area
                task.notes = errata.get(task.cite_code, [])
                for requirement in task.requirements.all():
                    requirement.task, requirement.level = task, level
                    requirement.notes = errata.get(requirement.cite_code, [])
    for fact in (*tree.terms, *tree.normative_references, *tree.bibliography):
        fact.notes = errata.get(fact.cite_code, [])


def covered_requirements(level: Level) -> QuerySet[Requirement]:
    """The level's own requirements and those of the levels below it: 高级别涵盖低级别."""
    return (
        Requirement.objects.filter(level__standard=level.standard_id, level__number__lte=level.number)
        .select_related("level", "task__area")
        .order_by("level__number", "ordinal")
    )


def requirement_by_code(
    standard_code: str, version: str | None, level_name: str, code: str
) -> Requirement | None:
    """The one requirement these four name, or None; without a version, that of the newest."""
    standard = by_version(standard_code, version)
    if standard is None:
        return None
    return (
        Requirement.objects.filter(level__standard=standard, level__name=level_name, code=code)
        .select_related("level__standard", "task__area")
        .first()
    )


def by_version(code: str, version: str | None) -> Standard | None:
    """The standard of this code and version; without a version, the newest."""
    if version is None:
        return newest(code)
    return Standard.objects.filter(code=code, version=version).first()


def newest(code: str) -> Standard | None:
    """The highest version of a standard, or None: 10.0 comes after 9.0."""
    return max(
        Standard.objects.filter(code=code), key=lambda standard: version_key(standard.version), default=None
    )


def newest_first(standards: Iterable[Standard]) -> list[Standard]:
    """By code; within a code the highest version first."""
    ordered = sorted(standards, key=lambda standard: version_key(standard.version), reverse=True)
    return sorted(ordered, key=lambda standard: standard.code)


def public_versions(code: str) -> list[Standard]:
    """The versions of a code that everybody may read, newest first."""
    return newest_first(Standard.objects.filter(code=code, is_public=True).defer("source_text"))


def public_standards() -> list[Standard]:
    """The newest public version of every code."""
    newest_of: dict[str, Standard] = {}
    for standard in newest_first(Standard.objects.filter(is_public=True).defer("source_text")):
        newest_of.setdefault(standard.code, standard)
    return list(newest_of.values())


def version_key(version: str) -> tuple[int, ...]:
    """Versions in the order of their numbers, not of their letters."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def counts(standard: Standard) -> dict[str, int]:
    """The ``counts`` of contract.md, from the database."""
    return {
        "levels": standard.levels.count(),
        "areas": WorkArea.objects.filter(level__standard=standard).count(),
        "tasks": WorkTask.objects.filter(area__level__standard=standard).count(),
        "requirements": Requirement.objects.filter(level__standard=standard).count(),
    }
