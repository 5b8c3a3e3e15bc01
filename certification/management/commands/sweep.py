"""Find and re-dispatch work the broker lost, and hand in what is overdue."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.sweep import run


class Command(BaseCommand):
    help = "Find and re-dispatch work the broker lost."

    def handle(self, *args: Any, **options: Any) -> None:
        found = run()
        self.stdout.write(json.dumps(found))
        if -1 in found.values():
            raise CommandError("有的步骤没有完成，请查看日志。")
