"""Reads other rooms use."""

from typing import Any

from exams.delivery.late import undecided
from exams.enums import HANDED_IN_STATES
from exams.models import Attempt, Receipt, Registration, ResponseEvent
from lib.canonical import parse


def final_responses(attempt: Attempt) -> dict[str, Any]:
    """Response by slot as handed in: the newest accepted revision of each."""
    return {row.slot: parse(row.response) for row in attempt.responses.all()}


def root_of(receipt: Receipt) -> str:
    """The Merkle root of the final responses a receipt covers: what is scored."""
    root: str = parse(receipt.body)["root"]
    return root


def covered_root(attempt: Attempt) -> str | None:
    """The root the newest receipt covers; None before the hand-in."""
    receipt = attempt.receipts.order_by("-number").first()
    return root_of(receipt) if receipt else None


def undecided_late_answers(registration: Registration) -> int:
    """Late answers of handed-in components that would change something and that nobody has decided."""
    return undecided(
        ResponseEvent.objects.filter(attempt__registration=registration, attempt__state__in=HANDED_IN_STATES)
    ).count()
