"""Run the whole product: `python -m certification.supervisor demo` or `run`.

Starts servers, prepares the database, starts web, worker and scheduler, restarts what dies, stops all on
SIGINT or SIGTERM. `run` leaves out the demo session and its accounts.
"""

import contextlib
import hashlib
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any

from certification import children, environment
from certification.accounts_table import accounts_table
from certification.children import Child
from certification.makewatch import MakeWatch
from lib.embedded import EmbeddedError, Lease
from lib.embedded.errors import notice
from lib.embedded.ports import is_free

CHECKOUT = environment.CHECKOUT
# Together with the servers' own stop this stays within 15 s.
PATIENCE = 6.0


class Stopped(Exception):
    """Somebody asked us to stop while we were still preparing."""


class Supervisor:
    """One run, from the first check to the last process."""

    def __init__(self, demo: bool, port: int) -> None:
        self.demo = demo
        self.port = port
        self.data_dir = environment.data_dir()
        self.lease: Lease | None = None
        self.children: list[Child] = []
        self._asked_at: float | None = None
        self._hurry = False
        self._make = MakeWatch()
        self._next_server_check = 0.0

    # -- signals ---------------------------------------------------------------------------------------------

    def listen(self) -> None:
        """Explicitly: a shell starts background commands with SIGINT ignored, which Python would keep."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
        elif number == signal.SIGINT and now - self._asked_at > 0.5:  # not the same Ctrl-C by another way
            self._hurry = True

    def asked_to_stop(self) -> bool:
        """Whether a signal came, to us or to the make that started us."""
        if self._asked_at is None and self._make.gave_up():
            self._asked_at = time.monotonic()
        return self._asked_at is not None

    # -- the run ---------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Everything; the exit code."""
        self.listen()
        if not is_free(self.port):
            return _fail(
                f"端口 {self.port} 已被占用；请先停止占用它的程序，或用 PORT=其他端口 make demo 启动。"
            )
        children.adopt_orphans()
        try:
            self._prepare_and_watch()
        except Stopped:
            pass
        except EmbeddedError as error:
            return _fail(str(error))
        finally:
            self._stop()
        return 0

    def _prepare_and_watch(self) -> None:
        os.environ["DATA_DIR"], os.environ["PORT"] = str(self.data_dir), str(self.port)
        environment.ensure_secrets()
        self.lease = environment.ensure_servers()
        (self.data_dir / "log").mkdir(exist_ok=True)
        self._step("正在更新数据库结构……", "migrate", "--noinput", "-v", "0")
        self._collect_static()
        prepared = self._step("正在准备演示考试……", "prepare_demo", "--json") if self.demo else b""
        self.children = self._make_children()
        for child in self.children:
            child.start(self._environment())
        self._wait_until_ready()
        if self.demo:
            print(accounts_table(_last_json(prepared)))
        print(f"READY http://127.0.0.1:{self.port}/", flush=True)
        while not self.asked_to_stop():
            self._watch()

    def _stop(self) -> None:
        # A second SIGINT is heard by `_on_signal`; nothing below may be cut off by an exception of its own.
        if self.children:
            notice("正在停止……")
        children.stop_all(self.children, PATIENCE, lambda: self._hurry)
        children.end_strangers(lambda pid: self.lease is not None and self.lease.owns(pid))
        if self.lease:
            self.lease.release()
            children.reap_strangers(set())
        if self.children:
            notice("已全部停止。")

    def _watch(self) -> None:
        """One look at everything."""
        time.sleep(0.1)
        if self.lease and time.monotonic() >= self._next_server_check:
            self._next_server_check = time.monotonic() + 1
            self._watch_servers(self.lease)
        for child in self.children:
            sentence = child.look_after(self._environment())
            if sentence:
                notice(sentence)
        children.reap_strangers({child.process.pid for child in self.children if child.process})

    def _watch_servers(self, lease: Lease) -> None:
        if lease.servers_alive():
            return
        notice("内置数据库或缓存意外结束，正在重新启动……")
        try:
            moved = lease.repair()
        except EmbeddedError as error:
            notice(str(error))
            self._next_server_check = time.monotonic() + 5
            return
        if moved:  # their port was taken meanwhile: everybody needs the new address
            os.environ.update({name: url for name, url in lease.environment.items() if name in os.environ})
            children.stop_all(self.children, PATIENCE, lambda: self._hurry)

    # -- parts -----------------------------------------------------------------------------------------------

    def _environment(self, owner: bool = False) -> dict[str, str]:
        """What a child gets; only commands that alter the schema learn the owner's address."""
        variables = {**os.environ, "PYTHONUNBUFFERED": "1"}
        if not owner:
            variables.pop("MIGRATION_DATABASE_URL", None)
        elif self.lease:
            variables.update(self.lease.environment)
        return variables

    def _step(self, sentence: str, *command: str) -> bytes:
        """Run one management command to its end; its stdout. Stops early when asked to."""
        notice(sentence)
        argv = [sys.executable, str(CHECKOUT / "manage.py"), *command]
        output = self.data_dir / "log" / f"{command[0]}.out"
        with output.open("wb") as stdout:
            process = children.start(argv, self._environment(owner=True), stdout=stdout.fileno())
        try:
            while process.poll() is None:
                if self.asked_to_stop():
                    raise Stopped
                time.sleep(0.05)
            if process.returncode:
                text = output.read_text(encoding="utf-8", errors="replace").strip()
                raise EmbeddedError(
                    f"{text}\n命令 {' '.join(command)} 失败（{process.returncode}），没有启动。".strip()
                )
            return output.read_bytes()
        finally:
            output.unlink(missing_ok=True)  # prepare_demo's holds passwords
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _collect_static(self) -> None:
        stamp, digest = self.data_dir / "static.digest", _static_digest(self.data_dir)
        collected = self.data_dir / "static" / "staticfiles.json"
        if collected.exists() and stamp.exists() and stamp.read_text() == digest:
            return
        self._step("正在整理静态文件……", "collectstatic", "--noinput", "-v", "0")
        stamp.write_text(digest)

    def _make_children(self) -> list[Child]:
        python, log = sys.executable, self.data_dir / "log"
        web = [
            python, "-m", "gunicorn", "certification.wsgi", "-b", f"127.0.0.1:{self.port}", "--workers", "2",
            "--threads", "32", "--worker-class", "gthread", "--graceful-timeout", "5", "--no-control-socket",
        ]  # fmt: skip
        if os.access("/dev/shm", os.W_OK):  # noqa: S108 - heartbeats must not wait for a busy disk
            web += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
        # Scoring can wait, a candidate who saves or hands in cannot: where both want the processor, the worker yields.
        worker = [
            "nice", "-n", "10", python, "-m", "celery", "-A", "certification", "worker", "--concurrency", "2",
            "-Q", "fast,sim,media,browser,celery", "--prefetch-multiplier", "1", "-Ofair",
            "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        return [
            Child("web", web, log / "web.log"),
            Child("worker", worker, log / "worker.log"),
            Child("scheduler", [python, str(CHECKOUT / "manage.py"), "scheduler"], log / "scheduler.log"),
        ]

    def _wait_until_ready(self) -> None:
        address = f"http://127.0.0.1:{self.port}/readyz"
        reminder = time.monotonic() + 30
        answer = ""
        while not self.asked_to_stop():
            self._watch()
            try:
                with urllib.request.urlopen(address, timeout=3) as response:
                    if response.status == 200:
                        return
            except urllib.error.HTTPError as error:
                answer = error.read(500).decode("utf-8", "replace")
            except OSError as error:
                answer = str(error)
            if time.monotonic() > reminder:
                notice(f"网站尚未就绪（{answer}），继续等待；日志在 {self.data_dir / 'log'}。")
                reminder = time.monotonic() + 30
        raise Stopped


