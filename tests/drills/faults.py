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
from lib.embedded import roles
from tests.product.running import Product, wait_for


def send(product: Product, number: int, *pids: int) -> int:
    """Send a signal to processes of this product and to no other; how many got it.

    A process is held by a descriptor before it is looked at: neither a number used anew, nor a stale pid file, nor one
    of the numbers that mean a group or everybody (0, -1) can hit a stranger.
    """
    home = servers_home(product)
    sent = 0
    for pid in pids:
        assert pid > 1, pid
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            if _is_ours(product, home, pid):
                signal.pidfd_send_signal(handle, number)
                sent += 1
        except ProcessLookupError:
            pass
        finally:
            os.close(handle)
    return sent


def _is_ours(product: Product, home: Path, pid: int) -> bool:
    """Started with the product's DATA_DIR, or a server that lives in its folders."""
    place = Path("/proc", str(pid))
    with contextlib.suppress(OSError):
        if f"DATA_DIR={product.data_dir}".encode() in (place / "environ").read_bytes().split(b"\0"):
            return True
        return (place / "cwd").resolve().is_relative_to(home.resolve())
    return False


def kill_one(product: Product, *words: str) -> int:
    """kill -9 of a random process whose command line holds the words; 1, or 0 when there was none."""
    pids = product.pids(*words)
    return send(product, signal.SIGKILL, random.choice(pids)) if pids else 0


def tell_web_master(product: Product, number: int) -> int:
    """Signal the web server's first process; 1, or 0 while there is none."""
    pids = product.pids("gunicorn")
    return send(product, number, min(pids)) if pids else 0


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
    return _server(product, "postgresql/postmaster.pid")


def valkey(product: Product) -> int:
    """The broker's process, waited for likewise."""
    return _server(product, "valkey/valkey.pid")


def _server(product: Product, pid_file: str) -> int:
    home = servers_home(product)

    def living() -> int:
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((home / pid_file).read_text().splitlines()[0])
            return pid if pid > 1 and _is_ours(product, home, pid) else 0
        return 0

    return int(wait_for(living, 60, f"the process of {pid_file}"))


def stop_postgres_immediately(product: Product) -> int:
    """As ``pg_ctl stop -m immediate``: no checkpoint, recovery at the next start."""
    return send(product, signal.SIGQUIT, postmaster(product))


def kill_everything(product: Product) -> int:
    """kill -9 of every process at once, the supervisor first so that it mends nothing; how many died."""
    assert product.process is not None
    servers = [*family(postmaster(product)), valkey(product)]
    pids = {*product.pids(), *servers} - {product.process.pid}
    done = send(product, signal.SIGKILL, product.process.pid, *pids)
    product.process.wait(30)
    return done


@contextlib.contextmanager
def hung_broker(product: Product) -> Iterator[None]:
    """A broker that takes connections and never answers: worse than one that is gone."""
    pid = valkey(product)
    send(product, signal.SIGSTOP, pid)
    try:
        yield
    finally:
        send(product, signal.SIGCONT, pid)


def database(product: Product, role: str = roles.OWNER) -> psycopg2.extensions.connection:
    """A connection in autocommit to the product's database, by default as the owner of the schema."""
    name = {roles.OWNER: "owner", roles.SUPERUSER: "superuser"}[role]
    folder = product.data_dir / "embedded"
    line = psycopg2.connect(
        host="127.0.0.1", port=json.loads((folder / "ports.json").read_text())["postgres"], user=role,
        password=json.loads((folder / "passwords.json").read_text())[name], dbname=roles.DATABASE,
    )  # fmt: skip
    line.autocommit = True
    return line


def as_owner(product: Product, *statements: str) -> None:
    """Run statements as the owner of the schema, each in a transaction of its own."""
    line = database(product)
    with line.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    line.close()


def make_forgetful(product: Product) -> None:
    """Let PostgreSQL acknowledge commits it has not written: what no installation may be (negative control)."""
    line = database(product, roles.SUPERUSER)
    with line.cursor() as cursor:
        # The writer wakes as rarely as it may, so that a crash meets commits that are in memory only.
        for setting in (
            "synchronous_commit = off",
            "wal_writer_delay = '10s'",
            "wal_writer_flush_after = '1GB'",
        ):
            cursor.execute(f"ALTER SYSTEM SET {setting}")
        cursor.execute("SELECT pg_reload_conf()")
    line.close()
