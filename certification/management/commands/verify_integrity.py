"""Re-derive chains, projections, receipts, scores and certificates; name the first bad record of each."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certification.integrity import checkpoints, verify


class Command(BaseCommand):
    help = "Re-derive everything that must agree; exit 1 when anything does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify()
        ok = not any(found.values())
        if options["json"]:
            answer = {"ok": ok, "checks": found, "restores": checkpoints.still_behind()}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            for name, bad in found.items():
                self.stdout.write(f"{name}: {'一致' if bad is None else '不一致：' + bad}")
            for one in checkpoints.still_behind():
                self.stdout.write(
                    f"恢复过 {one['backup_of']} 的备份（{one['reason']}），没有补齐的答卷 {len(one['behind'])} 份"
                )
                for attempt, (then, now) in one["behind"].items():
                    self.stdout.write(f"  {attempt}：曾有 {then} 条作答记录，现有 {now} 条")
        if not ok:
            sys.exit(1)
