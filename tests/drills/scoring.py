"""Drills of the scoring queue: workers killed, the broker emptied, every message three times, runs that are poison."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import redis

from bench.rig import owner_address, server_address
from tests.drills import faults
from tests.drills.ledger import Outcome
from tests.drills.sizes import Size
from tests.product.running import CHECKOUT, Product

LONGEST = 180.0  # seconds a run may wait, whatever happens
HAND_IN = "import json; from tests.drills.works import hand_in; print(json.dumps(hand_in({works}, {seed!r})))"
POISON = "import json; from tests.drills.works import hand_in_poison; print(json.dumps(hand_in_poison({deeds!r}, 'poison')))"
RING = "import json,sys; from grading.tasks import score_run\nfor one in json.load(open({file!r})): score_run.delay(one)"


def scoring_kills(product: Product, size: Size) -> Outcome:
    """kill -9 of a random worker process every 2-8 s while works are scored; the broker emptied again and again; every
    message delivered three times more, in random order. Each run is done exactly once, none waits longer than 180 s."""
    done = threading.Event()
    counts = {"kills": 0, "flushes": 0}

    def kill() -> None:
        while not done.wait(
            random.uniform(2, 8)
        ):  # a new worker needs some seconds before it can die at work
            counts["kills"] += faults.kill_one(product, "celery")

    def flush() -> None:
        with closing(redis.Redis.from_url(server_address(product, "REDIS_URL"))) as broker:
            while not done.wait(5):
                broker.flushall()
                counts["flushes"] += 1

    threads = [threading.Thread(target=one) for one in (kill, flush)]
    for one in threads:
        one.start()
    found = Outcome("scoring-kills", "")
    try:
        runs = _run(product, HAND_IN.format(works=size.works, seed="scoring-kills"))
        again = runs * 3
        random.shuffle(again)
        file = product.data_dir / "messages.json"
        file.write_text(json.dumps(again), encoding="utf-8")
        product.manage("shell", "-v", "0", "-c", RING.format(file=str(file)))
        waited = _until_done(product, runs, found)
    finally:
        done.set()
        for one in threads:
            one.join()
    found.acknowledged = found.stored = len(runs)
    found.injected = (
        f"{counts['kills']} kills of worker processes, {counts['flushes']} times an empty broker, "
        f"{len(again)} messages for {len(runs)} runs; the longest waited {waited:.0f} s"
    )
    return found


def poisoned_runs(product: Product, size: Size) -> Outcome:
    """Scorers that crash, loop for ever and eat memory, in a worker beside sound works: those are scored, and the three
    are put before a person within 180 s."""
    workers = product.pids("celery")
    environment = _environment_of(min(workers))
    faults.send(product, signal.SIGSTOP, *workers)
    command = [sys.executable, "-m", "celery", "-A", "tests.drills.poisoned", "worker", "--concurrency", "2",
               "-Q", "fast,sim,media,browser,celery", "--prefetch-multiplier", "1", "-Ofair", "--loglevel", "ERROR"]  # fmt: skip
    found = Outcome("poisoned-runs", "scorers that crash, loop and eat memory, three times each")
    process = subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        poison: list[int] = _run(
            product, POISON.format(deeds=["poison:crash", "poison:loop", "poison:memory"])
        )
        began = time.monotonic()
        runs: list[int] = _run(product, HAND_IN.format(works=size.works, seed="poisoned"))
        _until_done(product, runs, found)
        _until_flagged(product, poison, found, LONGEST - (time.monotonic() - began))
        found.acknowledged = found.stored = len(runs)
    finally:
        process.terminate()
        process.wait(60)
        faults.send(product, signal.SIGCONT, *workers)
    return found


def _environment_of(pid: int) -> dict[str, str]:
    """The environment a process of the product was started with."""
    entries = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def _run(product: Product, script: str) -> list[int]:
    """Ids that a script in the product's own code prints."""
    ids: list[int] = json.loads(product.manage("shell", "-v", "0", "-c", script).splitlines()[-1])
    return ids


def _until_flagged(product: Product, runs: list[int], found: Outcome, seconds: float) -> None:
    query = "SELECT state, failure FROM grading_scoringrun WHERE id = ANY(%s)"
    end = time.monotonic() + seconds
    with closing(psycopg2.connect(owner_address(product))) as line, line.cursor() as cursor:
        line.autocommit = True
        while True:
            cursor.execute(query, [runs])
            now = cursor.fetchall()
            if all(state == "flagged" and failure for state, failure in now):
                return
            if time.monotonic() > end:
                found.faults.append(f"poisoned runs after {LONGEST:.0f} s: {now}")
                return
            time.sleep(0.5)


def _until_done(product: Product, runs: list[int], found: Outcome) -> float:
    """Wait for all runs; the longest time from hand-in to score. What is wrong goes into ``found``."""
    states = "SELECT state, count(*) FROM grading_scoringrun WHERE id = ANY(%s) GROUP BY state"
    waits = "SELECT max(extract(epoch FROM done_at - created_at)) FROM grading_scoringrun WHERE id = ANY(%s)"
    doubled = """
        SELECT r.id, count(s.id) FROM grading_scoringrun r LEFT JOIN grading_itemscore s ON s.run_id = r.id
         WHERE r.id = ANY(%s) GROUP BY r.id, r.slot
        HAVING count(s.id) <> CASE WHEN r.slot = '' THEN count(DISTINCT s.slot) ELSE 1 END OR count(s.id) = 0"""
    end = time.monotonic() + LONGEST + 60
    with closing(psycopg2.connect(owner_address(product))) as line, line.cursor() as cursor:
        line.autocommit = True
        while True:
            cursor.execute(states, [runs])
            now = dict(cursor.fetchall())
            if now == {"done": len(runs)}:
                break
            if time.monotonic() > end or now.get("flagged"):
                found.lost.append(f"runs by state at the end: {now}")
                return LONGEST + 60
            time.sleep(0.5)
        cursor.execute(waits, [runs])
        longest = float(cursor.fetchone()[0])
        if longest > LONGEST:
            found.faults.append(f"a run waited {longest:.0f} s")
        cursor.execute(doubled, [runs])
        found.duplicated = cursor.rowcount
    return longest
