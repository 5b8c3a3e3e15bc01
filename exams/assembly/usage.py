"""What blueprints and forms rest on a standard."""

from collections.abc import Collection, Iterator

from django.db.models import Prefetch

from exams.assembly.models import Blueprint, BlueprintCell, FormItem
from standards.models import Requirement, Standard
from standards.usage import Touched, Usage


class AssemblyUsage(Usage):
    """A blueprint rests on the areas its cells draw from, a form on the requirements its pinned items measure."""

    def refers_to(self, standard: Standard) -> bool:
        return (
            Blueprint.objects.filter(level__standard=standard).exists()
            or BlueprintCell.objects.filter(source_level__standard=standard).exists()
        )

    def touched(self, requirements: Collection[int], organisations: Collection[int]) -> Iterator[Touched]:
        rows = list(Requirement.objects.filter(pk__in=requirements).values_list("pk", "task__area", "level"))
        by_area: dict[int, set[int]] = {}
        by_level: dict[int, set[int]] = {}
        for pk, area, level in rows:
            by_area.setdefault(area, set()).add(pk)
            by_level.setdefault(level, set()).add(pk)
        blueprints = (
            Blueprint.objects.filter(organisation__in=organisations, cells__source_level__in=by_level)
            .distinct()
            .order_by("name")
            .prefetch_related(Prefetch("cells", BlueprintCell.objects.order_by("position")))
        )
        for blueprint in blueprints:
            met: set[int] = set()
            for cell in blueprint.cells.all():
                # A cell without an area draws from its whole level.
                met |= (
                    by_area.get(cell.area_id, set())
                    if cell.area_id
                    else by_level.get(cell.source_level_id, set())
                )
            if met:
                yield Touched("组卷方案", blueprint.name, "", frozenset(met))
        by_form: dict[str, set[int]] = {}
        links = FormItem.objects.filter(
            form__blueprint__organisation__in=organisations, item_version__requirements__in=requirements
        ).order_by("form__code").values_list("form__code", "item_version__requirements")  # fmt: skip
        wanted = set(requirements)
        for code, requirement in links:
            if requirement in wanted:
                by_form.setdefault(code, set()).add(requirement)
        for code, met in by_form.items():
            yield Touched("试卷", code, "", frozenset(met))
