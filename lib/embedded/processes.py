"""Processes and operating-system users, as far as the embedded servers need them."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError

# The servers must see neither our secrets nor somebody's PG* variables.
CLEAN_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}
PREFERRED_USERS = ("postgres", "nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """An unprivileged user that exists already; we never create one."""

    uid: int
    gid: int


def choose_account(existing: Path | None = None) -> Account | None:
    """Who runs the servers: nobody else unless we are root, because PostgreSQL refuses to run as root.

    Files that exist already decide: their owner stays the one who runs the servers.
    """
    if os.geteuid() != 0:
        return None
    if existing is not None and existing.exists() and existing.stat().st_uid != 0:
        status = existing.stat()
        return Account(status.st_uid, status.st_gid)
    for name in PREFERRED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        account = Account(entry.pw_uid, entry.pw_gid)
        # In a rootless container a listed user may not be mapped, and becoming it fails.
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            if run_as(account, ["/bin/sh", "-c", "exit 0"]).returncode == 0:
                return account
    raise EmbeddedError(
        "以 root 身份启动时需要一个可用的普通系统用户（postgres、nobody 或 daemon）来运行数据库，但没有找到；"
        "请改用普通用户启动，或通过 DATABASE_URL 和 REDIS_URL 指定现有服务。"
    )


def run_as(
    account: Account | None,
    argv: Sequence[str],
    *,
    text: str = "",
    timeout: float | None = 300,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a short program as the servers' user, in a session of its own: Ctrl-C must not cut it off."""
    return subprocess.run(
        list(argv),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd="/",  # our own directory may be closed to that user
        env={**CLEAN_ENVIRONMENT, **(environment or {})},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        start_new_session=True,
        timeout=timeout,
        check=False,
    )


def can_use(account: Account | None, path: Path) -> bool:
    """Whether that user gets to `path` and may enter or execute it. Asked for real: modes alone miss ACLs."""
    return (
        account is None or run_as(account, ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]).returncode == 0
    )


def is_alive(pid: int, directory: Path) -> bool:
    """Whether `pid` is a living server of `directory`: no zombie, no stranger that got the number."""
    if not Path("/proc/self/stat").exists():
        return _is_alive_by_ps(pid, directory)
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX" and os.path.samefile(f"/proc/{pid}/cwd", directory)
    except OSError:
        return False


def _is_alive_by_ps(pid: int, directory: Path) -> bool:
    answer = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(answer) and not answer.startswith("Z") and (str(directory) in answer or "valkey" in answer)


def processes_in(directory: Path) -> list[int]:
    """Server processes working in `directory`: also those that a killed master left behind."""
    numbers = (
        (int(entry.name) for entry in Path("/proc").glob("[0-9]*")) if Path("/proc/self").exists() else ()
    )
    return [number for number in numbers if number != os.getpid() and is_alive(number, directory)]


def end_processes_in(directory: Path, patience: float = 3.0) -> None:
    """End what is left of a server: first politely, then not."""
    for number, seconds in ((signal.SIGQUIT, patience), (signal.SIGKILL, 5.0)):
        deadline = time.monotonic() + seconds
        pids = processes_in(directory)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        while pids and time.monotonic() < deadline:
            time.sleep(0.05)
            pids = processes_in(directory)
        if not pids:
            return
