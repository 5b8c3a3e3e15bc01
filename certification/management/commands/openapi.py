"""Print the OpenAPI schema (the same document as /api/schema/)."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print the OpenAPI schema."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("spectacular", "--fail-on-warn", "--validate", stdout=self.stdout)
