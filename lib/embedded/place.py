"""Where the servers keep their files, and as whom they run.

Normally that is `DATA_DIR/embedded/servers`. Started as root, the servers run as another user, and that user
may not be able to reach DATA_DIR (a checkout below /root). Opening other folders' permissions is out of the
question, so the files then live in a directory of their own under /var/lib or /var/tmp, which DATA_DIR
remembers.

The home belongs to whoever starts us; only the data directories inside it belong to the servers' user, so
that a privileged process never writes where an unprivileged one could lay a trap.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError, notice
from .files import write_private
from .processes import Account, can_use, choose_account

# /var/tmp comes second: many systems delete there what was not touched for a month.
ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - names made there are random


@dataclass(frozen=True)
class Place:
    """The directories of one DATA_DIR's servers."""

    base: Path  # in DATA_DIR: passwords, ports
    home: Path  # reachable for the servers' user
    account: Account | None

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "postgresql"

    @property
    def log(self) -> Path:
        """Where the servers write their logs."""
        return self.home / "log"

    def folder(self, name: str) -> Path:
        """A directory in the home that belongs to the servers' user."""
        path = self.home / name
        if not path.exists():
            path.mkdir(mode=0o700)
            self.hand_over(path)
        return path

    def hand_over(self, path: Path) -> None:
        """Give one file or directory to the servers' user."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)


def find_place(data_dir: Path) -> Place:
    """The servers' place of a DATA_DIR, made when it is not there. Call it under the master lock."""
    base = _own_folder(data_dir / "embedded")
    record = base / "place.txt"
    if record.exists():
        place = _recorded_place(data_dir, base, record)
    else:
        home = _own_folder(base / "servers")
        place = Place(base, home, choose_account(home / "postgresql"))
        if not can_use(place.account, home):
            place = _move_elsewhere(data_dir, place, record)
    if place.cluster.exists() and place.account is None and place.cluster.stat().st_uid != os.geteuid():
        raise EmbeddedError(
            f"数据目录 {place.cluster} 属于另一个系统用户；请用当初的用户启动，或换一个 DATA_DIR。"
        )
    return place


def _own_folder(path: Path) -> Path:
    if not path.exists():
        try:
            path.mkdir()
        except PermissionError as error:
            raise EmbeddedError(f"无法在 {path.parent} 中建立目录；请检查权限或换一个 DATA_DIR。") from error
        path.chmod(0o711)  # to be walked through, not listed; our own folder, whatever the umask is
    return path


def _recorded_place(data_dir: Path, base: Path, record: Path) -> Place:
    home = Path(record.read_text(encoding="utf-8").strip())
    origin = home / "origin.txt"
    if not home.is_dir() or not origin.exists():
        raise EmbeddedError(
            f"{record} 记录的数据库目录 {home} 不存在；若数据已不需要，删除 {base} 后重新启动即可。"
        )
    other = Path(origin.read_text(encoding="utf-8").strip())
    if other != data_dir:
        if (other / "embedded" / "place.txt").exists():
            raise EmbeddedError(
                f"{data_dir} 像是 {other} 的副本，两者不能共用数据库目录 {home}；请换一个 DATA_DIR。"
            )
        write_private(origin, f"{data_dir}\n")  # DATA_DIR was moved
    return Place(base, home, choose_account(home / "postgresql"))


def _move_elsewhere(data_dir: Path, place: Place, record: Path) -> Place:
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    for parent in ELSEWHERE:
        if not can_use(place.account, parent):
            continue
        # A random end: in a directory open to all, nobody can be there before us.
        home = parent / f"certification-{digest}-{secrets.token_hex(4)}"
        try:
            _own_folder(home)
        except (OSError, EmbeddedError):
            continue
        write_private(home / "origin.txt", f"{data_dir}\n")
        if place.cluster.exists():  # the checkout was moved to where the servers' user cannot go
            _move_cluster(place, home)
        write_private(record, f"{home}\n")
        notice(f"运行数据库的系统用户无法进入 {data_dir}，数据库文件改放在 {home}（已记录在 {record}）。")
        return Place(place.base, home, place.account)
    raise EmbeddedError(f"运行数据库的系统用户无法进入 {data_dir}；请把 DATA_DIR 设在其他用户可进入的位置。")


def _move_cluster(place: Place, home: Path) -> None:
    target = Place(place.base, home, place.account)
    try:
        os.rename(place.cluster, target.cluster)
    except OSError:  # another file system
        shutil.copytree(place.cluster, target.cluster, symlinks=True)
        for root, folders, files in os.walk(target.cluster):
            for name in [".", *folders, *files]:
                target.hand_over(Path(root, name))
        shutil.rmtree(place.cluster)
    if (place.home / "roles.ready").exists():
        (target.home / "roles.ready").touch()
