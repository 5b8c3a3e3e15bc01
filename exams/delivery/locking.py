"""Locking attempts: whoever changes one holds its row and looks at facts read after the lock was given.

Starts and hand-ins come by the thousand, and building such a query costs the ORM more than running it: the text is made
once per process, from the models' own columns.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from accounts.models import Candidate
from exams.delivery.models import Attempt
from exams.scheduling.models import Registration, Scheme, Session
from lib.rows import columns, read_model, rows

# NO KEY: rows that merely refer to the attempt (messages, grants) are no reason to wait. In the order of the ids, so
# that two who lock several never wait for each other.
LOCK = "SELECT id FROM exams_attempt WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"


# The attempts that run by one clock with this one, itself among them.
LOCK_CLOCK = """
SELECT b.id FROM exams_attempt a
  JOIN exams_registration r ON r.id = a.registration_id JOIN exams_session s ON s.id = r.session_id
  JOIN exams_scheme p ON p.id = s.scheme_id
  JOIN exams_attempt b ON b.registration_id = a.registration_id AND (b.id = a.id OR p.clock = 'shared')
 WHERE a.id = %s ORDER BY b.id FOR NO KEY UPDATE OF b"""


def lock_clock(attempt_id: int) -> tuple[Attempt, list[Attempt]]:
    """Lock one attempt and whatever shares its clock: (the attempt, the others). Facts as with :func:`lock_attempts`."""
    held = rows(LOCK_CLOCK, attempt_id)
    found = [_attempt(row) for row in rows(_facts(), [pk for (pk,) in held])]
    (own,) = (one for one in found if one.pk == attempt_id)
    return own, [one for one in found if one.pk != attempt_id]


def lock_attempt(attempt_id: int) -> Attempt:
    """Lock one attempt's row; see :func:`lock_attempts`."""
    return lock_attempts([attempt_id])[0]


def lock_attempts(attempt_ids: Sequence[int], *, skip_held: bool = False) -> list[Attempt]:
    """Lock attempts inside the caller's transaction and return them in the order of their ids.

    Registration, session, scheme and candidate come with each, and two things more: ``granted``, the seconds granted
    so far, and ``read_at``, the database's time after the lock was given. ``skip_held`` leaves out rows that somebody
    else holds instead of waiting for them.
    """
    held = rows(LOCK + (" SKIP LOCKED" if skip_held else ""), list(attempt_ids))
    return [_attempt(row) for row in rows(_facts(), [pk for (pk,) in held])]


@lru_cache(maxsize=1)
def _facts() -> str:
    models = (Attempt, Registration, Session, Scheme, Candidate)
    return " ".join(
        [
            "SELECT",
            ", ".join(columns(model, name) for model, name in zip(models, "arspc", strict=True)),
            ", (SELECT coalesce(sum(seconds), 0) FROM exams_timegrant WHERE attempt_id = a.id), clock_timestamp()",
            "FROM exams_attempt a JOIN exams_registration r ON r.id = a.registration_id",
            "JOIN exams_session s ON s.id = r.session_id JOIN exams_scheme p ON p.id = s.scheme_id",
            "JOIN accounts_candidate c ON c.id = r.candidate_id WHERE a.id = ANY (%s) ORDER BY a.id",
        ]
    )


def _attempt(row: Sequence[Any]) -> Attempt:
    attempt, row = read_model(Attempt, row)
    registration, row = read_model(Registration, row)
    session, row = read_model(Session, row)
    session.scheme, row = read_model(Scheme, row)
    registration.candidate, row = read_model(Candidate, row)
    attempt.registration, registration.session = registration, session
    attempt.granted, attempt.read_at = int(row[0]), row[1]
    return attempt
