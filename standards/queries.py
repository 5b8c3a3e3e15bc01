"""Reads of standards, for the pages, the export and the rooms above."""

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from standards.enums import Catalogue
from standards.errata import errata_of
from standards.models import (
    Anomaly,
    BibliographyEntry,
    Citable,
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

Fact = TypeVar("Fact", bound=Citable)
CATALOGUES: dict[str, str] = {value: str(label) for value, label in Catalogue.choices}


class Tree:
    """A standard with everything under it. Each chapter is read once, when it is first looked at.

    Walking the levels asks the database nothing more: areas, tasks, requirements and their errata (``notes``) come
    with them, and every row knows what it stands under.
    """

    def __init__(self, standard: Standard) -> None:
        self.standard = standard

    @cached_property
    def _errata(self) -> dict[str, list[Erratum]]:
        return errata_of(self.standard)

    @cached_property
    def levels(self) -> list[Level]:
        """Levels → areas → tasks → requirements, with each level's occupations: five queries, one for all errata."""
        tasks = WorkTask.objects.order_by("ordinal").prefetch_related("requirements")
        levels = Level.objects.filter(standard=self.standard).order_by("number")
        found = list(levels.prefetch_related("occupations", Prefetch("areas__tasks", tasks)))
        for level in found:
            level.standard = self.standard
            level.notes = self._errata.get(level.cite_code, [])
            for area in level.areas.all():
                area.level = level
                area.notes = self._errata.get(area.cite_code, [])
                for task in area.tasks.all():
                    task.area = area
                    task.notes = self._errata.get(task.cite_code, [])
                    for requirement in task.requirements.all():
                        requirement.task, requirement.level = task, level
                        requirement.notes = self._errata.get(requirement.cite_code, [])
        return found

    @cached_property
    def terms(self) -> list[Term]:
        return self._noted(Term.objects.filter(standard=self.standard))

    @cached_property
    def normative_references(self) -> list[NormativeReference]:
        return self._noted(NormativeReference.objects.filter(standard=self.standard))

    @cached_property
    def bibliography(self) -> list[BibliographyEntry]:
        return self._noted(BibliographyEntry.objects.filter(standard=self.standard))

    @cached_property
    def majors(self) -> list[Major]:
        return list(Major.objects.filter(standard=self.standard))

    @cached_property
    def _drafters(self) -> list[Drafter]:
        return list(Drafter.objects.filter(standard=self.standard))

    @property
    def drafting_units(self) -> list[Drafter]:
        return [drafter for drafter in self._drafters if drafter.is_organisation]

    @property
    def drafters(self) -> list[Drafter]:
        return [drafter for drafter in self._drafters if not drafter.is_organisation]

    @cached_property
    def anomalies(self) -> list[Anomaly]:
        return list(Anomaly.objects.filter(standard=self.standard))

    def _noted(self, facts: QuerySet[Fact]) -> list[Fact]:
        found = list(facts)
        for fact in found:
            fact.notes = self._errata.get(fact.cite_code, [])
        return found


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


def versions_of(code: str) -> list[Standard]:
    """All versions of a standard, newest first, without their source texts."""
    return newest_first(Standard.objects.filter(code=code).defer("source_text"))


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
