"""Drills of the scoring queue: workers killed, the broker emptied, every message three times, runs that are poison."""

import json
import random
import threading
import time
from contextlib import closing

import psycopg2
import redis

from bench.rig import owner_address
from tests.drills import faults
from tests.drills.ledger import Outcome
from tests.drills.sizes import Size
from tests.product.running import Product

LONGEST = 180.0  # seconds a run may wait, whatever happens
HAND_IN = "import json; from tests.drills.works import hand_in; print(json.dumps(hand_in({works}, {seed!r})))"
RING = "import json,sys; from grading.tasks import score_run\nfor one in json.load(open({file!r})): score_run.delay(one)"


def scoring_kills(product: Product, size: Size) -> Outcome:
    """kill -9 of a random worker process every second while works are scored; the broker emptied again and again; every
    message delivered three times more, in random order. Each run is done exactly once, none waits longer than 180 s."""
    done = threading.Event()
    counts = {"kills": 0, "flushes": 0}

    def kill() -> None:
        while not done.wait(1):
            counts["kills"] += faults.kill_one(product, "celery")

    def flush() -> None:
        with closing(redis.Redis.from_url(product.secret("REDIS_URL"))) as broker:
            while not done.wait(5):
                broker.flushall()
                counts["flushes"] += 1

    threads = [threading.Thread(target=one) for one in (kill, flush)]
    for one in threads:
        one.start()
    found = Outcome("scoring-kills", "")
    try:
        script = HAND_IN.format(works=size.works, seed="scoring-kills")
        runs: list[int] = json.loads(product.manage("shell", "-v", "0", "-c", script).splitlines()[-1])
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
