"""The audit trail itself, and what it tells about a thing."""

from audit.models import AuditEvent
from audit.queries import first_broken_event


def audit_chains() -> str | None:
    """Every audit event follows from the one before."""
    event = first_broken_event()
    return f"audit {event.stream} seq {event.seq}" if event else None


def told_of(target: str) -> list[AuditEvent]:
    """What the trail tells of one thing, oldest first."""
    return list(AuditEvent.objects.filter(target=target).order_by("stream", "seq"))
