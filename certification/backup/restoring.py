"""Restoring: everything that can refuse comes first, then the database in one transaction, then what lies beside it."""

import datetime as dt
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from audit.services import SYSTEM, record
from certification.backup import BackupError, archive, database
from certification.backup.archive import Manifest
from certification.integrity import checkpoints
from lib.clock import database_now
from lib.embedded.files import write_private

STREAM = "system"


@dataclass(frozen=True)
class Restored:
    """``safety`` is the copy of what was there before, None when nothing was; ``behind`` maps attempts whose chain was
    longer once to (links signed then, links now)."""

    manifest: Manifest
    safety: Path | None
    behind: dict[str, tuple[int, int]]


def restore(source: Path, *, reason: str, keep_current: bool = True) -> Restored:
    """Replace database, files and checkpoints by those of a backup.

    Effects in order: the backup checked, what is there now kept as a backup of its own, keys and files put beside those
    that are here, the database replaced, migrations of newer code run, the restore told by the audit trail and by a
    signed checkpoint line that says what is missing since. Browsers that hold more send it again. A database too damaged
    to be kept is given up with ``keep_current=False``.
    """
    with tempfile.TemporaryDirectory(prefix="restore-") as name:
        folder = Path(name)
        manifest = archive.unpack(source, folder)
        empty = database.is_empty()
        _check(manifest, folder, empty=empty)
        safety = _keep_what_is_here() if keep_current and not empty else None
        _put_files(folder)
        database.replace(folder / archive.DUMP)
        if not checkpoints.log_file().exists() and archive.CHECKPOINTS in manifest.parts:
            checkpoints.log_file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(folder / archive.CHECKPOINTS, checkpoints.log_file())
    call_command("migrate", verbosity=0)
    data = {"backup": manifest.sha256, "made_at": manifest.made_at.isoformat()}
    record(stream=STREAM, by=SYSTEM, at=database_now(), action="system.restore", target="system:database", reason=reason, data=data)  # fmt: skip
    return Restored(manifest, safety, checkpoints.accept_restore(reason=reason, **data))


def _check(manifest: Manifest, folder: Path, *, empty: bool) -> None:
    others = database.others_connected()
    if others:
        raise BackupError(
            f"系统还在运行（数据库有 {others} 个连接）。请先停止网站、评分和定时程序，再恢复备份。"
        )
    unknown = sorted(set(manifest.migrations) - set(MigrationLoader(None).disk_migrations or {}))
    if unknown:
        raise BackupError(
            f"备份来自更新的程序版本（{'.'.join(unknown[-1])}）。请先升级程序，再恢复这个备份。"
        )
    theirs = archive.identity_fingerprint(settings.IDENTITY_KEY) == manifest.identity
    if not theirs and (not empty or archive.SECRETS not in manifest.parts):
        raise BackupError(
            "备份属于另一套系统：证件信息的密钥不同，恢复后无法读出证件号码。请在空的 DATA_DIR 里恢复，或设置原来的 IDENTITY_KEY。"
        )
    for part in manifest.parts:
        name, _, rest = part.partition("/")
        here = archive.folders().get(name, Path()) / rest
        if name.endswith("-keys") and here.exists() and here.read_bytes() != (folder / part).read_bytes():
            raise BackupError(f"这里的密钥 {part} 与备份里的不同，备份属于另一套系统，没有恢复任何内容。")
    if archive.CHECKPOINTS in manifest.parts and not checkpoints.continues(folder / archive.CHECKPOINTS):
        raise BackupError(
            f"{checkpoints.log_file()} 与备份里的校验记录接不上，备份属于另一套系统，没有恢复任何内容。"
        )


def _keep_what_is_here() -> Path:
    checkpoints.write()  # so that what is about to go is known to the last answer
    folder = Path(settings.DATA_DIR) / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"before-restore-{dt.datetime.now(tz=dt.UTC):%Y%m%d-%H%M%S-%f}.tar"
    archive.write(target)
    return target


def _put_files(folder: Path) -> None:
    """Keys and files that are missing here; what is here and not in the backup stays: newer keys signed receipts."""
    for name, target in archive.folders().items():
        source = folder / name
        for path in sorted(source.rglob("*")):
            there = target / path.relative_to(source)
            if path.is_file() and not there.exists():
                there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copyfile(path, there)
                there.chmod(0o600)
    secrets = folder / archive.SECRETS
    if secrets.exists():
        write_private(archive.secrets_file(), secrets.read_text(encoding="utf-8"))