def _static_digest(data_dir: Path) -> str:
    """Changes with any static file; sizes and times suffice, the pinned list stands for packages' files."""
    digest = hashlib.sha256()
    with contextlib.suppress(OSError):
        digest.update((CHECKOUT / "requirements" / "runtime.txt").read_bytes())
    folders = [CHECKOUT / "static", *sorted(CHECKOUT.glob("*/static"))]
    folders = [folder for folder in folders if folder.parent != data_dir]  # what collectstatic itself made
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        status = path.stat()
        digest.update(f"{path}|{status.st_size}|{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _last_json(output: bytes) -> dict[str, Any]:
    try:
        found = json.loads(output.decode("utf-8"))
    except ValueError as error:
        raise EmbeddedError("演示数据已准备，但 prepare_demo 的输出不是 JSON。") from error
    return found if isinstance(found, dict) else {}


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


def main(argv: list[str]) -> int:
    """Entry point."""
    if argv not in (["demo"], ["run"]):
        return _fail("用法：python -m certification.supervisor demo|run")
    text = os.environ.get("PORT") or "8000"
    if not (text.isdecimal() and 0 < int(text) < 65536):
        return _fail(f"PORT 应为 1 到 65535 之间的整数，而不是“{text}”。")
    os.chdir(CHECKOUT)
    return Supervisor(demo=argv == ["demo"], port=int(text)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
