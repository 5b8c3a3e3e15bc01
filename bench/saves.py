"""Saves per second through the contract's API, with every acknowledgement compared with what is stored.

    .venv/bin/python -m bench.saves --candidates 100 --seconds 20 [--think 0] [--batch 1]

Starts a product of its own (its usual gunicorn and PostgreSQL with fsync), seats the candidates, lets the driver
(``bench.driver``, a process of its own) save for some seconds, hands a tenth of the attempts in, then compares journal,
exported events and receipts (``bench.audit``, which shares nothing with the server), and measures PostgreSQL's own
limit with the same insert (``bench.limit``). CPU is user + system time of all processes of a kind, from /proc. Driver,
product and database share the machine: run nothing else beside.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench import audit
from bench.processes import cpu_seconds, family, postmaster
from tests.product.running import CHECKOUT, Product


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidates", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--think", type=float, default=0, help="mean seconds between saves of one candidate")
    parser.add_argument("--batch", type=int, default=1, help="answers per save")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder))
        product.start()
        try:
            run(product, options)
        finally:
            product.stop()


def run(product: Product, options: argparse.Namespace) -> None:
    """One measurement and its report."""
    seats = seat_candidates(product, options.candidates)
    plan = {
        "host": "127.0.0.1", "port": product.port, "seconds": options.seconds, "think": options.think,
        "batch": options.batch, "seats": [seat["plan"] for seat in seats],
    }  # fmt: skip
    plan_file, journal = product.data_dir / "plan.json", product.data_dir / "journal.jsonl"
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    address = owner_address(product)
    web, database = min(product.pids("gunicorn")), postmaster(address)
    before = cpu_seconds(family(web)), cpu_seconds(family(database))
    done = program("bench.driver", str(plan_file), str(journal))
    spent = cpu_seconds(family(web)) - before[0], cpu_seconds(family(database)) - before[1]
    rate = done["saves"] / done["seconds"]
    report_load(options, done, rate, spent)
    report_truth(product, seats, journal)
    before_limit = cpu_seconds(family(database))
    limit = program("bench.limit", address, "5", "16")
    own = limit["rows"] / limit["seconds"]
    print(
        f"PostgreSQL's own limit, same insert, 16 clients: {own:.0f} rows/s, "
        f"{(cpu_seconds(family(database)) - before_limit) * 1000 / limit['rows']:.2f} ms CPU each; "
        f"answers/s : limit = {rate * options.batch / own:.2f}"
    )


def seat_candidates(product: Product, number: int) -> list[dict[str, Any]]:
    """Sign in and start: ``{"plan": what the driver needs, "sections": the form, "token"}`` per candidate."""
    rows = json.loads(product.manage("seed_demo", "--candidates", str(number), "--seed", "bench", "--json"))

    def seat(row: dict[str, str]) -> dict[str, Any]:
        login = {"ticket_number": row["ticket_number"], "id_number": row["id_number"]}
        token = product.call_until_answered("POST", "/api/v1/auth/login/", login)["token"]
        attempt = product.call_until_answered("GET", "/api/v1/me/attempts/", token=token)[0]["id"]
        start = product.call_until_answered("POST", f"/api/v1/attempts/{attempt}/start/", {}, token)
        items = [
            {"slot": item["slot"], "choices": [choice["id"] for choice in item["choices"]]}
            for section in start["sections"]
            for item in section["items"]
        ]
        return {
            "plan": {"attempt": attempt, "token": start["token"], "items": items},
            "sections": start["sections"],
        }

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(seat, rows["candidates"]))


def report_load(
    options: argparse.Namespace, done: dict[str, Any], rate: float, spent: tuple[float, float]
) -> None:
    """What the driver saw and what it cost."""
    saves = max(1, done["saves"])
    print(
        f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        "driver, web and database on the same machine"
    )
    print(
        f"candidates {options.candidates}, answers per save {options.batch}, think {options.think} s: "
        f"{done['saves']} saves in {done['seconds']:.1f} s, {rate:.0f} saves/s"
    )
    print("latency ms: " + ", ".join(f"{name} {value}" for name, value in done["latency_ms"].items()))
    print(
        f"errors {done['errors']} {done['first_errors'] or ''}, reconnects {done['reconnects']}, "
        f"unanswered {done['unanswered']}"
    )
    print(
        f"CPU seconds per thousand saves: web {spent[0] * 1000 / saves:.2f}, PostgreSQL {spent[1] * 1000 / saves:.2f}, "
        f"together {sum(spent) * 1000 / saves:.2f} (driver {done['cpu_seconds'] * 1000 / saves:.2f})"
    )


def report_truth(product: Product, seats: list[dict[str, Any]], journal: Path) -> None:
    """Journal, stored events, chains and receipts against each other."""
    handed_in = {}
    for seat in seats[::10]:
        attempt, token = seat["plan"]["attempt"], seat["plan"]["token"]
        handed_in[attempt] = product.call_until_answered(
            "POST", f"/api/v1/attempts/{attempt}/submit/", {"events": []}, token
        )
    stored = export(product, [seat["plan"]["attempt"] for seat in seats])
    with journal.open(encoding="utf-8") as lines:
        acknowledged, superseded, faults = audit.journal_faults(lines, stored)
    keys = product.call_until_answered("GET", "/.well-known/exam-receipt-keys")["keys"]
    for seat in seats:
        attempt = seat["plan"]["attempt"]
        faults += audit.chain_faults(attempt, stored[attempt])
        if attempt in handed_in:
            faults += audit.receipt_faults(
                attempt, handed_in[attempt], seat["sections"], stored[attempt], keys
            )
    print(
        f"acknowledged {acknowledged} ({superseded} superseded), stored {sum(map(len, stored.values()))}, "
        f"chains {len(stored)}, receipts {len(handed_in)}, faults {len(faults)} {faults[:3] or ''}"
    )
    assert not faults


def export(product: Product, attempts: list[str]) -> dict[str, list[dict[str, Any]]]:
    """What ``export_events`` says of each attempt; all in one process, for its start takes a second."""
    script = (
        "from django.core.management import call_command\n"
        f"for attempt in {attempts!r}:\n    print(attempt)\n    call_command('export_events', attempt)"
    )
    stored: dict[str, list[dict[str, Any]]] = {}
    for line in product.manage("shell", "-v", "0", "-c", script).splitlines():
        if line.startswith("{"):
            stored[attempts[len(stored) - 1]].append(json.loads(line))
        else:
            assert line == attempts[len(stored)]
            stored[line] = []
    return stored


def program(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module in a process of its own; the JSON object it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def owner_address(product: Product) -> str:
    """The embedded database's address for the role that may make a table."""
    script = (
        "from pathlib import Path; from lib.embedded import acquire; "
        f"print(acquire(Path({str(product.data_dir)!r})).environment['MIGRATION_DATABASE_URL'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.split()[-1]


if __name__ == "__main__":
    main()
