"""Every write of assembly: blueprints, forms."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from audit.services import record
from exams.assembly.cells import largest_remainder, two_way_table
from exams.assembly.models import Blueprint, BlueprintCell, Form, FormItem
from exams.enums import FORM_TRANSITIONS, Component, FormState
from itembank.enums import InteractionName, ItemVersionState
from itembank.models import ItemVersion
from itembank.practical.tasks import PracticalCell
from itembank.queries import public_item
from lib.canonical import canonical_text, sha256_hex
from lib.clock import database_now
from lib.refusals import Invalid
from lib.states import check_transition
from standards.models import Level, Requirement, WorkArea

# 单选 20 x 2, 多选 12 x 3, 判断 8 x 3: 40 items, 100 points.
THEORY_MIX = [
    (InteractionName.CHOICE_SINGLE, 20, Decimal(2)),
    (InteractionName.CHOICE_MULTIPLE, 12, Decimal(3)),
    (InteractionName.TRUE_FALSE, 8, Decimal(3)),
]
LOWER_LEVEL_ITEMS = 4
SECTION_TITLES = {
    InteractionName.CHOICE_SINGLE: "单选题",
    InteractionName.CHOICE_MULTIPLE: "多选题",
    InteractionName.TRUE_FALSE: "判断题",
}


@transaction.atomic
def create_theory_blueprint(
    *, organisation: Organisation, level: Level, name: str, minutes: int
) -> Blueprint:
    """The default theory blueprint: 40 items by area weight; one row of a higher level draws on the level below."""
    blueprint = Blueprint.objects.create(
        organisation=organisation, level=level, component=Component.THEORY, name=name, minutes=minutes
    )
    areas = list(WorkArea.objects.filter(level=level).order_by("number"))
    weights = [Requirement.objects.filter(task__area=area).count() for area in areas]
    below = Level.objects.filter(standard=level.standard, number__lt=level.number).order_by("-number").first()
    lower = LOWER_LEVEL_ITEMS if below else 0
    total = sum(count for _, count, _ in THEORY_MIX)
    rows: list[tuple[Level, WorkArea | None, int]] = [
        (level, area, count)
        for area, count in zip(areas, largest_remainder(total - lower, weights), strict=True)
    ]
    if below:
        rows.append((below, None, lower))
    table = two_way_table([count for _, _, count in rows], [count for _, count, _ in THEORY_MIX])
    position = 0
    for (source, area, _), counts in zip(rows, table, strict=True):
        for (interaction, _, points), count in zip(THEORY_MIX, counts, strict=True):
            if count:
                position += 1
                BlueprintCell.objects.create(
                    blueprint=blueprint, position=position, source_level=source, area=area,
                    interaction=interaction, count=count, points=points,
                )  # fmt: skip
    return blueprint


@transaction.atomic
def create_practical_blueprint(
    *, organisation: Organisation, level: Level, name: str, minutes: int, cells: Sequence[PracticalCell]
) -> Blueprint:
    """Practical blueprint of tasks of the given kinds; the points of all tasks come to 100, else Invalid."""
    points = sum((cell.points * cell.count for cell in cells), Decimal(0))
    if points != 100:
        raise Invalid(f"实操任务合计应为 100 分，现在是 {points:f} 分，请修改各类任务的分值。")
    blueprint = Blueprint.objects.create(
        organisation=organisation, level=level, component=Component.PRACTICAL, name=name, minutes=minutes
    )
    for position, cell in enumerate(cells, 1):
        BlueprintCell.objects.create(
            blueprint=blueprint, position=position, source_level=level, area=None,
            interaction=cell.interaction, count=cell.count, points=cell.points,
        )  # fmt: skip
    return blueprint


def _rank(seed: str, code: str) -> str:
    """A fixed random order from the seed: no generator whose stream could change between releases."""
    return hashlib.sha256(f"{seed}\0{code}".encode()).hexdigest()


@transaction.atomic
def assemble(*, blueprint: Blueprint, seed: str, code: str) -> Form:
    """Assemble a form deterministically: the same bank, blueprint and seed give the same form, byte for byte.

    Within a cell, items whose tasks are least covered so far come first, then those whose requirements are, then the
    seed's order, so that a form spreads over tasks. Raises Invalid naming each cell the bank cannot fill.
    """
    chosen: list[tuple[ItemVersion, Decimal]] = []
    task_use: Counter[int] = Counter()
    requirement_use: Counter[int] = Counter()
    shortages: list[str] = []
    used: set[int] = set()
    for cell in blueprint.cells.select_related("area", "source_level"):
        pool = _pool(blueprint, cell)
        for _ in range(cell.count):
            free = [version for version in pool if version.pk not in used]
            if not free:
                shortages.append(_shortage(cell, len(pool)))
                break
            best = min(
                free,
                key=lambda version: (
                    _use(version, task_use),
                    _spread(version, requirement_use),
                    _rank(seed, version.item.code),
                ),
            )
            used.add(best.pk)
            for link in best.requirement_links.all():
                task_use[link.requirement.task_id] += 1
                requirement_use[link.requirement_id] += 1
            chosen.append((best, cell.points))
    if shortages:
        raise Invalid(
            "题库里的试题不够组成这份试卷：" + "；".join(shortages) + "。请补充试题或修改组卷方案。"
        )
    form = Form.objects.create(
        blueprint=blueprint,
        code=code,
        seed=seed,
        sections="[]",
        sha256="",
        max_score=0,
        assembled_at=database_now(),
    )
    _fill(form, chosen, seed)
    return form


def _pool(blueprint: Blueprint, cell: BlueprintCell) -> list[ItemVersion]:
    """The newest published versions a cell may draw on."""
    versions = (
        ItemVersion.objects.filter(
            item__organisation=blueprint.organisation, item__level=cell.source_level,
            item__interaction=cell.interaction, state=ItemVersionState.PUBLISHED,
        )
        .select_related("item")
        .prefetch_related("requirement_links__requirement__task")
        .order_by("item__code", "-number")
    )  # fmt: skip
    newest: dict[int, ItemVersion] = {}
    for version in versions:
        newest.setdefault(version.item_id, version)
    if cell.area_id is None:
        return list(newest.values())
    return [
        version
        for version in newest.values()
        if any(link.requirement.task.area_id == cell.area_id for link in version.requirement_links.all())
    ]


def _use(version: ItemVersion, counts: Counter[int]) -> int:
    return max((counts[link.requirement.task_id] for link in version.requirement_links.all()), default=0)


def _spread(version: ItemVersion, counts: Counter[int]) -> int:
    return max((counts[link.requirement_id] for link in version.requirement_links.all()), default=0)


def _shortage(cell: BlueprintCell, have: int) -> str:
    area = f"“{cell.area.name}”" if cell.area else "各领域"
    kind = InteractionName(cell.interaction).label
    return f"{cell.source_level.name}{area}的{kind}需要 {cell.count} 道，只有 {have} 道"


def _fill(form: Form, chosen: list[tuple[ItemVersion, Decimal]], seed: str) -> None:
    sections: list[dict[str, Any]] = []
    position = 0
    rows: list[FormItem] = []
    if form.blueprint.component == Component.THEORY:
        for interaction, title in SECTION_TITLES.items():
            group = sorted(
                (pair for pair in chosen if pair[0].item.interaction == interaction),
                key=lambda pair: _rank(seed + "/order", pair[0].item.code),
            )
            items = []
            for version, points in group:
                position += 1
                slot = f"T{position:02d}"
                items.append(_public(version, slot, points))
                rows.append(
                    FormItem(form=form, slot=slot, position=position, item_version=version, points=points)
                )
            if items:
                sections.append({"title": title, "items": items})
    else:
        for version, points in sorted(chosen, key=lambda pair: pair[0].item.code):
            position += 1
            slot = f"P{position}"
            sections.append(
                {"title": f"任务{position}　{version.title}", "items": [_public(version, slot, points)]}
            )
            rows.append(
                FormItem(form=form, slot=slot, position=position, item_version=version, points=points)
            )
    FormItem.objects.bulk_create(rows)
    form.sections = canonical_text(sections)
    form.sha256 = sha256_hex(form.sections.encode())
    form.max_score = sum((points for _, points in chosen), Decimal(0))
    form.save(update_fields=["sections", "sha256", "max_score"])


def _public(version: ItemVersion, slot: str, points: Decimal) -> dict[str, Any]:
    number = int(points) if points == int(points) else float(points)
    return {
        "slot": slot,
        "interaction": version.item.interaction,
        "max_score": number,
        **public_item(version),
    }


@transaction.atomic
def lock_form(*, form_id: int, by: User) -> Form:
    """Lock a form before use; from then on the database refuses any change of it."""
    form = (
        Form.objects.select_for_update(of=("self",)).select_related("blueprint__organisation").get(pk=form_id)
    )
    check_transition(FORM_TRANSITIONS, FormState(form.state), FormState.LOCKED, what="试卷")
    form.state, form.locked_at, form.locked_by = FormState.LOCKED, database_now(), by
    form.save(update_fields=["state", "locked_at", "locked_by"])
    record(
        stream=f"organisation:{form.blueprint.organisation.uuid}", by=by, at=form.locked_at, action="form.lock",
        target=f"form:{form.uuid}", data={"code": form.code, "sha256": form.sha256},
    )  # fmt: skip
    return form
