"""Backup and restore from the command line: what is refused changes nothing. That a restore loses nothing: the drill
``restored-backup`` (tests/product)."""

import io
import json
import stat
import tarfile

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from certification.backup import archive
from certification.integrity import checkpoints
from exams.delivery import receipts
from exams.models import ResponseEvent
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(tmp_path, settings):
    """DATA_DIR with its folders, and a handed-in attempt told by a checkpoint."""
    settings.DATA_DIR = tmp_path / "var"
    settings.DATA_DIR.mkdir()
    for name, folder in (
        ("RECEIPT_KEY_DIR", "receipt-keys"),
        ("RESCUE_KEY_DIR", "rescue-keys"),
        ("MEDIA_ROOT", "files"),
    ):
        setattr(settings, name, settings.DATA_DIR / folder)
    receipts.ensure_signing_key()
    factories.hand_in(factories.attempt())
    assert checkpoints.write() > 0
    return tmp_path


def backup(place, name="one.backup"):
    out = io.StringIO()
    call_command("backup", str(place / name), "--json", stdout=out)
    return json.loads(out.getvalue())


def restore(file, match):
    before = ResponseEvent.objects.count()
    with pytest.raises(CommandError, match=match):
        call_command("restore", str(file), "--reason", "演练", stdout=io.StringIO())
    assert ResponseEvent.objects.count() == before


def test_a_backup_is_one_complete_private_file(place):
    made = backup(place)
    file = place / "one.backup"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert archive.file_sha256(file) == made["sha256"]
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert {"database.dump", "checkpoints.jsonl", "manifest.json", "receipt-keys/0001.pem"} <= set(names)
    assert archive.unpack(file, place / "out").parts.keys() == set(names) - {"manifest.json"}
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []


def test_a_backup_overwrites_nothing(place):
    made = backup(place)
    with pytest.raises(CommandError, match="已经存在"):
        backup(place)
    assert archive.file_sha256(place / "one.backup") == made["sha256"]
    with pytest.raises(CommandError, match="不存在"):
        backup(place, "nowhere/one.backup")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[: len(data) // 2], "不是完整的备份|与备份时不一致"),
        (lambda data: b"", "不是完整的备份"),
        (lambda data: b"nonsense" * 1000, "不是完整的备份"),
        (lambda data: data.replace(b"PGDMP", b"PGDMQ", 1), "与备份时不一致"),
    ],
)
def test_a_damaged_file_is_refused(place, damage, words):
    backup(place)
    file = place / "one.backup"
    file.write_bytes(damage(file.read_bytes()))
    restore(file, words)


def test_a_missing_file_and_a_missing_reason_are_refused(place):
    restore(place / "none.backup", "没有文件")
    with pytest.raises(CommandError, match="写明恢复的原因"):
        call_command("restore", str(place / "one.backup"), "--reason", " ", stdout=io.StringIO())


def test_nothing_is_restored_under_a_running_system(place):
    backup(place)
    given = connection.settings_dict
    other = psycopg2.connect(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
    )
    try:
        restore(place / "one.backup", "系统还在运行")
    finally:
        other.close()


def test_a_backup_of_another_installation_is_refused(place, settings):
    backup(place)
    settings.IDENTITY_KEY = "another key of another installation"
    restore(place / "one.backup", "属于另一套系统")


def test_a_backup_beside_other_keys_or_other_checkpoints_is_refused(place, settings):
    backup(place)
    key = settings.RECEIPT_KEY_DIR / "0001.pem"
    held = key.read_bytes()
    key.write_bytes(b"another key")
    restore(place / "one.backup", "密钥 receipt-keys/0001.pem")
    key.write_bytes(held)
    checkpoints.log_file().write_text("another line\n")
    restore(place / "one.backup", "接不上")


def test_a_backup_of_a_newer_program_is_refused(place):
    MigrationRecorder(connection).record_applied("exams", "9999_from_the_future")
    try:
        backup(place)
    finally:
        MigrationRecorder(connection).record_unapplied("exams", "9999_from_the_future")
    restore(place / "one.backup", "更新的程序版本")
