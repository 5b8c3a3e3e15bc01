"""What the load measurements share: a product with its seats, the driver's acts, CPU accounts, and the comparison of
journal, stored events and receipts."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import audit
from bench.processes import backends, cpu_seconds, family, postmaster
from bench.proxy import nginx
from tests.product.running import CHECKOUT, Product

MACHINE = (
    f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
    "driver, web and database on the same machine"
)


def parser(description: str | None) -> argparse.ArgumentParser:
    """The options every load measurement has."""
    options = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--candidates", type=int, default=100)
    options.add_argument("--nginx", action="store_true", help="through nginx with deploy/nginx.conf")
    return options


class Rig:
    """One running product and what is measured at it."""

    def __init__(self, product: Product, port: int, proxy: int | None) -> None:
        self.product, self.port, self.proxy = product, port, proxy
        self.database_url = owner_address(product)
        self._server = postmaster(self.database_url)

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far (user + system, from /proc): of the web, of PostgreSQL but for what it does for scoring,
        of scoring (worker, scheduler and their part of PostgreSQL), of nginx."""
        product = self.product
        aside = cpu_seconds(backends(self.database_url, "worker", "scheduler"))
        others = {min(product.pids("celery")), min(product.pids("manage.py scheduler"))}
        return {
            "web": cpu_seconds(family(min(product.pids("gunicorn")))),
            "PostgreSQL": cpu_seconds(family(self._server)) - aside,
            "scoring": sum(cpu_seconds(family(pid)) for pid in others) + aside,
            "nginx": cpu_seconds(family(self.proxy)) if self.proxy else 0.0,
        }

    def act(self, act: str, seats: list[dict[str, Any]], journal: Path, **plan: Any) -> dict[str, Any]:
        """Let the driver do one act (see bench/driver.py); what it reports, with ``cpu`` per part."""
        before = self.cpu()
        done = self.drive(act, seats, journal, **plan)
        return {**done, "cpu": {name: spent - before[name] for name, spent in self.cpu().items()}}

    def drive(self, act: str, seats: list[dict[str, Any]], journal: Path, **plan: Any) -> dict[str, Any]:
        """As :meth:`act`, beside others and without an account of CPU."""
        file = self.product.data_dir / f"plan-{act}.json"
        plan |= {"act": act, "host": "127.0.0.1", "port": self.port, "seats": seats}
        file.write_text(json.dumps(plan), encoding="utf-8")
        return program("bench.driver", str(file), str(journal))

    def sign_in(self, number: int, seed: str) -> list[dict[str, Any]]:
        """Make an open session and sign its candidates in: ``{"attempt", "token"}`` (login token) per candidate."""
        rows = json.loads(
            self.product.manage("seed_demo", "--candidates", str(number), "--seed", seed, "--json")
        )

        def sign(row: dict[str, str]) -> dict[str, Any]:
            login = {"ticket_number": row["ticket_number"], "id_number": row["id_number"]}
            token = self.product.call_until_answered("POST", "/api/v1/auth/login/", login)["token"]
            attempt = self.product.call_until_answered("GET", "/api/v1/me/attempts/", token=token)[0]["id"]
            return {"attempt": attempt, "token": token}

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(sign, rows["candidates"]))

    def compare(
        self, seats: list[dict[str, Any]], sections: list[dict[str, Any]], saves: Path, hand_ins: Path
    ) -> str:
        """Hold the journals of acknowledgements and receipts against what is stored; a line for the report."""
        stored = self._export([seat["attempt"] for seat in seats])
        with saves.open(encoding="utf-8") as lines:
            acknowledged, superseded, faults = audit.journal_faults(lines, stored)
        keys = self.product.call_until_answered("GET", "/.well-known/exam-receipt-keys")["keys"]
        for attempt, events in stored.items():
            faults += audit.chain_faults(attempt, events)
        receipts = 0
        for line in hand_ins.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            receipts += 1
            faults += audit.receipt_faults(
                entry["attempt"], entry["answer"], sections, stored[entry["attempt"]], keys
            )
        assert not faults, faults[:3]
        return (
            f"acknowledged {acknowledged} ({superseded} superseded), stored {sum(map(len, stored.values()))}, "
            f"chains {len(stored)}, receipts {receipts}: lost 0, changed 0"
        )

    def own_limit(self) -> tuple[float, float]:
        """PostgreSQL's own limit with the same insert at 16 clients: (rows/s, CPU ms per row)."""
        before = self.cpu()["PostgreSQL"]
        limit = program("bench.limit", self.database_url, "5", "16")
        spent = self.cpu()["PostgreSQL"] - before
        return limit["rows"] / limit["seconds"], spent * 1000 / limit["rows"]

    def _export(self, attempts: list[str]) -> dict[str, list[dict[str, Any]]]:
        """What ``export_events`` says of each attempt; all in one process, for its start takes a second."""
        names = self.product.data_dir / "attempts.json"
        names.write_text(json.dumps(attempts), encoding="utf-8")
        script = (
            "import json; from django.core.management import call_command\n"
            f"for attempt in json.load(open({str(names)!r})):\n"
            "    print(attempt)\n    call_command('export_events', attempt)"
        )
        stored: dict[str, list[dict[str, Any]]] = {}
        for line in self.product.manage("shell", "-v", "0", "-c", script).splitlines():
            if line.startswith("{"):
                stored[attempts[len(stored) - 1]].append(json.loads(line))
            else:
                assert line == attempts[len(stored)]
                stored[line] = []
        return stored


