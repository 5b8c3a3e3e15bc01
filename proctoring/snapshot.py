"""The console's data: one reading of the database per session, process and moment, however many people look.

A reading keeps every row's text and when it last changed, so that a page that has one already gets only what is new since
(``since``); a row is made again only when something of it changed. Moments are the database's, taken before the reading:
what one process calls new after a moment, another had in its own reading of that moment.
"""

import datetime as dt
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

from exams.delivery.formcache import slots_of_form
from exams.delivery.queries import EMPTY_RESPONSES
from exams.enums import OPEN_STATES, AttemptState, Component
from exams.models import Session
from lib.rows import rows
from proctoring.compensation import Proposal, proposals

# How long a candidate's page may be silent before it counts as lost.
LOST_AFTER = dt.timedelta(seconds=10)
# Readings of two processes do not begin at exactly their moments: what is new is told over this overlap.
OVERLAP = dt.timedelta(seconds=0.5)
# However much happens: two readings are at least so far apart (seconds).
CLOSEST = 0.15
FORGET_AFTER = 600.0

# Everything a row shows that is read with its attempt. A page's last sign of life is told only once it is silent.
ATTEMPTS = """
SELECT a.id, a.events, a.uuid::text AS uuid, a.component, a.state, a.form_id, a.limit_seconds, a.factor, a.started_at,
       a.clock_from, a.paused_at, a.paused_until, CASE WHEN o.lost THEN a.last_seen_at END AS silent_since, o.lost, r.id AS registration_id,
       r.uuid::text AS registration, r.seat, r.ticket_number, r.promised_at IS NOT NULL AS promised,
       r.checked_in_at IS NOT NULL AS checked_in, r.room_id, m.uuid::text AS room, m.name AS room_name, c.name,
       coalesce(g.granted, 0) AS granted, coalesce(g.given, 0) AS given
  FROM exams_attempt a
  JOIN exams_registration r ON r.id = a.registration_id
  JOIN exams_room m ON m.id = r.room_id
  JOIN accounts_candidate c ON c.id = r.candidate_id
  CROSS JOIN LATERAL (SELECT a.state IN ('in_progress', 'paused')
                             AND coalesce(clock_timestamp() - a.last_seen_at > %s, true) AS lost) o
  LEFT JOIN (SELECT t.attempt_id, sum(t.seconds) AS granted, sum(t.seconds) FILTER (WHERE t.kind = 'grant') AS given
               FROM exams_timegrant t JOIN exams_attempt ta ON ta.id = t.attempt_id
               JOIN exams_registration tr ON tr.id = ta.registration_id
              WHERE tr.session_id = %s GROUP BY t.attempt_id) g ON g.attempt_id = a.id
 WHERE r.session_id = %s"""
# All of a session in the order of the seats, each with a number that changes with what it shows: only rows that changed are
# fetched whole.
MARKS = f"""
SELECT n.id, n.events, hashtextextended(ROW(n.state, n.factor, n.started_at, n.clock_from, n.paused_at, n.paused_until, n.silent_since, n.lost, n.seat,
       n.promised, n.checked_in, n.room_id, n.name, n.granted, n.given)::text, 0), 'attempt:' || n.uuid, n.registration_id
  FROM ({ATTEMPTS}) n JOIN exams_attempt s ON s.id = n.id ORDER BY n.room_name, n.seat, s.position"""  # noqa: S608
WHOLE = f"SELECT * FROM ({ATTEMPTS}) n WHERE n.id = ANY (%s)"  # noqa: S608
ANSWERED = """
SELECT attempt_id, count(*) FILTER (WHERE NOT response = ANY (%s)) FROM exams_response WHERE attempt_id = ANY (%s)
 GROUP BY attempt_id"""
# Late answers nobody decided, candidates moved to another machine, open records of misconduct: few rows, or none.
LATE = """
SELECT e.attempt_id, count(*) FROM exams_responseevent e
  LEFT JOIN exams_latedecision d ON d.event_id = e.id
  LEFT JOIN exams_response h ON h.attempt_id = e.attempt_id AND h.slot = e.slot
 WHERE e.attempt_id = ANY (%s) AND e.state = 'held' AND d.id IS NULL AND e.rev > coalesce(h.rev, -1) GROUP BY e.attempt_id"""
MOVED = """
SELECT target, count(*) FROM audit_auditevent
 WHERE stream = %s AND action IN ('attempt.take_over', 'attempt.admit_device') GROUP BY target"""
MISCONDUCT = """
SELECT i.registration_id, count(*) FROM proctoring_incident i LEFT JOIN proctoring_incidentdecision d ON d.incident_id = i.id
 WHERE i.session_id = %s AND i.tier > 0 AND d.id IS NULL GROUP BY i.registration_id"""


