"""The embedded servers, with real processes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from lib.embedded import EmbeddedError, acquire, remove
from lib.embedded.place import find_place
from lib.embedded.processes import processes_in

CHECKOUT = Path(__file__).resolve().parents[2]

# Holds a lease until its stdin ends; says where the servers are.
HOLDER = """
import sys
from pathlib import Path
from lib.embedded import acquire
lease = acquire(Path(sys.argv[1]))
print(lease.environment["DATABASE_URL"], flush=True)
sys.stdin.read()
lease.release()
"""


class Holder:
    """Another process with a lease."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(data_dir)],
            cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def url(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate(timeout=20)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=20)


def make_data_dir() -> Path:
    # Not tmp_path: pytest closes that to others, and the servers' user (we may be root) must get in.
    path = Path(tempfile.mkdtemp(prefix="embedded-test-"))
    path.chmod(0o711)
    return path / "var"


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    path = make_data_dir()
    yield path
    remove(path)
    subprocess.run(["rm", "-rf", str(path.parent)], check=True)


def query(url: str, *statements: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].split("/")[0])


def servers(data_dir: Path) -> list[int]:
    home = data_dir / "embedded" / "servers"
    return processes_in(home / "postgresql") + processes_in(home / "valkey")


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "embedded/servers/postgresql/postmaster.pid").read_text().split()[0])


def test_two_processes_share_one_server_and_the_last_one_stops_it(data_dir: Path) -> None:
    first, second = Holder(data_dir), Holder(data_dir)  # at once, on an empty directory
    assert first.url() == second.url() != ""
    assert servers(data_dir)
    first.leave()
    assert servers(data_dir)
    second.leave()
    assert servers(data_dir) == []
    assert list((data_dir / "run/leases").iterdir()) == []


def test_a_killed_holder_counts_for_nothing(data_dir: Path) -> None:
    killed, other = Holder(data_dir), Holder(data_dir)
    assert killed.url() == other.url()
    killed.kill()
    assert servers(data_dir)
    other.leave()
    assert servers(data_dir) == []


def test_a_committed_row_survives_kill_9_of_the_server(data_dir: Path) -> None:
    with acquire(data_dir) as lease:
        owner = lease.environment["MIGRATION_DATABASE_URL"]
        query(owner, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
        os.kill(postmaster(data_dir), signal.SIGKILL)
        deadline = time.monotonic() + 5
        while lease.servers_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not lease.servers_alive()
        with acquire(data_dir) as again:
            assert query(again.environment["DATABASE_URL"], "SELECT n FROM kept") == [(7,)]
        assert lease.servers_alive()  # counted: the inner release left the outer lease alone
    assert servers(data_dir) == []
    with acquire(data_dir) as lease:
        assert query(lease.environment["DATABASE_URL"], "SELECT n FROM kept") == [(7,)]


def test_a_foreign_number_in_a_stale_pid_file_does_not_matter(data_dir: Path) -> None:
    with acquire(data_dir):
        text = (data_dir / "embedded/servers/postgresql/postmaster.pid").read_text()
    stale = "\n".join([str(os.getppid()), *text.splitlines()[1:]]) + "\n"
    (data_dir / "embedded/servers/postgresql/postmaster.pid").write_text(stale)
    with acquire(data_dir) as lease:
        assert query(lease.environment["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_roles(data_dir: Path) -> None:
    with acquire(data_dir) as lease:
        owner, app = lease.environment["MIGRATION_DATABASE_URL"], lease.environment["DATABASE_URL"]
        query(owner, "CREATE EXTENSION pg_trgm", "CREATE EXTENSION btree_gist")
        query(owner, "CREATE TABLE things (id serial, n int)")
        query(app, "INSERT INTO things (n) VALUES (1)", "UPDATE things SET n = 2", "DELETE FROM things")
        ddl = ("CREATE TABLE mine ()", "TRUNCATE things", "CREATE DATABASE mine")
        for forbidden in (*ddl, "SET ROLE certification_owner"):
            with pytest.raises(psycopg2.Error):
                query(app, forbidden)
        assert query(owner, "SET ROLE certification_app", "SELECT current_user") == [("certification_app",)]
        assert query(owner, "SHOW fsync") == query(owner, "SHOW synchronous_commit") == [("on",)]
        # Chinese takes part in trigrams only with a Unicode LC_CTYPE.
        assert query(owner, "SELECT similarity('汽车维修工', '汽车维修') > 0.3") == [(True,)]


def test_valkey_wants_its_password(data_dir: Path) -> None:
    with acquire(data_dir, postgres=False) as lease:
        assert set(lease.environment) == {"REDIS_URL"}
        url = lease.environment["REDIS_URL"]
        client = redis.Redis.from_url(url)
        assert client.ping()
        client.close()
        with socket.create_connection(("127.0.0.1", port_of(url))) as stranger:
            stranger.sendall(b"PING\r\n")
            assert stranger.recv(100).startswith(b"-NOAUTH")


def test_a_forked_child_keeps_no_lease(data_dir: Path) -> None:
    lease = acquire(data_dir, postgres=False)
    child = os.fork()
    if child == 0:
        lease.release()  # not its own: nothing happens
        time.sleep(30)
        os._exit(0)
    try:
        time.sleep(0.2)
        assert lease.servers_alive()
        lease.release()
        assert servers(data_dir) == []
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_secrets_are_private(data_dir: Path) -> None:
    with acquire(data_dir, postgres=False):
        assert (data_dir / "embedded/passwords.json").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_exchanged(data_dir: Path) -> None:
    with acquire(data_dir, postgres=False) as lease:
        before = lease.environment["REDIS_URL"]
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", port_of(before)))
        taker.listen()
        with acquire(data_dir, postgres=False) as lease:
            assert lease.environment["REDIS_URL"] != before


def test_a_half_made_cluster_heals_and_a_foreign_version_is_named() -> None:
    data_dir = make_data_dir()
    (data_dir / "embedded").mkdir(parents=True)
    home = find_place(data_dir).home
    (home / "postgresql.new-dead/base").mkdir(parents=True)
    with acquire(data_dir, valkey=False) as lease:
        assert query(lease.environment["DATABASE_URL"], "SELECT 1") == [(1,)]
    assert not list(home.glob("postgresql.new-*"))
    (home / "postgresql" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match="PostgreSQL 9 创建"):
        acquire(data_dir, valkey=False)
    remove(data_dir)
    subprocess.run(["rm", "-rf", str(data_dir.parent)], check=True)


def test_a_closed_data_dir_is_not_opened(tmp_path: Path) -> None:
    """Root runs the servers as another user, who may not enter here: the cluster lies elsewhere. Anybody else runs them
    himself, in place. Nobody opens the folder."""
    tmp_path.chmod(0o700)
    data_dir = tmp_path / "var"
    with acquire(data_dir, valkey=False) as lease:
        home = find_place(data_dir).home
        assert query(lease.environment["DATABASE_URL"], "SELECT 1") == [(1,)]
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert home.is_relative_to(tmp_path) == (os.geteuid() != 0)
    if os.geteuid() == 0:
        assert home.stat().st_mode & 0o777 == 0o711
    assert (home / "postgresql").stat().st_mode & 0o777 == 0o700
    remove(data_dir)
    assert not home.exists()
