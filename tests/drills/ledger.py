"""What was acknowledged against what is stored, recomputed by ``bench.audit``, which shares no code with the server."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bench import audit
from tests.drills.crowd import Candidate, Crowd, Journal
from tests.product.running import Product, wait_for


@dataclass
class Outcome:
    """The figures of one drill; ``ok`` when nothing was lost, doubled or otherwise wrong."""

    drill: str
    injected: str
    acknowledged: int = 0
    stored: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: int = 0
    hand_ins: int = 0
    faults: list[str] = field(default_factory=list)
    not_run: str = ""

    @property
    def ok(self) -> bool:
        return not (self.lost or self.duplicated or self.faults or self.not_run)

    def __str__(self) -> str:
        if self.not_run:
            return f"NOT RUN  {self.drill}: {self.not_run}"
        line = (
            f"{'ok      ' if self.ok else 'FAILED  '} {self.drill}: acknowledged {self.acknowledged}, "
            f"stored {self.stored}, lost {len(self.lost)}, duplicated {self.duplicated}, "
            f"hand-ins {self.hand_ins}; injected: {self.injected}"
        )
        return "\n          ".join([line, *self.lost[:5], *self.faults[:5]])


def of_crowd(product: Product, crowd: Crowd, drill: str, injected: str) -> Outcome:
    """Compare everything a crowd was told with what is stored."""
    found = compare(product, crowd.candidates, crowd.journal, drill, injected)
    found.faults += crowd.errors
    return found


def compare(
    product: Product, candidates: Iterable[Candidate], journal: Journal, drill: str, injected: str
) -> Outcome:
    """Every acknowledged answer is stored once as sent, every chain and receipt verifies, one receipt per hand-in."""
    seats = [one for one in candidates if one.attempt]
    stored = export(product, [one.attempt for one in seats])
    keys = product.call_until_answered("GET", "/.well-known/exam-receipt-keys")["keys"]
    found = of_stored(seats, journal.lines(), stored, keys, drill, injected)
    handed_in = [one.attempt for one in seats if one.receipt]
    found.duplicated += count_receipts(product, handed_in) - len(handed_in)
    return found


def of_stored(
    seats: list[Candidate], lines: list[str], stored: dict[str, list[dict[str, Any]]],
    keys: list[dict[str, Any]], drill: str, injected: str,
) -> Outcome:  # fmt: skip
    """The comparison itself: journal lines, candidates' receipts, exported events."""
    found = Outcome(drill, injected, stored=sum(map(len, stored.values())))
    found.acknowledged, _, wrong = audit.journal_faults(lines, stored)
    # One entry per answer; a head that is gone, or a chain cut short, is the same loss seen from elsewhere.
    found.lost = [fault for fault in wrong if " key " in fault]
    found.faults = [fault for fault in wrong if " key " not in fault]
    for one in seats:
        events = stored[one.attempt]
        found.duplicated += len(events) - len({event["key"] for event in events})
        found.faults += one.faults + audit.chain_faults(one.attempt, events)
        if one.receipt:
            found.hand_ins += 1
            found.acknowledged += len(one.receipt["sent"])
            found.lost += lost_with_receipt(one, events)
            if one.receipt["receipt"]["events"] > len(events):
                found.faults.append(f"{one.attempt}: the receipt covers more events than are stored")
            else:
                found.faults += audit.receipt_faults(one.attempt, one.receipt, one.sections, events, keys)
    return found


def lost_with_receipt(one: Candidate, events: list[dict[str, Any]]) -> list[str]:
    """Answers handed in with an acknowledged receipt that are not stored as sent."""
    assert one.receipt
    by_key = {event["key"]: event["response"] for event in events}
    return [
        f"{one.attempt} key {event['key']}: handed in, not stored"
        for event in one.receipt["sent"]
        if by_key.get(event["key"]) != event["response"]
    ]


def export(product: Product, attempts: list[str]) -> dict[str, list[dict[str, Any]]]:
    """What ``export_events`` says of each attempt; all in one process, for its start takes a second."""
    names = product.data_dir / "attempts.json"
    names.write_text(json.dumps(attempts), encoding="utf-8")
    script = (
        "import json; from django.core.management import call_command\n"
        f"for attempt in json.load(open({str(names)!r})):\n"
        "    print(attempt)\n    call_command('export_events', attempt)"
    )
    stored: dict[str, list[dict[str, Any]]] = {}
    for line in product.manage("shell", "-v", "0", "-c", script).splitlines():
        if line.startswith("{"):
            stored[attempts[len(stored) - 1]].append(json.loads(line))
        else:
            assert line == attempts[len(stored)]
            stored[line] = []
    return stored


def count_receipts(product: Product, attempts: list[str]) -> int:
    """Receipts the database holds for these attempts."""
    return int(ask(product, f"from exams.models import Receipt; print(Receipt.objects.filter(attempt__uuid__in={attempts!r}).count())"))  # fmt: skip


def ask(product: Product, script: str) -> str:
    """The last line a piece of Django shell code prints."""
    return product.manage("shell", "-v", "0", "-c", script).splitlines()[-1]


def closing(product: Product, patience: float = 240) -> Outcome:
    """After all drills: every hand-in is scored exactly once, and ``verify_integrity`` finds nothing."""
    script = (
        "import json; from exams.models import Attempt as A; from grading.models import ScoringRun as R, ItemScore as S; "
        "from django.db.models import Count; h = A.objects.filter(state__in=['submitted', 'expired']); "
        "q = R.objects.filter(attempt__in=h); print(json.dumps({'hand_ins': h.count(), "
        "'with_runs': q.values('attempt').distinct().count(), 'runs': q.count(), "
        "'done': q.filter(state='done').count(), 'flagged': q.filter(state='flagged').count(), "
        "'twice': S.objects.filter(run__in=q).values('run__attempt', 'slot').annotate(n=Count('id')).filter(n__gt=1).count()}))"
    )
    state: dict[str, int] = {}

    def ended() -> bool:
        state.update(json.loads(ask(product, script)))
        return state["with_runs"] == state["hand_ins"] and state["done"] + state["flagged"] == state["runs"]

    wait_for(ended, patience, "every scoring run to end")
    found = Outcome("afterwards", f"nothing; {state['done']} of {state['runs']} scoring runs done")
    found.hand_ins, found.duplicated = state["hand_ins"], state["twice"]
    if state["done"] != state["runs"]:
        found.faults.append(f"{state['flagged']} scoring runs wait for a person")
    integrity = json.loads(product.manage("verify_integrity", "--json"))
    if not integrity["ok"]:
        found.faults.append(f"verify_integrity: {json.dumps(integrity, ensure_ascii=False)[:400]}")
    return found
