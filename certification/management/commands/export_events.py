"""The response events of one attempt as JSON lines, in sequence order."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exams.models import Attempt, LateDecision, ResponseEvent
from lib.canonical import parse


class Command(BaseCommand):
    help = (
        "Export the response events of an attempt: key, slot, rev, response, state, prev and hash per line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("attempt")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            attempt = Attempt.objects.filter(uuid=options["attempt"]).first()
        except (ValidationError, ValueError):
            attempt = None
        if attempt is None:
            raise CommandError("没有这个编号的答题，请核对编号。")
        decided = dict(LateDecision.objects.filter(event__attempt=attempt).values_list("event_id", "state"))
        for event in ResponseEvent.objects.filter(attempt=attempt).order_by("seq").iterator():
            row = {
                "seq": event.seq, "key": str(event.key), "slot": event.slot, "rev": event.rev,
                "response": parse(event.response), "received_at": event.received_at.isoformat(),
                "state": decided.get(event.pk, event.state), "prev": event.prev, "hash": event.hash,
            }  # fmt: skip
            self.stdout.write(json.dumps(row, ensure_ascii=False))
