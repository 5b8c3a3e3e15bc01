"""Who may steer a session: administrators, and proctors with a duty in it (one room, or all)."""

from collections.abc import Callable
from typing import Any

from accounts.enums import Role
from accounts.policies import check_role, has_role
from exams.enums import SessionState
from exams.models import Attempt, Session, SessionProctor
from lib.refusals import Conflict, Forbidden, NotSignedIn, Refusal

VIEWERS = (Role.ADMINISTRATOR, Role.PROCTOR, Role.SUPERVISOR)
# What each act on the whole session needs, and what to say in any other state.
MOVES: dict[str, tuple[SessionState, dict[str, str]]] = {
    "publish": (
        SessionState.DRAFT,
        dict.fromkeys(("published", "running", "closed"), "场次已经发布过了。"),
    ),
    "start": (
        SessionState.PUBLISHED,
        {"draft": "场次还在编排，发布后才能开考。", "running": "已经开考。", "closed": "场次已经结束。"},
    ),
    "close": (
        SessionState.RUNNING,
        {"draft": "场次还在编排。", "published": "还没有开考。", "closed": "场次已经结束。"},
    ),
}


def rooms_of_duty(user: Any, session: Session) -> set[int] | None:
    """Ids of the rooms a proctor looks after; None means all rooms."""
    if has_role(user, session.organisation_id, Role.ADMINISTRATOR, Role.SUPERVISOR):
        return None
    duties = SessionProctor.objects.filter(session=session, user=user).values_list("room_id", flat=True)
    return None if None in duties else {room for room in duties if room is not None}


def check_view(user: Any, session: Session) -> None:
    """May look at the session's page: its proctors, administrators and supervisors."""
    check_role(user, session.organisation_id, *VIEWERS)
    if rooms_of_duty(user, session) == set():
        raise Forbidden("您不是本场次的监考员，请联系管理员安排。")


def check_steer(user: Any, session: Session, attempts: list[Attempt]) -> None:
    """May act on these attempts. Supervisors only look."""
    if not getattr(user, "is_authenticated", False):
        raise NotSignedIn("请先登录。")
    check_role(user, session.organisation_id, Role.ADMINISTRATOR, Role.PROCTOR)
    rooms = rooms_of_duty(user, session)
    if rooms == set():
        raise Forbidden("您不是本场次的监考员，请联系管理员安排。")
    if rooms is not None and any(attempt.registration.room_id not in rooms for attempt in attempts):
        raise Forbidden("所选考生中有人不在您负责的考场，请只选择本考场的考生。")


def check_steer_session(user: Any, session: Session) -> None:
    """May start or close the whole session: administrators and proctors of all rooms."""
    check_steer(user, session, [])
    if rooms_of_duty(user, session) is not None:
        raise Forbidden("统一开考和结束场次由负责全场的监考员或管理员进行。")


def check_decide_late(user: Any, session: Session) -> None:
    """May take or refuse late answers: administrators and proctors of all rooms."""
    check_steer(user, session, [])
    if rooms_of_duty(user, session) is not None:
        raise Forbidden("迟到作答由负责全场的监考员或管理员决定。")


def check_move(user: Any, session: Session, act: str) -> None:
    """May publish, start or close the session now: the person first, then the state."""
    if act == "publish":
        check_role(user, session.organisation_id, Role.ADMINISTRATOR)
    else:
        check_steer_session(user, session)
    needed, otherwise = MOVES[act]
    if session.state != needed:
        raise Conflict(otherwise[session.state], code="wrong_state", state=session.state)


def can_steer(user: Any, session: Session) -> bool:
    return not refusal_of(check_steer, user, session, [])


def refusal_of(check: Callable[..., None], *args: Any) -> str:
    """Why a check refuses, for a button that is shown disabled; empty when it does not."""
    try:
        check(*args)
    except Refusal as refusal:
        return refusal.sentence
    return ""
