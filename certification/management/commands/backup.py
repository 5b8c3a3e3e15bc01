"""Back up database, uploaded files, keys and checkpoints into one file, while candidates go on."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.backup import BackupError, archive


class Command(BaseCommand):
    help = "Write one backup file (0600): database, files, keys, checkpoints. It holds private keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        target = options["file"].absolute()
        try:
            made = archive.write(target)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(
                json.dumps({"file": str(target), "made_at": made.made_at.isoformat(), "sha256": made.sha256})
            )
            return
        size = target.stat().st_size / 2**20
        self.stdout.write(f"已备份到 {target}（{size:.1f} MB，SHA-256 {made.sha256}）。")
        self.stdout.write(
            "文件里有签名私钥和证件信息的密钥，请放在只有管理员能读的地方，并另存一份到其他机器。"
        )
