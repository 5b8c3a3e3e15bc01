"""Every write of the sitting but those on the clock (:mod:`exams.delivery.timing`): start, hand-in, end, messages.

Only these two modules move an attempt's state. Each act locks the attempt's row, checks the transition table, writes
the change and one audit event in one transaction.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from accounts.models import User
from audit.services import SYSTEM
from exams.delivery import clock, saving
from exams.delivery.closing import close
from exams.delivery.locking import lock_attempt, lock_attempts, lock_clock
from exams.delivery.models import Attempt, Receipt
from exams.delivery.telling import tell, told, who
from exams.enums import ATTEMPT_TRANSITIONS, HANDED_IN_STATES, OPEN_STATES, AttemptState, Component, TakeOver
from exams.signals import attempt_withdrawn
from lib.refusals import Conflict, Invalid, checked_reason
from lib.rows import rows
from lib.states import check_transition

BEGIN = (
    "UPDATE exams_attempt SET state = 'in_progress', started_at = %s, clock_from = %s, device = %s, last_seen_at = %s "
    "WHERE id = %s RETURNING id"
)
# The candidate's other components.
FAMILY = (
    "SELECT position, state, component, started_at FROM exams_attempt WHERE registration_id = %s AND id <> %s "
    "ORDER BY position"
)


@transaction.atomic
def start(*, attempt_id: int, device: str, take_over: bool, by: User) -> tuple[Attempt, dt.datetime]:
    """Start an attempt or go on with it; return it with the database's time.

    Effects in order: seat taken (or taken over where policy allows), clock started at the first call, with it that of
    the components that share it, audit. Refuses with a sentence: before the start, after entry closed, when handed in,
    on another machine, while another component is open, when the shared clock has run out.
    """
    attempt, others = lock_clock(attempt_id)
    now = attempt.read_at
    session = attempt.registration.session
    if attempt.state in HANDED_IN_STATES:
        raise Conflict("这个科目已经交卷，不能再次进入。", code="already_submitted", state=attempt.state)
    if attempt.state == AttemptState.VOIDED:
        raise Conflict("这场考试已作废，请联系监考员。", code="voided", state=attempt.state)
    if attempt.state == AttemptState.READY:
        _check_entry(attempt, now)
        if attempt.clock_from is not None and clock.remaining_ms(attempt, now) == 0:
            raise Conflict(
                "各科目合计的考试时间已经用完，不能再开始这个科目。如有疑问请举手联系监考员。",
                code="time_over",
            )
        attempt.state, attempt.started_at, attempt.device = AttemptState.IN_PROGRESS, now, device
        attempt.clock_from = attempt.clock_from or now
        rows(BEGIN, now, attempt.clock_from, device, now, attempt.pk)
        begins = [one.pk for one in others if one.state == AttemptState.READY and one.clock_from is None]
        if begins:
            Attempt.objects.filter(pk__in=begins).update(clock_from=now)
        told(attempt, by=by, at=now, action="attempt.start")
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
        told(attempt, by=by, at=now, action="attempt.take_over")
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
    family = rows(FAMILY, attempt.registration_id, attempt.pk)
    earlier = [one for one in family if one[0] < attempt.position or one[1] in OPEN_STATES]
    for _, state, component, _ in earlier:
        called = Component(component).label
        if state in OPEN_STATES:
            raise Conflict(f"请先完成并交卷“{called}”科目，再开始本科目。", code="other_open")
        if state == AttemptState.READY:
            raise Conflict(f"请先参加“{called}”科目，再开始本科目。", code="other_first")
    sat_before = any(started_at for *_, started_at in earlier)
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
    events = saving.read_from_seat(str(attempt.uuid), attempt.form_id, raw_events, device)
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
        what=f"{who(attempt)}的答题",
    )
    close([attempt], AttemptState.SUBMITTED, at=attempt.read_at, by=by, reason=reason, action="attempt.end")
    return attempt


@transaction.atomic
def void(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """Make one component count nothing (作废). What was answered stays on record; nothing can be answered any more."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    check_transition(
        ATTEMPT_TRANSITIONS, AttemptState(attempt.state), AttemptState.VOIDED, what=f"{who(attempt)}的答题"
    )
    attempt.state, attempt.submitted_at = AttemptState.VOIDED, None
    attempt.paused_at, attempt.paused_until = None, None
    Attempt.objects.filter(pk=attempt.pk).update(
        state=attempt.state, submitted_at=None, paused_at=None, paused_until=None
    )
    attempt_withdrawn.send(sender=Attempt, attempt=attempt, by=by)
    told(attempt, by=by, at=attempt.read_at, action="attempt.voided", reason=reason)
    return attempt


@transaction.atomic
def mark_absent(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """缺考: the candidate did not come; nothing can be begun any more."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    if attempt.state != AttemptState.READY:
        raise Conflict(f"{who(attempt)}已经开始考试，不能标记缺考。", code="wrong_state", state=attempt.state)
    if not clock.is_open(attempt.registration.session, attempt.read_at):
        raise Conflict("还没有开考，开考后才能标记缺考。", code="not_open", state=attempt.state)
    attempt.state = AttemptState.EXPIRED
    Attempt.objects.filter(pk=attempt.pk).update(state=attempt.state)
    told(attempt, by=by, at=attempt.read_at, action="attempt.absent", reason=reason)
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
    tell(attempt, text, by=by, at=now)
    told(attempt, by=by, at=now, action="attempt.message", data={"text": text})
    return attempt


@transaction.atomic
def admit_device(*, attempt_id: int, reason: str, by: User) -> Attempt:
    """Free the seat so that the candidate can go on at another machine (允许换机)."""
    reason = checked_reason(reason)
    attempt = lock_attempt(attempt_id)
    if attempt.state not in OPEN_STATES:
        raise Conflict(f"{who(attempt)}不在答题中，不需要换机。", code="wrong_state", state=attempt.state)
    Attempt.objects.filter(pk=attempt.pk).update(device="")
    told(attempt, by=by, at=attempt.read_at, action="attempt.admit_device", reason=reason)
    return attempt


def seen(*, attempt_id: int, at: dt.datetime) -> None:
    """Note a sign of life, at most every second: the console shows who lost contact, and a silence can be made good."""
    Attempt.objects.filter(pk=attempt_id, last_seen_at__lt=at - dt.timedelta(seconds=1)).update(
        last_seen_at=at
    )
