"""The sitting: chains, projections, receipts, the attempts' own facts, grants and messages."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal

from audit.models import AuditEvent
from certification.integrity.trail import told_of
from exams.delivery import chain, receipts
from exams.delivery.models import NO_HEAD
from exams.enums import HANDED_IN_STATES, OPEN_STATES, AttemptState, ClockKind, EventState, GrantKind
from exams.models import Attempt, AttemptMessage, Break, LateDecision, Response, ResponseEvent, TimeGrant
from lib.canonical import canonical_sha256, parse, sha256_hex
from lib.clock import epoch_microseconds

# What an audit event says the attempt became.
BECOMES = {
    "attempt.start": AttemptState.IN_PROGRESS, "attempt.pause": AttemptState.PAUSED,
    "attempt.break": AttemptState.PAUSED, "attempt.resume": AttemptState.IN_PROGRESS, "attempt.submitted": AttemptState.SUBMITTED,
    "attempt.expired": AttemptState.EXPIRED, "attempt.end": AttemptState.SUBMITTED,
    "attempt.voided": AttemptState.VOIDED, "attempt.absent": AttemptState.EXPIRED,
    "attempt.reopen": AttemptState.IN_PROGRESS,
}  # fmt: skip
STOPPING = {"attempt.pause", "attempt.break"}
CLOSING = {"attempt.submitted", "attempt.expired", "attempt.end"}
# A hand-in that is taken back: the time of it goes, what was answered stays.
WITHDRAWING = {"attempt.reopen", "attempt.voided"}


# What tells of a grant; one that came with a reopening is told by that.
TOLD_BY = {
    GrantKind.GRANT: "attempt.grant", GrantKind.PAUSE: "attempt.resume", GrantKind.BREAK: "attempt.resume",
    GrantKind.SHARED: "attempt.shared_grant",
}  # fmt: skip


def _attempts() -> Iterator[Attempt]:
    return (
        Attempt.objects.select_related("form", "registration__session__scheme")
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
    """Each event's state follows from revisions and times, each decision about a late one from revisions, and the current
    responses equal what the accepted events say."""
    for attempt in _attempts():
        closed = _closed(attempt)
        breaks = list(attempt.breaks.all())
        derived: dict[str, tuple[int, int, str]] = {}
        for event in _events(attempt):
            state = _state_of(attempt, event, derived.get(event.slot), closed, breaks)
            if state != event.state:
                return (
                    f"response event {attempt.uuid} seq {event.seq}: state {event.state}, should be {state}"
                )
            if event.state == EventState.ACCEPTED:
                derived[event.slot] = (event.rev, event.seq, event.response)
        for decision in _decisions(attempt):
            event = decision.event
            by_rev = _by_rev(event, derived.get(event.slot))
            if event.state != EventState.HELD or decision.state not in (EventState.REFUSED, by_rev):
                return f"late decision on {attempt.uuid} seq {event.seq}: {decision.state}"
            if decision.state == EventState.ACCEPTED:
                derived[event.slot] = (event.rev, event.seq, event.response)
        kept = {
            row.slot: (row.rev, row.seq, row.response) for row in Response.objects.filter(attempt=attempt)
        }
        if derived != kept:
            slot = next(one for one in sorted({*derived, *kept}) if derived.get(one) != kept.get(one))
            return f"response {attempt.uuid} slot {slot}"
    return None


def _closed(attempt: Attempt) -> list[tuple[dt.datetime, dt.datetime | None]]:
    """From when until when the attempt was handed in, as the trail tells it."""
    spans: list[tuple[dt.datetime, dt.datetime | None]] = []
    for told in told_of(f"attempt:{attempt.uuid}"):
        if told.action in CLOSING:
            spans.append((told.at, None))
        elif told.action == "attempt.reopen" and spans:
            spans[-1] = (spans[-1][0], told.at)
    return spans


def _state_of(
    attempt: Attempt, event: ResponseEvent, held: tuple[int, int, str] | None,
    closed: list[tuple[dt.datetime, dt.datetime | None]], breaks: list[Break],
) -> str:  # fmt: skip
    """What an event's state must be. Between the plain limit and the hand-in a late one is taken at its word: what was
    granted by then is not told by the end as it is now."""
    by_rev = _by_rev(event, held)
    if any(
        since < event.received_at and (until is None or event.received_at < until) for since, until in closed
    ):
        return EventState.HELD
    if any(one.began_at < event.received_at and event.slot in one.slots for one in breaks):
        return EventState.HELD
    limit = dt.timedelta(seconds=float(attempt.limit_seconds * attempt.factor))
    surely = attempt.clock_from and attempt.clock_from + limit
    if event.state == EventState.HELD and surely and event.received_at > surely:
        return EventState.HELD
    return by_rev


def _by_rev(event: ResponseEvent, held: tuple[int, int, str] | None) -> EventState:
    return EventState.SUPERSEDED if held and held[0] >= event.rev else EventState.ACCEPTED


def _decisions(attempt: Attempt) -> Iterator[LateDecision]:
    """In the order in which they were taken: all of one act at one moment, by sequence."""
    return (
        LateDecision.objects.filter(event__attempt=attempt)
        .select_related("event")
        .order_by("decided_at", "event__seq")
        .iterator(chunk_size=500)
    )


def late_decisions() -> str | None:
    """Every decision about a late answer is told by the trail, and the other way round."""
    for decision in LateDecision.objects.select_related("event__attempt").order_by("pk").iterator():
        told = _told(decision.event.attempt, "attempt.late", decision.decided_at)
        where = f"late decision on {decision.event.attempt.uuid} seq {decision.event.seq}"
        if told is None or told.data.get("decided", {}).get(str(decision.event.seq)) != decision.state:
            return f"{where}: the trail does not tell it"
        if (told.reason, told.actor_name) != (decision.reason, decision.decided_by):
            return f"{where}: reason or person differs from the trail"
    for event in AuditEvent.objects.filter(action="attempt.late").iterator():
        uuid, told_seqs = event.target.partition(":")[2], {int(seq) for seq in event.data["decided"]}
        found = LateDecision.objects.filter(event__attempt__uuid=uuid, decided_at=event.at)
        if set(found.values_list("event__seq", flat=True)) != told_seqs:
            return f"audit {event.stream} seq {event.seq}: what it tells is not there"
    return None


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
        working = attempt.state in OPEN_STATES  # opened again: the next receipt will tell
        if rows and not working and json.loads(rows[-1].body)["root"] != receipts.merkle_root(attempt):
            return f"receipt {attempt.uuid} number {len(rows)}: responses differ from what was handed in"
        if attempt.submitted_at and attempt.submitted_at not in {row.created_at for row in rows}:
            return f"attempt {attempt.uuid}: hand-in time differs from its receipts"
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
        state, started, paused, submitted = AttemptState.READY, None, None, None
        until, frozen = None, []
        for event in told:
            state = BECOMES.get(event.action, state)
            started = event.at if event.action == "attempt.start" else started
            if event.action in BECOMES:
                paused = event.at if event.action in STOPPING else None
                until = None
            if event.action == "attempt.break":
                until = event.at + dt.timedelta(seconds=event.data["allowed"])
                frozen = event.data["slots"]
            if event.action in CLOSING | WITHDRAWING:
                submitted = event.at if event.action in CLOSING else None
        if state == AttemptState.READY and attempt.state == AttemptState.EXPIRED:
            closed = AuditEvent.objects.filter(stream=session.stream, action="session.close").exists()
            state = AttemptState.EXPIRED if closed else state
        where = f"attempt {attempt.uuid}"
        if attempt.state != state:
            return f"{where}: state {attempt.state}, the trail says {state}"
        if (attempt.started_at, attempt.paused_at, attempt.submitted_at) != (started, paused, submitted):
            return f"{where}: start, pause or hand-in differs from the trail"
        if (attempt.paused_until, attempt.frozen) != (until, frozen):
            return f"{where}: end of a break or what it froze differs from the trail"
        if attempt.clock_from != _clock_from(attempt, started):
            return f"{where}: its clock does not begin with the start the trail tells"
        plan = session.forms.filter(component=attempt.component).values_list("form", flat=True)
        parts = {one.component: one for one in session.scheme.components.all()}
        part, minutes = parts.get(attempt.component), sum(one.minutes for one in parts.values())
        if part and session.scheme.clock == ClockKind.OWN:
            minutes = part.minutes
        if list(plan) != [attempt.form_id] or (part and (minutes * 60, part.position)) != (
            attempt.limit_seconds, attempt.position,
        ):  # fmt: skip
            return f"{where}: form, limit or order differs from the session's plan"
        given = [
            event for event in told_of(f"registration:{attempt.registration.uuid}") if "factor" in event.data
        ]
        factor = Decimal(given[-1].data["factor"]) if given else Decimal(1)
        if (attempt.factor, attempt.registration.factor) != (factor, factor):
            return f"{where}: factor differs from the trail"
        if attempt.registration.break_minutes != (given[-1].data["break_minutes"] if given else 0):
            return f"{where}: break time differs from the trail"
        if attempt.registration_id not in session.registrations.values_list("pk", flat=True):
            return f"{where}: registration"
    return None


def _clock_from(attempt: Attempt, started: dt.datetime | None) -> dt.datetime | None:
    """When the attempt's clock began: with its start, or with the first of those that share it while this one waited."""
    if attempt.registration.session.scheme.clock == ClockKind.OWN:
        return started
    family = Attempt.objects.filter(registration=attempt.registration_id).values_list("uuid", flat=True)
    first = AuditEvent.objects.filter(
        target__in=[f"attempt:{one}" for one in family], action="attempt.start"
    ).order_by("at").first()  # fmt: skip
    over = AuditEvent.objects.filter(
        target=f"attempt:{attempt.uuid}", action__in=["attempt.absent", "attempt.voided"]
    ).first()
    waited = first is not None and (over is None or first.at < over.at or started is not None)
    return first.at if first and waited else None


