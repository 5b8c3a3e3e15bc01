"""Every write of planning: sessions are published, started and closed here."""

import datetime as dt
import secrets
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Candidate, User
from audit.services import SYSTEM, Actor, record
from exams.delivery import order
from exams.delivery.models import Attempt
from exams.enums import SESSION_TRANSITIONS, AttemptState, ClockKind, FormState, SessionState
from exams.scheduling.models import Registration, Room, Session
from exams.signals import candidate_registering
from lib.clock import database_now
from lib.refusals import Conflict, Invalid, checked_reason
from lib.states import check_transition

# 考试便利: what the limit may be multiplied by.
FACTORS = [Decimal("1.00"), Decimal("1.25"), Decimal("1.50"), Decimal("1.75"), Decimal("2.00")]
# 考试便利: for how many minutes of each component the clock may stand still for breaks.
BREAK_MINUTES = [0, 5, 10, 15, 20, 30]


def _locked(session_id: int) -> Session:
    return Session.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=session_id)


@transaction.atomic
def register(
    *, session: Session, candidate: Candidate, room: Room, seat: str, ticket_number: str
) -> Registration:
    """Register and seat one candidate while the session is being planned."""
    if session.state != SessionState.DRAFT:
        raise Conflict("场次已发布，不能再增加考生；请先联系管理员。", code="wrong_state")
    candidate_registering.send(sender=Registration, candidate=candidate)
    return Registration.objects.create(
        session=session, candidate=candidate, room=room, seat=seat, ticket_number=ticket_number
    )


@transaction.atomic
def publish(*, session_id: int, by: User) -> Session:
    """Publish a planned session.

    Effects in order: forms checked (one locked form per component), attempts and their item orders prepared for every
    registration so that the start costs nothing, state published, audit.
    """
    session = _locked(session_id)
    check_transition(SESSION_TRANSITIONS, SessionState(session.state), SessionState.PUBLISHED, what="场次")
    forms = {row.component: row.form for row in session.forms.select_related("form")}
    components = list(session.scheme.components.all())
    for component in components:
        form = forms.get(component.component)
        if form is None or form.state != FormState.LOCKED:
            raise Invalid(
                f"“{component.get_component_display()}”科目还没有选定已锁定的试卷，请先组卷并锁定。"
            )
    if sum(component.weight for component in components) != 100:
        raise Invalid("考核方案各科目的权重之和应为 100%，请先修改考核方案。")
    registrations = list(session.registrations.all())
    if not registrations:
        raise Invalid("场次还没有考生，请先报名并编排座位。")
    shared = session.scheme.clock == ClockKind.SHARED
    together = sum(component.minutes for component in components)
    attempts = Attempt.objects.bulk_create(
        [
            Attempt(
                registration=registration,
                component=component.component,
                position=component.position,
                form=forms[component.component],
                limit_seconds=(together if shared else component.minutes) * 60,
                factor=registration.factor,
            )
            for registration in registrations
            for component in components
        ]
    )
    shuffled = {component.component for component in components if component.shuffle}
    order.prepare([attempt for attempt in attempts if attempt.component in shuffled])
    return _move(
        session,
        SessionState.PUBLISHED,
        by=by,
        action="session.publish",
        data={"candidates": len(registrations), "orders": order.digest(session.pk)},
    )


@transaction.atomic
def accommodate(
    *, registration_id: int, factor: Decimal, break_minutes: int = 0, reason: str, by: User
) -> Registration:
    """考试便利: give one candidate more time (the limit times ``factor``) and breaks, with a reason; 1 and 0 take it back.

    Only before the candidate begins: what a running clock needs is a grant.
    """
    reason = checked_reason(reason)
    if factor not in FACTORS:
        raise Invalid(
            "时长系数请从列表中选择（1 到 2 倍）。",
            errors=[{"field": "factor", "code": "range", "message": "时长系数请从列表中选择。"}],
        )
    if break_minutes not in BREAK_MINUTES:
        raise Invalid(
            "休息时间请从列表中选择（最多 30 分钟）。",
            errors=[{"field": "break_minutes", "code": "range", "message": "休息时间请从列表中选择。"}],
        )
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("session", "candidate")
        .get(pk=registration_id)
    )
    attempts = Attempt.objects.select_for_update().filter(registration=registration).order_by("pk")
    if any(attempt.state != AttemptState.READY for attempt in attempts):
        raise Conflict(
            f"{registration.candidate.name} 已开始考试，不能再改时长；需要加时请在监考页面补时。",
            code="begun",
        )
    registration.factor, registration.break_minutes = factor, break_minutes
    registration.save(update_fields=["factor", "break_minutes"])
    attempts.update(factor=factor)
    record(
        stream=registration.session.stream, by=by, at=database_now(), action="registration.accommodate",
        target=f"registration:{registration.uuid}", reason=reason, data={"factor": str(factor), "break_minutes": break_minutes},
    )  # fmt: skip
    return registration


