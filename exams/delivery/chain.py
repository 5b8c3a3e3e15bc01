"""The hash chain of response events, as published in the contract so that anybody can recompute it.

The chain itself is extended by the database (``exams_save``); here is what it needs and what re-derives it.
"""

import hashlib
from typing import Any

from lib.canonical import canonical_bytes


def body_hash(*, attempt: str, key: str, slot: str, rev: int, response: Any) -> bytes:
    """SHA-256 of the canonical JSON of ``{"attempt","key","slot","rev","response"}``, 32 bytes."""
    return hashlib.sha256(
        canonical_bytes({"attempt": attempt, "key": key, "slot": slot, "rev": rev, "response": response})
    ).digest()


def body_hash_of_text(*, attempt: str, key: str, slot_text: str, rev: int, response_text: str) -> bytes:
    """The same from parts that are canonical already: a response is canonicalised once per save, not twice.

    ``slot_text`` and ``response_text`` are canonical JSON; ``attempt`` and ``key`` are lower-case UUIDs.
    """
    return hashlib.sha256(
        f'{{"attempt":"{attempt}","key":"{key}","response":{response_text},"rev":{rev},"slot":{slot_text}}}'.encode()
    ).digest()


def event_hash(*, prev: str, seq: int, received_us: int, body: bytes) -> str:
    """SHA-256(prev || seq || received_at || body) in hex; seq and received_at are 8 bytes big-endian."""
    return hashlib.sha256(
        bytes.fromhex(prev) + seq.to_bytes(8, "big") + received_us.to_bytes(8, "big") + body
    ).hexdigest()
