"""The embedded Valkey of one DATA_DIR. Every function here runs under the master lock of `leases`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from . import ports
from .binaries import valkey_program
from .errors import EmbeddedError
from .place import Place
from .processes import end_processes_in, is_alive, run_as
from .settings import valkey_conf


@dataclass(frozen=True)
class Valkey:
    """Start, stop and look at the server."""

    place: Place
    password: str

    @property
    def _folder(self) -> Path:
        return self.place.home / "valkey"

    def running_pid(self) -> int | None:
        """The living server's process, else None. Cheap: one small file is read."""
        try:
            pid = int((self._folder / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if is_alive(pid, self._folder) else None

    def ensure(self, known_port: int | None) -> int:
        """Make sure that the server runs; its port. `known_port` is the one it was started with."""
        if known_port and self.running_pid() is not None and self._answers(known_port, seconds=2):
            return known_port
        folder, log = self.place.folder("valkey"), self.place.folder("log") / "valkey.log"
        end_processes_in(folder, patience=0.5)  # one that hangs, or whose pid file is gone
        (folder / "valkey.pid").unlink(missing_ok=True)
        program = valkey_program(self.place)
        port = ports.choose(known_port)
        for _attempt in range(5):
            # The configuration goes through stdin: a password in the arguments would show in `ps`.
            conf = valkey_conf(port, self.password, str(folder), str(log))
            answer = run_as(self.place.account, [str(program), "-"], text=conf)
            if answer.returncode == 0 and self._answers(port, seconds=10):
                return port
            end_processes_in(folder, patience=0.5)
            port = ports.choose()
        raise EmbeddedError(f"内置 Valkey 未能启动，请查看日志 {log}。")

    def stop(self) -> None:
        """Stop the server; it keeps nothing."""
        pid = self.running_pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 3
            while self.running_pid() is not None and time.monotonic() < deadline:
                time.sleep(0.02)
        if self._folder.exists():
            end_processes_in(self._folder, patience=0.2)

    def _answers(self, port: int, seconds: float) -> bool:
        """Whether our Valkey, and not a stranger on the same port, answers to our password."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                    connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                    with connection.makefile("rb") as lines:
                        if lines.readline() == b"+OK\r\n" and lines.readline() == b"+PONG\r\n":
                            return True
            except OSError:
                pass
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
