"""A worker whose 后台操作 scorer obeys a submission that says ``poison:…``: what a faulty scorer may do to a worker.

    python -m celery -A tests.drills.poisoned worker

Fault injection for the drill alone. Real scorers are pure and bounded; this shows what happens should one not be.
"""

import dataclasses
import os
import signal
from typing import Any

from certification.celery import app as app  # Celery looks for this name
from itembank.practical import console

HONEST = console.KIND.score


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _loop() -> None:
    while True:
        pass


def _eat() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(32 << 20))


DEEDS = {"poison:crash": _crash, "poison:loop": _loop, "poison:memory": _eat}


def _score(content: Any, key: Any, world: Any, submission: Any, measured: Any) -> Any:
    if isinstance(submission, dict) and submission.get("name") in DEEDS:
        DEEDS[submission["name"]]()
    return HONEST(content, key, world, submission, measured)


console.KIND = dataclasses.replace(console.KIND, score=_score)
