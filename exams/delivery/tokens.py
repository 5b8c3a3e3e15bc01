"""Attempt tokens: signed, bound to attempt and seat, so that a save needs no session and no user look-up."""

import time
from dataclasses import dataclass
from functools import lru_cache

from django.core import signing

from accounts.models import User
from lib.rows import columns, read_model, rows

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


def holder_of(seat: Seat) -> tuple[User, int] | None:
    """(the candidate, the attempt's database id) of a seat; None when the account may not sign in any more."""
    sql = [
        "SELECT", columns(User, "u"), ", a.id FROM exams_attempt a",
        "JOIN exams_registration r ON r.id = a.registration_id JOIN accounts_candidate c ON c.id = r.candidate_id",
        "JOIN accounts_user u ON u.id = c.user_id WHERE a.uuid = %s AND u.is_active",
    ]  # fmt: skip
    found = rows(" ".join(sql), seat.attempt)
    if not found:
        return None
    user, (attempt_id,) = read_model(User, found[0])
    return user, attempt_id
