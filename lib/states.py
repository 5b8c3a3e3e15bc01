"""State tables: an enum of states with the transitions that are allowed, side by side."""

from collections.abc import Mapping

from django.db.models import TextChoices

from lib.refusals import Conflict

Transitions = Mapping[TextChoices, frozenset[TextChoices]]


def check_transition(table: Transitions, now: TextChoices, then: TextChoices, *, what: str) -> None:
    """Raise Conflict with a sentence for a person unless ``now`` may become ``then``."""
    if then not in table.get(now, frozenset()):
        raise Conflict(
            f"{what}现在是“{now.label}”，不能变为“{then.label}”。请刷新页面查看最新状态。",
            code="wrong_state",
            state=now.value,
        )
