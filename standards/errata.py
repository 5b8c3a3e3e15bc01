"""订正: notes beside the official text, shown wherever the text is shown; the text stays as printed."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit.services import record
from lib.refusals import Conflict, Invalid, NotFound
from standards.models import Erratum, ErratumWithdrawal, Requirement, Standard

LONGEST = 500


def errata_of(standard: Standard) -> dict[str, list[Erratum]]:
    """The errata in force by the ``cite_code`` of their place, oldest first; one query."""
    found: dict[str, list[Erratum]] = {}
    for erratum in Erratum.objects.filter(standard=standard, withdrawal=None).select_related("by"):
        found.setdefault(erratum.cite_code, []).append(erratum)
    return found


def attach_errata(requirements: Iterable[Requirement]) -> None:
    """Give each requirement its errata in force as ``requirement.notes``; one query.

    The requirements must have been read with ``select_related("level")``.
    """
    listed = list(requirements)
    places: dict[tuple[int, str], list[Requirement]] = {}
    for requirement in listed:
        requirement.notes = []
        places.setdefault((requirement.level.standard_id, requirement.cite_code), []).append(requirement)
    if not places:
        return
    wanted = Q(standard__in={standard for standard, _ in places}, cite_code__in={code for _, code in places})
    for erratum in Erratum.objects.filter(wanted, withdrawal=None).select_related("by"):
        for requirement in places.get((erratum.standard_id, erratum.cite_code), []):
            requirement.notes.append(erratum)


@transaction.atomic
def add_erratum(
    *,
    standard: Standard,
    cite_code: str,
    place_text: str,
    printed: str,
    corrected: str,
    note: str,
    by: User,
    at: dt.datetime,
) -> Erratum:
    """Put a note beside one place.

    :param place_text: the official text of that place; ``printed`` must stand in it word for word.
    :raises Invalid: when a field is missing, too long, or the printed words are not in the text.
    """
    printed, corrected, note = printed.strip(), corrected.strip(), note.strip()
    errors = []
    if not printed or printed not in place_text:
        errors.append(_fault("printed", "“原文”应照抄这一条里的文字，请核对后再填。"))
    if not corrected:
        errors.append(_fault("corrected", "请填写“应为”。"))
    if corrected == printed and corrected:
        errors.append(_fault("corrected", "“应为”与“原文”相同，请核对。"))
    for name, label, value in (
        ("printed", "原文", printed),
        ("corrected", "应为", corrected),
        ("note", "说明", note),
    ):
        if len(value) > LONGEST:
            errors.append(_fault(name, f"“{label}”最多 {LONGEST} 个字，请删减。"))
    if errors:
        raise Invalid("订正没有保存：" + " ".join(one["message"] for one in errors), errors=errors)
    erratum = Erratum.objects.create(
        standard=standard, cite_code=cite_code, printed=printed, corrected=corrected, note=note, by=by, at=at
    )
    record(
        stream=f"standard:{standard.code}",
        by=by,
        at=at,
        action="standard.erratum_added",
        target=f"erratum:{erratum.uuid}",
        reason=note,
        data={"version": standard.version, "place": cite_code, "printed": printed, "corrected": corrected},
    )
    return erratum


@transaction.atomic
def withdraw_erratum(*, erratum: Erratum, reason: str, by: User, at: dt.datetime) -> ErratumWithdrawal:
    """Show a note no longer; it stays on record with the reason. A second withdrawal is refused."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST:
        raise Invalid(f"请填写撤回的原因（不超过 {LONGEST} 个字）。")
    locked = Erratum.objects.select_for_update().filter(pk=erratum.pk).select_related("standard").first()
    if locked is None:
        raise NotFound("没有找到这条订正，请刷新页面再试。")
    withdrawal, created = ErratumWithdrawal.objects.get_or_create(
        erratum=locked, defaults={"reason": reason, "by": by, "at": at}
    )
    if not created:
        raise Conflict("这条订正已经撤回，请刷新页面查看。")
    record(
        stream=f"standard:{locked.standard.code}",
        by=by,
        at=at,
        action="standard.erratum_withdrawn",
        target=f"erratum:{locked.uuid}",
        reason=reason,
        data={"version": locked.standard.version, "place": locked.cite_code},
    )
    return withdrawal


def _fault(field: str, message: str) -> dict[str, str]:
    return {"field": field, "code": "invalid", "message": message}