@dataclass
class _Row:
    """``mark`` changes with anything the row shows."""

    mark: tuple[Any, ...]
    room: int
    text: str
    changed_at: dt.datetime


@dataclass
class Reading:
    """One reading of a session: ``at`` is the database's moment just before it."""

    at: dt.datetime
    made: float
    state: tuple[str, str]
    newest_act: int
    rows: dict[int, _Row] = field(default_factory=dict)
    outages: list[Proposal] = field(default_factory=list)
    # What was made once for viewers of the same rooms with the same earlier reading.
    texts: dict[tuple[frozenset[int] | None, dt.datetime | None], bytes] = field(default_factory=dict)
    etags: dict[frozenset[int] | None, str] = field(default_factory=dict)

    def text(self, session: Session, rooms: set[int] | None, since: dt.datetime | None) -> bytes:
        """The answer's JSON: all rows of these rooms (None: all), or those changed since."""
        key = None if rooms is None else frozenset(rooms), since
        if key not in self.texts:
            self.texts[key] = self._text(session, rooms, since).encode()
        return self.texts[key]

    def _text(self, session: Session, rooms: set[int] | None, since: dt.datetime | None) -> str:
        new = [
            row.text
            for row in self.rows.values()
            if (rooms is None or row.room in rooms) and (since is None or row.changed_at > since - OVERLAP)
        ]
        head = json.dumps(
            {
                "id": str(session.uuid),
                "name": session.name,
                "state": self.state[0],
                "state_label": self.state[1],
            },
            ensure_ascii=False,
        )
        whole = "true" if since is None else "false"
        outages = self._outages(rooms)
        return f'{{"session":{head},"at":"{self.at.isoformat()}","whole":{whole},"outages":{outages},"attempts":[{",".join(new)}]}}'

    def _outages(self, rooms: set[int] | None) -> str:
        """Lost connections that want a decision, as the console shows them."""
        return json.dumps(
            [
                {
                    "key": one.key, "room": one.room.name, "people": one.people, "seconds": one.seconds,
                    "lost_at": one.lost_at.isoformat(), "back_at": one.back_at.isoformat(),
                    "each": [
                        {
                            "seat": loss.gap.attempt.registration.seat,
                            "name": loss.gap.attempt.registration.candidate.name, "seconds": loss.seconds,
                        }
                        for loss in one.losses
                    ],
                }
                for one in self.outages
                if rooms is None or one.room.pk in rooms
            ],
            ensure_ascii=False,
        )  # fmt: skip

    def etag(self, rooms: set[int] | None) -> str:
        """Names the content of a whole answer for these rooms; the moment of the reading is no part of it."""
        key = None if rooms is None else frozenset(rooms)
        if key not in self.etags:
            digest = hashlib.sha256((self.state[0] + self._outages(rooms)).encode())
            for row in self.rows.values():
                if rooms is None or row.room in rooms:
                    digest.update(row.text.encode())
            self.etags[key] = f'"{digest.hexdigest()[:32]}"'
        return self.etags[key]


class _Desk:
    """What this process knows of one session."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reading: Reading | None = None
        self.answered: dict[
            int, tuple[int, int]
        ] = {}  # attempt -> (events it was counted at, answered slots)
        # Told by the trail, and so read anew only when somebody did something: target or registration -> number.
        self.told_at = -1
        self.moved: dict[str, int] = {}
        self.misconduct: dict[int, int] = {}


_desks: dict[int, _Desk] = {}
_desks_lock = threading.Lock()


def reading_of(session_id: int) -> Reading:
    """A reading of the session that is at most ``CONSOLE_SNAPSHOT_SECONDS`` old and knows every act of a person; whoever
    comes while it is made gets that one."""
    desk = _desk(session_id)
    with desk.lock:
        if desk.reading is None or not _is_fresh(session_id, desk.reading):
            desk.reading = _read(session_id, desk)
        return desk.reading


def _desk(session_id: int) -> _Desk:
    with _desks_lock:
        now = time.monotonic()
        for known, desk in list(_desks.items()):
            if known != session_id and desk.reading and now - desk.reading.made > FORGET_AFTER:
                del _desks[known]
        return _desks.setdefault(session_id, _Desk())


def _is_fresh(session_id: int, reading: Reading) -> bool:
    age, longest = time.monotonic() - reading.made, settings.CONSOLE_SNAPSHOT_SECONDS
    if age >= longest:
        return False
    return age < min(CLOSEST, longest) or _newest_act(session_id) == reading.newest_act


def _newest_act(session_id: int) -> int:
    """The number of the newest event of the session's trail."""
    found = rows(
        "SELECT coalesce(max(seq), 0) FROM audit_auditevent"
        " WHERE stream = (SELECT 'session:' || uuid FROM exams_session WHERE id = %s)",
        session_id,
    )
    number: int = found[0][0]
    return number


