"""How well the bank covers the standard: published items per level, work area and work task."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from itembank.enums import ItemVersionState
from itembank.models import ItemVersion
from standards.models import Level, WorkArea, WorkTask


def level_key(level: Level) -> str:
    """A stable name of a level of one standard version, for addresses and filters."""
    return f"{level.standard.code}-{level.standard.version}-{level.number}"


@dataclass
class TaskCoverage:
    """One cell of the heat table: published items of a work task, and requirements without any."""

    task: WorkTask
    items: int
    requirements: int
    covered: int

    @property
    def missing(self) -> int:
        return self.requirements - self.covered

    @property
    def heat(self) -> int:
        """0 when a requirement has no item at all, up to 4 for three items per requirement and more."""
        if self.covered < self.requirements:
            return 0 if not self.covered else 1
        per_requirement = self.items / self.requirements if self.requirements else 0
        return 2 if per_requirement < 2 else 3 if per_requirement < 3 else 4


@dataclass
class AreaCoverage:
    """One row of the heat table."""

    level: Level
    key: str
    area: WorkArea
    items: int = 0
    tasks: list[TaskCoverage] = field(default_factory=list)


def coverage_of(organisation_ids: list[int], levels: list[Level]) -> list[AreaCoverage]:
    """Published items per level, area and task: two queries however large the bank is."""
    published = Q(
        requirements__item_links__version__in=ItemVersion.objects.filter(
            item__organisation__in=organisation_ids, state=ItemVersionState.PUBLISHED
        )
    )
    tasks = (
        WorkTask.objects.filter(area__level__in=levels)
        .select_related("area")
        .annotate(
            items=Count("requirements__item_links__version__item", filter=published, distinct=True),
            requirement_count=Count("requirements", distinct=True),
            covered=Count("requirements", filter=published, distinct=True),
        )
        .order_by("area__number", "ordinal")
    )
    per_area = dict(
        WorkArea.objects.filter(level__in=levels)
        .order_by()
        .annotate(
            items=Count(
                "tasks__requirements__item_links__version__item",
                filter=Q(
                    tasks__requirements__item_links__version__in=ItemVersion.objects.filter(
                        item__organisation__in=organisation_ids, state=ItemVersionState.PUBLISHED
                    )
                ),
                distinct=True,
            )
        )
        .values_list("pk", "items")
    )
    by_id = {level.pk: level for level in levels}
    rows: dict[int, AreaCoverage] = {}
    for task in tasks:
        level = by_id[task.area.level_id]
        row = rows.setdefault(
            task.area_id,
            AreaCoverage(
                level=level, key=level_key(level), area=task.area, items=per_area.get(task.area_id, 0)
            ),
        )
        row.tasks.append(
            TaskCoverage(
                task=task, items=task.items, requirements=task.requirement_count, covered=task.covered
            )
        )
    order = {level.pk: index for index, level in enumerate(levels)}
    return sorted(rows.values(), key=lambda row: (order[row.level.pk], row.area.number))
