"""The plain way to save, kept for comparison only: the same rules in a dozen statements through the ORM."""

from django.db import transaction

from exams.delivery import chain, clock
from exams.delivery.events import read_events
from exams.delivery.locking import lock_attempt
from exams.delivery.models import Attempt, Response, ResponseEvent
from exams.delivery.queries import messages_of
from exams.enums import OPEN_STATES, AttemptState, EventState
from lib.canonical import parse
from lib.clock import database_now, epoch_microseconds


@transaction.atomic
def save(attempt_id: int, raw_events: list[dict]) -> dict:
    """Lock, read, deduplicate, chain, insert, project; one transaction, the same answer as ``exams_save``."""
    attempt = lock_attempt(attempt_id)
    events = read_events(str(attempt.uuid), attempt.form_id, raw_events)
    now = database_now()
    known = {
        str(row.key): row
        for row in ResponseEvent.objects.filter(attempt=attempt, key__in=[e.key for e in events])
    }
    running = attempt.state == AttemptState.IN_PROGRESS
    late = attempt.state not in OPEN_STATES or (running and clock.is_over(attempt, now))
    held = {row.slot: row for row in Response.objects.filter(attempt=attempt)}
    new, touched, acks = [], set(), []
    for event in events:
        row, current = known.get(event.key), held.get(event.slot)
        if row is None:
            newer = current is not None and current.rev >= event.rev
            state = EventState.HELD if late else EventState.SUPERSEDED if newer else EventState.ACCEPTED
            seq = attempt.events + 1
            link = chain.event_hash(
                prev=attempt.head, seq=seq, received_us=epoch_microseconds(now), body=event.body
            )
            row = ResponseEvent(
                attempt=attempt, seq=seq, key=event.key, slot=event.slot, rev=event.rev, response=event.text,
                received_at=now, state=state, prev=attempt.head, hash=link,
            )  # fmt: skip
            attempt.events, attempt.head, known[event.key] = seq, link, row
            new.append(row)
            if state == EventState.ACCEPTED:
                current = Response(
                    attempt=attempt, slot=event.slot, rev=event.rev, seq=seq, response=event.text
                )
                held[event.slot] = current
                touched.add(event.slot)
        shown = current and {"rev": current.rev, "response": parse(current.response)}
        acks.append({"key": event.key, "seq": row.seq, "state": row.state, "current": shown})
    ResponseEvent.objects.bulk_create(new)
    Response.objects.bulk_create(
        [held[slot] for slot in sorted(touched)], update_conflicts=True, unique_fields=["attempt", "slot"],
        update_fields=["rev", "seq", "response"],
    )  # fmt: skip
    Attempt.objects.filter(pk=attempt.pk).update(events=attempt.events, head=attempt.head, last_seen_at=now)
    return {
        "acks": acks, "head": attempt.head, "state": attempt.state, "server_time": now.isoformat(),
        "remaining_ms": clock.remaining_ms(attempt, now), "messages": messages_of(attempt),
    }  # fmt: skip
