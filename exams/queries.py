"""Reads other rooms use."""

from typing import Any

from exams.models import Attempt
from lib.canonical import parse


def final_responses(attempt: Attempt) -> dict[str, Any]:
    """Response by slot as handed in: the newest accepted revision of each."""
    return {row.slot: parse(row.response) for row in attempt.responses.all()}


def covered_head(attempt: Attempt) -> str | None:
    """The head of the chain that the newest receipt covers, and so what is scored; None before the hand-in."""
    receipt = attempt.receipts.order_by("-number").first()
    return parse(receipt.body)["head"] if receipt else None
