"""迟到作答: what reached the server after the end or after the hand-in is held until a person takes it or refuses it."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from audit.services import record
from exams.delivery import receipts
from exams.delivery.locking import lock_attempt
from exams.delivery.models import Attempt, LateDecision, Response, ResponseEvent
from exams.enums import HANDED_IN_STATES, EventState
from exams.signals import attempt_amended
from lib.refusals import Conflict, Invalid, checked_reason


def undecided(events: QuerySet[ResponseEvent]) -> QuerySet[ResponseEvent]:
    """The held events among these that nobody has decided and that would change an answer: an older revision than what
    counts changes nothing and asks for no decision."""
    counts = Response.objects.filter(attempt=OuterRef("attempt"), slot=OuterRef("slot")).values("rev")[:1]
    return events.filter(state=EventState.HELD, decision__isnull=True).filter(
        Q(rev__gt=Coalesce(Subquery(counts), -1, output_field=BigIntegerField()))
    )


@transaction.atomic
def decide(*, attempt_id: int, seqs: Sequence[int], accept: bool, reason: str, by: User) -> dict[str, int]:
    """Take or refuse held events of a handed-in attempt; how many were accepted, superseded and refused.

    Effects in order: one decision per event, the answers that count, the next receipt (it names the one it supersedes)
    and news to whoever scores when an answer changed, audit. Refuses (409) what somebody decided already, and taking
    anything once the result is confirmed.
    """
    reason = checked_reason(reason)
    if not seqs:
        raise Invalid("请先勾选要处理的迟到作答。", code="nothing_chosen")
    attempt = lock_attempt(attempt_id)
    if attempt.state not in HANDED_IN_STATES:
        raise Conflict(
            "考生还没有交卷，或者答题已作废，现在不能处理迟到作答。", code="wrong_state", state=attempt.state
        )
    events = list(
        ResponseEvent.objects.filter(attempt=attempt, seq__in=set(seqs), state=EventState.HELD).order_by(
            "seq"
        )
    )
    if len(events) != len(set(seqs)) or LateDecision.objects.filter(event__in=events).exists():
        raise Conflict("这些迟到作答里有的已经处理过了，请刷新页面查看最新情况。", code="decided")
    states = (
        _take(attempt, events) if accept else dict.fromkeys([one.seq for one in events], EventState.REFUSED)
    )
    at = attempt.read_at
    LateDecision.objects.bulk_create(
        [
            LateDecision(
                event=one, state=states[one.seq], reason=reason, decided_by=by.display_name, decided_at=at
            )
            for one in events
        ]
    )
    if EventState.ACCEPTED in states.values():
        (receipt,) = receipts.issue([attempt], at=at)
        attempt_amended.send(sender=Attempt, attempt=attempt, receipt=receipt, by=by)
    counts = {state: sum(one == state for one in states.values()) for state in set(states.values())}
    record(
        stream=attempt.registration.session.stream, by=by, at=at, action="attempt.late",
        target=f"attempt:{attempt.uuid}", reason=reason,
        data={"decided": {str(seq): str(state) for seq, state in sorted(states.items())}},
    )  # fmt: skip
    return {str(state): number for state, number in counts.items()}


def _take(attempt: Attempt, events: Sequence[ResponseEvent]) -> dict[int, EventState]:
    """Put events into the answers that count, by the rule of revisions; what became of each, by its number."""
    counts = {one.slot: one for one in Response.objects.filter(attempt=attempt)}
    states = {}
    for event in events:
        now = counts.get(event.slot)
        if now is not None and now.rev >= event.rev:
            states[event.seq] = EventState.SUPERSEDED
            continue
        states[event.seq] = EventState.ACCEPTED
        counts[event.slot] = Response.objects.update_or_create(
            attempt=attempt,
            slot=event.slot,
            defaults={"rev": event.rev, "seq": event.seq, "response": event.response},
        )[0]
    return states
