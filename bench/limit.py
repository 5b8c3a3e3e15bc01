"""PostgreSQL's own limit on this machine: the same insert, one row a commit, nothing else, by plain clients.

    python -m bench.limit DATABASE_URL SECONDS CLIENTS

The table is a copy of the events' (same columns, same indexes, no triggers) that is dropped afterwards; each client is a
thread with a connection and a prepared statement. On stdout ``{"rows", "seconds"}``.
"""

import json
import sys
import threading
import time
import uuid

import psycopg2

TABLE = "bench_event"


def client(url: str, end: float, counts: list[int], number: int) -> None:
    line = psycopg2.connect(url)
    line.autocommit = True
    with line.cursor() as cursor:
        cursor.execute(
            f"PREPARE one (int, uuid) AS INSERT INTO {TABLE} (attempt_id, seq, key, slot, rev, response, received_at, "
            "state, prev, hash) VALUES (1, $1, $2, 'T01', $1, '{\"choices\":[\"a\"]}', clock_timestamp(), "
            "'accepted', repeat('0', 64), repeat('1', 64))"
        )
        done = 0
        while time.monotonic() < end:
            cursor.execute("EXECUTE one (%s, %s)", [number * 1_000_000 + done, str(uuid.uuid4())])
            done += 1
    line.close()
    counts.append(done)


def main(url: str, seconds: float, clients: int) -> None:
    owner = psycopg2.connect(url)
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (LIKE exams_responseevent INCLUDING ALL)")
        counts: list[int] = []
        began = time.monotonic()
        threads = [
            threading.Thread(target=client, args=(url, began + seconds, counts, number))
            for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(json.dumps({"rows": sum(counts), "seconds": time.monotonic() - began}))
        cursor.execute(f"DROP TABLE {TABLE}")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
