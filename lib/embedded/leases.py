"""Who uses the embedded servers: everybody holds a locked file, and the last one to leave stops the servers.

The kernel drops a lock when its holder dies, however it dies, so a lease of a killed process counts for
nothing.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from . import roles
from .errors import EmbeddedError
from .files import keep_secrets, read_json, write_private
from .place import Place, find_place
from .postgres import Postgres
from .processes import is_alive
from .valkey import Valkey


@dataclass
class _Servers:
    """The servers of one DATA_DIR as this process uses them."""

    data_dir: Path
    place: Place
    postgres: Postgres
    valkey: Valkey
    wanted: set[str] = field(default_factory=set)
    environment: dict[str, str] = field(default_factory=dict)
    lease_path: Path | None = None
    lease_handle: int = -1
    users: int = 0

    def ensure(self) -> None:
        ports_file = self.place.base / "ports.json"
        held = read_json(ports_file)
        ports = {name: int(value) for name, value in held.items() if value.isdigit()}
        if "postgres" in self.wanted:
            ports["postgres"] = self.postgres.ensure(ports.get("postgres"))
        if "valkey" in self.wanted:
            ports["valkey"] = self.valkey.ensure(ports.get("valkey"))
        current = {name: str(port) for name, port in ports.items()}
        if current != held:
            write_private(ports_file, json.dumps(current) + "\n")
        # The same dictionary stays in use: leases show it.
        self.environment.clear()
        self.environment.update(self._addresses(ports))

    def _addresses(self, ports: dict[str, int]) -> dict[str, str]:
        found: dict[str, str] = {}
        passwords = self.postgres.passwords
        if "postgres" in self.wanted:
            end = f"127.0.0.1:{ports['postgres']}/{roles.DATABASE}"
            found["DATABASE_URL"] = f"postgresql://{roles.APP}:{passwords['app']}@{end}"
            found["MIGRATION_DATABASE_URL"] = f"postgresql://{roles.OWNER}:{passwords['owner']}@{end}"
        if "valkey" in self.wanted:
            found["REDIS_URL"] = f"redis://:{passwords['valkey']}@127.0.0.1:{ports['valkey']}/0"
        return found

    def alive(self) -> bool:
        return ("postgres" not in self.wanted or self.postgres.running_port() is not None) and (
            "valkey" not in self.wanted or self.valkey.running_pid() is not None
        )

    def stop(self) -> None:
        self.postgres.stop()
        self.valkey.stop()


class Lease:
    """One use of the servers. Release it, leave its `with` block, or end the process."""

    def __init__(self, servers: _Servers) -> None:
        self._servers = servers
        self._pid = os.getpid()
        self._released = False

    @property
    def environment(self) -> dict[str, str]:
        """DATABASE_URL (restricted role), MIGRATION_DATABASE_URL (owner), REDIS_URL: what was asked for."""
        return dict(self._servers.environment)

    def servers_alive(self) -> bool:
        """Whether the servers' processes live. Cheap enough for every second."""
        return self._servers.alive()

    def owns(self, pid: int) -> bool:
        """Whether `pid` is a process of these servers."""
        place = self._servers.place
        return is_alive(pid, place.cluster) or is_alive(pid, place.home / "valkey")

    def repair(self) -> bool:
        """Start again what died. True when an address changed and whoever was told it must be told anew."""
        before = self.environment
        with _guard, _master_lock(self._servers.data_dir):
            self._servers.ensure()
        return self.environment != before

    def release(self) -> None:
        """Give the lease back; in a forked child this does nothing, the lease is its parent's."""
        with _guard:
            if self._released or self._pid != os.getpid():
                return
            self._released = True
            self._servers.users -= 1
            if self._servers.users == 0:
                _leave(self._servers)

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()


_guard = threading.RLock()
_held: dict[Path, _Servers] = {}


def acquire(data_dir: Path, *, postgres: bool = True, valkey: bool = True) -> Lease:
    """Use the embedded servers of `data_dir`, started where needed; EmbeddedError says why not."""
    data_dir = Path(data_dir).absolute()
    names = {name for name, wanted in (("postgres", postgres), ("valkey", valkey)) if wanted}
    with _guard:
        _make_folders(data_dir)
        data_dir = data_dir.resolve()
        with _master_lock(data_dir):
            servers = _held.get(data_dir) or _enter(data_dir)
            servers.wanted |= names
            servers.users += 1
            try:
                servers.ensure()
            except BaseException:
                servers.users -= 1
                if servers.users == 0:
                    _leave_locked(servers)
                raise
        return Lease(servers)


def remove(data_dir: Path) -> None:
    """Delete the servers' data, also where it lies outside DATA_DIR. Refused while somebody uses it."""
    data_dir = Path(data_dir).resolve()
    if not (data_dir / "embedded").exists():
        return
    with _guard, _master_lock(data_dir):
        if _others(data_dir):
            raise EmbeddedError(f"{data_dir} 的数据库正在使用中，没有删除。")
        place = find_place(data_dir)
        Postgres(place, {}).stop()
        Valkey(place, "").stop()
        shutil.rmtree(place.home)
        shutil.rmtree(place.base, ignore_errors=True)


def _make_folders(data_dir: Path) -> None:
    try:
        (data_dir / "run" / "leases").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"无法使用数据目录 {data_dir}：{error.strerror}；请检查权限或换一个 DATA_DIR。"
        ) from error


@contextlib.contextmanager
def _master_lock(data_dir: Path) -> Iterator[None]:
    """One process at a time starts, stops, joins or leaves."""
    try:
        handle = os.open(data_dir / "run" / "servers.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise EmbeddedError(
            f"数据目录 {data_dir} 属于另一个系统用户；请用当初的用户启动，或换一个 DATA_DIR。"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _enter(data_dir: Path) -> _Servers:
    place = find_place(data_dir)
    try:
        passwords = keep_secrets(place.base / "passwords.json", ("superuser", "owner", "app", "valkey"))
    except ValueError as error:
        raise EmbeddedError(f"密码文件 {error} 已损坏，请从备份恢复。") from error
    servers = _Servers(data_dir, place, Postgres(place, passwords), Valkey(place, passwords["valkey"]))
    path = data_dir / "run" / "leases" / f"{os.getpid()}-{secrets.token_hex(4)}"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    servers.lease_path, servers.lease_handle = path, handle
    _held[data_dir] = servers
    return servers


def _leave(servers: _Servers) -> None:
    with _master_lock(servers.data_dir):
        _leave_locked(servers)


def _leave_locked(servers: _Servers) -> None:
    _held.pop(servers.data_dir, None)
    if servers.lease_path:
        servers.lease_path.unlink(missing_ok=True)
        os.close(servers.lease_handle)
        servers.lease_path = None
    if not _others(servers.data_dir):
        servers.stop()


def _others(data_dir: Path) -> bool:
    """Whether anybody holds a lease; those of the dead are cleared away."""
    found = False
    for path in (data_dir / "run" / "leases").iterdir():
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            found = True
        finally:
            os.close(handle)
    return found


def _release_all() -> None:
    with _guard:
        for servers in list(_held.values()):
            servers.users = 0
            _leave(servers)


def _forget_in_child() -> None:
    """A forked child shares our locks with our open files: it must neither keep a lease nor end one."""
    global _guard
    _guard = threading.RLock()  # another thread may have held it at the fork
    for servers in _held.values():
        os.close(servers.lease_handle)
        servers.lease_path = None
    _held.clear()


atexit.register(_release_all)
os.register_at_fork(after_in_child=_forget_in_child)