@transaction.atomic
def start(*, session_id: int, by: Actor) -> Session:
    """统一开考: from now on candidates may start. Each attempt's own clock begins at its own start."""
    session = _locked(session_id)
    check_transition(SESSION_TRANSITIONS, SessionState(session.state), SessionState.RUNNING, what="场次")
    session.started_at = database_now()
    Session.objects.filter(pk=session.pk).update(started_at=session.started_at)
    return _move(session, SessionState.RUNNING, by=by, action="session.start")


@transaction.atomic
def set_entry_code(*, session_id: int, wanted: bool, by: User) -> Session:
    """考场口令: make a new four-digit code for the session, or ask for none any more."""
    session = _locked(session_id)
    if session.state not in (SessionState.PUBLISHED, SessionState.RUNNING):
        raise Conflict("场次发布以后、结束以前才能设置考场口令。", code="wrong_state", state=session.state)
    session.entry_code = f"{secrets.randbelow(10_000):04d}" if wanted else ""
    Session.objects.filter(pk=session.pk).update(entry_code=session.entry_code)
    record(
        stream=session.stream, by=by, at=database_now(), target=f"session:{session.uuid}",
        action="session.entry_code" if wanted else "session.no_entry_code",
    )  # fmt: skip
    return session


@transaction.atomic
def close_entry(*, session_id: int, reason: str, by: User) -> Session:
    """停止入场 before the planned minutes are over: whoever has not begun may not begin any more."""
    reason = checked_reason(reason)
    session = _locked(session_id)
    if session.state != SessionState.RUNNING:
        raise Conflict("考试没有在进行，不需要停止入场。", code="wrong_state", state=session.state)
    if session.entry_closed_at is not None:
        raise Conflict("已经停止入场。", code="wrong_state", state=session.state)
    now = database_now()
    session.entry_closed_at = now
    Session.objects.filter(pk=session.pk).update(entry_closed_at=now)
    record(
        stream=session.stream, by=by, at=now, action="session.close_entry", target=f"session:{session.uuid}",
        reason=reason,
    )  # fmt: skip
    return session


@transaction.atomic
def close(*, session_id: int, by: Actor) -> Session:
    """结束场次: nobody may enter any more; who never came is 缺考. Refused while somebody still works."""
    session = _locked(session_id)
    check_transition(SESSION_TRANSITIONS, SessionState(session.state), SessionState.CLOSED, what="场次")
    attempts = Attempt.objects.filter(registration__session=session)
    working = attempts.filter(state__in=[AttemptState.IN_PROGRESS, AttemptState.PAUSED]).count()
    if working:
        raise Conflict(f"还有 {working} 名考生正在答题，请等他们交卷后再结束场次。", code="still_working")
    absent = attempts.filter(state=AttemptState.READY).update(state=AttemptState.EXPIRED)
    return _move(
        session, SessionState.CLOSED, by=by, action="session.close", data={"absent_attempts": absent}
    )


def start_due(now: dt.datetime) -> int:
    """Start published sessions whose planned time has come (the sweep's act); return how many."""
    due = Session.objects.filter(state=SessionState.PUBLISHED, starts_at__lte=now).values_list(
        "pk", flat=True
    )
    for session_id in due:
        start(session_id=session_id, by=SYSTEM)
    return len(due)


def _move(
    session: Session, state: SessionState, *, by: Actor, action: str, data: dict[str, Any] | None = None
) -> Session:
    session.state = state
    Session.objects.filter(pk=session.pk).update(state=state)
    record(
        stream=session.stream,
        by=by,
        at=database_now(),
        action=action,
        target=f"session:{session.uuid}",
        data=data,
    )
    return session
