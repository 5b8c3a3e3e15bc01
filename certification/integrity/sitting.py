"""The sitting: chains, projections, receipts, the attempts' own facts, grants and messages."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal

from audit.models import AuditEvent
from certification.integrity.trail import told_of
from exams.delivery import chain, receipts
from exams.delivery.models import NO_HEAD
from exams.enums import HANDED_IN_STATES, AttemptState, EventState, GrantKind
from exams.models import Attempt, AttemptMessage, Response, ResponseEvent, TimeGrant
from lib.canonical import canonical_sha256, parse, sha256_hex
from lib.clock import epoch_microseconds

# What an audit event says the attempt became.
BECOMES = {
    "attempt.start": AttemptState.IN_PROGRESS, "attempt.pause": AttemptState.PAUSED,
    "attempt.resume": AttemptState.IN_PROGRESS, "attempt.submitted": AttemptState.SUBMITTED,
    "attempt.expired": AttemptState.EXPIRED, "attempt.end": AttemptState.SUBMITTED,
    "attempt.voided": AttemptState.VOIDED,
}  # fmt: skip


def _attempts() -> Iterator[Attempt]:
    return (
        Attempt.objects.select_related("form", "registration__session")
        .order_by("pk")
        .iterator(chunk_size=500)
    )


def _events(attempt: Attempt) -> Iterator[ResponseEvent]:
    return ResponseEvent.objects.filter(attempt=attempt).order_by("seq").iterator(chunk_size=1000)


def response_chains() -> str | None:
    """Sequence without gaps, every hash recomputed, the attempt's head and count equal to the newest link."""
    for attempt in _attempts():
        prev, seq = NO_HEAD, 0
        for event in _events(attempt):
            seq += 1
            where = f"response event {attempt.uuid} seq {event.seq}"
            try:
                response = parse(event.response)
            except ValueError:
                return f"{where}: not JSON"
            body = chain.body_hash(
                attempt=str(attempt.uuid),
                key=str(event.key),
                slot=event.slot,
                rev=event.rev,
                response=response,
            )
            digest = chain.event_hash(
                prev=prev, seq=event.seq, received_us=epoch_microseconds(event.received_at), body=body
            )
            if (event.seq, event.prev, event.hash) != (seq, prev, digest):
                return where
            prev = digest
        if (attempt.events, attempt.head) != (seq, prev):
            return f"attempt {attempt.uuid}: head or count differs from its newest event"
    return None


def projections() -> str | None:
    """Each event's state follows from revisions and times, and the current responses equal what the accepted events say."""
    for attempt in _attempts():
        derived: dict[str, tuple[int, int, str]] = {}
        for event in _events(attempt):
            state = _state_of(attempt, event, derived.get(event.slot))
            if state != event.state:
                return (
                    f"response event {attempt.uuid} seq {event.seq}: state {event.state}, should be {state}"
                )
            if event.state == EventState.ACCEPTED:
                derived[event.slot] = (event.rev, event.seq, event.response)
        kept = {
            row.slot: (row.rev, row.seq, row.response) for row in Response.objects.filter(attempt=attempt)
        }
        if derived != kept:
            slot = next(one for one in sorted({*derived, *kept}) if derived.get(one) != kept.get(one))
            return f"response {attempt.uuid} slot {slot}"
    return None


def _state_of(attempt: Attempt, event: ResponseEvent, held: tuple[int, int, str] | None) -> str:
    """What an event's state must be. Between the plain limit and the hand-in a late one is taken at its word: what was
    granted by then is not told by the end as it is now."""
    by_rev = EventState.SUPERSEDED if held and held[0] >= event.rev else EventState.ACCEPTED
    if attempt.submitted_at and event.received_at > attempt.submitted_at:
        return EventState.HELD
    limit = dt.timedelta(seconds=float(attempt.limit_seconds * attempt.factor))
    surely = attempt.started_at and attempt.started_at + limit
    if event.state == EventState.HELD and surely and event.received_at > surely:
        return EventState.HELD
    return by_rev


