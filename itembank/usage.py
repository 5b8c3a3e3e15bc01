"""What the bank rests on a standard: items and practical tasks by requirement, and the facts they cite."""

from collections.abc import Collection, Iterator
from itertools import groupby

from django.db.models import Count as CountRows
from django.urls import reverse

from itembank.enums import InteractionName, ItemVersionState
from itembank.models import Citation, Item, ItemRequirement, ItemVersion
from itembank.queries import is_practical, newest_versions
from standards.models import Standard
from standards.usage import Measure, Touched, Usage


class BankUsage(Usage):
    """The newest version of an item speaks for it; older ones are history."""

    def refers_to(self, standard: Standard) -> bool:
        return Item.objects.filter(level__standard=standard).exists()

    def touched(self, requirements: Collection[int], organisations: Collection[int]) -> Iterator[Touched]:
        links = (
            ItemRequirement.objects.filter(
                requirement__in=requirements, version__in=newest_versions(organisations)
            )
            .select_related("version__item")
            .order_by("version__item__code")
        )
        by_version: dict[int, tuple[ItemVersion, set[int]]] = {}
        for link in links:
            by_version.setdefault(link.version_id, (link.version, set()))[1].add(link.requirement_id)
        for version, met in by_version.values():
            item = version.item
            kind = "实操任务与评分标准" if is_practical(item.interaction) else "试题"
            yield Touched(kind, item.code, reverse("itembank:detail", args=[item.code]), frozenset(met))

    def measures(self, requirements: Collection[int], organisations: Collection[int]) -> Iterator[Measure]:
        links = (
            ItemRequirement.objects.filter(
                requirement__in=requirements, version__in=newest_versions(organisations)
            )
            .order_by("version__item__code")
            .values_list("version__item__code", "version__item__interaction", "version__state", "requirement")
        )
        for (code, interaction, state), rows in groupby(links, key=lambda link: link[:3]):
            yield Measure(
                code,
                str(InteractionName(interaction).label),
                str(ItemVersionState(state).label),
                state == ItemVersionState.PUBLISHED,
                frozenset(row[3] for row in rows),
            )

    def citing(self, standard: Standard, organisations: Collection[int]) -> dict[str, int]:
        return dict(
            Citation.objects.filter(
                version__in=newest_versions(organisations), version__item__level__standard=standard
            )
            .order_by()
            .values_list("cite_code")
            .annotate(items=CountRows("version__item", distinct=True))
        )
