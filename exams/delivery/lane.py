"""The lane: saves of many candidates that arrive while one commit is on its way share the next one (group commit).

Whoever finds the lane empty goes at once, so a lone save waits for nobody. Those who come meanwhile wait; when the
commit is done, the first of them takes all of them along. Each is answered after the commit that holds its rows.
"""

import logging
import threading
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from exams.delivery.events import IncomingEvent, for_database

logger = logging.getLogger("certification.lane")

# Committed rows' locks are held for the length of a group: no group may be long.
MAX_GROUP = 64
PREPARE = "PREPARE exams_lane (json) AS SELECT code, answer FROM exams_save($1, false)"


def _held_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Save:
    """One batch on its way. ``woken`` is released when it was taken along, or when it is to lead."""

    text: str
    woken: threading.Lock = field(default_factory=_held_lock)
    taken: bool = False
    answer: str | None = None


class Lane:
    """One per process, with a database connection of its own; used by all threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: list[_Save] = []
        self._moving = False
        self._connection: Any = None

    def save(self, attempt_uuid: str, device: str, events: list[IncomingEvent]) -> str | None:
        """The answer of ``exams_save`` to one batch, after its commit.

        None when the batch must be tried alone: it was refused, its attempt's row is held by somebody, or the group
        failed.
        """
        one = _Save(for_database(attempt_uuid, device, events))
        with self._guard:
            self._waiting.append(one)
            leads, self._moving = not self._moving, True
        if not leads:
            one.woken.acquire()
        if not one.taken:
            self._lead()
        return one.answer

    def _lead(self) -> None:
        with self._guard:
            group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
        try:
            for one, (code, answer) in zip(group, self._commit(group), strict=True):
                one.answer = answer if code is None else None
        except (
            Exception
        ):  # each tries alone and learns why; what was committed already gets the same acks again
            logger.warning("a group of %d saves failed, each is tried alone", len(group), exc_info=True)
            self.hang_up()
        finally:
            for one in group:
                one.taken = True
                one.woken.release()
            with self._guard:
                self._moving = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].woken.release()

    def _commit(self, group: list[_Save]) -> list[tuple[str | None, str]]:
        """One statement, one transaction, one flush to disk."""
        line = self._connection or self._connect()
        with line.cursor() as cursor:
            cursor.execute("EXECUTE exams_lane (%s)", ["[" + ",".join(one.text for one in group) + "]"])
            found: list[tuple[str | None, str]] = cursor.fetchall()
        return found

    def _connect(self) -> Any:
        """A plain psycopg2 connection with Django's own parameters, in autocommit."""
        wrapper = connections["default"].copy()
        line = wrapper.get_new_connection(wrapper.get_connection_params())
        line.autocommit = True
        with line.cursor() as cursor:
            cursor.execute(PREPARE)
        self._connection = line
        return line

    def hang_up(self) -> None:
        """Close the connection; the next save opens another."""
        line, self._connection = self._connection, None
        if line is not None:
            line.close()


LANE = Lane()
