"""The hash chain of response events, as published in the contract so that anybody can recompute it."""

import hashlib
from typing import Any

from lib.canonical import canonical_bytes


def body_hash(*, attempt: str, key: str, slot: str, rev: int, response: Any) -> bytes:
    """SHA-256 of the canonical JSON of ``{"attempt","key","slot","rev","response"}``, 32 bytes."""
    return hashlib.sha256(
        canonical_bytes({"attempt": attempt, "key": key, "slot": slot, "rev": rev, "response": response})
    ).digest()


def event_hash(*, prev: str, seq: int, received_us: int, body: bytes) -> str:
    """SHA-256(prev || seq || received_at || body) in hex; seq and received_at are 8 bytes big-endian."""
    return hashlib.sha256(
        bytes.fromhex(prev) + seq.to_bytes(8, "big") + received_us.to_bytes(8, "big") + body
    ).hexdigest()
