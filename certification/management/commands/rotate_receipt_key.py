"""Make a new key for receipts and checkpoints; the old ones stay published, so that what they signed still verifies."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.services import SYSTEM, record
from exams.delivery import receipts
from lib.clock import database_now


class Command(BaseCommand):
    help = "Sign receipts and checkpoints with a new key from now on; no restart needed."

    def handle(self, *args: Any, **options: Any) -> None:
        kid = receipts.rotate_signing_key()
        record(stream="receipt-keys", by=SYSTEM, at=database_now(), action="key.rotate", target=f"key:{kid}")
        self.stdout.write(
            f"新的签名密钥已启用，编号 {kid}。旧密钥继续公布，以前的回执仍可核对；请备份密钥目录。"
        )
