"""The embedded PostgreSQL of one DATA_DIR. Every function here runs under the master lock of `leases`."""

from __future__ import annotations

import secrets
import shlex
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from . import ports, roles
from .binaries import major_version, postgres_directory
from .errors import EmbeddedError, notice
from .files import sync_directory, write_private
from .place import Place
from .processes import end_processes_in, is_alive, run_as
from .settings import HBA, postgresql_conf

LOG_LIMIT = 20 * 2**20


@dataclass(frozen=True)
class Postgres:
    """Start, stop and look at the server."""

    place: Place
    passwords: dict[str, str]

    def running_port(self) -> int | None:
        """The port of the living server, else None. Cheap: two small files are read."""
        try:
            lines = (self.place.cluster / "postmaster.pid").read_text().splitlines()
            pid, port = int(lines[0]), int(lines[3])
        except (OSError, ValueError, IndexError):
            return None
        return port if is_alive(pid, self.place.cluster) else None

    def ensure(self, preferred_port: int | None) -> int:
        """Make sure that the server runs and has our roles and database; its port."""
        port = self.running_port()
        if port is not None and self._is_ready(port, seconds=120):
            programs = None
        else:
            programs = postgres_directory(self.place)
            self._check_version(programs)
            if not self.place.cluster.exists():
                self._create(programs)
            port = self._start(programs, preferred_port)
        done = self.place.home / "roles.ready"
        if not done.exists():
            self._make_roles(programs or postgres_directory(self.place), port)
            write_private(done, f"{roles.VERSION}\n")
        return port

    def stop(self) -> None:
        """Stop at once, losing nothing; what does not obey is ended and recovers at the next start."""
        if not self.place.cluster.exists():
            return
        if self.running_port() is not None:
            control = [
                str(postgres_directory(self.place) / "pg_ctl"),
                "stop",
                "-D",
                str(self.place.cluster),
                "-s",
            ]
            if run_as(self.place.account, [*control, "-m", "fast", "-t", "6"]).returncode != 0:
                run_as(self.place.account, [*control, "-m", "immediate", "-t", "2"])
        end_processes_in(self.place.cluster, patience=1)

    # -- making ----------------------------------------------------------------------------------------------

    def _check_version(self, programs: Path) -> None:
        cluster = self.place.cluster
        if not cluster.exists():
            return
        stamp = cluster / "PG_VERSION"
        if not stamp.exists():
            # Never made by us: `_create` renames only what is complete. Keep it, somebody may want to look at
            # it.
            aside = cluster.with_name(f"postgresql.broken-{int(time.time())}")
            cluster.rename(aside)
            notice(f"{cluster} 不是完整的数据库目录，已改名为 {aside.name} 并重新初始化。")
            return
        theirs, ours = stamp.read_text().strip(), major_version(self.place.account, programs)
        if theirs != ours:
            raise EmbeddedError(
                f"数据目录 {cluster} 由 PostgreSQL {theirs} 创建，"
                f"而安装的是 PostgreSQL {ours}，不能直接使用；"
                "请先用 pg_dump 或 pg_upgrade 迁移数据，或换一个 DATA_DIR，"
                "或通过 DATABASE_URL 指定现有的数据库。"
            )

    def _create(self, programs: Path) -> None:
        home = self.place.home
        for leftover in home.glob("postgresql.new-*"):  # an initdb that was killed
            shutil.rmtree(leftover, ignore_errors=True)
        notice("首次启动：正在初始化内置数据库……")
        name = f"postgresql.new-{secrets.token_hex(4)}"
        unfinished = self.place.folder(name)
        password_file = home / f"{name}.password"
        write_private(password_file, self.passwords["superuser"] + "\n")
        self.place.hand_over(password_file)
        argv = [
            str(programs / "initdb"), "-D", str(unfinished), "-U", roles.SUPERUSER, "-E", "UTF8",
            "--pwfile", str(password_file), "--auth=scram-sha-256", "--data-checksums", "--no-instructions",
            # Built into PostgreSQL: the same on every machine, knows Unicode's letters, sorts by code point.
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        ]  # fmt: skip
        try:
            # pg_trgm sees Chinese letters only with a Unicode LC_CTYPE, which not every system has.
            answer = run_as(self.place.account, [*argv, "--lc-ctype=C.UTF-8"])
            if answer.returncode != 0:
                answer = run_as(self.place.account, argv)
        finally:
            password_file.unlink(missing_ok=True)
        if answer.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise EmbeddedError(f"初始化内置数据库失败：{_last_lines(answer.stdout)}")
        (home / "roles.ready").unlink(missing_ok=True)
        unfinished.rename(self.place.cluster)
        sync_directory(home)

    def _make_roles(self, programs: Path, port: int) -> None:
        argv = [
            str(programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(port),
            "-U", roles.SUPERUSER, "-d", "postgres", "-f", "-",
        ]  # fmt: skip
        answer = run_as(
            self.place.account,
            argv,
            text=roles.script(self.passwords["owner"], self.passwords["app"]),
            environment={"PGPASSWORD": self.passwords["superuser"]},
        )
        if answer.returncode != 0:
            raise EmbeddedError(f"在内置数据库中建立角色失败：{_last_lines(answer.stdout)}")

    # -- starting --------------------------------------------------------------------------------------------

    def _start(self, programs: Path, preferred_port: int | None) -> int:
        self._clear_remains()
        home, log = self.place.home, self.place.folder("log") / "postgresql.log"
        write_private(home / "postgresql.conf", postgresql_conf(), 0o644)
        write_private(home / "pg_hba.conf", HBA, 0o644)
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        port = ports.choose(preferred_port)
        for _attempt in range(5):
            options = f"-p {port} -c {shlex.quote(f'config_file={home}/postgresql.conf')} "
            options += f"-c {shlex.quote(f'hba_file={home}/pg_hba.conf')}"
            # pg_ctl takes the server out of our session and waits until it answers; recovery may take its
            # time.
            argv = [
                str(programs / "pg_ctl"),
                "start",
                "-D",
                str(self.place.cluster),
                "-l",
                str(log),
                "-w",
                "-t",
                "300",
            ]
            answer = run_as(self.place.account, [*argv, "-s", "-o", options], timeout=330)
            if answer.returncode == 0 and self._is_ready(port, seconds=30):
                return port
            if ports.is_free(port):
                break
            port = ports.choose()  # somebody took it in between
        lines = _last_lines(log.read_text(errors="replace")) if log.exists() else _last_lines(answer.stdout)
        raise EmbeddedError(f"内置数据库未能启动，日志 {log} 的末尾：{lines}")

    def _clear_remains(self) -> None:
        """Nothing living is in the directory: whatever says so is a remnant of a killed server.

        PostgreSQL itself stays out when the old process number is in use again or belongs to a zombie, as
        happens in containers without an init process.
        """
        end_processes_in(self.place.cluster)
        (self.place.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _is_ready(self, port: int, seconds: float) -> bool:
        """Wait while it starts or recovers; False when it died or does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                lines = (self.place.cluster / "postmaster.pid").read_text().splitlines()
            except OSError:
                return False
            if len(lines) > 7 and lines[7].strip() == "ready":
                return True
            if self.running_port() != port:
                return False
            time.sleep(0.05)
        return False


def _last_lines(text: str, count: int = 4) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-count:]) or "（无输出）"
