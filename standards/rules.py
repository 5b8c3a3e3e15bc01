"""Whether the rules a standard names still hold: 现行, 被代替 or 废止, and the day somebody looked."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Organisation, User
from audit.services import record
from lib.refusals import Invalid
from standards.enums import ReferenceState
from standards.models import BibliographyEntry, NormativeReference, ReferenceCheck

LONGEST = 320


@dataclass(frozen=True)
class Rule:
    """A reference with its newest check (None: nobody looked yet) and how many items cite it."""

    reference: NormativeReference | BibliographyEntry
    check: ReferenceCheck | None
    items: int

    @property
    def outdated(self) -> bool:
        """Whether the rule no longer holds: items that cite it want another look."""
        return self.check is not None and self.check.state != ReferenceState.CURRENT


def newest_checks(documents: Iterable[str]) -> dict[str, ReferenceCheck]:
    """The newest check of each document that was ever looked at; one query."""
    found: dict[str, ReferenceCheck] = {}
    checks = ReferenceCheck.objects.filter(document__in=set(documents)).select_related("by")
    for check in checks.order_by("checked_on", "pk"):
        found[check.document] = check
    return found


def rules_of(
    references: Iterable[NormativeReference | BibliographyEntry], cited: dict[str, int]
) -> list[Rule]:
    """Each reference with its state. ``cited``: items by ``cite_code``."""
    listed = list(references)
    checks = newest_checks(one.document for one in listed)
    return [Rule(one, checks.get(one.document), cited.get(one.cite_code, 0)) for one in listed]


@transaction.atomic
def record_check(
    *,
    document: str,
    state: str,
    checked_on: dt.date | None,
    replaced_by: str,
    note: str,
    organisation: Organisation,
    by: User,
    at: dt.datetime,
    today: dt.date,
) -> ReferenceCheck:
    """Keep that somebody looked. A check is never changed; a newer one overrules it.

    :raises Invalid: unknown state, a day in the future, or 被代替 without what replaced it.
    """
    replaced_by, note = replaced_by.strip(), note.strip()
    errors = []
    if state not in ReferenceState.values:
        errors.append(_fault("state", "请选择状态：现行、被代替或废止。"))
    if checked_on is None or checked_on > today:
        errors.append(_fault("checked_on", "请填写核对日期，不能晚于今天。"))
    if state == ReferenceState.REPLACED and not replaced_by:
        errors.append(_fault("replaced_by", "状态为“被代替”时，请填写代替它的文件。"))
    if len(replaced_by) > LONGEST or len(note) > LONGEST:
        errors.append(_fault("note", f"文字太长，最多 {LONGEST} 个字，请删减。"))
    if errors:
        raise Invalid("核对结果没有保存：" + " ".join(one["message"] for one in errors), errors=errors)
    assert checked_on is not None
    check = ReferenceCheck.objects.create(
        document=document,
        state=state,
        checked_on=checked_on,
        replaced_by=replaced_by if state == ReferenceState.REPLACED else "",
        note=note,
        organisation=organisation,
        by=by,
        at=at,
    )
    record(
        stream="standard-rules",
        by=by,
        at=at,
        action="rule.checked",
        target=f"rule-check:{check.pk}",
        reason=note,
        data={
            "document": document,
            "state": state,
            "checked_on": str(checked_on),
            "replaced_by": check.replaced_by,
        },
    )
    return check


def _fault(field: str, message: str) -> dict[str, str]:
    return {"field": field, "code": "invalid", "message": message}
