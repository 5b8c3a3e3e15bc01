"""Every write of the sitting: start, hand-in, grants of time, pause, end, messages.

The only functions that move an attempt's state. Each locks the attempt's row, checks the transition table, writes the
change and one audit event in one transaction.
"""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime

from accounts.models import User
from audit.services import SYSTEM, Actor, record
from exams.delivery import clock, saving
from exams.delivery.closing import close
from exams.delivery.events import read_events
from exams.delivery.locking import lock_attempt, lock_attempts
from exams.delivery.models import Attempt, AttemptMessage, Receipt, TimeGrant
from exams.enums import (
    ATTEMPT_TRANSITIONS,
    HANDED_IN_STATES,
    OPEN_STATES,
    AttemptState,
    GrantKind,
    SessionState,
    TakeOver,
)
from exams.signals import attempt_withdrawn
from lib.refusals import Conflict, Invalid, checked_reason
from lib.states import check_transition

MAX_GRANT_SECONDS = 4 * 3600


@transaction.atomic
def start(*, attempt_id: int, device: str, take_over: bool, by: User) -> tuple[Attempt, dt.datetime]:
    """Start an attempt or go on with it; return it with the database's time.

    Effects in order: seat taken (or taken over where policy allows), clock started at the first call, audit.
    Refuses with a sentence: before the start, after entry closed, when handed in, on another machine, while another
    component is open.
    """
    attempt = lock_attempt(attempt_id)
    now = attempt.read_at
    session = attempt.registration.session
    if attempt.state in HANDED_IN_STATES:
        raise Conflict("这个科目已经交卷，不能再次进入。", code="already_submitted", state=attempt.state)
    if attempt.state == AttemptState.VOIDED:
        raise Conflict("这场考试已作废，请联系监考员。", code="voided", state=attempt.state)
    if attempt.state == AttemptState.READY:
        _check_entry(attempt, now)
        attempt.state, attempt.started_at, attempt.device = AttemptState.IN_PROGRESS, now, device
        Attempt.objects.filter(pk=attempt.pk).update(
            state=attempt.state, started_at=now, device=device, last_seen_at=now
        )
        _audit(attempt, by=by, at=now, action="attempt.start")
        return attempt, now
    if attempt.device and attempt.device != device:
        if not take_over:
            raise Conflict(
                "你已在另一台机器或另一个页面上答题。要在这里继续，请选择“在本机继续”；原页面将停止保存。"
                if session.take_over == TakeOver.CANDIDATE
                else "你已在另一台机器或另一个页面上答题。需要换机请举手，由监考员允许后再进入。",
                code="other_device",
                take_over=session.take_over == TakeOver.CANDIDATE,
            )
        if session.take_over != TakeOver.CANDIDATE:
            raise Conflict("本场考试换机须由监考员允许，请举手。", code="other_device", take_over=False)
        _audit(attempt, by=by, at=now, action="attempt.take_over")
    attempt.device = device
    Attempt.objects.filter(pk=attempt.pk).update(device=device, last_seen_at=now)
    return attempt, now


def _check_entry(attempt: Attempt, now: dt.datetime) -> None:
    session = attempt.registration.session
    if not clock.is_open(session, now):
        local = localtime(clock.opens_at(session))
        if now < clock.opens_at(session) or session.started_at is None:
            raise Conflict(
                f"考试还没有开始，计划 {local:%H:%M} 开考，请在本页等候监考员宣布开考。", code="not_open"
            )
        raise Conflict("这场考试已经结束，不能再进入。如有疑问请联系监考员。", code="closed")
    earlier = [
        other
        for other in Attempt.objects.filter(registration_id=attempt.registration_id).exclude(pk=attempt.pk)
        if other.position < attempt.position or other.state in OPEN_STATES
    ]
    for other in earlier:
        if other.state in OPEN_STATES:
            raise Conflict(
                f"请先完成并交卷“{other.get_component_display()}”科目，再开始本科目。", code="other_open"
            )
        if other.state == AttemptState.READY:
            raise Conflict(
                f"请先参加“{other.get_component_display()}”科目，再开始本科目。", code="other_first"
            )
    sat_before = any(other.started_at for other in earlier)
    if not sat_before and now > clock.entry_closes_at(session):
        raise Conflict(
            "监考员已宣布停止入场，不能再进入。请联系监考员。"
            if session.entry_closed_at
            else f"开考已超过 {session.entry_minutes} 分钟，按考场规则不能再入场。请联系监考员。",
            code="entry_closed",
        )
    if session.entry_code and attempt.registration.checked_in_at is None:
        raise Conflict("请先输入考场口令，或请监考员为你签到，再开始答题。", code="not_checked_in")


