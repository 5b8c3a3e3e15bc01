"""Every write of the author's desk: drafts of practical tasks, and the gate before review and publication."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from audit.models import AuditEvent
from audit.services import record
from itembank import services
from itembank.desk.queries import requirements_for, stamp, task_of
from itembank.desk.trying import Report, digest, report
from itembank.enums import ItemVersionState
from itembank.models import Citation, Item, ItemRequirement, ItemVersion
from itembank.practical.tasks import PracticalTask
from lib.canonical import canonical_sha256
from lib.clock import database_now
from lib.refusals import Conflict, Invalid
from standards.models import Level, Requirement


class GateClosed(Invalid):
    """The publish gate found something; the report says what."""

    def __init__(self, sentence: str, found: Report) -> None:
        super().__init__(
            sentence,
            code="gate",
            errors=[{"field": one.where, "code": one.code, "message": one.message} for one in found.problems],
        )
        self.report = found


@transaction.atomic
def save_draft(
    *,
    organisation: Organisation,
    item: Item | None,
    based_on: str,
    level: Level,
    task: PracticalTask,
    by: User,
) -> ItemVersion:
    """Save a task as its item's draft: the same draft again, or the next version after a published one.

    Whoever saves last answers for the text as its author; every save is in the trail with its person.

    :param item: None for a task that is new.
    :param based_on: the ``stamp`` of the version that was opened, so that nobody overwrites a colleague unseen.
    :raises Conflict: somebody saved meanwhile, or the draft is being reviewed.
    """
    requirements = _requirements(level, task)
    now = database_now()
    if item is None:
        item, is_new = Item.objects.get_or_create(
            organisation=organisation,
            code=task.code,
            defaults={"level": level, "interaction": task.interaction},
        )
        if not is_new:
            raise Conflict(f"编号 {task.code} 已经有试题使用，请换一个编号。", code="code_taken")
        version = ItemVersion(item=item, number=1)
    else:
        version = _next_draft(item, based_on)
        if stamp(version) == based_on and _says_the_same(version, task, level):
            return version
        _identify(version.item, level, task)
    return _write(version, task, requirements, by=by, at=now)


def _next_draft(item: Item, based_on: str) -> ItemVersion:
    """The newest version, its item locked, if it may be written on."""
    Item.objects.select_for_update().get(pk=item.pk)
    last = newest(item)
    if last.state == ItemVersionState.IN_REVIEW:
        raise Conflict("这份任务正在审核，审核结束前不能修改；您输入的文字还在本页。", code="in_review")
    if stamp(last) != based_on:
        who = last.author.display_name if last.author else "其他人"
        raise Conflict(
            f"您打开后，{who}已保存过这份任务，因此没有覆盖；请把本页的文字复制留存，刷新后再合并修改。",
            code="changed_meanwhile",
        )
    return last


def newest(item: Item) -> ItemVersion:
    """The newest version with everything its task consists of."""
    return (
        ItemVersion.objects.filter(item=item)
        .select_related("item__level__standard", "item__organisation", "author")
        .defer("item__level__standard__source_text")
        .prefetch_related("requirement_links__requirement__level", "citations")
        .latest("number")
    )


def _says_the_same(version: ItemVersion, task: PracticalTask, level: Level) -> bool:
    return digest(task_of(version)) == digest(task) and version.item.level_id == level.pk


def _identify(item: Item, level: Level, task: PracticalTask) -> None:
    """Code and level may change until a version is published: from then on forms and results know them."""
    if item.code == task.code and item.level_id == level.pk:
        return
    if item.versions.filter(state=ItemVersionState.PUBLISHED).exists():
        raise Invalid("已有发布的版本，编号和等级不能再改；需要别的编号时请复制为新任务。", code="fixed")
    if Item.objects.filter(organisation=item.organisation, code=task.code).exclude(pk=item.pk).exists():
        raise Conflict(f"编号 {task.code} 已经有试题使用，请换一个编号。", code="code_taken")
    item.code, item.level = task.code, level
    item.save(update_fields=["code", "level"])


def _requirements(level: Level, task: PracticalTask) -> list[Requirement]:
    known = requirements_for(level)
    missing = [code for code in task.requirements if code not in known]
    if missing:
        raise Invalid(
            f"标准里没有职业技能要求 {'、'.join(missing)}（{level.name}），请核对编号。", code="requirements"
        )
    return [known[code] for code in task.requirements]


def _write(
    version: ItemVersion, task: PracticalTask, requirements: list[Requirement], *, by: User, at: dt.datetime
) -> ItemVersion:
    if version.state == ItemVersionState.PUBLISHED:
        version = ItemVersion(
            item=version.item,
            number=version.number + 1,
            rationale=version.rationale,
            difficulty=version.difficulty,
        )
    whole: dict[str, Any] = {
        "content": task.content,
        "key": task.key,
        "requirements": sorted(task.requirements),
    }
    if task.world is not None:
        whole["world"] = task.world
    for name in ("title", "content", "key", "world", "minutes", "max_score"):
        setattr(version, name, getattr(task, name))
    version.goldens = list(task.goldens)
    version.scorer_name, version.scorer_version = task.kind.scorer_name, task.kind.scorer_version
    version.sha256 = canonical_sha256(whole)
    version.author, version.created_at = by, at
    version.save()
    ItemRequirement.objects.filter(version=version).delete()
    ItemRequirement.objects.bulk_create(
        [ItemRequirement(version=version, requirement=one) for one in requirements]
    )
    Citation.objects.filter(version=version).delete()
    Citation.objects.bulk_create([Citation(version=version, cite_code=code) for code in task.cites])
    record(
        stream=f"organisation:{version.item.organisation.uuid}", by=by, at=at, action="item.save_draft",
        target=f"item-version:{version.uuid}",
        data={"code": version.item.code, "number": version.number, "sha256": version.sha256},
    )  # fmt: skip
    return newest(version.item)


def submit(*, item: Item, by: User) -> ItemVersion:
    """送审: a draft goes to the reviewer once the publish gate finds nothing.

    :raises GateClosed: with the list.
    """
    version = newest(item)
    _pass_gate(version, "没有送审：发布检查发现 {} 个问题，请按列表修改后再送审。")
    with transaction.atomic():
        _check_unchanged(version)
        return services.submit_for_review(version_id=version.pk, by=by)


def approve(*, item: Item, seen: str, by: User) -> ItemVersion:
    """通过并发布: by another person than the author, of exactly the version he has ``seen``."""
    version = newest(item)
    if stamp(version) != seen:
        raise Conflict("您打开后这份任务变了，没有发布；请刷新页面，核对后再决定。", code="changed_meanwhile")
    _pass_gate(version, "没有发布：发布检查发现 {} 个问题，请退回命题人修改。")
    with transaction.atomic():
        _check_unchanged(version)
        _check_has_not_written(version, by)
        return services.publish(version_id=version.pk, by=by)


def send_back(*, item: Item, reason: str, by: User) -> ItemVersion:
    """退回修改: the draft returns to its author with a reason."""
    version = newest(item)
    if version.author_id == by.pk:
        raise Invalid("命题人不能审核自己的试题，请由另一位审题人处理。", code="same_person")
    return services.send_back(version_id=version.pk, reason=reason, by=by)


def _pass_gate(version: ItemVersion, sentence: str) -> None:
    """Checked before anything is locked: the gate of a simulation takes a moment."""
    found = report(task_of(version), fresh=True)
    if found.problems:
        raise GateClosed(sentence.format(len(found.problems)), found)


def _check_has_not_written(version: ItemVersion, by: User) -> None:
    """The author is who saved last; whoever saved this version before has written it too."""
    wrote = AuditEvent.objects.filter(
        action="item.save_draft", target=f"item-version:{version.uuid}", actor=str(by.uuid)
    )
    if wrote.exists():
        raise Invalid("命题人不能审核自己的试题：您保存过这一版，请由另一位审题人处理。", code="same_person")


def _check_unchanged(version: ItemVersion) -> None:
    Item.objects.select_for_update().get(pk=version.item_id)
    if stamp(newest(version.item)) != stamp(version):
        raise Conflict("检查期间有人保存了这份任务，请刷新页面后重试。", code="changed_meanwhile")
