"""常用原因: a two-level list every organisation may edit, one line per group: ``网络：网络中断、网络很慢``."""

import re

from django.db import transaction

from accounts.models import Organisation, User
from audit.services import record
from lib.clock import database_now
from lib.refusals import Invalid
from proctoring.models import Reason

# What everybody starts with.
USUAL = {
    "设备和网络": ["设备故障", "网络中断", "停电", "软件异常"],
    "考生": ["考生身体不适", "考生情绪不稳", "考生证件待核实", "考生迟到"],
    "考场": ["考场秩序", "考场环境干扰", "紧急疏散", "考务安排"],
}
LIMIT = 40


def reasons_of(organisation_id: int) -> dict[str, list[str]]:
    """Groups with their reasons, in their order."""
    found: dict[str, list[str]] = {}
    for group, text in Reason.objects.filter(organisation=organisation_id).values_list("group", "text"):
        found.setdefault(group, []).append(text)
    return found or USUAL


def as_text(reasons: dict[str, list[str]]) -> str:
    """The list as it is edited."""
    return "\n".join(f"{group}：{'、'.join(texts)}" for group, texts in reasons.items())


@transaction.atomic
def write(*, organisation: Organisation, text: str, by: User) -> dict[str, list[str]]:
    """Replace the organisation's list by an edited one; any fault refuses it whole, naming the line."""
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        group, colon, rest = line.replace(":", "：").partition("：")
        texts = [one.strip() for one in re.split("[、，,；;]", rest) if one.strip()]
        if not colon or not group.strip() or not texts:
            raise Invalid(f"第 {number} 行应写成“类别：原因、原因”，请修改。")
        if len(group.strip()) > 20 or any(not 2 <= len(one) <= LIMIT for one in texts):
            raise Invalid(f"第 {number} 行：类别最多 20 字，每个原因 2–{LIMIT} 字，请修改。")
        if group.strip() in found or len(set(texts)) != len(texts):
            raise Invalid(f"第 {number} 行的类别或原因重复了，请合并。")
        found[group.strip()] = texts
    if not found or sum(map(len, found.values())) > 60:
        raise Invalid("请填写 1–60 个原因。")
    Reason.objects.filter(organisation=organisation).delete()
    Reason.objects.bulk_create(
        [
            Reason(organisation=organisation, group=group, text=one, position=position)
            for position, (group, one) in enumerate(
                (group, one) for group, texts in found.items() for one in texts
            )
        ]
    )
    record(
        stream=f"organisation:{organisation.uuid}", by=by, at=database_now(), action="reasons.write",
        target=f"organisation:{organisation.uuid}", data={"reasons": found},
    )  # fmt: skip
    return found
