"""CPU time of the product's processes, read from /proc."""

import os
from pathlib import Path

import psycopg2

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of living processes so far, and of their children that ended."""
    ticks = 0
    for pid in pids:
        fields = _stat(pid)
        if fields:
            ticks += sum(int(fields[index]) for index in (11, 12, 13, 14))
    return ticks / TICK


def family(parent: int) -> list[int]:
    """A process and all that descends from it."""
    parents = {
        int(entry.name): int(fields[1])
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (fields := _stat(int(entry.name)))
    }
    found = [parent]
    for pid in found:
        found += [child for child, of in parents.items() if of == pid]
    return found


def postmaster(url: str) -> int:
    """The pid of the database server behind an address on this machine."""
    line = psycopg2.connect(url)
    try:
        return int(_stat(line.info.backend_pid)[1])
    finally:
        line.close()


def backends(url: str, *names: str) -> list[int]:
    """The pids of the database's backends that serve programs with these application names."""
    line = psycopg2.connect(url)
    try:
        with line.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = ANY (%s)", [list(names)]
            )
            return [pid for (pid,) in cursor.fetchall()]
    finally:
        line.close()


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; the first is the state. Empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []
