"""Versions of one standard side by side: what changed, what rests on it, and which requirement stands for which."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from audit.services import record
from lib.refusals import Conflict, Invalid
from standards import queries
from standards.difference import (
    UNCHANGED,
    Change,
    Difference,
    Place,
    chapter_change,
    compare,
    renamed,
)
from standards.export import in_document_order
from standards.models import Requirement, RequirementMapping, Standard, VersionMapping
from standards.parsing.tree import StandardNode
from standards.queries import Tree
from standards.usage import Touched, touched_by


@dataclass(frozen=True)
class Side:
    """One version as compared: its requirements and, chapter by chapter, what else it says."""

    places: list[Place]
    chapters: dict[str, list[str]]


def side_of_tree(tree: Tree) -> Side:
    """A loaded version; ``Place.key`` is the requirement's primary key."""
    return Side(
        [
            Place(
                level.name,
                area.name,
                task.code,
                task.name,
                requirement.code,
                requirement.text,
                requirement.pk,
            )
            for level, area, task, requirement in in_document_order(tree)
        ],
        {
            "规范性引用文件": [one.document for one in tree.normative_references],
            "术语": [f"{term.name} {term.english}：{term.definition}" for term in tree.terms],
            "适用专业": [
                f"{major.get_catalogue_display()} {major.school_type}：{major.name}" for major in tree.majors
            ],
            "职业岗位": [
                f"{level.name}：{job.name}" for level in tree.levels for job in level.occupations.all()
            ],
            "岗位与等级描述": _descriptions(
                (level.name, level.occupation_description, level.grading_description) for level in tree.levels
            ),
            "参考文献": [entry.text for entry in tree.bibliography],
        },
    )


def side_of_node(node: StandardNode) -> Side:
    """A version as read from a file, not stored yet."""
    catalogues = queries.CATALOGUES
    return Side(
        [
            Place(level.code, area.name, task.code, task.name, requirement.code, requirement.text)
            for level in node.levels
            for area in level.areas
            for task in area.tasks
            for requirement in task.requirements
        ],
        {
            "规范性引用文件": [f"{one.code}-{one.year}" if one.dated else one.code for one in node.normative],
            "术语": [f"{term.name} {term.english}：{term.definition}" for term in node.terms],
            "适用专业": [f"{catalogues[one.catalogue]} {one.school_type}：{one.name}" for one in node.majors],
            "职业岗位": [f"{level.code}：{name}" for level in node.levels for name in level.occupations],
            "岗位与等级描述": _descriptions(
                (level.code, level.occupation_description, level.grading_description) for level in node.levels
            ),
            "参考文献": [entry.text for entry in node.bibliography],
        },
    )


def _descriptions(levels: Iterable[tuple[str, str, str]]) -> list[str]:
    return [
        f"{name}{what}：{text}"
        for name, occupations, grading in levels
        for what, text in (("的岗位描述", occupations), ("的等级描述", grading))
        if text
    ]


def difference(old: Side, new: Side) -> Difference:
    """What changed from ``old`` to ``new``."""
    chapters = [chapter_change(name, old.chapters[name], new.chapters[name]) for name in new.chapters]
    return Difference(
        compare(old.places, new.places),
        renamed(old.places, new.places),
        [change for change in chapters if change is not None],
    )


@dataclass(frozen=True)
class Impact:
    """One touched thing with the changes that touch it."""

    touched: Touched
    changes: tuple[Change, ...]


def impact(report: Difference, organisations: Collection[int]) -> list[Impact]:
    """Items, tasks, blueprints and forms that rest on a requirement which changed or went."""
    changed = {
        change.old.key: change
        for change in report.changed
        if change.old is not None and change.old.key is not None
    }
    return [
        Impact(touched, tuple(change for key, change in changed.items() if key in touched.requirements))
        for touched in touched_by(list(changed), organisations)
    ]


def predecessor(standard: Standard) -> Standard | None:
    """The version just before this one, by number."""
    return predecessor_of(standard.code, standard.version)


def predecessor_of(code: str, version: str) -> Standard | None:
    """The highest stored version below ``version``."""
    wanted = queries.version_key(version)
    older = [
        one
        for one in Standard.objects.filter(code=code).defer("source_text")
        if queries.version_key(one.version) < wanted
    ]
    return max(older, key=lambda one: queries.version_key(one.version), default=None)