@transaction.atomic
def submit(*, attempt_id: int, raw_events: Any, device: str, by: User) -> tuple[Attempt, Receipt]:
    """Hand in: last events, final state and receipt, all or nothing. A repetition returns the same receipt.

    After the end the hand-in closes the attempt as 到时自动交卷; events that came too late are held.
    """
    attempt = lock_attempt(attempt_id)
    try:
        events = read_events(str(attempt.uuid), attempt.form_id, raw_events)
    except Invalid:
        saving.check_seat(str(attempt.uuid), device)  # that the seat was taken over comes before any fault
        raise
    if attempt.state == AttemptState.READY:
        raise Conflict("考试还没有开始，不能交卷。", code="not_started")
    if attempt.state == AttemptState.VOIDED:
        raise Conflict("这场考试已作废，不能交卷。请联系监考员。", code="voided")
    _check_early(attempt)
    now = saving.append(attempt, events, device=device)
    if attempt.state in HANDED_IN_STATES:
        return attempt, attempt.receipts.order_by("-number")[0]
    over = attempt.state == AttemptState.IN_PROGRESS and clock.is_over(attempt, now)
    (receipt,) = close([attempt], AttemptState.EXPIRED if over else AttemptState.SUBMITTED, at=now, by=by)
    return attempt, receipt


def _check_early(attempt: Attempt) -> None:
    """Nobody leaves before the time the session sets, unless his own time is over before."""
    session = attempt.registration.session
    earliest = clock.hand_in_opens_at(session)
    if (
        attempt.state in OPEN_STATES
        and attempt.read_at < earliest
        and clock.remaining_ms(attempt, attempt.read_at)
    ):
        raise Conflict(
            f"开考 {session.hand_in_minutes} 分钟后（{localtime(earliest):%H:%M}）才能交卷，请继续检查作答。",
            code="too_early",
        )


@transaction.atomic
def expire(*, attempt_ids: Sequence[int]) -> int:
    """Hand in those of these attempts whose time and grace are over (the sweep's act); return how many.

    An attempt that somebody is just changing is left for the next time.
    """
    attempts = [
        attempt
        for attempt in lock_attempts(attempt_ids, skip_held=True)
        if attempt.state == AttemptState.IN_PROGRESS and clock.is_over(attempt, attempt.read_at)
    ]
    if attempts:
        close(attempts, AttemptState.EXPIRED, at=attempts[-1].read_at, by=SYSTEM)
    return len(attempts)


@transaction.atomic
def end(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """End one candidate's work now (强制交卷), with a reason. What was saved is handed in."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    check_transition(
        ATTEMPT_TRANSITIONS,
        AttemptState(attempt.state),
        AttemptState.SUBMITTED,
        what=f"{_who(attempt)}的答题",
    )
    close([attempt], AttemptState.SUBMITTED, at=attempt.read_at, by=by, reason=reason, action="attempt.end")
    return attempt


@transaction.atomic
def grant(*, attempt_id: int, seconds: int, reason: str, by: User, request: UUID | None = None) -> Attempt:
    """Add seconds to one attempt's clock (补时), with a reason. Only while it is not handed in.

    A ``request`` that was granted already changes nothing: a click that was sent twice is one grant.
    """
    reason = checked_reason(reason)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= MAX_GRANT_SECONDS:
        raise Invalid(
            "补时应为 1 秒到 4 小时之间的整数秒。",
            errors=[{"field": "seconds", "code": "range", "message": "补时应为 1 到 14400 的整数秒。"}],
        )
    attempt = lock_attempt(attempt_id)
    if request is not None and TimeGrant.objects.filter(attempt=attempt, request=request).exists():
        return attempt
    if attempt.state not in (AttemptState.READY, *OPEN_STATES):
        raise Conflict(f"{_who(attempt)}已交卷，不能补时。", code="wrong_state", state=attempt.state)
    now = attempt.read_at
    TimeGrant.objects.create(
        attempt=attempt,
        seconds=seconds,
        reason=reason,
        granted_by=by.display_name,
        granted_at=now,
        request=request,
    )
    attempt.granted += seconds
    _audit(attempt, by=by, at=now, action="attempt.grant", reason=reason, data={"seconds": seconds})
    end_at = clock.ends_at(attempt)
    tail = f"，结束时间 {localtime(end_at):%H:%M:%S}" if end_at else ""
    _tell(attempt, f"监考员已为你补时 {_duration(seconds)}{tail}。", by=by, at=now)
    return attempt


@transaction.atomic
def pause(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """Stop one candidate's clock and hide the form."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    check_transition(
        ATTEMPT_TRANSITIONS, AttemptState(attempt.state), AttemptState.PAUSED, what=f"{_who(attempt)}的答题"
    )
    now = attempt.read_at
    attempt.state, attempt.paused_at = AttemptState.PAUSED, now
    Attempt.objects.filter(pk=attempt.pk).update(state=attempt.state, paused_at=now)
    _audit(attempt, by=by, at=now, action="attempt.pause", reason=reason)
    return attempt


