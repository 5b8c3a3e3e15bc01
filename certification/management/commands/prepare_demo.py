"""What `make demo` needs: the demo organisation and a session that can be sat. Reuses what is there."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certification.demo.sessions import make_session, sittable, staff_accounts
from certification.demo.setup import ensure_house
from exams.enums import SessionState
from exams.models import Session


class Command(BaseCommand):
    help = "Prepare the demo; a second run reuses the data and makes a fresh session when none can be sat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        house = ensure_house()
        known = sittable()
        if known is None:
            session, _ = make_session(house, candidates=6, seed="demo")
            known = sittable()
            assert known is not None, session
        session, free = known
        if not Session.objects.filter(organisation=house.organisation, state=SessionState.DRAFT).exists():
            make_session(house, candidates=3, seed="plan", name="演示场次（初级，待发布）", is_open=False)
        accounts: list[dict[str, str]] = [
            {
                "role": "考生", "username": "", "password": "",
                "ticket_number": one.ticket_number, "id_number": one.candidate.id_number,
                "note": f"{one.candidate.name}，{one.room.name} {one.seat} 号",
            }
            for one in free[:3]
        ]  # fmt: skip
        accounts += [
            {
                "role": row["name"],
                "username": row["username"],
                "password": row["password"],
                "note": row["note"],
            }
            for row in staff_accounts()
        ]
        answer = {"session": str(session.uuid), "accounts": accounts}
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