def _read(session_id: int, desk: _Desk) -> Reading:
    (at,) = rows("SELECT clock_timestamp()")[0]
    newest_act = _newest_act(session_id)
    session = Session.objects.only("uuid", "state").get(pk=session_id)
    reading = Reading(
        at=at,
        made=time.monotonic(),
        state=(session.state, str(session.get_state_display())),
        newest_act=newest_act,
    )
    if desk.told_at != newest_act:
        desk.moved, desk.misconduct = dict(rows(MOVED, session.stream)), dict(rows(MISCONDUCT, session_id))
        desk.told_at = newest_act
    listed = rows(MARKS, LOST_AFTER, session_id, session_id)
    _count(desk, {pk: events for pk, events, *_ in listed})
    late = dict(rows(LATE, [one[0] for one in listed]))
    reading.outages = proposals(session, None)
    before = desk.reading.rows if desk.reading else {}
    marks: dict[int, tuple[Any, ...]] = {
        pk: (
            mark,
            desk.answered[pk][1],
            late.get(pk, 0),
            desk.moved.get(target, 0),
            desk.misconduct.get(registration, 0),
        )
        for pk, _, mark, target, registration in listed
    }
    changed = [pk for pk, mark in marks.items() if pk not in before or before[pk].mark != mark]
    whole = (
        {one[0]: one for one in rows(WHOLE, LOST_AFTER, session_id, session_id, changed)} if changed else {}
    )
    for pk, mark in marks.items():
        if pk in whole:
            facts = whole[pk]
            reading.rows[pk] = _Row(mark, facts[18], _compact(_shown(facts, mark, at)), at)
        elif pk in before:
            reading.rows[pk] = before[pk]
    return reading


def _count(desk: _Desk, events: dict[int, int]) -> None:
    """Count the answered slots of attempts whose chain grew."""
    grown = [pk for pk, number in events.items() if desk.answered.get(pk, (-1, 0))[0] != number]
    if grown:
        counted = dict(rows(ANSWERED, EMPTY_RESPONSES, grown))
        desk.answered.update({pk: (events[pk], counted.get(pk, 0)) for pk in grown})


def _compact(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _shown(facts: tuple[Any, ...], mark: tuple[Any, ...], at: dt.datetime) -> dict[str, Any]:
    """One row of the console: an attempt with its candidate."""
    (_, _, uuid, component, state, form, limit, factor, started_at, clock_from, paused_at, paused_until, silent_since, lost, _, registration, seat,
     ticket, promised, checked_in, _, room, room_name, name, granted, given) = facts  # fmt: skip
    _, answered, late, moved, misconduct = mark
    allowed = dt.timedelta(seconds=-int(-(Decimal(limit) * factor) // 1) + int(granted))
    # A clock that components share runs on while one of them waits to be begun.
    end = clock_from + allowed if clock_from and state in (AttemptState.READY, *OPEN_STATES) else None
    paused = state == AttemptState.PAUSED
    left = max(0, (end - (paused_at or at)) // dt.timedelta(milliseconds=1)) if end else None
    return {
        "id": uuid, "component": component, "component_label": str(Component(component).label), "state": state,
        "state_label": "休息中" if paused_until else _state_label(
            state, signed_in=promised or checked_in, begun=started_at is not None
        ),
        "lost": lost, "room": {"id": room, "name": room_name}, "seat": seat, "name": name, "ticket_number": ticket,
        "registration": registration, "checked_in": checked_in, "answered": answered, "items": len(slots_of_form(form)),
        "granted_seconds": int(given), "late_answers": late, "moved": moved, "misconduct": misconduct,
        "factor": float(factor), "ends_at": end.isoformat() if end else None, "paused": paused,
        "break_until": paused_until.isoformat() if paused_until else None,
        # The clock stands still while paused: then, and only then, a figure that does not change.
        "remaining_ms": left if paused else None,
        "last_seen_at": silent_since.isoformat() if silent_since else None,
    }  # fmt: skip


def _state_label(state: str, *, signed_in: bool, begun: bool) -> str:
    """The state as a proctor says it: who has not signed in is 未到, who has is 已登录, who never came is 缺考."""
    if state == AttemptState.READY:
        return "已登录" if signed_in else "未到"
    if state == AttemptState.EXPIRED and not begun:
        return "缺考"
    return str(AttemptState(state).label)