def handed_in() -> str | None:
    """Receipts are numbered without gaps, each verifies, covers a head of the chain and names the one before; the newest
    one covers the final responses."""
    for attempt in _attempts():
        rows = list(attempt.receipts.order_by("number"))
        before: str | None = None
        for number, receipt in enumerate(rows, 1):
            where = f"receipt {attempt.uuid} number {receipt.number}"
            try:
                good, body = receipts.verifies(receipt), json.loads(receipt.body)
            except (ValueError, KeyError, TypeError):
                good = False
            if not good:
                return f"{where}: signature"
            if (
                receipt.number != number
                or body.get("supersedes") != before
                or body["attempt"] != str(attempt.uuid)
            ):
                return f"{where}: number, attempt or predecessor"
            if dt.datetime.fromisoformat(body["submitted_at"]) != receipt.created_at:
                return f"{where}: time"
            head = NO_HEAD
            if body["events"]:
                covered = attempt.response_events.filter(seq=body["events"]).values_list("hash", flat=True)
                head = covered[0] if covered else ""
            if body["head"] != head:
                return f"{where}: the chain has another head"
            before = sha256_hex(receipt.body.encode())
        handed = attempt.state in HANDED_IN_STATES and attempt.started_at is not None
        if handed and not rows:
            return f"attempt {attempt.uuid}: handed in without a receipt"
        if rows and json.loads(rows[-1].body)["root"] != receipts.merkle_root(attempt):
            return f"receipt {attempt.uuid} number {len(rows)}: responses differ from what was handed in"
        if rows and rows[0].created_at != attempt.submitted_at:
            return f"attempt {attempt.uuid}: hand-in time differs from its receipt"
        form = attempt.form
        if canonical_sha256(parse(form.sections)) != form.sha256:
            return f"form {form.pk}: content differs from its hash"
        if rows and json.loads(rows[0].body)["form_sha256"] != form.sha256:
            return f"attempt {attempt.uuid}: form differs from its receipt"
    return None


def attempts() -> str | None:
    """State, times, limit, form and order of each attempt follow from the trail and from the session's plan."""
    for attempt in _attempts():
        session = attempt.registration.session
        told = [event for event in told_of(f"attempt:{attempt.uuid}") if event.stream == session.stream]
        state, started, paused = AttemptState.READY, None, None
        for event in told:
            state = BECOMES.get(event.action, state)
            started = event.at if event.action == "attempt.start" else started
            if event.action in BECOMES:
                paused = event.at if event.action == "attempt.pause" else None
        if state == AttemptState.READY and attempt.state == AttemptState.EXPIRED:
            closed = AuditEvent.objects.filter(stream=session.stream, action="session.close").exists()
            state = AttemptState.EXPIRED if closed else state
        where = f"attempt {attempt.uuid}"
        if attempt.state != state:
            return f"{where}: state {attempt.state}, the trail says {state}"
        if attempt.started_at != started or attempt.paused_at != paused:
            return f"{where}: start or pause differs from the trail"
        if attempt.submitted_at is not None and attempt.state not in HANDED_IN_STATES:
            return f"{where}: hand-in time without a hand-in"
        plan = session.forms.filter(component=attempt.component).values_list("form", flat=True)
        part = session.scheme.components.filter(component=attempt.component).values_list(
            "minutes", "position"
        )
        if list(plan) != [attempt.form_id] or list(part) != [(attempt.limit_seconds // 60, attempt.position)]:
            return f"{where}: form, limit or order differs from the session's plan"
        given = [
            event for event in told_of(f"registration:{attempt.registration.uuid}") if "factor" in event.data
        ]
        factor = Decimal(given[-1].data["factor"]) if given else Decimal(1)
        if attempt.limit_seconds % 60 or (attempt.factor, attempt.registration.factor) != (factor, factor):
            return f"{where}: limit or factor differs from the session's plan or the trail"
        if attempt.registration_id not in session.registrations.values_list("pk", flat=True):
            return f"{where}: registration"
    return None


def acts() -> str | None:
    """Every grant and every message is told by the trail with the same moment and figure, and the other way round."""
    for grant in TimeGrant.objects.select_related("attempt").order_by("pk").iterator():
        action = "attempt.grant" if grant.kind == GrantKind.GRANT else "attempt.resume"
        told = _told(grant.attempt, action, grant.granted_at)
        if told is None or told.data.get("seconds") != grant.seconds or told.actor_name != grant.granted_by:
            return f"grant {grant.pk} of attempt {grant.attempt.uuid}"
        if grant.kind == GrantKind.GRANT and told.reason != grant.reason:
            return f"grant {grant.pk} of attempt {grant.attempt.uuid}: reason"
    for message in AttemptMessage.objects.select_related("attempt").order_by("pk").iterator():
        told = _told(message.attempt, "attempt.message", message.sent_at)
        granted = told is None and _told(message.attempt, "attempt.grant", message.sent_at)
        said = told.data.get("text") == message.text if told else bool(granted) and "补时" in message.text
        if not said or (told or granted).actor_name != message.sent_by:  # type: ignore[union-attr]
            return f"message {message.pk} of attempt {message.attempt.uuid}"
    for action, model in (
        ("attempt.grant", TimeGrant),
        ("attempt.resume", TimeGrant),
        ("attempt.message", AttemptMessage),
    ):
        moment = "sent_at" if model is AttemptMessage else "granted_at"
        for event in AuditEvent.objects.filter(action=action).iterator():
            uuid = event.target.partition(":")[2]
            if not model._default_manager.filter(**{"attempt__uuid": uuid, moment: event.at}).exists():
                return f"audit {event.stream} seq {event.seq}: what it tells is not there"
    return None


def _told(attempt: Attempt, action: str, at: dt.datetime) -> AuditEvent | None:
    return AuditEvent.objects.filter(target=f"attempt:{attempt.uuid}", action=action, at=at).first()
