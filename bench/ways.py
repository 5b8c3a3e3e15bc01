"""The plain and the fast way side by side, without HTTP: CPU of this process and of its PostgreSQL process per save.

    .venv/bin/python -m bench.ways [--saves 2000]

Starts a product of its own for its database. One client, one answer a save, every save (or group) durable; the ways take
turns so that whatever else the machine does meets all of them alike.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.product.running import CHECKOUT, Product

ROUNDS, GROUP = 5, 8


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--saves", type=int, default=2000, help="saves per way")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder))
        product.start()
        try:
            product.manage("seed_demo", "--candidates", "40", "--seed", "ways", "--json")
            subprocess.run(
                [sys.executable, "manage.py", "shell", "-v", "0", "-c", f"from bench.ways import compare; compare({options.saves})"],
                cwd=CHECKOUT, env=product.environment, check=True,
            )  # fmt: skip
        finally:
            product.stop()


def compare(saves: int) -> None:
    """Runs inside the product (``manage.py shell``)."""
    from django.db import connection

    from bench import plain
    from bench.processes import cpu_seconds
    from exams.delivery import events, lane, saving, services
    from exams.delivery.formcache import slots_of_form
    from exams.models import Attempt

    attempts = []
    for attempt in Attempt.objects.filter(state="ready", component="theory").order_by("-pk")[:40]:
        user = attempt.registration.candidate.user
        attempts.append(services.start(attempt_id=attempt.pk, device="bench:", take_over=True, by=user)[0])
    counter = 0

    def next_save() -> tuple[Attempt, list[dict[str, Any]]]:
        nonlocal counter
        counter += 1
        attempt = attempts[counter % len(attempts)]
        slots = list(slots_of_form(attempt.form_id).values())
        item = slots[counter // len(attempts) % len(slots)]
        event = {"key": str(uuid.uuid4()), "slot": item["slot"], "rev": counter}
        return attempt, [{**event, "response": {"choices": [item["choices"][0]["id"]]}}]

    own = lane.Lane()

    def statements() -> int:
        attempt, raw = next_save()
        plain.save(attempt.pk, raw)
        return 1

    def function() -> int:
        attempt, raw = next_save()
        saving.save_responses(attempt_id=attempt.pk, raw_events=raw, device="bench:")
        return 1

    def group(size: int) -> int:
        batch = []
        for _ in range(size):
            attempt, raw = next_save()
            read = events.read_events(str(attempt.uuid), attempt.form_id, raw)
            batch.append(lane._Save(events.for_database(str(attempt.uuid), "bench:", read)))
        assert all(code is None for code, _ in own._commit(batch))
        return size

    ways: dict[str, Callable[[], int]] = {
        "plain: statements through the ORM": statements,
        "function, this thread's connection": function,
        "lane, alone": lambda: group(1),
        f"lane, groups of {GROUP}": lambda: group(GROUP),
    }
    spent = {name: [0.0, 0.0, 0.0, 0] for name in ways}
    for way in ways.values():
        way()
    backends = [connection.connection.info.backend_pid, own._connection.info.backend_pid]
    for _ in range(ROUNDS):
        for name, way in ways.items():
            before = time.process_time(), cpu_seconds(backends), time.perf_counter()
            done = 0
            while done < saves // ROUNDS:
                done += way()
            after = time.process_time(), cpu_seconds(backends), time.perf_counter()
            total = spent[name]
            for index in range(3):
                total[index] += after[index] - before[index]
            total[3] += done
    own.hang_up()
    for name, (python, postgres, wall, done) in spent.items():
        figures = {"Python": python, "PostgreSQL": postgres, "elapsed": wall}
        print(
            f"{name:36}",
            json.dumps({key: round(value * 1000 / done, 3) for key, value in figures.items()}),
            "ms a save",
        )


if __name__ == "__main__":
    main()
