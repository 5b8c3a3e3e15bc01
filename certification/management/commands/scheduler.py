"""The scheduler: a process of its own that runs the sweeps, without the broker, one at a time in the whole house."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from certification.sweep import run

logger = logging.getLogger("certification.scheduler")
LOCK = 530053
# Overdue attempts must be handed in within 5 s; lost work may wait longer.
FAST_SECONDS, SLOW_SECONDS = 1.0, 10.0


class Command(BaseCommand):
    help = "Run the sweeps for ever (holds a PostgreSQL advisory lock; a second scheduler waits)."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        last_slow = 0.0
        while not stop.is_set():
            try:
                if not self._holds_lock():
                    stop.wait(FAST_SECONDS)
                    continue
                run("start", "hand_in")
                if time.monotonic() - last_slow >= SLOW_SECONDS:
                    run("scoring", "certificates", "checkpoints")
                    last_slow = time.monotonic()
            except (OperationalError, InterfaceError):
                # The database went away: keep trying, it comes back with a new connection.
                logger.warning("database unreachable, trying again")
                connection.close()
            stop.wait(FAST_SECONDS)

    def _holds_lock(self) -> bool:
        """Take or keep the session-level lock of this connection."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND pid = pg_backend_pid()",
                [LOCK],
            )
            if cursor.fetchone()[0]:
                return True
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            return bool(cursor.fetchone()[0])
