"""Reads of the sitting."""

import datetime as dt
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from exams.delivery import clock, receipts
from exams.delivery.models import Attempt, Receipt, TimeGrant
from exams.enums import AttemptState
from lib.canonical import parse
from lib.rows import rows


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
        granted=Coalesce(Subquery(granted), 0)  # type: ignore[no-redef]
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
    found = rows(
        "SELECT slot, rev, response FROM exams_response WHERE attempt_id = %s ORDER BY slot", attempt.pk
    )
    return {slot: {"rev": rev, "response": parse(text)} for slot, rev, text in found}


def messages_of(attempt: Attempt) -> list[dict[str, Any]]:
    """The proctors' messages to an attempt, oldest first."""
    found = rows(
        "SELECT uuid, text, sent_at FROM exams_attemptmessage WHERE attempt_id = %s ORDER BY id", attempt.pk
    )
    return [{"id": str(uuid), "text": text, "sent_at": sent_at.isoformat()} for uuid, text, sent_at in found]


def hand_in_answer(attempt: Attempt, receipt: Receipt) -> dict[str, Any]:
    """What a hand-in is answered with; ``attempt`` as the hand-in left it."""
    return {
        "receipt": parse(receipt.body),
        "signature": receipt.signature,
        "short_code": receipts.short_code(receipt),
        "state": attempt.state,
        "messages": attempt.told,
    }


def newest_root(attempt: str) -> Subquery:
    """Expression for the root the newest receipt covers, of the attempt at this path of the outer query."""
    return Subquery(
        Receipt.objects.filter(attempt=OuterRef(attempt))
        .order_by("-number")
        .annotate(covered=KeyTextTransform("root", Cast("body", JSONField())))
        .values("covered")[:1]
    )


def with_covered_root(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Annotate ``covered``: the root of the final responses the newest receipt covers, which is what is scored."""
    return attempts.annotate(covered=newest_root("pk"))


def overdue(now: dt.datetime) -> list[int]:
    """Ids of running attempts whose time and grace are over.

    The database leaves out those whose limit alone has not run out: nearly all, nearly always.
    """
    # A limit of N seconds is at least N seconds, whatever the factor and the grants.
    at_least = ExpressionWrapper(F("limit_seconds") * dt.timedelta(seconds=1), output_field=DurationField())
    running = with_clock(
        Attempt.objects.filter(state=AttemptState.IN_PROGRESS, clock_from__lt=now - at_least)
    )
    return [attempt.pk for attempt in running if clock.is_over(attempt, now)]
