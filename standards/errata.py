"""订正: notes beside the official text, shown wherever the text is shown; the text stays as printed."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.models import User
from audit.services import record
from lib.refusals import Conflict, Invalid, NotFound
from standards.models import (
    BibliographyEntry,
    Erratum,
    ErratumWithdrawal,
    NormativeReference,
    Requirement,
    Standard,
    Term,
    WorkArea,
    WorkTask,
)

LONGEST = 500


def errata_of(standard: Standard) -> dict[str, list[Erratum]]:
    """The errata of a version in force by the ``cite_code`` of their place, oldest first; one query."""
    return {place: rows for (_, place), rows in errata_in([standard.pk]).items()}


def errata_in(standards: Iterable[int]) -> dict[tuple[int, str], list[Erratum]]:
    """The errata in force of several versions (primary keys), by version and place; one query."""
    found: dict[tuple[int, str], list[Erratum]] = {}
    for erratum in Erratum.objects.filter(standard__in=set(standards), withdrawal=None).select_related("by"):
        found.setdefault((erratum.standard_id, erratum.cite_code), []).append(erratum)
    return found


def attach_errata(requirements: Iterable[Requirement]) -> None:
    """Give each requirement its errata in force as ``requirement.notes``; one query.

    The requirements must have been read with ``select_related("level")``.
    """
    listed = list(requirements)
    found = errata_in(requirement.level.standard_id for requirement in listed) if listed else {}
    for requirement in listed:
        requirement.notes = found.get((requirement.level.standard_id, requirement.cite_code), [])


@dataclass(frozen=True)
class PlaceInText:
    """A place of the official text: what people call it, and what stands there."""

    cite_code: str
    label: str
    text: str


# First word of a cite code → what people call it, the rows, how the rest of the code finds one, what its text is.
_FACTS: dict[str, tuple[str, type[Model]]] = {
    "term": ("术语", Term),
    "normative": ("规范性引用文件", NormativeReference),
    "reference": ("参考文献", BibliographyEntry),
}
_IN_LEVEL = {"requirement": "要求", "task": "工作任务", "area": "工作领域"}


def label_of(cite_code: str) -> str:
    """``requirement:初级:1.1.3`` → 初级要求 1.1.3"""
    kind, _, rest = cite_code.partition(":")
    if kind in _IN_LEVEL:
        level, _, code = rest.partition(":")
        return f"{level}{_IN_LEVEL[kind]} {code}"
    return f"{_FACTS[kind][0]} {rest}" if kind in _FACTS else cite_code


def place_of(standard: Standard, cite_code: str) -> PlaceInText | None:
    """The place a cite code names, or None when the version has none."""
    kind, _, rest = cite_code.partition(":")
    level, _, code = rest.partition(":")
    text: str | None = None
    if kind == "requirement":
        text = _text(
            Requirement.objects.filter(level__standard=standard, level__name=level, code=code), "text"
        )
    elif kind == "task":
        tasks = WorkTask.objects.filter(area__level__standard=standard, area__level__name=level, code=code)
        text = _text(tasks, "name")
    elif kind == "area" and code.isdigit():
        areas = WorkArea.objects.filter(level__standard=standard, level__name=level, number=code[:4])
        text = _text(areas, "name")
    elif kind == "term":
        term = Term.objects.filter(standard=standard, cite_code=cite_code).first()
        text = f"{term.name} {term.english}\n{term.definition}" if term else None
    elif kind in _FACTS:
        text = _text(_FACTS[kind][1]._default_manager.filter(standard=standard, cite_code=cite_code), "text")
    return PlaceInText(cite_code, label_of(cite_code), text) if text is not None else None


def _text(rows: QuerySet[Any], field: str) -> str | None:
    return rows.values_list(field, flat=True).first()


def all_errata(standard: Standard) -> list[tuple[str, Erratum]]:
    """Every erratum with the name of its place, newest first, withdrawn ones too; one query."""
    rows = Erratum.objects.filter(standard=standard).select_related("by", "withdrawal__by").order_by("-pk")
    return [(label_of(row.cite_code), row) for row in rows]


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
