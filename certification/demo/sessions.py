"""Demo sessions: registered, seated candidates who can sit."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.services import create_candidate
from certification.demo import people
from certification.demo.setup import STAFF, House
from exams.enums import AttemptState, SessionState, TakeOver
from exams.models import Registration, Room, Session, SessionForm, SessionProctor
from exams.scheduling import services as scheduling
from lib.clock import database_now

ROOM_SIZE = 30
A_DAY = 24 * 60


@dataclass(frozen=True)
class DemoCandidate:
    """How a demo candidate signs in."""

    ticket_number: str
    id_number: str
    username: str
    password: str
    name: str

    def as_json(self) -> dict[str, str]:
        return {
            "ticket_number": self.ticket_number, "id_number": self.id_number,
            "username": self.username, "password": self.password, "name": self.name,
        }  # fmt: skip


@transaction.atomic
def make_session(
    house: House, *, candidates: int, seed: str, level: str = "初级", name: str = "", is_open: bool = True
) -> tuple[Session, list[DemoCandidate]]:
    """Make one session with seated candidates; open means: published and started, entry and take-over permitted.

    The same seed names the same people, so a person may be registered in several demo sessions.
    """
    scheme = house.schemes[level]
    now = database_now()
    session = Session.objects.create(
        organisation=house.organisation, batch=house.batch, scheme=scheme, site=house.site,
        name=name or f"演示场次（{level}）", starts_at=now, entry_minutes=A_DAY, take_over=TakeOver.CANDIDATE,
    )  # fmt: skip
    for component in scheme.components.all():
        SessionForm.objects.create(
            session=session, component=component.component, form=house.forms[level, component.component]
        )
    SessionProctor.objects.create(session=session, user=house.staff["proctor"])
    # One slow hash for the whole batch: the password is the same for all candidates of a seed.
    secret = people.password(f"candidate/{seed}")
    hashed = make_password(secret)
    rows = []
    for index in range(candidates):
        number = people.id_number(seed, index)
        username = f"c-{seed}-{index + 1:04d}"[:80]
        person = create_candidate(
            name=people.name(seed, index), id_number=number, username=username, password_hash=hashed,
            sex=people.sex(number),
        )  # fmt: skip
        room = _room(house, index // ROOM_SIZE)
        ticket = (
            f"{now.year % 100:02d}{house.batch.number:02d}{house.site.code}{session.pk:05d}{index + 1:04d}"
        )
        scheduling.register(
            session=session,
            candidate=person,
            room=room,
            seat=f"{index % ROOM_SIZE + 1:02d}",
            ticket_number=ticket,
        )
        rows.append(DemoCandidate(ticket, number, person.user.username, secret, person.name))
    if is_open:
        scheduling.publish(session_id=session.pk, by=house.staff["admin"])
        scheduling.start(session_id=session.pk, by=house.staff["proctor"])
        session.refresh_from_db()
    return session, rows


def _room(house: House, index: int) -> Room:
    room, _ = Room.objects.get_or_create(
        site=house.site, name=f"第 {index + 1:02d} 考场", defaults={"capacity": ROOM_SIZE}
    )
    return room


def sittable() -> tuple[Session, list[Registration]] | None:
    """A running demo session in which somebody can still start, with those registrations; None when there is none."""
    for session in Session.objects.filter(state=SessionState.RUNNING, organisation__is_demo=True).order_by(
        "-pk"
    )[:20]:
        free = list(
            session.registrations.filter(attempts__state=AttemptState.READY)
            .exclude(attempts__state__in=[value for value in AttemptState.values if value != AttemptState.READY])
            .select_related("candidate__user").distinct().order_by("ticket_number")
        )  # fmt: skip
        if free:
            return session, free
    return None


def staff_accounts() -> list[dict[str, Any]]:
    """The demo staff with their passwords."""
    return [
        {
            "username": username,
            "password": people.password(username),
            "role": str(roles[0]),
            "name": name,
            "note": note,
        }
        for username, name, roles, note in STAFF
    ]
