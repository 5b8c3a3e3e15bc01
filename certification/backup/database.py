"""PostgreSQL's own programs: dump of one consistent moment, and putting it back all or nothing."""

import os
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from certification.backup import BackupError
from lib.embedded.binaries import client_program


def dump(target: Path) -> None:
    """Dump the database as it is at one moment; candidates go on meanwhile."""
    _run(
        "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-comments", "--file", str(target)
    )


def replace(dump_file: Path) -> None:
    """Put a dump in the place of everything that is there, in one transaction."""
    script = dump_file.with_suffix(".sql")
    _run(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--file",
        str(script),
        str(dump_file),
        on_server=False,
    )
    connection.close()
    _run(
        "psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--output", os.devnull,
        "--command", "DROP SCHEMA public CASCADE", "--command", "CREATE SCHEMA public", "--file", str(script),
    )  # fmt: skip


def others_connected() -> int:
    """Connections to the database besides this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        number: int = cursor.fetchone()[0]
    return number


def is_empty() -> bool:
    """Whether nothing was ever migrated here."""
    return not connection.introspection.table_names()


def _run(program: str, *arguments: str, on_server: bool = True) -> None:
    path = client_program(program) or shutil.which(program)
    if path is None:
        raise BackupError(f"没有找到 PostgreSQL 的程序 {program}，请安装 postgresql-client。")
    environment = {**os.environ, **(_address() if on_server else {})}
    done = subprocess.run([path, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = " / ".join(done.stderr.strip().splitlines()[-3:])
        raise BackupError(f"{program} 没有成功，数据库保持原样：{last}")


def _address() -> dict[str, str]:
    """The connection's address as the environment variables of PostgreSQL's programs."""
    given = connection.settings_dict
    address = {
        "PGHOST": given["HOST"], "PGPORT": str(given["PORT"]), "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"], "PGDATABASE": given["NAME"], "PGAPPNAME": "certification backup",
    }  # fmt: skip
    return {name: value for name, value in address.items() if value}
