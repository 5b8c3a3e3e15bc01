"""Reads of the sitting."""

import datetime as dt
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from exams.delivery import clock
from exams.delivery.models import Attempt, AttemptMessage, TimeGrant
from exams.enums import AttemptState
from lib.canonical import parse


def with_clock(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Annotate ``granted`` seconds and select what the clock needs: no query per attempt."""
    granted = (
        TimeGrant.objects.filter(attempt=OuterRef("pk"))
        .order_by()
        .values("attempt")
        .annotate(total=Sum("seconds"))
        .values("total")
    )
    return attempts.select_related("registration__session__scheme", "registration__candidate").annotate(
        granted=Coalesce(Subquery(granted), 0)
    )


def attempts_of_user(user_id: int) -> QuerySet[Attempt]:
    """All attempts of a candidate's account, newest session first, theory first."""
    return with_clock(Attempt.objects.filter(registration__candidate__user_id=user_id)).order_by(
        "-registration__session__starts_at", "-registration__session_id", "position"
    )


# Canonical texts of responses that hold nothing: a choice taken back, a workbench emptied again.
EMPTY_RESPONSES = ['{"choices":[]}', "{}"]


def answered(attempt: Attempt) -> int:
    """Slots that hold something: what was taken back counts as not answered."""
    return attempt.responses.exclude(response__in=EMPTY_RESPONSES).count()


def attempts_of_session(session_id: int) -> QuerySet[Attempt]:
    """All attempts of a session by room and seat, with the number of answered slots."""
    return (
        with_clock(Attempt.objects.filter(registration__session_id=session_id))
        .select_related("registration__room")
        .annotate(answered=Count("responses", filter=~Q(responses__response__in=EMPTY_RESPONSES)))
        .order_by("registration__room__name", "registration__seat", "position")
    )


def summary(attempt: Attempt, now: dt.datetime) -> dict[str, Any]:
    """An attempt as ``me/attempts/`` lists it."""
    session = attempt.registration.session
    end = clock.ends_at(attempt) or clock.entry_closes_at(session)
    return {
        "id": str(attempt.uuid),
        "state": attempt.state,
        "component": attempt.component,
        "session": {"id": str(session.uuid), "name": session.name, "state": session.state},
        "opens_at": clock.opens_at(session).isoformat(),
        "closes_at": end.isoformat(),
        "remaining_ms": clock.remaining_ms(attempt, now),
    }


def held_responses(attempt: Attempt) -> dict[str, Any]:
    """``{slot: {"rev", "response"}}``: what the server holds now."""
    return {
        row.slot: {"rev": row.rev, "response": parse(row.response)}
        for row in attempt.responses.order_by("slot")
    }


def messages_of(attempt: Attempt) -> list[dict[str, Any]]:
    """The proctors' messages to an attempt, oldest first."""
    return [
        {"id": str(row.uuid), "text": row.text, "sent_at": row.sent_at.isoformat()}
        for row in AttemptMessage.objects.filter(attempt=attempt).order_by("pk")
    ]


def overdue(now: dt.datetime) -> list[int]:
    """Ids of running attempts whose time and grace are over."""
    running = with_clock(Attempt.objects.filter(state=AttemptState.IN_PROGRESS))
    found = []
    for attempt in running:
        limit = clock.in_time_until(attempt, attempt.registration.session.scheme.grace_seconds)
        if limit is not None and now > limit:
            found.append(attempt.pk)
    return found
