"""Re-deriving what must agree: audit chains, response chains, projections, receipts, scores, certificates.

Each check reads the facts and derives the rest anew; it returns the first bad record in words, or None.
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal

from audit.queries import first_broken_event
from certificates.queries import first_broken_certificate
from exams.delivery import chain, receipts
from exams.enums import EventState
from exams.models import Attempt, Receipt, Response, ResponseEvent
from grading.models import ComponentResult, ItemScore
from lib.canonical import parse
from lib.clock import epoch_microseconds
from lib.leases import TaskState

NO_HEAD = "0" * 64


def _attempts() -> Iterator[Attempt]:
    return Attempt.objects.select_related("form").order_by("pk").iterator(chunk_size=500)


def audit_chains() -> str | None:
    """Every audit event follows from the one before."""
    event = first_broken_event()
    return f"audit {event.stream} seq {event.seq}" if event else None


def response_chains() -> str | None:
    """Sequence without gaps, every hash recomputed, the attempt's head and count equal to the newest link."""
    for attempt in _attempts():
        prev, seq = NO_HEAD, 0
        for event in ResponseEvent.objects.filter(attempt=attempt).order_by("seq").iterator(chunk_size=1000):
            seq += 1
            body = chain.body_hash(
                attempt=str(attempt.uuid), key=str(event.key), slot=event.slot, rev=event.rev,
                response=parse(event.response),
            )  # fmt: skip
            digest = chain.event_hash(
                prev=prev, seq=event.seq, received_us=epoch_microseconds(event.received_at), body=body
            )
            if (event.seq, event.prev, event.hash) != (seq, prev, digest):
                return f"response event {attempt.uuid} seq {event.seq}"
            prev = digest
        if (attempt.events, attempt.head) != (seq, prev):
            return f"attempt {attempt.uuid}: head or count differs from its newest event"
    return None


def projections() -> str | None:
    """The current responses equal what the accepted events say."""
    for attempt in _attempts():
        derived: dict[str, tuple[int, int, str]] = {}
        for event in ResponseEvent.objects.filter(attempt=attempt, state=EventState.ACCEPTED).order_by("seq"):
            derived[event.slot] = (event.rev, event.seq, event.response)
        kept = {
            row.slot: (row.rev, row.seq, row.response) for row in Response.objects.filter(attempt=attempt)
        }
        if derived != kept:
            slot = next(one for one in sorted({*derived, *kept}) if derived.get(one) != kept.get(one))
            return f"response {attempt.uuid} slot {slot}"
    return None


def handed_in() -> str | None:
    """Each receipt's signature verifies and the newest one covers the final responses."""
    for receipt in (
        Receipt.objects.select_related("attempt__form").order_by("attempt_id", "-number").iterator()
    ):
        if not receipts.verifies(receipt):
            return f"receipt {receipt.attempt.uuid} number {receipt.number}: signature"
    for attempt in _attempts():
        newest = attempt.receipts.order_by("-number").first()
        if newest is not None and json.loads(newest.body)["root"] != receipts.merkle_root(attempt):
            return f"receipt {attempt.uuid} number {newest.number}: responses differ from what was handed in"
    return None


def scores() -> str | None:
    """Each item score is the sum of its criteria, and each component result the sum of its item scores."""
    for score in ItemScore.objects.order_by("pk").iterator(chunk_size=1000):
        total = sum((Decimal(str(row["points"])) for row in score.criteria), Decimal(0))
        # Criteria are rounded one by one when a task is scaled: half a cent each may be lost.
        if abs(total - score.points) > Decimal("0.005") * len(score.criteria):
            return f"item score {score.pk} slot {score.slot}"
    for part in ComponentResult.objects.filter(absent=False).select_related("attempt").iterator():
        runs = ItemScore.objects.filter(
            run__attempt=part.attempt, run__head=part.attempt.head, run__state=TaskState.DONE
        )
        if part.points != sum((row.points for row in runs), Decimal(0)):
            return f"component result of attempt {part.attempt.uuid}"
    return None


def certificates() -> str | None:
    """Each certificate's snapshot has its hash."""
    return first_broken_certificate()


CHECKS: dict[str, Callable[[], str | None]] = {
    "audit_chains": audit_chains,
    "response_chains": response_chains,
    "projections": projections,
    "receipts": handed_in,
    "scores": scores,
    "certificates": certificates,
}


def verify() -> dict[str, str | None]:
    """Run all checks: name of check -> first bad record, or None."""
    return {name: check() for name, check in CHECKS.items()}
