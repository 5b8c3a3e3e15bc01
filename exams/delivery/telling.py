"""What every act on an attempt leaves behind: an audit event, and words for people."""

import datetime as dt
from typing import Any

from audit.services import Actor, record
from exams.delivery.models import Attempt, AttemptMessage


def told(
    attempt: Attempt,
    *,
    by: Actor,
    at: dt.datetime,
    action: str,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Append an act on this attempt to its session's trail."""
    record(
        stream=attempt.registration.session.stream, by=by, at=at, action=action,
        target=f"attempt:{attempt.uuid}", reason=reason, data=data,
    )  # fmt: skip


def tell(attempt: Attempt, text: str, *, by: Actor, at: dt.datetime) -> None:
    """Show words on the candidate's open page."""
    AttemptMessage.objects.create(attempt=attempt, text=text, sent_by=by.display_name, sent_at=at)


def who(attempt: Attempt) -> str:
    """The candidate as a proctor's sentence names him: seat and name."""
    return f"{attempt.registration.seat} 号座位考生“{attempt.registration.candidate.name}”"
