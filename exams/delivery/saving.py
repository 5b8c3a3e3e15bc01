"""Saving responses: durable before it is acknowledged, one effect per key, never an older revision over a newer one."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from exams.delivery import chain, clock
from exams.delivery.formcache import slots_of_form
from exams.delivery.models import Attempt, Response, ResponseEvent
from exams.enums import OPEN_STATES, AttemptState, EventState
from itembank.queries import problem_of_response
from lib.canonical import NotCanonical, canonical_text, parse
from lib.clock import database_now, epoch_microseconds
from lib.refusals import Conflict, Invalid

MAX_RESPONSE_BYTES = 256 * 1024
MAX_EVENTS = 200
MAX_REV = 2**53 - 1


@dataclass(frozen=True)
class IncomingEvent:
    """One event of a batch after its shape was checked; ``text`` is the canonical response."""

    key: uuid.UUID
    slot: str
    rev: int
    text: str
    body: bytes


def read_events(attempt: Attempt, raw: Any) -> list[IncomingEvent]:
    """Check a batch against the attempt's form. Any faulty event refuses the whole batch (422) naming its key."""
    if not isinstance(raw, list):
        raise Invalid(
            "events 应为列表。",
            errors=[{"field": "events", "code": "not_a_list", "message": "events 应为列表。"}],
        )
    if len(raw) > MAX_EVENTS:
        raise Invalid(f"一次最多提交 {MAX_EVENTS} 条作答，请分批提交。", code="too_many_events")
    slots = slots_of_form(attempt.form_id)
    events: list[IncomingEvent] = []
    errors: list[dict[str, Any]] = []
    seen: dict[uuid.UUID, bytes] = {}
    for index, one in enumerate(raw):
        try:
            event = _read_one(attempt, slots, one)
        except _Fault as fault:
            key = one.get("key") if isinstance(one, dict) else None
            errors.append(
                {
                    "field": f"events[{index}]",
                    "key": _printable(key),
                    "code": fault.code,
                    "message": fault.sentence,
                }
            )
            continue
        if seen.setdefault(event.key, event.body) != event.body:
            errors.append(_used_key(event))
            continue
        events.append(event)
    if errors:
        raise Invalid(
            "有作答内容不符合要求，整批没有保存；请去掉有问题的作答后重新提交其余部分。", errors=errors
        )
    return events


