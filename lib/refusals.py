"""Refusals that reach a person: one plain Chinese sentence, a stable English code and the right status.

Services and policies raise them; the API turns them into problem+json, the pages into a message.
"""

from typing import Any


class Refusal(Exception):
    """Base of all refusals.

    :param sentence: one plain Chinese sentence: what, where, what to do.
    :param code: stable English code for programs.
    :param errors: list of ``{"field"|"line"|"key", "code", "message"}`` for bad input.
    :param extra: members added to the problem document (for example the present state).
    """

    status = 400
    code = "bad_input"

    def __init__(
        self, sentence: str, *, code: str = "", errors: list[dict[str, Any]] | None = None, **extra: Any
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code
        self.errors = errors or []
        self.extra = extra


class NotSignedIn(Refusal):
    status, code = 401, "not_signed_in"


class Forbidden(Refusal):
    status, code = 403, "forbidden"


class NotFound(Refusal):
    status, code = 404, "not_found"


class Conflict(Refusal):
    status, code = 409, "conflict"


class Invalid(Refusal):
    status, code = 422, "invalid"


class TooMany(Refusal):
    status, code = 429, "too_many"


def checked_reason(reason: Any, *, kept: str = "它会记入考场日志") -> str:
    """A reason as it goes into the trail; refused when it says nothing. ``kept`` tells the person where it goes."""
    text = reason.strip() if isinstance(reason, str) else ""
    if not 2 <= len(text) <= 300:
        raise Invalid(
            f"请填写原因（2–300 字），{kept}。",
            errors=[{"field": "reason", "code": "required", "message": "请填写原因（2–300 字）。"}],
        )
    return text
