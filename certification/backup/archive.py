"""The backup file: a tar of the database's dump, the uploaded files, the keys and the checkpoints, with a manifest.

The checkpoints are read before the dump is taken, so that they may lag behind it and never lead. The manifest names the
SHA-256 of every part; it comes last, so that a file that was cut off has none.
"""

import datetime as dt
import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from certification.backup import BackupError, database
from certification.integrity import checkpoints
from lib.canonical import sha256_hex
from lib.clock import database_now

MANIFEST = "manifest.json"
DUMP = "database.dump"
CHECKPOINTS = "checkpoints.jsonl"
SECRETS = "secrets.json"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. ``parts`` maps the name of a part to its SHA-256 in hex."""

    made_at: dt.datetime
    migrations: list[tuple[str, str]]
    identity: str
    parts: dict[str, str]
    sha256: str


def folders() -> dict[str, Path]:
    """Folders that go into a backup as they are, by their name in it."""
    return {
        "files": Path(settings.MEDIA_ROOT),
        "receipt-keys": Path(settings.RECEIPT_KEY_DIR),
        "rescue-keys": Path(settings.RESCUE_KEY_DIR),
    }


def secrets_file() -> Path:
    return Path(settings.DATA_DIR) / SECRETS


def identity_fingerprint(key: str) -> str:
    """What tells two installations apart without telling the key."""
    return sha256_hex(b"backup:" + key.encode())[:16]


def write(target: Path) -> Manifest:
    """Write a backup; the file appears under its name only when it is complete, readable by its owner alone."""
    if target.exists():
        raise BackupError(f"文件 {target} 已经存在，请换一个文件名；备份不会覆盖已有文件。")
    if not target.parent.is_dir():
        raise BackupError(f"目录 {target.parent} 不存在，请先建立目录。")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as name:
        draft = Path(name) / "backup.tar"
        draft.touch(mode=0o600)
        with tarfile.open(draft, "w") as tar:
            manifest = _fill(tar, Path(name) / DUMP)
        draft.rename(target)
    return Manifest(**{**manifest, "sha256": file_sha256(target)})


def _fill(tar: tarfile.TarFile, dump: Path) -> dict[str, Any]:
    parts: dict[str, str] = {}
    for part, path in _small_parts():
        parts[part] = file_sha256(path)
        tar.add(path, part)
    made_at = database_now()
    database.dump(dump)
    parts[DUMP] = file_sha256(dump)
    tar.add(dump, DUMP)
    migrations = sorted(MigrationRecorder(connection).applied_migrations())
    identity = identity_fingerprint(settings.IDENTITY_KEY)
    text = json.dumps(
        {
            "v": 1,
            "made_at": made_at.isoformat(),
            "migrations": migrations,
            "identity": identity,
            "parts": parts,
        }
    ).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size = len(text)
    tar.addfile(info, io.BytesIO(text))
    return {"made_at": made_at, "migrations": migrations, "identity": identity, "parts": parts, "sha256": ""}


def _small_parts() -> Iterator[tuple[str, Path]]:
    if checkpoints.log_file().exists():
        yield CHECKPOINTS, checkpoints.log_file()
    if secrets_file().exists():
        yield SECRETS, secrets_file()
    for name, folder in folders().items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def unpack(source: Path, into: Path) -> Manifest:
    """Unpack a backup and hold every part against the manifest; refuses a file that is cut off, changed or none of ours."""
    try:
        with tarfile.open(source) as tar:
            tar.extractall(into, filter="data")
        said = json.loads((into / MANIFEST).read_bytes())
        manifest = Manifest(
            made_at=dt.datetime.fromisoformat(said["made_at"]),
            migrations=[(app, name) for app, name in said["migrations"]],
            identity=said["identity"],
            parts=dict(said["parts"]),
            sha256=file_sha256(source),
        )
        found = {
            PurePosixPath(path.relative_to(into)).as_posix(): file_sha256(path)
            for path in into.rglob("*")
            if path.is_file() and path.name != MANIFEST
        }
    except FileNotFoundError as error:
        raise BackupError(f"没有文件 {error.filename}，或者备份不完整。") from error
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{source} 不是完整的备份文件，没有恢复任何内容。") from error
    if found != manifest.parts:
        raise BackupError(f"{source} 的内容与备份时不一致，可能已损坏，没有恢复任何内容。")
    return manifest


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