@dataclass(frozen=True)
class MappingRow:
    """One question for a person: ``field`` names its input, ``answer`` is "初级 1.1.4" or "" for none."""

    change: Change
    field: str
    answer: str


def mapping_rows(report: Difference, confirmed: VersionMapping | None) -> list[MappingRow]:
    """What a person must look at: every older requirement that is not simply unchanged.

    The answers are those confirmed before, else the proposal: the requirement the difference paired it with.
    """
    chosen = dict(confirmed.rows.values_list("old", "new")) if confirmed else {}
    names = {change.new.key: _name(change.new) for change in report.changes if change.new is not None}
    rows = []
    for change in report.changes:
        if change.old is None or change.kinds == (UNCHANGED,):
            continue
        proposed = change.new.key if change.new else None
        rows.append(
            MappingRow(
                change, f"map-{change.old.key}", names.get(chosen.get(change.old.key or 0, proposed), "")
            )
        )
    return rows


def pairs_from(report: Difference, answers: Mapping[str, str]) -> dict[int, int | None]:
    """The whole map from the proposal and a person's answers (by ``MappingRow.field``).

    :raises Invalid: an answer that names no requirement of the newer version.
    """
    keys = {_name(change.new): change.new.key for change in report.changes if change.new is not None}
    pairs: dict[int, int | None] = {}
    for change in report.changes:
        if change.old is None or change.old.key is None:
            continue
        pairs[change.old.key] = change.new.key if change.new else None
        answer = answers.get(f"map-{change.old.key}")
        if answer is None:
            continue
        name = " ".join(answer.split())
        if name and name not in keys:
            raise Invalid(
                f"{_name(change.old)} 的对应要求“{name[:40]}”在新版里没有，"
                "请写成“初级 1.1.4”这样的等级加编号，没有对应的留空。"
            )
        pairs[change.old.key] = keys[name] if name else None
    return pairs


def _name(place: Place) -> str:
    return f"{place.level} {place.code}"


def confirmed_mapping(old: Standard, new: Standard) -> VersionMapping | None:
    """The newest confirmed map of this pair."""
    return VersionMapping.objects.filter(old=old, new=new).select_related("by").order_by("-pk").first()


@transaction.atomic
def confirm_mapping(
    *, old: Standard, new: Standard, pairs: dict[int, int | None], by: User, at: dt.datetime
) -> VersionMapping:
    """Store which requirement of ``new`` stands for each of ``old``.

    :param pairs: every requirement of ``old`` (primary key) → one of ``new`` or None.
    :raises Invalid: when a requirement is missing or belongs to another version.
    """
    if old.code != new.code or old.pk == new.pk:
        raise Invalid("只能对照同一标准的两个版本，请重新选择。")
    # Two people confirming at once are told apart: the second waits and sees the first one's map.
    list(
        Standard.objects.select_for_update().filter(pk__in=[old.pk, new.pk]).order_by("pk").values_list("pk")
    )
    of_old = set(Requirement.objects.filter(level__standard=old).values_list("pk", flat=True))
    of_new = set(Requirement.objects.filter(level__standard=new).values_list("pk", flat=True))
    if set(pairs) != of_old or not {key for key in pairs.values() if key is not None} <= of_new:
        raise Invalid("对照表与标准的内容对不上，可能刚刚有人重新载入了标准，请刷新页面后再确认。")
    last = confirmed_mapping(old, new)
    if last is not None and dict(last.rows.values_list("old", "new")) == pairs:
        raise Conflict("这份对照已经确认过，内容相同，没有改动。")
    mapping = VersionMapping.objects.create(old=old, new=new, by=by, at=at)
    RequirementMapping.objects.bulk_create(
        RequirementMapping(mapping=mapping, old_id=before, new_id=after) for before, after in pairs.items()
    )
    record(
        stream=f"standard:{new.code}",
        by=by,
        at=at,
        action="standard.mapping_confirmed",
        target=f"mapping:{mapping.uuid}",
        data={
            "old": old.version,
            "new": new.version,
            "mapped": sum(after is not None for after in pairs.values()),
            "without": sum(after is None for after in pairs.values()),
        },
    )
    return mapping
