"""What a candidate was shown: after a break it is frozen, so that nobody looks an answer up in the break."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from exams.delivery.formcache import slots_of_form
from exams.delivery.models import Attempt, SeenSlot
from lib.refusals import Invalid


def known_slots(form_id: int, raw: Any) -> list[str]:
    """The slots a page reports, checked against the form. Refuses (422) anything else."""
    known = slots_of_form(form_id)
    if not isinstance(raw, list) or not all(isinstance(one, str) and one in known for one in raw):
        raise Invalid(
            "请提交看过的题位列表。",
            errors=[{"field": "slots", "code": "wrong_shape", "message": "slots 应为本卷题位的列表。"}],
        )
    return raw


def note(*, attempt_id: int, slots: Sequence[str], at: dt.datetime) -> None:
    """Note that these slots were shown; the first time counts."""
    SeenSlot.objects.bulk_create(
        [SeenSlot(attempt_id=attempt_id, slot=slot, seen_at=at) for slot in dict.fromkeys(slots)],
        ignore_conflicts=True,
    )


def by_now(attempt: Attempt) -> list[str]:
    """All slots the candidate has seen, in the order of the form: what the page reported and what was answered."""
    found = {
        *attempt.seen_slots.values_list("slot", flat=True), *attempt.responses.values_list("slot", flat=True),
        *attempt.frozen,
    }  # fmt: skip
    return [slot for slot in slots_of_form(attempt.form_id) if slot in found]
