"""How processes of the running product are made to fail."""

import contextlib
import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2

from bench.processes import family
from bench.saves import owner_address
from lib.embedded import roles
from tests.product.running import Product, wait_for


def send(number: int, *pids: int) -> int:
    """Send a signal; how many processes got it."""
    sent = 0
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            sent += 1
    return sent


def kill_one(product: Product, *words: str) -> int:
    """kill -9 of a random process whose command line holds the words; 1, or 0 when there was none."""
    pids = product.pids(*words)
    return send(signal.SIGKILL, random.choice(pids)) if pids else 0


def every(seconds: float, pause: float, act: Callable[[], int]) -> int:
    """Repeat an act for some seconds; the sum of what it returned."""
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        done += act()
        time.sleep(pause)
    return done


def servers_home(product: Product) -> Path:
    """Where the product's own PostgreSQL and Valkey keep their files."""
    base = product.data_dir / "embedded"
    elsewhere = base / "place.txt"
    return Path(elsewhere.read_text(encoding="utf-8").strip()) if elsewhere.exists() else base / "servers"


def postmaster(product: Product) -> int:
    """The database server's process, waited for while it restarts."""
    file = servers_home(product) / "postgresql" / "postmaster.pid"

    def living() -> int:
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(file.read_text().splitlines()[0])
            os.kill(pid, 0)
            return pid
        return 0

    return int(wait_for(living, 60, "a database server"))


def valkey(product: Product) -> int:
    """The broker's process."""
    file = servers_home(product) / "valkey" / "valkey.pid"

    def living() -> int:
        with contextlib.suppress(OSError, ValueError):
            pid = int(file.read_text())
            os.kill(pid, 0)
            return pid
        return 0

    return int(wait_for(living, 60, "a broker"))


def stop_postgres_immediately(product: Product) -> int:
    """As ``pg_ctl stop -m immediate``: no checkpoint, recovery at the next start."""
    return send(signal.SIGQUIT, postmaster(product))


def kill_everything(product: Product) -> int:
    """kill -9 of every process at once, the supervisor first so that it mends nothing; how many died."""
    assert product.process is not None
    servers = [*family(postmaster(product)), valkey(product)]
    pids = {*product.pids(), *servers} - {product.process.pid}
    done = send(signal.SIGKILL, product.process.pid, *pids)
    product.process.wait(30)
    return done


@contextlib.contextmanager
def hung_broker(product: Product) -> Iterator[None]:
    """A broker that takes connections and never answers: worse than one that is gone."""
    pid = valkey(product)
    send(signal.SIGSTOP, pid)
    try:
        yield
    finally:
        send(signal.SIGCONT, pid)


def as_owner(product: Product, *statements: str) -> None:
    """Run statements as the owner of the schema, each in a transaction of its own."""
    line = psycopg2.connect(owner_address(product))
    line.autocommit = True
    with line, line.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    line.close()


def make_forgetful(product: Product) -> None:
    """Let PostgreSQL acknowledge commits it has not written: what no installation may be (negative control)."""
    folder = product.data_dir / "embedded"
    password = json.loads((folder / "passwords.json").read_text())["superuser"]
    port = json.loads((folder / "ports.json").read_text())["postgres"]
    line = psycopg2.connect(
        host="127.0.0.1", port=port, user=roles.SUPERUSER, password=password, dbname=roles.DATABASE
    )
    line.autocommit = True
    with line.cursor() as cursor:
        # The writer wakes as rarely as it may, so that a crash meets commits that are in memory only.
        for setting in ("synchronous_commit = off", "wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'"):
            cursor.execute(f"ALTER SYSTEM SET {setting}")
        cursor.execute("SELECT pg_reload_conf()")
    line.close()