def acts() -> str | None:
    """Every grant and every message is told by the trail with the same moment and figure, and the other way round."""
    for grant in TimeGrant.objects.select_related("attempt").order_by("pk").iterator():
        given = grant.kind == GrantKind.GRANT
        told = _told(grant.attempt, TOLD_BY[GrantKind(grant.kind)], grant.granted_at)
        figure = "seconds"
        if told is None and grant.kind in (GrantKind.GRANT, GrantKind.PAUSE):
            told = _told(grant.attempt, "attempt.reopen", grant.granted_at)
            figure = "seconds" if given else "stood_still"
        if told is None or told.data.get(figure) != grant.seconds or told.actor_name != grant.granted_by:
            return f"grant {grant.pk} of attempt {grant.attempt.uuid}"
        if grant.kind == GrantKind.GRANT and told.reason != grant.reason:
            return f"grant {grant.pk} of attempt {grant.attempt.uuid}: reason"
    for message in AttemptMessage.objects.select_related("attempt").order_by("pk").iterator():
        told = _told(message.attempt, "attempt.message", message.sent_at)
        said = told is not None and told.data.get("text") == message.text
        for action, word in (("attempt.grant", "补时"), ("attempt.reopen", "重新开放")):
            if told is None and word in message.text:
                told = _told(message.attempt, action, message.sent_at)
                said = told is not None
        if told is None or not said or told.actor_name != message.sent_by:
            return f"message {message.pk} of attempt {message.attempt.uuid}"
    for action, model in (
        ("attempt.grant", TimeGrant),
        ("attempt.resume", TimeGrant),
        ("attempt.shared_grant", TimeGrant),
        ("attempt.reopen", TimeGrant),
        ("attempt.message", AttemptMessage),
    ):
        moment = "sent_at" if model is AttemptMessage else "granted_at"
        for event in AuditEvent.objects.filter(action=action).iterator():
            if action == "attempt.reopen" and not (event.data["stood_still"] or event.data["seconds"]):
                continue  # the rest of a clock that never stood still
            uuid = event.target.partition(":")[2]
            if not model._default_manager.filter(**{"attempt__uuid": uuid, moment: event.at}).exists():
                return f"audit {event.stream} seq {event.seq}: what it tells is not there"
    return None


def _told(attempt: Attempt, action: str, at: dt.datetime) -> AuditEvent | None:
    return AuditEvent.objects.filter(target=f"attempt:{attempt.uuid}", action=action, at=at).first()
