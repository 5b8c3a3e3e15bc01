"""The console: one snapshot of a session, however many look."""

import datetime as dt
from typing import Any

from exams.delivery import clock, queries
from exams.delivery.formcache import slots_of_form
from exams.enums import OPEN_STATES, AttemptState
from exams.models import Session

LOST_AFTER = dt.timedelta(seconds=40)


def console(session: Session, now: dt.datetime, rooms: set[int] | None) -> dict[str, Any]:
    """Everything the console shows of the rooms looked after: per attempt its state, progress and time left."""
    rows = []
    for attempt in queries.attempts_of_session(session.pk):
        registration = attempt.registration
        if rooms is not None and registration.room_id not in rooms:
            continue
        lost = attempt.state in OPEN_STATES and (
            attempt.last_seen_at is None or now - attempt.last_seen_at > LOST_AFTER
        )
        end = clock.ends_at(attempt) if attempt.state in OPEN_STATES else None
        rows.append(
            {
                "id": str(attempt.uuid),
                "component": attempt.component,
                "component_label": attempt.get_component_display(),
                "state": attempt.state,
                "state_label": "未到"
                if _absent(attempt.state, registration.promised_at)
                else attempt.get_state_display(),
                "lost": lost,
                "room": {"id": str(registration.room.uuid), "name": registration.room.name},
                "seat": registration.seat,
                "name": registration.candidate.name,
                "ticket_number": registration.ticket_number,
                "answered": attempt.answered,  # type: ignore[attr-defined]
                "items": len(slots_of_form(attempt.form_id)),
                "granted_seconds": attempt.granted,  # type: ignore[attr-defined]
                "ends_at": end.isoformat() if end else None,
                "paused": attempt.state == AttemptState.PAUSED,
                "last_seen_at": attempt.last_seen_at.isoformat() if attempt.last_seen_at else None,
            }
        )
    return {
        "session": {"id": str(session.uuid), "name": session.name, "state": session.state,
                    "state_label": session.get_state_display()},
        "attempts": rows,
    }  # fmt: skip


def _absent(state: str, promised_at: dt.datetime | None) -> bool:
    return state == AttemptState.READY and promised_at is None
