"""Small files that survive being killed half-way: written beside, then renamed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path


def write_private(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace `path` at once; nobody else can read it, not even for a moment, unless `mode` says so."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp: 0600 from the start
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make renames in a directory durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_json(path: Path) -> dict[str, str]:
    """A flat JSON object of strings, empty when there is no such file or it is damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}


def keep_secrets(path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Random secrets of 32 bytes by name, made once and kept in a 0600 file.

    A damaged file is not overwritten silently: its secrets may be the only key to data.
    """
    held = read_json(path)
    if not held and path.exists() and path.stat().st_size:
        raise ValueError(str(path))
    missing = [name for name in names if not held.get(name)]
    if missing:
        held.update({name: secrets.token_urlsafe(32) for name in missing})
        write_private(path, json.dumps(held, indent=1) + "\n")
    return held
