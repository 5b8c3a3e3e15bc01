"""Acts of a proctor on one, several or all candidates. They reach attempts only through the exams room's services."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from exams.delivery import arrival, clock, late, queries, services, timing
from exams.delivery import rescue as rescue_files
from exams.enums import OPEN_STATES, AttemptState
from exams.models import Attempt, RescueUpload, Room, Session
from lib.clock import database_now
from lib.refusals import Invalid, NotFound, checked_reason
from proctoring import policies

Act = Callable[[int], Attempt]
# "all" and a room mean: everyone to whom the act applies; a named candidate must fit, else the act is refused.
APPLIES = {
    "grant": [AttemptState.READY, *OPEN_STATES],
    "pause": [AttemptState.IN_PROGRESS],
    "resume": [AttemptState.PAUSED],
    "end": OPEN_STATES,
    "messages": [AttemptState.READY, *OPEN_STATES],
    "admit": OPEN_STATES,
    "reopen": [AttemptState.SUBMITTED, AttemptState.EXPIRED],
    "absent": [AttemptState.READY],
    "check_in": [AttemptState.READY, *OPEN_STATES],
}
# What only those who look after all rooms may do.
OF_CHIEFS = {"reopen"}


def select(session: Session, target: Any, act: str) -> list[Attempt]:
    """Resolve ``[ids]``, ``"all"`` or ``{"room": id}`` to attempts of the session, in seat order.

    For everyone at once a candidate who has not begun the first component counts with that component only, so that
    extra time is not given twice.
    """
    attempts = list(queries.attempts_of_session(session.pk))
    if isinstance(target, list):
        wanted = {str(value) for value in target}
        chosen = [attempt for attempt in attempts if str(attempt.uuid) in wanted]
        if not wanted or len(chosen) != len(wanted):
            raise NotFound("所选考生中有人不在本场次，请刷新页面后重新选择。")
        return chosen
    if isinstance(target, dict) and set(target) == {"room"}:
        room = Room.objects.filter(uuid=_uuid(target["room"]), registrations__session=session).first()
        if room is None:
            raise NotFound("本场次没有这个考场，请刷新页面后重新选择。")
        attempts = [attempt for attempt in attempts if attempt.registration.room_id == room.pk]
    elif target != "all":
        raise Invalid(
            '请选择考生：attempts 应为编号列表、"all" 或 {"room": 考场编号}。',
            errors=[{"field": "attempts", "code": "wrong_shape", "message": "请选择考生。"}],
        )
    fitting = [attempt for attempt in attempts if attempt.state in APPLIES[act]]
    if act == "resume":  # whoever takes a break comes back by himself, or when its time is over
        fitting = [attempt for attempt in fitting if attempt.paused_until is None]
    first: dict[int, Attempt] = {}
    for attempt in sorted(fitting, key=lambda one: (one.state == AttemptState.READY, one.position)):
        first.setdefault(attempt.registration_id, attempt)
    return sorted(first.values(), key=lambda one: (one.registration.room.name, one.registration.seat))


def _uuid(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise NotFound("本场次没有这个考场，请刷新页面后重新选择。") from None


@transaction.atomic
def act(
    *,
    session: Session,
    name: str,
    target: Any,
    by: User,
    seconds: Any = None,
    text: str = "",
    reason: str = "",
    request: UUID | None = None,
) -> list[dict[str, Any]]:
    """Do one act on all selected attempts, all or nothing; return per attempt the new state and time left.

    ``request`` names one click: the same grant sent twice adds its seconds once.
    """
    chosen = select(session, target, name)
    policies.check_steer(by, session, chosen)
    if name in OF_CHIEFS:
        policies.check_steer_session(by, session)
    if not chosen:
        raise Invalid("没有可以进行这一步的考生，请刷新页面查看最新状态。", code="nobody")
    acts: dict[str, Act] = {
        "grant": lambda pk: timing.grant(
            attempt_id=pk, seconds=seconds, reason=reason, by=by, request=request
        ),
        "pause": lambda pk: timing.pause(attempt_id=pk, reason=reason, by=by),
        "resume": lambda pk: timing.resume(attempt_id=pk, reason=reason, by=by),
        "end": lambda pk: services.end(attempt_id=pk, reason=reason, by=by),
        "messages": lambda pk: services.message(attempt_id=pk, text=text, by=by),
        "admit": lambda pk: services.admit_device(attempt_id=pk, reason=reason, by=by),
        "reopen": lambda pk: timing.reopen(attempt_id=pk, seconds=seconds or 0, reason=reason, by=by),
        "absent": lambda pk: services.mark_absent(attempt_id=pk, reason=reason, by=by),
        "check_in": lambda pk: _check_in(pk, by),
    }
    # Locks are taken in the order of ids, so that two proctors acting on the same room never deadlock.
    changed = {attempt.pk: acts[name](attempt.pk) for attempt in sorted(chosen, key=lambda one: one.pk)}
    now = database_now()
    return [
        {
            "id": str(attempt.uuid),
            "state": changed[attempt.pk].state,
            "remaining_ms": clock.remaining_ms(changed[attempt.pk], now),
        }
        for attempt in chosen
    ]


def _check_in(attempt_id: int, by: User) -> Attempt:
    attempt = Attempt.objects.get(pk=attempt_id)
    arrival.check_in(registration_id=attempt.registration_id, by=by, how="papers")
    return attempt


def decide_late(
    *, session: Session, attempt_uuid: Any, seqs: Sequence[int], accept: bool, reason: str, by: User
) -> dict[str, int]:
    """Take or refuse a candidate's late answers; see :func:`exams.delivery.late.decide`."""
    policies.check_decide_late(by, session)
    attempt = Attempt.objects.filter(uuid=attempt_uuid, registration__session=session).first()
    if attempt is None:
        raise NotFound("这名考生不在本场次，请刷新页面。")
    return late.decide(attempt_id=attempt.pk, seqs=seqs, accept=accept, reason=reason, by=by)


def rescue(*, session: Session, data: bytes, reason: str, by: User) -> RescueUpload:
    """Put a candidate's rescue file into the attempt it names; see :func:`exams.delivery.rescue.merge`."""
    policies.check_steer(by, session, [])
    reason = checked_reason(reason)
    opened = rescue_files.open_file(session, data)
    named = [one for one in queries.attempts_of_session(session.pk) if str(one.uuid) == opened.attempt]
    attempt = named[0] if named else None
    if attempt is None:
        raise NotFound("这个应急文件的考生不在本场次，请核对是不是选错了场次。")
    policies.check_steer(by, session, [attempt])
    return rescue_files.merge(attempt_id=attempt.pk, opened=opened, reason=reason, by=by)
