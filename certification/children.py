"""Child processes of the supervisor: own groups, restarts, and nothing left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
STEADY_AFTER = 5.0  # seconds after which a child counts as healthy again
LOG_LIMIT = 20 * 2**20

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def adopt_orphans() -> None:
    """Whatever our children leave behind becomes our child, so that it can be ended and reaped."""
    if _libc:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _in_child(parent: int) -> Callable[[], None]:
    def prepare() -> None:
        # A shell that starts us in the background makes us ignore SIGINT, and ignoring is inherited.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if _libc:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != parent:  # it died before we could ask
                os._exit(1)

    return prepare


def start(argv: list[str], environment: dict[str, str], **streams: int) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own that ends when we do."""
    process: subprocess.Popen[bytes] = subprocess.Popen(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_in_child(os.getpid()),  # no threads here, hence no danger
        **streams,  # type: ignore[call-overload]
    )
    return process


class Child:
    """One supervised process and its group."""

    def __init__(self, name: str, argv: list[str], log: Path) -> None:
        self.name = name
        self.argv = argv
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._pause = FIRST_PAUSE
        self._started = 0.0
        self._due = 0.0

    def start(self, environment: dict[str, str]) -> None:
        """Start it now, output to its log."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            # libpq reads PGAPPNAME: pg_stat_activity then says whose connection is whose.
            self.process = start(
                self.argv,
                {**environment, "PGAPPNAME": self.name},
                stdout=output.fileno(),
                stderr=subprocess.STDOUT,
            )
        self._started = time.monotonic()

    def look_after(self, environment: dict[str, str]) -> str:
        """Start it again when it died and its pause is over; a sentence when it was found dead."""
        if self.process is None:
            if time.monotonic() >= self._due:
                self.start(environment)
            return ""
        if not self.has_ended():
            return ""
        lived = time.monotonic() - self._started
        self._pause = FIRST_PAUSE if lived > STEADY_AFTER else self._pause
        code = self.end_group()
        self._due = time.monotonic() + self._pause
        sentence = f"{self.name} 意外结束（{code}），{self._pause:g} 秒后重新启动；日志：{self.log}"
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return sentence

    def has_ended(self) -> bool:
        """Whether the group's first process is dead; it is not reaped, so that its number stays taken."""
        if self.process is None:
            return True
        try:
            flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self.process.pid, flags) is not None
        except ChildProcessError:
            return True

    def ask_to_stop(self) -> None:
        """Tell the first process only: it knows how to end its own children in order."""
        if self.process and not self.has_ended():
            self.process.send_signal(signal.SIGTERM)

    def end_group(self) -> int:
        """Kill what is left of the group and reap it; the exit code of its first process."""
        process, self.process = self.process, None
        if process is None:
            return 0
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
        # The orphans were adopted: only when the last is reaped are their ports free.
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            try:
                if os.waitpid(-process.pid, os.WNOHANG)[0] == 0:
                    time.sleep(0.02)
            except ChildProcessError:
                break
        return code


def stop_all(children: Iterable[Child], patience: float, hurry: Callable[[], bool]) -> None:
    """Ask all to stop, wait, then kill; `hurry` says when to kill at once."""
    running = [child for child in children if child.process]
    for child in running:
        child.ask_to_stop()
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not hurry() and not all(child.has_ended() for child in running):
        time.sleep(0.05)
    for child in running:
        child.end_group()


def adopted() -> list[tuple[int, bool]]:
    """Our direct children as (process, is a zombie): the supervised ones and all we adopted."""
    found: list[tuple[int, bool]] = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            state, parent = entry.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid():
                found.append((int(entry.parent.name), state == "Z"))
    return found


def reap_strangers(known: set[int]) -> None:
    """Bury adopted processes that died."""
    for pid, dead in adopted():
        if dead and pid not in known:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def end_strangers(spare: Callable[[int], bool]) -> None:
    """Kill adopted processes that left their group (a browser, say) until none is left; spare servers."""
    for _round in range(50):
        strangers = [pid for pid, dead in adopted() if not dead and not spare(pid)]
        reap_strangers(set())
        if not strangers:
            return
        for pid in strangers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
