"""Re-deriving what must agree, and holding what cannot be derived against the signed checkpoints (decision 0007).

Each check reads the facts and derives the rest anew; it returns the first bad record in words, or None. Whoever may
write to the database with its triggers off can change any row; he cannot change what follows from others, what the audit
trail tells, and what was signed and lies elsewhere.
"""

from collections.abc import Callable

from certification.integrity.checkpoints import since_signed
from certification.integrity.conclusions import certificates, decisions, ratings, results, scores
from certification.integrity.conditions import breaks, orders
from certification.integrity.scorers import scorers
from certification.integrity.sitting import (
    acts,
    attempts,
    handed_in,
    late_decisions,
    projections,
    response_chains,
)
from certification.integrity.trail import audit_chains

CHECKS: dict[str, Callable[[], str | None]] = {
    "audit_chains": audit_chains,
    "response_chains": response_chains,
    "projections": projections,
    "receipts": handed_in,
    "attempts": attempts,
    "acts": acts,
    "breaks": breaks,
    "orders": orders,
    "late_decisions": late_decisions,
    "scorers": scorers,
    "scores": scores,
    "ratings": ratings,
    "results": results,
    "decisions": decisions,
    "certificates": certificates,
    "checkpoints": since_signed,
}


def verify() -> dict[str, str | None]:
    """Run all checks: name of check -> first bad record, or None."""
    return {name: _bad(check) for name, check in CHECKS.items()}


def _bad(check: Callable[[], str | None]) -> str | None:
    """A record that breaks the check itself is a bad record too, and no reason to leave the other checks out."""
    try:
        return check()
    except Exception as error:
        return f"a record that cannot be read: {type(error).__name__}: {error}"