@transaction.atomic
def resume(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """Let a paused candidate go on; the pause is added to the clock, rounded up to the second."""
    attempt = lock_attempt(attempt_id)
    if attempt.state != AttemptState.PAUSED or attempt.paused_at is None:
        raise Conflict(f"{_who(attempt)}没有暂停，不需要恢复。", code="wrong_state", state=attempt.state)
    now = attempt.read_at
    seconds = max(1, math.ceil((now - attempt.paused_at).total_seconds()))
    TimeGrant.objects.create(
        attempt=attempt, seconds=seconds, kind=GrantKind.PAUSE, reason=reason.strip() or "暂停后恢复",
        granted_by=by.display_name, granted_at=now,
    )  # fmt: skip
    attempt.granted += seconds
    attempt.state, attempt.paused_at = AttemptState.IN_PROGRESS, None
    Attempt.objects.filter(pk=attempt.pk).update(state=attempt.state, paused_at=None)
    _audit(attempt, by=by, at=now, action="attempt.resume", reason=reason, data={"seconds": seconds})
    return attempt


@transaction.atomic
def reopen(*, attempt_id: int, seconds: int, reason: str, by: User) -> Attempt:
    """Let a candidate who handed in go on (重新开放), with a reason.

    The clock stood still since the hand-in; ``seconds`` more are added, at least one when no time was left. Late answers
    stay held. Refused once the result is confirmed, and while the candidate works on another component.
    """
    reason = checked_reason(reason)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= MAX_GRANT_SECONDS:
        raise Invalid(
            "增加的时间应为 0 秒到 4 小时之间的整数秒。",
            errors=[{"field": "seconds", "code": "range", "message": "增加的时间应为 0 到 14400 的整数秒。"}],
        )
    attempt = lock_attempt(attempt_id)
    if attempt.started_at is None or attempt.submitted_at is None:
        raise Conflict(f"{_who(attempt)}没有交过卷，不能重新开放。", code="wrong_state", state=attempt.state)
    check_transition(
        ATTEMPT_TRANSITIONS,
        AttemptState(attempt.state),
        AttemptState.IN_PROGRESS,
        what=f"{_who(attempt)}的答题",
    )
    session = attempt.registration.session
    if session.state != SessionState.RUNNING:
        raise Conflict("场次已经结束，不能重新开放答题。", code="wrong_state", state=attempt.state)
    if Attempt.objects.filter(registration_id=attempt.registration_id, state__in=OPEN_STATES).exists():
        raise Conflict(
            f"{_who(attempt)}正在做另一个科目，请等该科目交卷后再重新开放。",
            code="other_open",
            state=attempt.state,
        )
    now = attempt.read_at
    stood_still = max(1, math.ceil((now - attempt.submitted_at).total_seconds()))
    attempt.granted += stood_still + seconds
    attempt.state, attempt.submitted_at = AttemptState.IN_PROGRESS, None
    if clock.remaining_ms(attempt, now) <= 0:
        raise Invalid(
            "这名考生的时间已经用完，重新开放时请同时增加时间。",
            errors=[{"field": "seconds", "code": "required", "message": "请填写增加的时间。"}],
        )
    TimeGrant.objects.create(
        attempt=attempt, seconds=stood_still, kind=GrantKind.PAUSE, reason=reason, granted_by=by.display_name,
        granted_at=now,
    )  # fmt: skip
    if seconds:
        TimeGrant.objects.create(
            attempt=attempt, seconds=seconds, reason=reason, granted_by=by.display_name, granted_at=now
        )
    # A free seat: the candidate may have gone to another machine.
    Attempt.objects.filter(pk=attempt.pk).update(
        state=attempt.state, submitted_at=None, device="", last_seen_at=now
    )
    attempt_withdrawn.send(sender=Attempt, attempt=attempt, by=by)
    _audit(
        attempt, by=by, at=now, action="attempt.reopen", reason=reason,
        data={"stood_still": stood_still, "seconds": seconds},
    )  # fmt: skip
    _tell(attempt, "监考员已重新开放本科目，请继续作答。", by=by, at=now)
    return attempt


@transaction.atomic
def void(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """Make one component count nothing (作废). What was answered stays on record; nothing can be answered any more."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    check_transition(
        ATTEMPT_TRANSITIONS, AttemptState(attempt.state), AttemptState.VOIDED, what=f"{_who(attempt)}的答题"
    )
    attempt.state, attempt.submitted_at, attempt.paused_at = AttemptState.VOIDED, None, None
    Attempt.objects.filter(pk=attempt.pk).update(state=attempt.state, submitted_at=None, paused_at=None)
    attempt_withdrawn.send(sender=Attempt, attempt=attempt, by=by)
    _audit(attempt, by=by, at=attempt.read_at, action="attempt.voided", reason=reason)
    return attempt


@transaction.atomic
def mark_absent(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """缺考: the candidate did not come; nothing can be begun any more."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    if attempt.state != AttemptState.READY:
        raise Conflict(
            f"{_who(attempt)}已经开始考试，不能标记缺考。", code="wrong_state", state=attempt.state
        )
    if not clock.is_open(attempt.registration.session, attempt.read_at):
        raise Conflict("还没有开考，开考后才能标记缺考。", code="not_open", state=attempt.state)
    attempt.state = AttemptState.EXPIRED
    Attempt.objects.filter(pk=attempt.pk).update(state=attempt.state)
    _audit(attempt, by=by, at=attempt.read_at, action="attempt.absent", reason=reason)
    return attempt


@transaction.atomic
def message(*, attempt_id: int, text: str, by: User) -> Attempt:
    """Send a proctor's words to one candidate."""
    text = text.strip()
    if not 1 <= len(text) <= 500:
        raise Invalid(
            "请填写 1–500 字的消息。",
            errors=[{"field": "text", "code": "length", "message": "请填写 1–500 字的消息。"}],
        )
    attempt = lock_attempt(attempt_id)
    now = attempt.read_at
    _tell(attempt, text, by=by, at=now)
    _audit(attempt, by=by, at=now, action="attempt.message", data={"text": text})
    return attempt


@transaction.atomic
def admit_device(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """Free the seat so that the candidate can go on at another machine (允许换机)."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    if attempt.state not in OPEN_STATES:
        raise Conflict(f"{_who(attempt)}不在答题中，不需要换机。", code="wrong_state", state=attempt.state)
    Attempt.objects.filter(pk=attempt.pk).update(device="")
    _audit(attempt, by=by, at=attempt.read_at, action="attempt.admit_device", reason=reason)
    return attempt


def seen(*, attempt_id: int, at: dt.datetime) -> None:
    """Note a sign of life, at most every second: the console shows who lost contact, and a silence can be made good."""
    Attempt.objects.filter(pk=attempt_id, last_seen_at__lt=at - dt.timedelta(seconds=1)).update(
        last_seen_at=at
    )


def _tell(attempt: Attempt, text: str, *, by: Actor, at: dt.datetime) -> None:
    AttemptMessage.objects.create(attempt=attempt, text=text, sent_by=by.display_name, sent_at=at)


def _who(attempt: Attempt) -> str:
    return f"{attempt.registration.seat} 号座位考生“{attempt.registration.candidate.name}”"


def _duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return (f"{minutes} 分钟" if minutes else "") + (f"{' ' if minutes else ''}{rest} 秒" if rest else "")


def _audit(
    attempt: Attempt,
    *,
    by: Actor,
    at: dt.datetime,
    action: str,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    record(
        stream=attempt.registration.session.stream, by=by, at=at, action=action,
        target=f"attempt:{attempt.uuid}", reason=reason, data=data,
    )  # fmt: skip
