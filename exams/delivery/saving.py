"""Saving responses: durable before it is acknowledged, one effect per key, never an older revision over a newer one.

The database function ``exams_save`` does it in one round trip (docs/decisions/0006); whoever saves calls it: the lane
of the web process, a call with a login token, a hand-in.
"""

import datetime as dt
import json
from typing import Any

from exams.delivery.events import FAULTY, IncomingEvent, for_database, read_events, used_key
from exams.delivery.lane import LANE
from exams.delivery.models import Attempt
from exams.delivery.tokens import Seat
from exams.enums import OPEN_STATES
from lib.refusals import Conflict, Invalid, NotFound, NotSignedIn, Refusal
from lib.rows import rows


def save_from_seat(seat: Seat, raw_events: Any) -> str | None:
    """Store a batch for the holder of an attempt token; the answer's JSON text, after the commit.

    ``{"acks": [{"key","seq","state","current"}], "head", "state", "server_time", "remaining_ms", "messages"}``.
    No statement but the function's, which it shares with other candidates' batches. None when the ordinary way
    (:func:`save_responses`) must answer: a faulty batch, a refusal, an attempt's row that somebody holds, a lane that
    broke. Nothing was stored then, or what was has the same acks again.
    """
    try:
        events = read_events(seat.attempt, seat.form, raw_events)
    except Invalid:
        return None
    return LANE.save(seat.attempt, seat.device, events)


def save_responses(*, attempt_id: int, raw_events: Any, device: str) -> str:
    """Store a batch on this thread's connection and in its transaction, waiting for the attempt's row if need be.

    Answers as :func:`save_from_seat` does, and refuses with a sentence (see :func:`_refusal`).

    ``device`` is the seat the caller holds; a seat that was taken over is told so with 409 and nothing is stored.
    """
    attempt, form_id = Attempt.objects.values_list("uuid", "form_id").get(pk=attempt_id)
    events = read_from_seat(str(attempt), form_id, raw_events, device)
    return _answer(*_call(str(attempt), device, events))


def read_from_seat(attempt_uuid: str, form_id: int, raw_events: Any, device: str) -> list[IncomingEvent]:
    """Check the shape of a batch (422 names every faulty key); that the seat was taken over comes before any fault."""
    try:
        return read_events(attempt_uuid, form_id, raw_events)
    except Invalid:
        check_seat(attempt_uuid, device)
        raise


def check_seat(attempt_uuid: str, device: str) -> None:
    """Refuse a caller whose seat was taken over (409)."""
    code, answer = _call(attempt_uuid, device, None)
    if code:
        raise _refusal(code, answer)


def refuse_lost_seat(attempt: Attempt, device: str) -> None:
    """Refuse (409) the holder of a seat that was taken over while the attempt goes on."""
    if attempt.state in OPEN_STATES and attempt.device not in ("", device):
        raise _refusal("other_device", "")


def append(attempt: Attempt, events: list[IncomingEvent], *, device: str) -> dt.datetime:
    """Extend the chain of an attempt this transaction has locked; the database's time of it.

    ``attempt`` learns its new head and count, and the messages that are there by now.
    """
    answer = json.loads(_answer(*_call(str(attempt.uuid), device, events)))
    attempt.head = answer["head"]
    # Known keys have the number they got then; new ones follow on the newest without a gap.
    attempt.events = max([attempt.events, *(ack["seq"] for ack in answer["acks"])])
    attempt.told = answer["messages"]
    return dt.datetime.fromisoformat(answer["server_time"])


def append_as_proctor(attempt: Attempt, events: list[IncomingEvent]) -> tuple[list[dict[str, Any]], int]:
    """Extend the chain of a locked attempt on behalf of whoever holds its seat: (the acks, events with a used key).

    A key that belongs to another event leaves its event out, not the others.
    """
    code, answer = _call(str(attempt.uuid), attempt.device, events)
    refused = 0
    if code == "used_key":
        used = set(json.loads(answer))
        refused = sum(one.key in used for one in events)
        code, answer = _call(
            str(attempt.uuid), attempt.device, [one for one in events if one.key not in used]
        )
    acks: list[dict[str, Any]] = json.loads(_answer(code, answer))["acks"]
    return acks, refused


def _call(attempt_uuid: str, device: str, events: list[IncomingEvent] | None) -> tuple[str | None, str]:
    """What ``exams_save`` says to one save: (refusal or None, answer). Without events only the seat is checked."""
    ((code, answer),) = rows(
        "SELECT code, answer FROM exams_save(%s::json, true)",
        f"[{for_database(attempt_uuid, device, events)}]",
    )
    return code, answer


def _answer(code: str | None, answer: str) -> str:
    if code is not None:
        raise _refusal(code, answer)
    return answer


def _refusal(code: str, answer: str) -> Refusal:
    """What ``exams_save`` refused, in a sentence for a person."""
    if code == "used_key":
        return Invalid(FAULTY, errors=[used_key(key) for key in json.loads(answer)])
    return {
        "not_found": NotFound("没有找到这场考试，请重新登录后从考试列表进入。"),
        "not_signed_in": NotSignedIn("请先登录。"),
        "other_device": Conflict(
            "这场考试已在另一台机器或另一个页面上继续，本页不再保存。请在那里作答，或举手请监考员协助。",
            code=code,
        ),
        "not_started": Conflict("考试还没有开始，请在开始答题后再作答。", code=code),
        "voided": Conflict("这场考试已作废，不能再作答。请联系监考员。", code=code),
    }[code]
