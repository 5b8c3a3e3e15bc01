"""The one way to write the audit trail."""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from audit.models import AuditEvent
from lib.canonical import canonical_sha256, canonical_text
from lib.clock import epoch_microseconds
from lib.rows import rows


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


@dataclass(frozen=True)
class Act:
    """One event to be recorded: what somebody did to ``target``, with reason and further ``data``."""

    stream: str
    by: Actor
    at: dt.datetime
    action: str
    target: str
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def record(
    *,
    stream: str,
    by: Actor,
    at: dt.datetime,
    action: str,
    target: str,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Append one event to ``stream`` inside the caller's transaction."""
    record_all([Act(stream, by, at, action, target, reason, data or {})])


def record_all(acts: list[Act]) -> None:
    """Append events in their order inside the caller's transaction: one round trip, whatever their number.

    A transaction-level advisory lock per stream serialises writers of the same streams only.
    """
    rows("SELECT audit_append(%s::json)", json.dumps([_for_database(act) for act in acts]))


def _for_database(act: Act) -> dict[str, Any]:
    """An act as ``audit_append`` takes it. Canonical JSON sorts its members: prev stands before the reason, seq after."""
    before = {
        "action": act.action,
        "actor": str(act.by.uuid),
        "actor_name": act.by.display_name,
        "at": epoch_microseconds(act.at),
        "data": act.data,
    }
    after = {"stream": act.stream, "target": act.target}
    return {
        **before, **after, "at": act.at.isoformat(), "reason": act.reason,
        "parts": [
            canonical_text(before)[:-1] + ',"prev":"',
            f'","reason":{canonical_text(act.reason)},"seq":',
            "," + canonical_text(after)[1:],
        ],
    }  # fmt: skip
