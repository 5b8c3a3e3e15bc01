"""The console: one snapshot of a session, however many look."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.policies import roles_of
from audit.models import AuditEvent
from audit.queries import trail
from exams.delivery import clock, late, queries
from exams.delivery.formcache import slots_of_form
from exams.enums import EventState
from exams.models import (
    Attempt,
    LateDecision,
    Registration,
    RescueUpload,
    Response,
    ResponseEvent,
    Session,
    SessionProctor,
)
from exams.scheduling.queries import sessions_for
from itembank.queries import response_in_words
from lib.canonical import parse
from proctoring.policies import VIEWERS
from proctoring.words import act_in_words, duration, rescue_in_words

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


@dataclass(frozen=True)
class LateAnswer:
    """One late answer beside what counts now. ``counts`` says what became of it, empty while nobody decided."""

    seq: int
    place: str
    received_at: dt.datetime
    after: str
    now: str
    late: str
    decided: LateDecision | None


@dataclass(frozen=True)
class LateAttempt:
    """A candidate's component with its late answers; ``waiting`` of them want a decision."""

    attempt: Attempt
    answers: list[LateAnswer]
    waiting: int


def late_attempts(session: Session, rooms: set[int] | None) -> list[LateAttempt]:
    """Components with late answers by room and seat, those that wait for a decision first: four queries, however many."""
    of_session = ResponseEvent.objects.filter(attempt__registration__session=session, state=EventState.HELD)
    if rooms is not None:
        of_session = of_session.filter(attempt__registration__room__in=rooms)
    waiting = set(late.undecided(of_session).values_list("pk", flat=True))
    decided = {one.event_id: one for one in LateDecision.objects.filter(event__in=of_session)}
    held = of_session.filter(Q(pk__in=waiting) | Q(pk__in=decided)).order_by("attempt_id", "seq")
    by_attempt: dict[int, list[ResponseEvent]] = {}
    for event in held:
        by_attempt.setdefault(event.attempt_id, []).append(event)
    counts = {
        (one.attempt_id, one.slot): one.response
        for one in Response.objects.filter(attempt__in=list(by_attempt))
    }
    found = []
    for attempt in queries.with_clock(Attempt.objects.filter(pk__in=list(by_attempt))).select_related(
        "registration__room"
    ):
        items = slots_of_form(attempt.form_id)
        frozen = set(attempt.frozen)
        places = {slot: number for number, slot in enumerate(items, 1)}
        end = min(filter(None, (clock.ends_at(attempt), attempt.submitted_at)))
        answers = [
            LateAnswer(
                seq=one.seq,
                place=f"第 {places[one.slot]} 题",
                received_at=one.received_at,
                after=_too_late(one, end, one.slot in frozen),
                now=_in_words(items[one.slot], counts.get((attempt.pk, one.slot))),
                late=_in_words(items[one.slot], one.response),
                decided=decided.get(one.pk),
            )
            for one in by_attempt[attempt.pk]
        ]
        found.append(LateAttempt(attempt, answers, sum(one.decided is None for one in answers)))
    return sorted(
        found,
        key=lambda one: (
            not one.waiting, one.attempt.registration.room.name, one.attempt.registration.seat, one.attempt.position,
        ),
    )  # fmt: skip


def _too_late(event: ResponseEvent, end: dt.datetime, frozen: bool) -> str:
    """Why an answer is held: how long after the end it came, or that the item was seen before a break."""
    seconds = round((event.received_at - end).total_seconds())
    return "休息后修改" if frozen and seconds <= 0 else f"晚 {duration(max(1, seconds))}"


def _in_words(item: dict[str, Any], text: str | None) -> str:
    return "" if text is None else response_in_words(item, parse(text))


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
    """Candidates with more time than others, or with breaks, by room and seat."""
    return (
        Registration.objects.filter(Q(factor__gt=1) | Q(break_minutes__gt=0), session=session)
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
