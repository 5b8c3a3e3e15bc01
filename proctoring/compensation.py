"""掉线补时: lost connections of a room become one proposal; accepted, everybody gets exactly what he lost, once."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from accounts.models import User
from audit.services import record
from exams.delivery import timing
from exams.enums import OPEN_STATES, GrantKind
from exams.models import Attempt, ConnectionGap, Room, Session, TimeGrant
from lib.clock import database_now
from lib.refusals import Conflict, Invalid, NotFound
from proctoring import policies
from proctoring.models import GapAnswer

# Connections of one room that were lost within this time of each other are one outage.
TOGETHER = dt.timedelta(seconds=60)
# A page is heard of about every two seconds: between the last sign of life and the loss itself, and again until the next
# sign after it, half of that passes on average. What is left is within two seconds of what was lost.
HEARD_EVERY = 2.0
REASON = "网络中断，按掉线时间补时"
_NAMES = uuid.UUID("6a0b8ba5-52c0-4c36-8d7f-3a1c8c0a5f11")


@dataclass(frozen=True)
class Loss:
    """One candidate's lost seconds by one gap."""

    gap: ConnectionGap
    seconds: int


@dataclass
class Proposal:
    """One outage of one room. ``key`` names exactly these gaps."""

    room: Room
    lost_at: dt.datetime
    back_at: dt.datetime
    losses: list[Loss] = field(default_factory=list)

    @property
    def key(self) -> str:
        return ",".join(str(loss.gap.pk) for loss in self.losses)

    @property
    def people(self) -> int:
        return len({loss.gap.attempt_id for loss in self.losses})

    @property
    def seconds(self) -> int:
        """The median of what was lost."""
        each = sorted(loss.seconds for loss in self.losses)
        return each[len(each) // 2]


def proposals(session: Session, rooms: set[int] | None) -> list[Proposal]:
    """Outages of the rooms looked after that nobody has decided about, newest first; two queries, however many."""
    gaps = (
        ConnectionGap.objects.filter(
            attempt__registration__session=session, attempt__state__in=OPEN_STATES, answer__isnull=True
        )
        .select_related("attempt__registration__room", "attempt__registration__candidate")
        .order_by(F("attempt__registration__room_id"), "lost_at")
    )
    if rooms is not None:
        gaps = gaps.filter(attempt__registration__room__in=rooms)
    found: list[Proposal] = []
    for loss in _losses(list(gaps)):
        room = loss.gap.attempt.registration.room
        if not found or found[-1].room != room or loss.gap.lost_at - found[-1].lost_at > TOGETHER:
            found.append(Proposal(room, loss.gap.lost_at, loss.gap.back_at))
        found[-1].losses.append(loss)
        found[-1].back_at = max(found[-1].back_at, loss.gap.back_at)
    return sorted(found, key=lambda one: one.lost_at, reverse=True)


def _losses(gaps: Sequence[ConnectionGap]) -> list[Loss]:
    """What each gap took from its candidate's clock: pauses inside it took nothing, the clock stood still."""
    pauses: dict[int, list[TimeGrant]] = {}
    of_these = TimeGrant.objects.filter(kind=GrantKind.PAUSE, attempt__in={gap.attempt_id for gap in gaps})
    for pause in of_these:
        pauses.setdefault(pause.attempt_id, []).append(pause)
    found = []
    for gap in gaps:
        lost = (gap.back_at - gap.lost_at).total_seconds() - HEARD_EVERY
        for pause in pauses.get(gap.attempt_id, ()):
            began = max(gap.lost_at, pause.granted_at - dt.timedelta(seconds=pause.seconds))
            lost -= max(0.0, (min(gap.back_at, pause.granted_at) - began).total_seconds())
        if lost > 0:
            found.append(Loss(gap, max(1, round(lost))))
    return found


@transaction.atomic
def answer(*, session: Session, key: str, accept: bool, by: User) -> int:
    """Grant exactly what a proposal names to exactly those, or note that nothing is granted; the number of candidates.

    All or nothing. Refuses (409) when any of it was decided before: nobody is granted anything twice.
    """
    wanted = [int(one) for one in key.split(",") if one.isdecimal() and len(one) < 18]
    # In the order of the ids, as everybody locks: a second proctor waits here and then finds it decided.
    gaps = list(
        ConnectionGap.objects.filter(pk__in=wanted, attempt__registration__session=session)
        .select_related("attempt__registration__room")
        .order_by("attempt_id", "pk")
    )
    if not wanted or len(gaps) != len(set(wanted)):
        raise NotFound("没有找到这次掉线，请刷新页面。")
    policies.check_steer(by, session, [gap.attempt for gap in gaps])
    list(
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in={gap.attempt_id for gap in gaps})
        .order_by("pk")
    )
    if GapAnswer.objects.filter(gap__in=gaps).exists():
        raise Conflict("这次掉线已经处理过了，请刷新页面查看最新情况。", code="decided")
    seconds = {loss.gap.pk: loss.seconds for loss in _losses(gaps)}
    if len(seconds) != len(gaps):
        raise Invalid("这次掉线没有耽误考生的时间，不需要补时。", code="nothing_lost")
    now = database_now()
    for gap in gaps:
        if accept:
            timing.grant(
                attempt_id=gap.attempt_id, seconds=seconds[gap.pk], reason=REASON, by=by,
                request=uuid.uuid5(_NAMES, str(gap.pk)),
            )  # fmt: skip
    GapAnswer.objects.bulk_create(
        [
            GapAnswer(
                gap=gap, seconds=seconds[gap.pk] if accept else 0, decided_by=by.display_name, decided_at=now
            )
            for gap in gaps
        ]
    )
    if not accept:
        record(
            stream=session.stream, by=by, at=now, action="session.no_compensation",
            target=f"session:{session.uuid}", data={"people": len({gap.attempt_id for gap in gaps})},
        )  # fmt: skip
    return len({gap.attempt_id for gap in gaps})
