"""Time of an attempt, computed from stored facts: end = start + limit x factor + sum of grants, exact to the second.

Where the components of a scheme share one clock, the start is the first one's and the limit the sum of all limits.
"""

import datetime as dt
import math

from django.db.models import Sum

from exams.delivery.models import Attempt
from exams.enums import OPEN_STATES, AttemptState, SessionState
from exams.scheduling.models import Session


def allowed_seconds(attempt: Attempt) -> int:
    """limit x factor + grants, in whole seconds. Reads the grants unless ``granted`` was annotated."""
    granted = getattr(attempt, "granted", None)
    if granted is None:
        granted = attempt.grants.aggregate(total=Sum("seconds"))["total"] or 0
    return math.ceil(attempt.limit_seconds * attempt.factor) + int(granted)


def ends_at(attempt: Attempt) -> dt.datetime | None:
    """When the clock runs out, or None before it runs. A paused attempt ends later by its pause."""
    if attempt.clock_from is None:
        return None
    return attempt.clock_from + dt.timedelta(seconds=allowed_seconds(attempt))


def remaining_ms(attempt: Attempt, now: dt.datetime) -> int:
    """Milliseconds left on the server's clock: the full time before it runs, frozen during a pause (a break ends by
    itself), never below 0."""
    end = ends_at(attempt)
    if attempt.state == AttemptState.READY and end is None:
        return allowed_seconds(attempt) * 1000
    if end is None or attempt.state not in (AttemptState.READY, *OPEN_STATES):
        return 0
    if attempt.paused_at is not None:
        stood_still_until = min(now, attempt.paused_until or now)
        end += max(dt.timedelta(0), stood_still_until - attempt.paused_at)
    return max(0, (end - now) // dt.timedelta(milliseconds=1))


def in_time_until(attempt: Attempt, grace_seconds: int) -> dt.datetime | None:
    """What the server received by this moment is in time; the grace is the same for all."""
    end = ends_at(attempt)
    return None if end is None else end + dt.timedelta(seconds=grace_seconds)


def is_over(attempt: Attempt, now: dt.datetime) -> bool:
    """Whether time and grace have run out."""
    limit = in_time_until(attempt, attempt.registration.session.scheme.grace_seconds)
    return limit is not None and now > limit


def opens_at(session: Session) -> dt.datetime:
    """When work may start: the real start once given, else the planned one."""
    return session.started_at or session.starts_at


def entry_closes_at(session: Session) -> dt.datetime:
    """When nobody may begin any more: as planned, or when a proctor closed the entry."""
    planned = opens_at(session) + dt.timedelta(minutes=session.entry_minutes)
    return min(planned, session.entry_closed_at or planned)


def hand_in_opens_at(session: Session) -> dt.datetime:
    """From when on a candidate may hand in before the time is over."""
    return opens_at(session) + dt.timedelta(minutes=session.hand_in_minutes)


def is_open(session: Session, now: dt.datetime) -> bool:
    """A session is open from its start (by a proctor or by the clock) until it is closed."""
    return (
        session.state == SessionState.RUNNING and session.started_at is not None and session.started_at <= now
    )
