"""题序: every candidate is shown the items of a form and their choices in an order of his own.

Only the page knows it: what is saved, receipted and scored speaks of slots and choice ids, and the form that a start
gives is the same for all (and with it the hash in the receipt).
"""

import json
import random
from collections.abc import Sequence
from typing import Any

from exams.delivery.formcache import sections_of_form
from exams.delivery.models import Attempt, ItemOrder
from itembank.queries import keeps_choice_order
from lib.canonical import sha256_hex
from lib.rows import rows


def prepare(attempts: Sequence[Attempt]) -> None:
    """Draw and keep an order for each attempt. Items stay within their section, so that one kind of item and its
    instructions stay together; choices that refer to each other (以上都是) and 对/错 stay as written."""
    ItemOrder.objects.bulk_create(
        [
            ItemOrder(attempt=attempt, body=json.dumps(_drawn(attempt), separators=(",", ":")))
            for attempt in attempts
        ],
        batch_size=500,
    )


def _drawn(attempt: Attempt) -> dict[str, Any]:
    # Seeded by the attempt's random number: the order can be drawn again from what is on record.
    draw = random.Random(attempt.uuid.hex)  # noqa: S311 - an order of items is no secret
    items: list[str] = []
    choices: dict[str, list[str]] = {}
    for section in sections_of_form(attempt.form_id):
        slots = [item["slot"] for item in section["items"]]
        draw.shuffle(slots)
        items += slots
        for item in section["items"]:
            if len(item.get("choices") or []) > 1 and not keeps_choice_order(item):
                ids = [choice["id"] for choice in item["choices"]]
                draw.shuffle(ids)
                choices[item["slot"]] = ids
    return {"items": items, "choices": choices}


def digest(session_id: int) -> str:
    """SHA-256 over all orders of a session, for its trail; empty where nobody has one of his own."""
    found = ItemOrder.objects.filter(attempt__registration__session=session_id).order_by("attempt__uuid")
    lines = [f"{uuid} {body}" for uuid, body in found.values_list("attempt__uuid", "body")]
    return sha256_hex("\n".join(lines).encode()) if lines else ""


def text_of(attempt: Attempt) -> str:
    """The order as JSON text, ``null`` where everybody sees the form as it is."""
    found = rows("SELECT body FROM exams_itemorder WHERE attempt_id = %s", attempt.pk)
    return found[0][0] if found else "null"
