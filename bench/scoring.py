"""How fast practical work is scored.

    .venv/bin/python -m bench.scoring [--works 1000]

Method. First every scorer alone, in this process on one core: each golden of each sample task is scored ``--times``
times after one warm-up; printed are CPU milliseconds (median and worst golden) per task, and for tasks with a frozen
world the seconds its anchors (naive, pass, reference, upper bound) take at publishing. Then the whole way: a product of
its own (PostgreSQL with fsync, one worker with two processes as shipped) with its worker stopped by SIGSTOP; works of
all kinds in turn are handed in; the worker goes on, and the clock runs until every scoring run is done. Targets: 20 ms
per JSON scorer, 50 ms for simulations, 1 s for anchors, 1,000 works in 60 s.
"""

import argparse
import json
import signal
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2

from bench.rig import MACHINE, owner_address
from itembank.practical.sem.anchors import anchors
from itembank.practical.tasks import PracticalTask, gate_problems, read_task, task_files
from tests.drills import faults
from tests.drills.scoring import HAND_IN
from tests.product.running import Product

LEFT = """SELECT count(*) FILTER (WHERE state <> 'done'), count(*) FILTER (WHERE slot <> '')
            FROM grading_scoringrun WHERE id = ANY(%s)"""


def alone(task: PracticalTask, times: int) -> tuple[float, float]:
    """CPU milliseconds of scoring one golden of a task: (median, worst) over its goldens."""
    found = []
    for golden in task.goldens:
        task.kind.score(task.content, task.key, task.world, golden["submission"], None)
        start = time.process_time()
        for _ in range(times):
            task.kind.score(task.content, task.key, task.world, golden["submission"], None)
        found.append(1000 * (time.process_time() - start) / times)
    return statistics.median(found), max(found)


def scorers(times: int) -> None:
    """Print each task's line."""
    print(f"{'task':34} {'median':>8} {'worst':>8}   gate  anchors")
    for path in task_files("530053"):
        task = read_task(path)
        median, worst = alone(task, times)
        start = time.process_time()
        assert gate_problems(task) == []
        gate = time.process_time() - start
        bounds = ""
        if task.world:
            answers = {golden["name"]: golden["submission"] for golden in task.goldens}
            start = time.process_time()
            anchors(task.content, task.key, task.world, answers)
            bounds = f"{time.process_time() - start:.2f} s"
        print(f"{path.stem:34} {median:6.2f}ms {worst:6.2f}ms  {gate:.2f} s  {bounds}")


def whole_way(works: int) -> None:
    """Print how long the worker takes for so many works handed in at once."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        product = Product(Path(folder) / "data")
        product.data_dir.mkdir(mode=0o755)
        product.start()
        try:
            script = HAND_IN.format(works=works, seed="bench")
            workers = product.pids("celery")
            faults.send(product, signal.SIGSTOP, *workers)
            began = time.monotonic()
            runs = json.loads(product.manage("shell", "-v", "0", "-c", script).splitlines()[-1])
            handed_in = time.monotonic() - began
            faults.send(product, signal.SIGCONT, *workers)
            began = time.monotonic()
            with closing(psycopg2.connect(owner_address(product))) as line, line.cursor() as cursor:
                line.autocommit = True
                while True:
                    cursor.execute(LEFT, [runs])
                    left, practical = cursor.fetchone()
                    if not left:
                        break
                    time.sleep(0.1)
            took = time.monotonic() - began
        finally:
            product.stop()
    print(
        f"{practical} works and {len(runs) - practical} theory papers handed in within {handed_in:.0f} s, "
        f"scored by the worker in {took:.1f} s ({practical / took:.0f} works/s; target 60 s for 1,000)"
    )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--works", type=int, default=1000)
    options.add_argument("--times", type=int, default=20)
    asked = options.parse_args()
    print(MACHINE)
    scorers(asked.times)
    if asked.works:
        whole_way(asked.works)


if __name__ == "__main__":
    main()
