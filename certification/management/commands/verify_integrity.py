"""Re-derive chains, projections, receipts, scores and certificates; name the first bad record of each."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certification.integrity import verify


class Command(BaseCommand):
    help = "Re-derive everything that must agree; exit 1 when anything does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify()
        ok = not any(found.values())
        if options["json"]:
            self.stdout.write(json.dumps({"ok": ok, "checks": found}, ensure_ascii=False))
        else:
            for name, bad in found.items():
                self.stdout.write(f"{name}: {'一致' if bad is None else '不一致：' + bad}")
        if not ok:
            sys.exit(1)
