"""Every act on a candidate's clock: more time, pauses, breaks, opening again.

Time is only ever added, as grants beside the clock; an end is never overwritten. Where components share one clock, what
is added to one is added to each of them that is not handed in.
"""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localtime

from accounts.models import User
from audit.services import SYSTEM, Actor
from exams.delivery import clock, saving, seen
from exams.delivery.locking import lock_attempt, lock_clock
from exams.delivery.models import Attempt, Break, TimeGrant
from exams.delivery.telling import tell, told, who
from exams.enums import ATTEMPT_TRANSITIONS, OPEN_STATES, AttemptState, ClockKind, GrantKind, SessionState
from exams.signals import attempt_withdrawn
from lib.refusals import Conflict, Invalid, checked_reason
from lib.states import check_transition

MAX_GRANT_SECONDS = 4 * 3600


def _add(
    attempt: Attempt, others: Sequence[Attempt], *, seconds: int, kind: GrantKind, reason: str, by: Actor,
    request: UUID | None = None,
) -> None:  # fmt: skip
    """Add seconds to the clock of a locked attempt, and to that of the others it shares it with."""
    at = attempt.read_at
    TimeGrant.objects.create(
        attempt=attempt, seconds=seconds, kind=kind, reason=reason, granted_by=by.display_name, granted_at=at,
        request=request,
    )  # fmt: skip
    attempt.granted += seconds
    for other in others:
        if other.state not in (AttemptState.READY, *OPEN_STATES):
            continue
        TimeGrant.objects.create(
            attempt=other, seconds=seconds, kind=GrantKind.SHARED, reason=reason, granted_by=by.display_name,
            granted_at=at,
        )  # fmt: skip
        told(
            other, by=by, at=at, action="attempt.shared_grant", reason=reason,
            data={"seconds": seconds, "with": str(attempt.uuid)},
        )  # fmt: skip


def _checked_seconds(seconds: Any, least: int, sentence: str, short: str) -> int:
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not least <= seconds <= MAX_GRANT_SECONDS:
        raise Invalid(sentence, errors=[{"field": "seconds", "code": "range", "message": short}])
    return seconds


@transaction.atomic
def grant(*, attempt_id: int, seconds: int, reason: str, by: User, request: UUID | None = None) -> Attempt:
    """Add seconds to one attempt's clock (补时), with a reason. Only while it is not handed in.

    A ``request`` that was granted already changes nothing: a click that was sent twice is one grant.
    """
    reason = checked_reason(reason)
    _checked_seconds(
        seconds, 1, "补时应为 1 秒到 4 小时之间的整数秒。", "补时应为 1 到 14400 的整数秒。"
    )  # fmt: skip
    attempt, others = lock_clock(attempt_id)
    if request is not None and TimeGrant.objects.filter(attempt=attempt, request=request).exists():
        return attempt
    if attempt.state not in (AttemptState.READY, *OPEN_STATES):
        raise Conflict(f"{who(attempt)}已交卷，不能补时。", code="wrong_state", state=attempt.state)
    now = attempt.read_at
    _add(attempt, others, seconds=seconds, kind=GrantKind.GRANT, reason=reason, by=by, request=request)
    told(attempt, by=by, at=now, action="attempt.grant", reason=reason, data={"seconds": seconds})
    end_at = clock.ends_at(attempt)
    tail = f"，结束时间 {localtime(end_at):%H:%M:%S}" if end_at else ""
    tell(attempt, f"监考员已为你补时 {_duration(seconds)}{tail}。", by=by, at=now)
    return attempt


