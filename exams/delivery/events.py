"""Reading a batch of response events: its shape, its size and its fit with the form, before the database sees it."""

import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from exams.delivery import chain
from exams.delivery.formcache import slots_of_form
from itembank.queries import problem_of_response
from lib.canonical import NotCanonical, canonical_text
from lib.refusals import Invalid

MAX_RESPONSE_BYTES = 256 * 1024
MAX_EVENTS = 200
MAX_REV = 2**53 - 1
MEMBERS = {"key", "slot", "rev", "response"}
FAULTY = "有作答内容不符合要求，整批没有保存；请去掉有问题的作答后重新提交其余部分。"


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """One event of a batch after its shape was checked; ``text`` is the canonical response, ``body`` 32 bytes."""

    key: str
    slot: str
    rev: int
    text: str
    body: bytes


class _Fault(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def read_events(attempt_uuid: str, form_id: int, raw: Any) -> list[IncomingEvent]:
    """Check a batch against the attempt's form. Any faulty event refuses the whole batch (422) naming its key."""
    if not isinstance(raw, list):
        raise Invalid(
            "events 应为列表。",
            errors=[{"field": "events", "code": "not_a_list", "message": "events 应为列表。"}],
        )
    if len(raw) > MAX_EVENTS:
        raise Invalid(f"一次最多提交 {MAX_EVENTS} 条作答，请分批提交。", code="too_many_events")
    slots = slots_of_form(form_id)
    events: list[IncomingEvent] = []
    errors: list[dict[str, Any]] = []
    seen: dict[str, bytes] = {}
    for index, one in enumerate(raw):
        try:
            event = _read_one(attempt_uuid, slots, one)
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
            errors.append(used_key(event.key))
            continue
        events.append(event)
    if errors:
        raise Invalid(FAULTY, errors=errors)
    return events


def used_key(key: str) -> dict[str, Any]:
    """The entry of ``errors[]`` for a key that belongs to another event."""
    return {
        "field": "events",
        "key": key,
        "code": "used_key",
        "message": "这个 key 已用于另一条作答，请换新的 key。",
    }


def for_database(attempt_uuid: str, device: str, events: list[IncomingEvent] | None) -> str:
    """One save as JSON text, as the database function ``exams_save`` takes a list of them."""
    save: dict[str, Any] = {"a": attempt_uuid, "d": device}
    if events is not None:
        save["e"] = [
            {"k": one.key, "s": one.slot, "r": one.rev, "t": one.text, "b": one.body.hex()} for one in events
        ]
    return json.dumps(save, ensure_ascii=False)


def _printable(value: Any) -> str:
    return str(value)[:80].encode("utf-8", "replace").decode() if value is not None else ""


@lru_cache(maxsize=4096)
def _slot_text(slot: str) -> str:
    """Slots come back with every save; their canonical text is made once."""
    return canonical_text(slot)


def _read_one(attempt_uuid: str, slots: dict[str, Any], one: Any) -> IncomingEvent:
    if not isinstance(one, dict):
        raise _Fault("wrong_shape", "每条作答应为对象。")
    if set(one) != MEMBERS:
        raise _Fault("wrong_shape", "每条作答应恰好包含 key、slot、rev、response。")
    key, slot, rev = one["key"], one["slot"], one["rev"]
    try:
        known_as = str(uuid.UUID(key)) if isinstance(key, str) else ""
    except ValueError:
        known_as = ""
    if not known_as or known_as != key.lower():
        raise _Fault("bad_key", "key 应为 UUID。")
    if not isinstance(slot, str) or slot not in slots:
        raise _Fault("unknown_slot", "这份试卷里没有这个题位。")
    if isinstance(rev, bool) or not isinstance(rev, int) or not 0 <= rev <= MAX_REV:
        raise _Fault("bad_rev", "rev 应为 0 到 2^53-1 之间的整数。")
    try:
        text = canonical_text(one["response"])
    except NotCanonical:
        raise _Fault("not_canonical", "作答里有无法保存的字符或过大的数字，请修改后再保存。") from None
    if len(text.encode()) > MAX_RESPONSE_BYTES:
        raise _Fault("too_large", "这道题的作答内容过大，请删减后再保存。")
    if "\\u0000" in text:
        raise _Fault("bad_character", "作答里有无法保存的字符，请修改后再保存。")
    problem = problem_of_response(slots[slot], one["response"])
    if problem:
        raise _Fault("wrong_response", problem)
    body = chain.body_hash_of_text(
        attempt=attempt_uuid, key=known_as, slot_text=_slot_text(slot), rev=rev, response_text=text
    )
    return IncomingEvent(key=known_as, slot=slot, rev=rev, text=text, body=body)