class _Fault(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def _printable(value: Any) -> str:
    return str(value)[:80].encode("utf-8", "replace").decode() if value is not None else ""


def _read_one(attempt: Attempt, slots: dict[str, Any], one: Any) -> IncomingEvent:
    if not isinstance(one, dict):
        raise _Fault("wrong_shape", "每条作答应为对象。")
    unknown = set(one) - {"key", "slot", "rev", "response"}
    if unknown or set(one) != {"key", "slot", "rev", "response"}:
        raise _Fault("wrong_shape", "每条作答应恰好包含 key、slot、rev、response。")
    try:
        key = uuid.UUID(one["key"]) if isinstance(one["key"], str) else None
    except ValueError:
        key = None
    if key is None or str(key) != one["key"].lower():
        raise _Fault("bad_key", "key 应为 UUID。")
    if not isinstance(one["slot"], str) or one["slot"] not in slots:
        raise _Fault("unknown_slot", "这份试卷里没有这个题位。")
    rev = one["rev"]
    if isinstance(rev, bool) or not isinstance(rev, int) or not 0 <= rev <= MAX_REV:
        raise _Fault("bad_rev", "rev 应为 0 到 2^53-1 之间的整数。")
    try:
        text = canonical_text(one["response"])
        body = chain.body_hash(
            attempt=str(attempt.uuid), key=str(key), slot=one["slot"], rev=rev, response=one["response"]
        )
    except NotCanonical:
        raise _Fault("not_canonical", "作答里有无法保存的字符或过大的数字，请修改后再保存。") from None
    if len(text.encode()) > MAX_RESPONSE_BYTES:
        raise _Fault("too_large", "这道题的作答内容过大，请删减后再保存。")
    if "\\u0000" in text:
        raise _Fault("bad_character", "作答里有无法保存的字符，请修改后再保存。")
    problem = problem_of_response(slots[one["slot"]], one["response"])
    if problem:
        raise _Fault("wrong_response", problem)
    return IncomingEvent(key=key, slot=one["slot"], rev=rev, text=text, body=body)


def _used_key(event: IncomingEvent) -> dict[str, Any]:
    return {
        "field": "events",
        "key": str(event.key),
        "code": "used_key",
        "message": "这个 key 已用于另一条作答，请换新的 key。",
    }


def lock_attempt(attempt_id: int) -> Attempt:
    """Lock the attempt's row first: everything about one attempt happens one after another."""
    return Attempt.objects.select_for_update(of=("self",)).select_related(
        "form", "registration__session__scheme", "registration__candidate"
    ).get(pk=attempt_id)  # fmt: skip


@transaction.atomic
def save_responses(
    *, attempt_id: int, raw_events: Any, device: str
) -> tuple[Attempt, list[dict[str, Any]], dt.datetime]:
    """Store a batch of events; return (attempt, acks in the order sent, the database's time).

    ``device`` is the seat the caller holds; a seat that was taken over is told so with 409 and nothing is stored.
    """
    attempt = lock_attempt(attempt_id)
    check_seat(attempt, device)
    events = read_events(attempt, raw_events)
    now = database_now()
    acks = append(attempt, events, now=now)
    return attempt, acks, now


def check_seat(attempt: Attempt, device: str) -> None:
    """Refuse a caller whose seat was taken over. ``device`` is "login:tab"; a caller that names no tab is held
    against the login alone."""
    if not attempt.device or device == attempt.device:
        return
    if device.endswith(":") and attempt.device.startswith(device):
        return
    raise Conflict(
        "这场考试已在另一台机器或另一个页面上继续，本页不再保存。请在那里作答，或举手请监考员协助。",
        code="other_device",
    )


def append(attempt: Attempt, events: list[IncomingEvent], *, now: dt.datetime) -> list[dict[str, Any]]:
    """Extend the chain of a locked attempt by the events not seen before and move its projection.

    Returns one ack per event: ``{"key","seq","state","current"}``. Late events are held, never dropped.
    """
    known = {
        row.key: row
        for row in ResponseEvent.objects.filter(attempt=attempt, key__in=[event.key for event in events])
    }
    clashes = [
        event for event in events if event.key in known and not _same(attempt, known[event.key], event)
    ]
    if clashes:
        raise Invalid(
            "有作答内容不符合要求，整批没有保存；请去掉有问题的作答后重新提交其余部分。",
            errors=[_used_key(event) for event in clashes],
        )
    if attempt.state == AttemptState.READY:
        raise Conflict("考试还没有开始，请在开始答题后再作答。", code="not_started")
    if attempt.state == AttemptState.VOIDED:
        raise Conflict("这场考试已作废，不能再作答。请联系监考员。", code="voided")
    late = _is_late(attempt, now)
    held = {row.slot: row for row in Response.objects.filter(attempt=attempt)}
    moment = now
    new_rows: list[ResponseEvent] = []
    touched: set[str] = set()
    acks = []
    for event in events:
        row = known.get(event.key)
        if row is None:
            current = held.get(event.slot)
            if late:
                state = EventState.HELD
            elif current is not None and current.rev >= event.rev:
                state = EventState.SUPERSEDED
            else:
                state = EventState.ACCEPTED
            seq = attempt.events + 1
            row = ResponseEvent(
                attempt=attempt, seq=seq, key=event.key, slot=event.slot, rev=event.rev, response=event.text,
                received_at=moment, state=state, prev=attempt.head,
                hash=chain.event_hash(prev=attempt.head, seq=seq, received_us=epoch_microseconds(moment), body=event.body),
            )  # fmt: skip
            attempt.events, attempt.head = seq, row.hash
            new_rows.append(row)
            known[event.key] = row
            if state == EventState.ACCEPTED:
                held[event.slot] = Response(
                    attempt=attempt, slot=event.slot, rev=event.rev, seq=seq, response=event.text
                )
                touched.add(event.slot)
        current = held.get(event.slot)
        acks.append({"key": str(event.key), "seq": row.seq, "state": row.state, "current": _current(current)})
    ResponseEvent.objects.bulk_create(new_rows)
    # One upsert, rows in slot order, so that two writers never wait for each other crosswise.
    Response.objects.bulk_create(
        [held[slot] for slot in sorted(touched)],
        update_conflicts=True,
        unique_fields=["attempt", "slot"],
        update_fields=["rev", "seq", "response"],
    )
    Attempt.objects.filter(pk=attempt.pk).update(events=attempt.events, head=attempt.head, last_seen_at=now)
    return acks


def _current(row: Response | None) -> dict[str, Any] | None:
    return None if row is None else {"rev": row.rev, "response": parse(row.response)}


def _same(attempt: Attempt, row: ResponseEvent, event: IncomingEvent) -> bool:
    return (row.slot, row.rev, row.response) == (event.slot, event.rev, event.text)


def _is_late(attempt: Attempt, now: dt.datetime) -> bool:
    if attempt.state not in OPEN_STATES:
        return True
    if attempt.state == AttemptState.PAUSED:
        return False  # the clock stands still; what was on its way when the pause came is in time
    limit = clock.in_time_until(attempt, attempt.registration.session.scheme.grace_seconds)
    return limit is not None and now > limit
