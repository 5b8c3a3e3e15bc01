"""The running product as an outside program sees it: started by its own command, killed as nature kills."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Product:
    """One running product with a data directory of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        foreign = ("DATABASE_URL", "REDIS_URL", "MIGRATION_DATABASE_URL", "SECRET_KEY", "IDENTITY_KEY")
        self.environment = {key: value for key, value in os.environ.items() if key not in foreign}
        self.environment |= {"DATA_DIR": str(data_dir), "PORT": str(self.port)}
        self.lines: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self, timeout: float = 120) -> None:
        """Start and wait for the line READY; also again after it was stopped or killed."""
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "certification.supervisor", "demo"], cwd=CHECKOUT, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        ready = threading.Event()

        def read() -> None:
            assert self.process is not None
            assert self.process.stdout is not None
            for line in self.process.stdout:
                self.lines.append(line.rstrip())
                if line.startswith("READY "):
                    ready.set()
            ready.set()

        threading.Thread(target=read, daemon=True).start()
        assert ready.wait(timeout), f"not ready after {timeout} s:\n" + "\n".join(self.lines)
        assert any(line.startswith("READY ") for line in self.lines), "\n".join(self.lines)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop as a user does; return the supervisor's exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)

    def manage(self, *command: str) -> str:
        """Run a management command; its stdout."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=CHECKOUT, env=self.environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def pids(self, *words: str) -> list[int]:
        """Process ids of this product whose command line holds all words."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                line = (entry / "cmdline").read_bytes().decode().replace("\0", " ")
                ours = f"DATA_DIR={self.data_dir}".encode() in (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if ours and all(word in line for word in words):
                found.append(int(entry.name))
        return found

    def call(
        self, method: str, path: str, body: Any = None, token: str = "", timeout: float = 10
    ) -> tuple[int, dict[str, Any]]:
        """One API call: (status, JSON). Network errors are raised as OSError."""
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode()
        )
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            try:
                return error.code, json.load(error)
            except ValueError:
                return error.code, {}

    def call_until_answered(
        self, method: str, path: str, body: Any = None, token: str = ""
    ) -> dict[str, Any]:
        """Repeat a call through restarts until the product answers 200 (idempotent calls only)."""
        end = time.monotonic() + 60
        while True:
            try:
                status, answer = self.call(method, path, body, token)
            except (OSError, http.client.HTTPException) as error:  # killed before or while it answered
                status, answer = 0, {"detail": str(error)}
            if status == 200:
                return answer
            assert status in (0, 500, 502, 503), (status, answer)
            assert time.monotonic() < end, answer
            time.sleep(0.05)


def wait_for(condition: Callable[[], Any], timeout: float, what: str) -> Any:
    """Wait until a condition holds and return what it gave."""
    end = time.monotonic() + timeout
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, f"not within {timeout} s: {what}"
        time.sleep(0.1)
