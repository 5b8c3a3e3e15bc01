"""Reads of assembly."""

from dataclasses import dataclass

from exams.assembly.models import Form
from standards.models import WorkArea, WorkTask


@dataclass(frozen=True)
class Uncovered:
    """What a form does not cover of its own level; printed with the form."""

    areas: list[WorkArea]
    tasks: list[WorkTask]


def uncovered(form: Form) -> Uncovered:
    """Work areas and tasks of the form's level that none of its items measures."""
    level = form.blueprint.level
    covered = set(
        form.items.filter(item_version__requirements__level=level).values_list(
            "item_version__requirements__task_id", flat=True
        )
    )
    tasks = list(
        WorkTask.objects.filter(area__level=level).select_related("area").order_by("area__number", "ordinal")
    )
    areas: dict[int, WorkArea] = {task.area_id: task.area for task in tasks}
    reached = {task.area_id for task in tasks if task.pk in covered}
    return Uncovered(
        areas=[area for pk, area in areas.items() if pk not in reached],
        tasks=[task for task in tasks if task.pk not in covered],
    )
