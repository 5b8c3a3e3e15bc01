"""Notice that `make` was told to stop.

GNU make passes SIGTERM on to its commands, but not SIGINT: it relies on the terminal sending that to all.
Whoever sends SIGINT to make alone (`kill -INT`, a process manager) would see make wait for us for ever. While
make waits like that it no longer catches SIGINT, which Linux shows in /proc.
"""

import os
import signal
from pathlib import Path

_SIGINT_BIT = 1 << (signal.SIGINT - 1)


class MakeWatch:
    """Remembers how the parent was at the beginning; idle when the parent is not make."""

    def __init__(self) -> None:
        self._parent = os.getppid()
        self._is_make = _name(self._parent) in {"make", "gmake"}
        self._caught_at_first = self._is_make and _catches_sigint(self._parent)

    def gave_up(self) -> bool:
        """Whether make was interrupted or is gone."""
        if not self._is_make:
            return False
        if os.getppid() != self._parent:
            return True
        return self._caught_at_first and not _catches_sigint(self._parent)


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _catches_sigint(pid: int) -> bool:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) & _SIGINT_BIT)
    except (OSError, ValueError):
        pass
    return False
