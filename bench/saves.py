"""Saves per second through the contract's API, with a journal of acknowledgements compared with the database.

    .venv/bin/python -m bench.saves --candidates 50 --seconds 20

Starts a product of its own (gunicorn with two workers of eight threads, PostgreSQL with fsync), lets every candidate
save one answer after the other without think time, and prints saves per second, latency percentiles, CPU
milliseconds per save (web + PostgreSQL) and what the comparison found. Driver and product share the machine.
"""

import argparse
import http.client
import json
import os
import platform
import tempfile
import threading
import time
import uuid
from pathlib import Path

from tests.product.running import Product


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of processes so far."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def postgres_pids() -> list[int]:
    """All PostgreSQL processes of this machine: run nothing else beside the bench."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "comm").read_text().strip() == "postgres":
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder))
        product.start()
        try:
            run(product, options.candidates, options.seconds)
        finally:
            product.stop()


def run(product: Product, candidates: int, seconds: int) -> None:
    """One measurement."""
    rows = json.loads(
        product.manage("seed_demo", "--candidates", str(candidates), "--seed", "bench", "--json")
    )["candidates"]
    journal: dict[tuple[str, str], int] = {}
    times: list[float] = []
    seats = []
    for row in rows:
        login = {"ticket_number": row["ticket_number"], "id_number": row["id_number"]}
        token = product.call_until_answered("POST", "/api/v1/auth/login/", login)["token"]
        attempt = product.call_until_answered("GET", "/api/v1/me/attempts/", token=token)[0]["id"]
        start = product.call_until_answered("POST", f"/api/v1/attempts/{attempt}/start/", {}, token)
        seats.append(
            (attempt, start["token"], [item for part in start["sections"] for item in part["items"]])
        )
    web, end = product.pids("gunicorn"), time.monotonic() + seconds
    before = cpu_seconds(web), cpu_seconds(postgres_pids())

    def save(attempt: str, token: str, items: list[dict]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", product.port)
        rev = 0
        while time.monotonic() < end:
            rev += 1
            item = items[rev % len(items)]
            response = {"choices": [item["choices"][rev % len(item["choices"])]["id"]]}
            event = {"key": str(uuid.uuid4()), "slot": item["slot"], "rev": rev, "response": response}
            began = time.monotonic()
            line.request(
                "POST", f"/api/v1/attempts/{attempt}/responses/", json.dumps({"events": [event]}),
                {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
            )  # fmt: skip
            answer = line.getresponse()
            body = json.load(answer)
            assert answer.status == 200, body
            times.append(time.monotonic() - began)
            journal[attempt, event["key"]] = body["acks"][0]["seq"]

    threads = [threading.Thread(target=save, args=seat) for seat in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = cpu_seconds(web) - before[0], cpu_seconds(postgres_pids()) - before[1]
    stored = {
        (attempt, event["key"]): event["seq"]
        for attempt, _, _ in seats
        for event in map(json.loads, product.manage("export_events", attempt).splitlines())
    }
    lost = sum(stored.get(key) != seq for key, seq in journal.items())
    times.sort()
    print(
        f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; driver on the same machine"
    )
    print(f"candidates {candidates}, saves {len(times)}, {len(times) / seconds:.0f} saves/s")
    print("latency ms: " + ", ".join(f"p{p} {times[len(times) * p // 100] * 1000:.0f}" for p in (50, 95, 99)))
    print(
        f"CPU ms per save: web {spent[0] * 1000 / len(times):.2f}, PostgreSQL {spent[1] * 1000 / len(times):.2f}"
    )
    print(f"acknowledged {len(journal)}, stored {len(stored)}, lost or changed {lost}")


if __name__ == "__main__":
    main()
