"""Attempt tokens: signed, bound to attempt and seat, so that a save needs no session and no user look-up."""

import time
from dataclasses import dataclass
from functools import lru_cache

from django.core import signing

SALT = "exams.attempt-token"
MAX_AGE = 24 * 3600


@dataclass(frozen=True, slots=True)
class Seat:
    """What a token says: which attempt, which seat (device), which form (its database id)."""

    attempt: str
    device: str
    form: int


def issue(attempt_uuid: str, device: str, form_id: int) -> str:
    return signing.dumps({"a": attempt_uuid, "d": device, "f": form_id}, salt=SALT)


def read(token: str) -> Seat | None:
    """What a token says, or None when it is not ours or too old."""
    try:
        seat, issued = _read(token)
    except (signing.BadSignature, KeyError, TypeError):
        return None
    return seat if time.time() - issued < MAX_AGE else None


@lru_cache(maxsize=8192)
def _read(token: str) -> tuple[Seat, int]:
    """(seat, second of issue) of a token with our signature. Every save brings the same token: it is checked once per
    process. What fails is not kept, so nobody can crowd out the good ones."""
    body = signing.loads(token, salt=SALT)
    issued = signing.b62_decode(token.rsplit(":", 2)[1])
    return Seat(attempt=body["a"], device=body["d"], form=body["f"]), issued
