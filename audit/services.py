"""The one way to write the audit trail."""

import datetime as dt
from typing import Any, Protocol

from django.db import connection

from audit.models import AuditEvent
from lib.canonical import canonical_sha256
from lib.clock import epoch_microseconds


class Actor(Protocol):
    """Whoever acts: a user, or SYSTEM."""

    uuid: Any
    display_name: str


class _System:
    uuid = "system"
    display_name = "系统"


SYSTEM: Actor = _System()


def event_hash(event: AuditEvent) -> str:
    """The chain's link: SHA-256 of the canonical JSON of everything the row says and the previous link."""
    return canonical_sha256(
        {
            "prev": event.prev,
            "stream": event.stream,
            "seq": event.seq,
            "at": epoch_microseconds(event.at),
            "actor": event.actor,
            "actor_name": event.actor_name,
            "action": event.action,
            "target": event.target,
            "reason": event.reason,
            "data": event.data,
        }
    )


def record(
    *,
    stream: str,
    by: Actor,
    at: dt.datetime,
    action: str,
    target: str,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event to ``stream`` inside the caller's transaction.

    A transaction-level advisory lock per stream serialises writers of the same stream only.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 71))", [stream])
    last = AuditEvent.objects.filter(stream=stream).order_by("-seq").first()
    event = AuditEvent(
        stream=stream,
        seq=last.seq + 1 if last else 1,
        at=at,
        actor=str(by.uuid),
        actor_name=by.display_name,
        action=action,
        target=target,
        reason=reason,
        data=data or {},
        prev=last.hash if last else "0" * 64,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return event