@transaction.atomic
def pause(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """Stop one candidate's clock and hide the form."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    check_transition(
        ATTEMPT_TRANSITIONS, AttemptState(attempt.state), AttemptState.PAUSED, what=f"{who(attempt)}的答题"
    )
    _stop(attempt, until=None)
    told(attempt, by=by, at=attempt.read_at, action="attempt.pause", reason=reason)
    return attempt


def _stop(attempt: Attempt, *, until: dt.datetime | None) -> None:
    attempt.state, attempt.paused_at, attempt.paused_until = AttemptState.PAUSED, attempt.read_at, until
    Attempt.objects.filter(pk=attempt.pk).update(
        state=attempt.state, paused_at=attempt.paused_at, paused_until=until, frozen=attempt.frozen
    )


@transaction.atomic
def resume(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """Let a paused candidate go on; the pause is added to the clock, rounded up to the second.

    Ends a break too; of one that lasted too long only what was allowed is given back.
    """
    attempt, others = lock_clock(attempt_id)
    if attempt.state != AttemptState.PAUSED:
        raise Conflict(f"{who(attempt)}没有暂停，不需要恢复。", code="wrong_state", state=attempt.state)
    _go_on(attempt, others, by=by, reason=reason.strip())
    return attempt


def _go_on(attempt: Attempt, others: Sequence[Attempt], *, by: Actor, reason: str) -> None:
    assert attempt.paused_at is not None  # a CHECK of the table
    now, until = attempt.read_at, attempt.paused_until
    stood_still = (now if until is None else min(now, until)) - attempt.paused_at
    seconds = max(1, math.ceil(stood_still.total_seconds()))
    reason = reason or ("休息后继续" if until else "暂停后恢复")
    _add(
        attempt, others, seconds=seconds, kind=GrantKind.BREAK if until else GrantKind.PAUSE, reason=reason, by=by
    )  # fmt: skip
    attempt.state, attempt.paused_at, attempt.paused_until = AttemptState.IN_PROGRESS, None, None
    Attempt.objects.filter(pk=attempt.pk).update(state=attempt.state, paused_at=None, paused_until=None)
    told(attempt, by=by, at=now, action="attempt.resume", reason=reason, data={"seconds": seconds})


def break_seconds_left(attempt: Attempt) -> int:
    """What is left of a candidate's break time in this component, in seconds; 0 without such an accommodation."""
    allowance = attempt.registration.break_minutes * 60
    if not allowance:
        return 0
    taken = attempt.grants.filter(kind=GrantKind.BREAK).aggregate(total=Sum("seconds"))["total"] or 0
    return max(0, allowance - taken)


@transaction.atomic
def take_break(*, attempt_id: int, raw_events: Any, slots: Any, device: str, by: User) -> Attempt:
    """休息: stop the own clock for at most what is left of the break time. What was seen by now is frozen.

    Effects in order: last answers saved, seen slots noted and frozen, clock stopped, audit. Everything answered counts
    as seen. A repetition during the break changes nothing.
    """
    attempt = lock_attempt(attempt_id)
    events = saving.read_from_seat(str(attempt.uuid), attempt.form_id, raw_events, device)
    # The moment of the save, not that of the lock: what came with the break came before it.
    attempt.read_at = saving.append(attempt, events, device=device)
    if attempt.state == AttemptState.PAUSED and attempt.paused_until is not None:
        return attempt
    check_transition(
        ATTEMPT_TRANSITIONS, AttemptState(attempt.state), AttemptState.PAUSED, what=f"{who(attempt)}的答题"
    )
    left = break_seconds_left(attempt)
    if left == 0:
        raise Conflict(
            "休息时间已经用完。"
            if attempt.registration.break_minutes
            else "没有为你登记休息时间。需要休息请举手。",
            code="no_break_left",
        )
    if clock.remaining_ms(attempt, attempt.read_at) == 0:
        raise Conflict("考试时间已到，不能再休息。", code="time_over")
    seen.note(attempt_id=attempt.pk, slots=seen.known_slots(attempt.form_id, slots), at=attempt.read_at)
    attempt.frozen = seen.by_now(attempt)
    _stop(attempt, until=attempt.read_at + dt.timedelta(seconds=left))
    Break.objects.create(
        attempt=attempt, began_at=attempt.read_at, allowed_seconds=left, slots=attempt.frozen
    )  # fmt: skip
    told(
        attempt, by=by, at=attempt.read_at, action="attempt.break", data={"allowed": left, "slots": attempt.frozen}
    )  # fmt: skip
    return attempt


@transaction.atomic
def end_break(*, attempt_id: int, device: str, by: User) -> Attempt:
    """The candidate is back before the break time is over. When the clock runs again already, nothing changes."""
    attempt, others = lock_clock(attempt_id)
    saving.refuse_lost_seat(attempt, device)
    if attempt.state == AttemptState.PAUSED and attempt.paused_until is None:
        raise Conflict("监考员暂停了考试，请等监考员恢复。", code="wrong_state", state=attempt.state)
    if attempt.state == AttemptState.PAUSED:
        _go_on(attempt, others, by=by, reason="")
    return attempt


def end_long_breaks(now: dt.datetime) -> int:
    """Let the clocks go on of those whose break time is over (the sweep's act); return how many."""
    over = list(
        Attempt.objects.filter(state=AttemptState.PAUSED, paused_until__lt=now).values_list("pk", flat=True)
    )
    return sum(_end_long_break(pk) for pk in over)


@transaction.atomic
def _end_long_break(attempt_id: int) -> bool:
    attempt, others = lock_clock(attempt_id)
    if attempt.paused_until is None or attempt.read_at < attempt.paused_until:
        return False  # somebody was faster
    _go_on(attempt, others, by=SYSTEM, reason="休息时间已用完")
    return True


@transaction.atomic
def reopen(*, attempt_id: int, seconds: int, reason: str, by: User) -> Attempt:
    """Let a candidate who handed in go on (重新开放), with a reason.

    The clock stood still since the hand-in; ``seconds`` more are added, at least one when no time was left. A clock that
    is shared stood still only since the last hand-in, and not at all while a component waits to be begun. Late answers
    stay held. Refused once the result is confirmed, and while the candidate works on another component.
    """
    reason = checked_reason(reason)
    _checked_seconds(
        seconds, 0, "增加的时间应为 0 秒到 4 小时之间的整数秒。", "增加的时间应为 0 到 14400 的整数秒。"
    )  # fmt: skip
    attempt, others = lock_clock(attempt_id)
    if attempt.started_at is None or attempt.submitted_at is None:
        raise Conflict(f"{who(attempt)}没有交过卷，不能重新开放。", code="wrong_state", state=attempt.state)
    check_transition(
        ATTEMPT_TRANSITIONS,
        AttemptState(attempt.state),
        AttemptState.IN_PROGRESS,
        what=f"{who(attempt)}的答题",
    )
    session = attempt.registration.session
    if session.state != SessionState.RUNNING:
        raise Conflict("场次已经结束，不能重新开放答题。", code="wrong_state", state=attempt.state)
    if Attempt.objects.filter(registration_id=attempt.registration_id, state__in=OPEN_STATES).exists():
        raise Conflict(
            f"{who(attempt)}正在做另一个科目，请等该科目交卷后再重新开放。",
            code="other_open",
            state=attempt.state,
        )
    now = attempt.read_at
    stood_still = _stood_still(attempt, others)
    attempt.state, attempt.submitted_at = AttemptState.IN_PROGRESS, None
    if stood_still:
        _add(attempt, others, seconds=stood_still, kind=GrantKind.PAUSE, reason=reason, by=by)
    if seconds:
        _add(attempt, others, seconds=seconds, kind=GrantKind.GRANT, reason=reason, by=by)
    if clock.remaining_ms(attempt, now) <= 0:
        raise Invalid(
            "这名考生的时间已经用完，重新开放时请同时增加时间。",
            errors=[{"field": "seconds", "code": "required", "message": "请填写增加的时间。"}],
        )
    # A free seat: the candidate may have gone to another machine.
    Attempt.objects.filter(pk=attempt.pk).update(
        state=attempt.state, submitted_at=None, device="", last_seen_at=now
    )
    attempt_withdrawn.send(sender=Attempt, attempt=attempt, by=by)
    told(
        attempt, by=by, at=now, action="attempt.reopen", reason=reason,
        data={"stood_still": stood_still, "seconds": seconds},
    )  # fmt: skip
    tell(attempt, "监考员已重新开放本科目，请继续作答。", by=by, at=now)
    return attempt


def _stood_still(attempt: Attempt, others: Sequence[Attempt]) -> int:
    """For how many seconds the clock of a handed-in attempt has stood still."""
    assert attempt.submitted_at is not None
    since = attempt.submitted_at
    if attempt.registration.session.scheme.clock == ClockKind.SHARED:
        if any(one.state == AttemptState.READY for one in others):
            return 0
        since = max([since, *(one.submitted_at for one in others if one.submitted_at)])
    return max(1, math.ceil((attempt.read_at - since).total_seconds()))


def _duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return (f"{minutes} 分钟" if minutes else "") + (f"{' ' if minutes else ''}{rest} 秒" if rest else "")
