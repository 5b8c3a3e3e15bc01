"""The periodic sweep: what the clock or a lost message left undone. Every step is idempotent and works alone."""

import logging
from collections.abc import Callable

from django.db import close_old_connections

from certificates import services as certificates
from certification.integrity import checkpoints
from exams.delivery import services as delivery
from exams.delivery import timing
from exams.delivery.queries import overdue
from exams.scheduling import services as scheduling
from grading import services as grading
from lib.clock import database_now

logger = logging.getLogger("certification.sweep")
# Their rows stay locked until all have their receipts.
CLOSE_AT_ONCE = 200


def start_due_sessions() -> int:
    """Sessions whose planned time has come."""
    return scheduling.start_due(database_now())


def end_long_breaks() -> int:
    """Breaks whose time is over: those clocks go on."""
    return timing.end_long_breaks(database_now())


def hand_in_overdue() -> int:
    """Attempts whose time and grace are over, some hundred in one transaction."""
    due = overdue(database_now())
    return sum(
        delivery.expire(attempt_ids=due[at : at + CLOSE_AT_ONCE]) for at in range(0, len(due), CLOSE_AT_ONCE)
    )


STEPS: dict[str, Callable[[], int]] = {
    "start": start_due_sessions,
    "breaks": end_long_breaks,
    "hand_in": hand_in_overdue,
    "scoring": grading.sweep,
    "certificates": certificates.sweep,
    "checkpoints": checkpoints.write,
}


def run(*names: str) -> dict[str, int]:
    """Run the named steps (all when none is named); a failing step is logged and does not stop the others.

    :return: how many things each step found; -1 for a step that failed.
    """
    found = {}
    for name in names or STEPS:
        try:
            found[name] = STEPS[name]()
        except Exception:  # whatever one step meets, the others must run
            logger.exception("sweep step %s failed", name)
            close_old_connections()
            found[name] = -1
    return found
