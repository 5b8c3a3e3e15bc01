"""How well a bank covers a standard: items and tasks per requirement, work task and work area, as a heat map."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from standards.models import Level, Requirement, WorkArea, WorkTask
from standards.usage import Measure, measures_of


@dataclass(frozen=True)
class Tally:
    """How many items of one type and state."""

    kind: str
    state: str
    published: bool
    items: int


class _Covered:
    """What is counted the same way for a requirement, a task and an area: every item once."""

    measures: list[Measure]

    @property
    def published(self) -> int:
        return sum(measure.published for measure in self.measures)

    @property
    def tallies(self) -> list[Tally]:
        """Counts by type and state, published ones first."""
        counted = Counter((not one.published, one.kind, one.state) for one in self.measures)
        return [
            Tally(kind, state, not unpublished, items)
            for (unpublished, kind, state), items in sorted(counted.items())
        ]


@dataclass
class RequirementCoverage(_Covered):
    requirement: Requirement
    measures: list[Measure]

    @property
    def heat(self) -> int:
        """0 without a published item, 1 to 4 by how many there are: one, two, three or four, more."""
        published = self.published
        return min(published, 2) if published < 3 else 3 if published < 5 else 4


@dataclass
class TaskCoverage(_Covered):
    task: WorkTask
    requirements: list[RequirementCoverage]
    measures: list[Measure]

    @property
    def missing(self) -> int:
        """Requirements without a published item."""
        return sum(not one.published for one in self.requirements)

    @property
    def heat(self) -> int:
        """0 when no requirement has a published item, 1 when some lack one, 2 to 4 by items per requirement."""
        if self.missing:
            return 0 if self.missing == len(self.requirements) else 1
        per_requirement = self.published / len(self.requirements) if self.requirements else 0
        return 2 if per_requirement < 2 else 3 if per_requirement < 3 else 4


@dataclass
class AreaCoverage(_Covered):
    area: WorkArea
    tasks: list[TaskCoverage]
    measures: list[Measure]

    @property
    def missing(self) -> int:
        return sum(task.missing for task in self.tasks)


def coverage_of(level: Level, organisations: Collection[int]) -> list[AreaCoverage]:
    """The level's areas with what measures them. ``level`` comes from ``queries.tree``; one query more."""
    areas = list(level.areas.all())
    wanted = [
        requirement.pk
        for area in areas
        for task in area.tasks.all()
        for requirement in task.requirements.all()
    ]
    by_requirement: dict[int, list[Measure]] = defaultdict(list)
    for measure in measures_of(wanted, organisations):
        for requirement_id in measure.requirements:
            by_requirement[requirement_id].append(measure)
    return [_area(area, by_requirement) for area in areas]


def _area(area: WorkArea, by_requirement: dict[int, list[Measure]]) -> AreaCoverage:
    tasks = []
    for task in area.tasks.all():
        rows = [
            RequirementCoverage(requirement, by_requirement.get(requirement.pk, []))
            for requirement in task.requirements.all()
        ]
        tasks.append(TaskCoverage(task, rows, _once(rows)))
    return AreaCoverage(area, tasks, _once(tasks))


def _once(parts: Collection[_Covered]) -> list[Measure]:
    """Every item once, however many of the parts it measures."""
    return list({measure.item: measure for part in parts for measure in part.measures}.values())
