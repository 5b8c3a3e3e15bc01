"""Put a backup in the place of everything that is here; what was here is kept as a backup first."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.backup import BackupError, restoring


class Command(BaseCommand):
    help = "Restore a backup. Stop web server, worker and scheduler first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--reason", required=True, help="stands in the audit trail and in the checkpoints"
        )
        parser.add_argument(
            "--discard-current",
            action="store_true",
            help="do not keep what is here: for a database that cannot be read",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if len(reason) < 2:
            raise CommandError("请用 --reason 写明恢复的原因，它会记入日志。")
        try:
            done = restoring.restore(
                options["file"].absolute(), reason=reason, keep_current=not options["discard_current"]
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "made_at": done.manifest.made_at.isoformat(),
                        "kept": str(done.safety) if done.safety else None,
                        "behind": {attempt: list(links) for attempt, links in done.behind.items()},
                    }
                )
            )
            return
        self.stdout.write(f"已恢复 {done.manifest.made_at:%Y-%m-%d %H:%M:%S %Z} 的备份。")
        if done.safety:
            self.stdout.write(f"恢复前的数据已另存为 {done.safety}。")
        if done.behind:
            self.stdout.write(
                f"有 {len(done.behind)} 份答卷在备份以后还有新的作答。考生的页面再次连上后会自动补传；"
                "manage.py verify_integrity 会列出还没有补齐的答卷。"
            )
