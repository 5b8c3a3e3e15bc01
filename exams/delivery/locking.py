"""Locking attempts: whoever changes one holds its row and looks at facts read after the lock was given.

Starts and hand-ins come by the thousand, and building such a query costs the ORM more than running it: the text is made
once per process, from the models' own columns.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import Candidate
from exams.delivery.models import Attempt
from exams.scheduling.models import Registration, Scheme, Session

# (name in the query, model), in the order of the columns.
TABLES: list[tuple[str, type[Model]]] = [
    ("attempt", Attempt), ("registration", Registration), ("session", Session), ("scheme", Scheme),
    ("candidate", Candidate),
]  # fmt: skip
# NO KEY: rows that merely refer to the attempt (messages, grants) are no reason to wait. In the order of the ids, so
# that two who lock several never wait for each other.
LOCK = "SELECT id FROM exams_attempt WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"


def lock_attempt(attempt_id: int) -> Attempt:
    """Lock one attempt's row; see :func:`lock_attempts`."""
    return lock_attempts([attempt_id])[0]


def lock_attempts(attempt_ids: Sequence[int], *, skip_held: bool = False) -> list[Attempt]:
    """Lock attempts inside the caller's transaction and return them in the order of their ids.

    Registration, session, scheme and candidate come with each, and two things more: ``granted``, the seconds granted
    so far, and ``read_at``, the database's time after the lock was given. ``skip_held`` leaves out rows that somebody
    else holds instead of waiting for them.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK + (" SKIP LOCKED" if skip_held else ""), [list(attempt_ids)])
        cursor.execute(_query(), [[pk for (pk,) in cursor.fetchall()]])
        return [_attempt(row) for row in cursor.fetchall()]


@lru_cache(maxsize=1)
def _query() -> str:
    columns = [f"{name}.{field.column}" for name, model in TABLES for field in model._meta.concrete_fields]
    joins = [
        f"JOIN {model._meta.db_table} {name} ON {name}.id = {holder}.{name}_id"
        for (name, model), holder in zip(
            TABLES[1:], ["attempt", "registration", "session", "registration"], strict=True
        )
    ]
    return " ".join(
        [
            "SELECT", ", ".join(columns),
            ", (SELECT coalesce(sum(seconds), 0) FROM exams_timegrant WHERE attempt_id = attempt.id),",
            "clock_timestamp() FROM exams_attempt attempt", *joins,
            "WHERE attempt.id = ANY (%s) ORDER BY attempt.id",
        ]
    )  # fmt: skip


def _attempt(row: tuple[Any, ...]) -> Attempt:
    values = list(row)
    found: dict[str, Any] = {}
    for name, model in TABLES:
        fields = model._meta.concrete_fields
        for index, one in enumerate(fields):
            for convert in one.get_db_converters(connection):
                values[index] = convert(values[index], None, connection)
        found[name] = model.from_db(connection.alias, [one.attname for one in fields], values[: len(fields)])
        del values[: len(fields)]
    found["session"].scheme = found["scheme"]
    found["registration"].session, found["registration"].candidate = found["session"], found["candidate"]
    attempt: Attempt = found["attempt"]
    attempt.registration = found["registration"]
    attempt.granted, attempt.read_at = int(values[0]), values[1]
    return attempt
