"""What every item type brings. Objective scoring is a pure function of (item version, response)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol


@dataclass(frozen=True)
class ObjectiveScore:
    """Points of one response and a sentence the candidate understands."""

    points: Decimal
    evidence: str


class Interaction(Protocol):
    """An objective item type: check of the author's data, check of a response, score."""

    name: str
    scorer_name: str
    scorer_version: str

    def problems_of_item(self, content: dict[str, Any], key: dict[str, Any]) -> list[str]:
        """Faults of an author's item as Chinese sentences; empty when it can be published."""

    def problem_of_response(self, content: dict[str, Any], response: Any) -> str | None:
        """Why a response has the wrong shape (one Chinese sentence), or None."""

    def in_words(self, content: dict[str, Any], response: Any) -> str:
        """A response of the right shape as a person reads it, empty when it holds nothing."""

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, points: Decimal
    ) -> ObjectiveScore:
        """Score one response (None when never answered); pure, never raises."""
