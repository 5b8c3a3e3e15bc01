"""The console: one snapshot of a session, however many look."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.enums import Role
from accounts.policies import roles_of
from audit.models import AuditEvent
from audit.queries import trail
from exams.delivery import clock, queries
from exams.delivery.formcache import slots_of_form
from exams.enums import OPEN_STATES, AttemptState, GrantKind
from exams.models import Attempt, Registration, RescueUpload, Session, SessionProctor, TimeGrant
from exams.scheduling.queries import sessions_for
from proctoring.policies import VIEWERS
from proctoring.words import act_in_words, rescue_in_words

LOST_AFTER = dt.timedelta(seconds=40)
# What happens in the room; scores and certificates leave their traces in the same chain, but not in the room's log.
IN_THE_ROOM = (
    Q(action__startswith="session.")
    | Q(action__startswith="registration.")
    | Q(action__startswith="attempt.")
)


def sessions_seen_by(user: Any) -> QuerySet[Session]:
    """Administrators and supervisors see the organisation's sessions, a proctor those of his duties."""
    roles = roles_of(user)
    whole = [one for one, held in roles.items() if held & {Role.ADMINISTRATOR, Role.SUPERVISOR}]
    own = [one for one, held in roles.items() if held & set(VIEWERS)]
    duties = SessionProctor.objects.filter(user=user).values("session")
    return (
        sessions_for(user)
        .filter(Q(organisation__in=whole) | Q(organisation__in=own, pk__in=duties))
        .select_related("scheme__level__standard")
    )


def console(session: Session, now: dt.datetime, rooms: set[int] | None) -> dict[str, Any]:
    """Everything the console shows of the rooms looked after: per attempt its state, progress and time left."""
    rows = []
    granted = _granted(session)
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
                "state_label": _state_label(attempt, registration),
                "lost": lost,
                "room": {"id": str(registration.room.uuid), "name": registration.room.name},
                "seat": registration.seat,
                "name": registration.candidate.name,
                "ticket_number": registration.ticket_number,
                "answered": attempt.answered,  # type: ignore[attr-defined]
                "items": len(slots_of_form(attempt.form_id)),
                "granted_seconds": granted.get(attempt.pk, 0),
                "factor": float(attempt.factor),
                "ends_at": end.isoformat() if end else None,
                "paused": attempt.state == AttemptState.PAUSED,
                # The clock stands still while paused: then, and only then, a figure that does not change.
                "remaining_ms": clock.remaining_ms(attempt, now)
                if attempt.state == AttemptState.PAUSED
                else None,
                "last_seen_at": attempt.last_seen_at.isoformat() if attempt.last_seen_at else None,
            }
        )
    return {
        "session": {"id": str(session.uuid), "name": session.name, "state": session.state,
                    "state_label": session.get_state_display()},
        "attempts": rows,
    }  # fmt: skip


def _state_label(attempt: Attempt, registration: Registration) -> str:
    """The state as a proctor says it: who has not signed in is 未到, who never came is 缺考."""
    if attempt.state == AttemptState.READY and registration.promised_at is None:
        return "未到"
    if attempt.state == AttemptState.EXPIRED and attempt.started_at is None:
        return "缺考"
    return attempt.get_state_display()


def _granted(session: Session) -> dict[int, int]:
    """Extra seconds a person gave, per attempt; the time of a pause is no extra time."""
    rows = (
        TimeGrant.objects.filter(attempt__registration__session=session, kind=GrantKind.GRANT)
        .values("attempt").annotate(total=Sum("seconds"))
    )  # fmt: skip
    return {row["attempt"]: row["total"] for row in rows}


@dataclass(frozen=True)
class LogRow:
    """One line of the 考场日志."""

    event: AuditEvent
    act: str
    seat: str = ""
    name: str = ""


@dataclass
class RoomFigures:
    """应到 / 实到 / 缺考 of the rooms looked after."""

    expected: int = 0
    present: int = 0
    rooms: list[str] = field(default_factory=list)

    @property
    def absent(self) -> int:
        return self.expected - self.present


def log_events(session: Session, rooms: set[int] | None) -> QuerySet[AuditEvent]:
    """What happened in the rooms looked after, oldest first."""
    events = trail(session.stream).filter(IN_THE_ROOM).order_by("seq")
    if rooms is None:
        return events
    targets = [f"session:{session.uuid}"]
    targets += [
        f"registration:{one}" for one in _uuids(Registration.objects.filter(session=session, room__in=rooms))
    ]
    targets += [
        f"attempt:{one}"
        for one in _uuids(Attempt.objects.filter(registration__session=session, registration__room__in=rooms))
    ]
    return events.filter(target__in=targets)


@dataclass(frozen=True)
class RescueRow:
    """One handed-in rescue file and what became of it."""

    upload: RescueUpload
    outcome: str


def accommodated(session: Session) -> QuerySet[Registration]:
    """Candidates with more time than others, by room and seat."""
    return (
        Registration.objects.filter(session=session, factor__gt=1)
        .select_related("candidate", "room")
        .order_by("room__name", "seat")
    )


def rescue_uploads(session: Session, rooms: set[int] | None) -> list[RescueRow]:
    """Rescue files of the rooms looked after, newest first."""
    found = RescueUpload.objects.filter(attempt__registration__session=session).select_related(
        "attempt__registration__candidate", "attempt__registration__room"
    )
    if rooms is not None:
        found = found.filter(attempt__registration__room__in=rooms)
    return [RescueRow(one, rescue_in_words(one.counts)) for one in found.order_by("-pk")[:200]]


def _uuids(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.values_list("uuid", flat=True))


def log_rows(session: Session, events: list[AuditEvent]) -> list[LogRow]:
    """The events with seat and name of the candidate each is about: two queries however many events."""
    people: dict[str, tuple[str, str]] = {}
    for uuid, seat, name in Registration.objects.filter(session=session).values_list(
        "uuid", "seat", "candidate__name"
    ):
        people[f"registration:{uuid}"] = (seat, name)
    for uuid, seat, name in Attempt.objects.filter(registration__session=session).values_list(
        "uuid", "registration__seat", "registration__candidate__name"
    ):
        people[f"attempt:{uuid}"] = (seat, name)
    rows = []
    for event in events:
        seat, name = people.get(event.target, ("", ""))
        rows.append(LogRow(event=event, act=act_in_words(event.action, event.data), seat=seat, name=name))
    return rows


def room_figures(session: Session, rooms: set[int] | None) -> RoomFigures:
    """Counted from registrations and starts, for the head of the log."""
    registrations = Registration.objects.filter(session=session).order_by("room__name")
    if rooms is not None:
        registrations = registrations.filter(room__in=rooms)
    present = set(
        Attempt.objects.filter(registration__session=session, started_at__isnull=False).values_list(
            "registration_id", flat=True
        )
    )
    figures = RoomFigures()
    for pk, room in registrations.values_list("pk", "room__name"):
        figures.expected += 1
        figures.present += pk in present
        if room not in figures.rooms:
            figures.rooms.append(room)
    return figures
