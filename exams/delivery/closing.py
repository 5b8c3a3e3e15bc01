"""Closing attempts: the one way from working to handed in, for one candidate's hand-in and for a thousand time-outs."""

import datetime as dt
from collections.abc import Sequence

from audit.services import Act, Actor, record_all
from exams.delivery import receipts
from exams.delivery.models import Attempt, Receipt
from exams.enums import ATTEMPT_TRANSITIONS, AttemptState
from exams.signals import attempts_submitted
from lib.rows import rows
from lib.states import check_transition

CLOSE = (
    "UPDATE exams_attempt SET state = %s, submitted_at = %s, paused_at = NULL, paused_until = NULL "
    "WHERE id = ANY (%s) RETURNING id"
)


def close(
    attempts: Sequence[Attempt],
    state: AttemptState,
    *,
    at: dt.datetime,
    by: Actor,
    reason: str = "",
    action: str = "",
) -> list[Receipt]:
    """Hand in attempts this transaction has locked; their receipts in the same order.

    Effects in order: state and time written, receipts issued, news to whoever scores, audit. A handful of statements,
    whatever their number. Refuses (409) a state that cannot be left for ``state``.
    """
    for attempt in attempts:
        check_transition(ATTEMPT_TRANSITIONS, AttemptState(attempt.state), state, what="答题")
        attempt.state, attempt.submitted_at = state, at
        attempt.paused_at, attempt.paused_until = None, None
    rows(CLOSE, str(state), at, [attempt.pk for attempt in attempts])
    issued = receipts.issue(attempts, at=at)
    attempts_submitted.send(sender=Attempt, attempts=attempts, receipts=issued)
    # Last: the trail of a session is one queue, and whoever stands in it keeps the others waiting until the commit.
    record_all(
        [
            Act(
                attempt.registration.session.stream, by, at, action or f"attempt.{state}", f"attempt:{attempt.uuid}",
                reason, {"events": attempt.events, "head": attempt.head},
            )
            for attempt in attempts
        ]
    )  # fmt: skip
    return issued
