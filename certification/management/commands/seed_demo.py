"""Make one open demo session with registered, seated candidates."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.demo.sessions import make_session, staff_accounts
from certification.demo.setup import ensure_house


class Command(BaseCommand):
    help = "Make one open session with N seated candidates whose start succeeds at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--candidates", type=int, default=1)
        parser.add_argument("--seed", default="1")
        parser.add_argument("--level", default="初级", choices=["初级", "中级", "高级"])
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["candidates"] <= 20000:
            raise CommandError("考生人数应为 1 到 20000。")
        house = ensure_house()
        session, candidates = make_session(
            house, candidates=options["candidates"], seed=str(options["seed"]), level=options["level"]
        )
        answer = {
            "session": str(session.uuid),
            "candidates": [row.as_json() for row in candidates],
            "staff": [
                {key: row[key] for key in ("username", "password", "role")} for row in staff_accounts()
            ],
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"场次 {session.name}（{session.uuid}），考生 {len(candidates)} 人：")
        for row in candidates:
            self.stdout.write(f"  准考证号 {row.ticket_number}  证件号码 {row.id_number}  {row.name}")
