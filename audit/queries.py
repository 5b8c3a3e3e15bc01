"""Reads of the audit trail."""

from django.db.models import QuerySet

from audit.models import AuditEvent
from audit.services import event_hash


def trail(stream: str) -> QuerySet[AuditEvent]:
    """The events of one chain, newest first."""
    return AuditEvent.objects.filter(stream=stream).order_by("-seq")


def first_broken_event() -> AuditEvent | None:
    """Re-derive every chain; return the first event that does not follow from the one before, else None."""
    previous: AuditEvent | None = None
    for event in AuditEvent.objects.order_by("stream", "seq").iterator(chunk_size=1000):
        first = previous is None or previous.stream != event.stream
        prev_hash, seq = ("0" * 64, 1) if first else (previous.hash, previous.seq + 1)  # type: ignore[union-attr]
        if event.prev != prev_hash or event.seq != seq or event.hash != event_hash(event):
            return event
        previous = event
    return None
