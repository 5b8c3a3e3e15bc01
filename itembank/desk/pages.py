"""What the pages of the author's desk show."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.policies import has_role, organisations_with_role
from itembank import authoring
from itembank.desk import queries
from itembank.desk.trying import Trial, report
from itembank.desk.typed import BYTES, WIDTH, Fault, Typed, typed_of
from itembank.enums import InteractionName, ItemVersionState
from itembank.models import Item, ItemVersion
from itembank.practical import PracticalKind, kind_names, total
from itembank.practical.layout import layout, ordered
from itembank.queries import PRACTICAL
from itembank.views import level_key
from lib.refusals import NotFound


def kinds() -> list[tuple[str, str]]:
    """The kinds of practical tasks that this product can keep, by interaction."""
    have = {f"{PRACTICAL}{name}" for name in kind_names()}
    return [(value, label) for value, label in InteractionName.choices if value in have]


def beginnings(organisations: Collection[int]) -> dict[str, Any]:
    """What a new task may start from: level and kind, or a task to copy."""
    return {
        "levels": [(level_key(one), one) for one in queries.levels()],
        "kinds": kinds(),
        "organisations": queries.organisations(organisations),
        "copies": queries.practical_tasks(organisations).order_by("item__code"),
    }


def copy_of(item_uuid: str, by: User) -> Typed:
    """A task of the person's organisations as a new one without a code."""
    item = queries.item_named(item_uuid)
    if item is None or item.organisation_id not in organisations_with_role(by, Role.AUTHOR):
        raise NotFound("没有找到要复制的任务，请从“实操任务”列表选择。")
    typed = typed_of(queries.task_of(authoring.newest(item)), level_key(item.level))
    return Typed(
        typed.interaction, {**typed.texts, "code": "", "title": f"{typed.texts['title'][:190]}（副本）"}
    )


def editor(
    organisation: Organisation, version: ItemVersion | None, typed: Typed, faults: list[Fault]
) -> dict[str, Any]:
    """The editor with what was typed, whatever is wrong with it; ``version`` is the newest that is kept."""
    levels = queries.levels()
    chosen = next((one for one in levels if level_key(one) == typed.texts["level"]), None)
    context: dict[str, Any] = {
        "organisation": organisation, "item": version and version.item, "typed": typed, "texts": typed.texts, "faults": faults,
        "wrong": {one.part for one in faults}, "levels": [(level_key(one), one) for one in levels],
        "parts": [
            (name, label, typed.texts[name], min(max(typed.texts[name].count("\n") + 2, 6), 24))
            for name, label in typed.parts.items()
        ],
        "requirements": queries.requirements_for(chosen).items() if chosen else [], "limit": BYTES,
        **_bench(typed.kind),
    }  # fmt: skip
    if version is not None:
        context |= {
            "version": version, "based_on": queries.stamp(version), "returned": queries.reason_of_return(version),
            "fixed": version.item.versions.filter(state=ItemVersionState.PUBLISHED).exists(),
        }  # fmt: skip
    return context


def review(item: Item, by: User) -> dict[str, Any]:
    """A stored task with everything a reviewer judges it by."""
    version = authoring.newest(item)
    task = queries.task_of(version)
    found, one = report(task), task.kind
    stored = {"content": task.content, "key": task.key, "world": task.world}
    schemas = {"content": one.schema.content, "key": one.schema.key, "world": one.schema.world}
    return {
        "item": item, "version": version, "task": task, "report": found, "seen": queries.stamp(version),
        "work": {"content": task.content},
        "texts": [
            (label, layout(ordered(stored[name], schemas[name]), width=WIDTH))
            for name, label in (("content", "任务内容"), ("key", "评分标准"), ("world", "仿真环境"))
            if stored[name] is not None
        ],
        "links": sorted(version.requirement_links.all(), key=lambda link: link.pk),
        "in_review": version.state == ItemVersionState.IN_REVIEW,
        "is_author": version.author_id == by.pk,
        "is_reviewer": has_role(by, item.organisation_id, Role.REVIEWER),
        "may_edit": has_role(by, item.organisation_id, Role.AUTHOR),
        **_bench(one),
    }  # fmt: skip


def trial_as_json(found: Trial) -> dict[str, Any]:
    """A trial for the page's script."""
    if found.problems:
        sentence = "任务还有问题，不能评分："
        return {"sentence": sentence, "problems": [one.message for one in found.problems]}
    most = sum((one.max for one in found.criteria), Decimal(0))
    return {
        "sentence": "考试时这份作业存不进去：" if found.refused else "",
        "problems": [one.message for one in found.refused],
        "criteria": [one.as_json() for one in found.criteria],
        "total": float(total(found.criteria)),
        "max": float(most),
    }


def _bench(one: PracticalKind) -> dict[str, Any]:
    return {"kind": one, "module": one.workbench_module, "styles": one.workbench_styles}