@contextmanager
def rig(options: argparse.Namespace) -> Iterator[Rig]:
    """A product of its own (its usual gunicorn, PostgreSQL with fsync), behind nginx where asked."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        product = Product(Path(folder) / "data")
        product.data_dir.mkdir()
        product.start()
        try:
            if options.nginx:
                with nginx(product.port, Path(folder) / "nginx") as proxy:
                    yield Rig(product, proxy.port, proxy.pid)
            else:
                yield Rig(product, product.port, None)
        finally:
            product.stop()


def started(journal: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(seats for saving, the form's sections) from the journal of a ``start``; all got the same form."""
    seats: list[dict[str, Any]] = []
    sections: list[dict[str, Any]] = []
    for line in journal.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        assert sections in ([], entry["answer"]["sections"])
        sections = entry["answer"]["sections"]
        seats.append({"attempt": entry["attempt"], "token": entry["answer"]["token"]})
    items = [
        {"slot": item["slot"], "choices": [choice["id"] for choice in item["choices"]]}
        for section in sections
        for item in section["items"]
    ]
    return [{**seat, "items": items} for seat in seats], sections


def report(what: str, done: dict[str, Any], count: int) -> None:
    """What the driver saw of one act and what it cost; ``count`` is the number of things done."""
    count = max(1, count)
    each = {name: spent * 1000 / count for name, spent in done["cpu"].items()}
    parts = ", ".join(f"{name} {value:.2f}" for name, value in each.items())
    counted = each["web"] + each["PostgreSQL"]
    print(
        f"{what}: {count}, {done['done'] / done['seconds']:.0f}/s; "
        f"ms {', '.join(f'{name} {value}' for name, value in done['latency_ms'].items())}; "
        f"errors {done['errors']} {done['first_errors'] or ''}, unanswered {done['unanswered']}, "
        f"reconnects {done['reconnects']}"
    )
    print(
        f"    CPU ms each: web + PostgreSQL {counted:.2f} ({parts}, driver {done['cpu_seconds'] * 1000 / count:.2f})"
    )


def program(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module in a process of its own; the JSON object it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def owner_address(product: Product) -> str:
    """The embedded database's address for the role that may make a table."""
    return server_address(product, "MIGRATION_DATABASE_URL")


def server_address(product: Product, name: str) -> str:
    """The address of an embedded server by its name in the environment, for example REDIS_URL."""
    script = (
        "from pathlib import Path; from lib.embedded import acquire; "
        f"print(acquire(Path({str(product.data_dir)!r})).environment[{name!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.split()[-1]
