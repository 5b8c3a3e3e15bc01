"""Every write of the item bank."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from audit.services import record
from itembank.enums import VERSION_TRANSITIONS, Difficulty, ItemVersionState
from itembank.interactions import INTERACTIONS
from itembank.models import Citation, Item, ItemRequirement, ItemVersion
from itembank.practical import kind
from itembank.queries import PRACTICAL, is_practical
from lib.canonical import canonical_sha256
from lib.clock import database_now
from lib.refusals import Invalid, checked_reason
from lib.states import check_transition
from standards.models import Level, Requirement

SENT_BACK = "item.send_back"


def write_version(
    *,
    organisation: Organisation,
    level: Level,
    requirements: dict[str, Requirement],
    data: dict[str, Any],
    by: User,
    at: dt.datetime,
) -> ItemVersion | None:
    """Write an item's next version as a draft; None when the newest version already says the same.

    :param data: one entry of a bank file: code, interaction, requirements, prompt/choices/key or content/key, …
    :param requirements: the level's requirements by code.
    :raises Invalid: with every fault of the entry.
    """
    interaction = data["interaction"]
    content, key, problems = _content_and_key(data)
    missing = [code for code in data["requirements"] if code not in requirements]
    if missing:
        problems.append(f"标准里没有职业技能要求 {'、'.join(missing)}（{level.name}），请核对编号。")
    if not data["requirements"]:
        problems.append("没有注明对应的职业技能要求，请补充。")
    if problems:
        raise Invalid(f"试题 {data['code']}：" + " ".join(problems))
    item, _ = Item.objects.get_or_create(
        organisation=organisation, code=data["code"], defaults={"level": level, "interaction": interaction}
    )
    whole = {"content": content, "key": key, "requirements": sorted(data["requirements"])}
    if data.get("world") is not None:
        whole["world"] = data["world"]
    digest = canonical_sha256(whole)
    last = item.versions.order_by("-number").first()
    if last is not None and last.sha256 == digest:
        return None
    scorer_name, scorer_version = _scorer(interaction)
    version = ItemVersion.objects.create(
        item=item, number=last.number + 1 if last else 1, title=data.get("title", ""), content=content, key=key,
        goldens=data.get("goldens", []), rationale=data.get("rationale", ""),
        difficulty=data.get("difficulty", Difficulty.MEDIUM), max_score=Decimal(str(data.get("max_score", 1))),
        world=data.get("world"), minutes=data.get("minutes", 1), scorer_name=scorer_name, scorer_version=scorer_version, sha256=digest,
        author=by, created_at=at,
    )  # fmt: skip
    ItemRequirement.objects.bulk_create(
        [ItemRequirement(version=version, requirement=requirements[code]) for code in data["requirements"]]
    )
    Citation.objects.bulk_create(
        [Citation(version=version, cite_code=code) for code in data.get("cites", [])]
    )
    return version


def _content_and_key(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    interaction = data["interaction"]
    if is_practical(interaction):
        return data["content"], data["key"], []
    content = {"stimulus": data.get("stimulus", ""), "prompt": data["prompt"], "choices": data["choices"]}
    key = {"choices": data["key"]}
    return content, key, INTERACTIONS[interaction].problems_of_item(content, key)


def _scorer(interaction: str) -> tuple[str, str]:
    if is_practical(interaction):
        one = kind(interaction.removeprefix(PRACTICAL))
        return one.scorer_name, one.scorer_version
    objective = INTERACTIONS[interaction]
    return objective.scorer_name, objective.scorer_version


@transaction.atomic
def submit_for_review(*, version_id: int, by: User) -> ItemVersion:
    """草稿 -> 审核中."""
    return _move(version_id, ItemVersionState.IN_REVIEW, by=by, action="item.submit")


@transaction.atomic
def publish(*, version_id: int, by: User) -> ItemVersion:
    """审核中 -> 已发布, by another person than the author; from then on the version never changes."""
    version = ItemVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
    if version.author_id == by.pk:
        raise Invalid("命题人不能发布自己的试题，请由另一位审题人审核发布。", code="same_person")
    return _move(version_id, ItemVersionState.PUBLISHED, by=by, action="item.publish")


@transaction.atomic
def send_back(*, version_id: int, reason: str, by: User) -> ItemVersion:
    """审核中 -> 草稿, with a reason that the author reads."""
    reason = checked_reason(reason, kept="命题人会看到它")
    return _move(version_id, ItemVersionState.DRAFT, by=by, action=SENT_BACK, reason=reason)


def _move(
    version_id: int, state: ItemVersionState, *, by: User, action: str, reason: str = ""
) -> ItemVersion:
    version = (
        ItemVersion.objects.select_for_update(of=("self",))
        .select_related("item__organisation")
        .get(pk=version_id)
    )
    check_transition(
        VERSION_TRANSITIONS, ItemVersionState(version.state), state, what=f"试题 {version.item.code}"
    )
    now = database_now()
    version.state = state
    if state == ItemVersionState.PUBLISHED:
        version.reviewer, version.published_at = by, now
        # The draft may be older than the scorer its reviewer saw at work; what was approved is what counts.
        version.scorer_name, version.scorer_version = _scorer(version.item.interaction)
    version.save(update_fields=["state", "reviewer", "published_at", "scorer_name", "scorer_version"])
    record(
        stream=f"organisation:{version.item.organisation.uuid}", by=by, at=now, action=action,
        target=f"item-version:{version.uuid}", reason=reason, data={"code": version.item.code, "sha256": version.sha256},
    )  # fmt: skip
    return version
