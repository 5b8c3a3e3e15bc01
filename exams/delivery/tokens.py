"""Attempt tokens: signed, bound to attempt and seat, so that a save needs no session and no user look-up."""

from dataclasses import dataclass

from django.core import signing

SALT = "exams.attempt-token"
MAX_AGE = 24 * 3600


@dataclass(frozen=True)
class Seat:
    """What a token says: which attempt, which seat (device)."""

    attempt: str
    device: str


def issue(attempt_uuid: str, device: str) -> str:
    return signing.dumps({"a": attempt_uuid, "d": device}, salt=SALT)


def read(token: str) -> Seat | None:
    try:
        body = signing.loads(token, salt=SALT, max_age=MAX_AGE)
        return Seat(attempt=body["a"], device=body["d"])
    except (signing.BadSignature, KeyError, TypeError):
        return None
