"""One account in its world: what the criteria of SEM look at."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from itembank.practical.sem.account import Account
from itembank.practical.sem.engine import Advert, Flow, World, adverts, simulate


@dataclass(frozen=True)
class Case:
    """Everything the criteria look at, worked out once per submission."""

    content: dict[str, Any]
    world: World
    account: Account

    @cached_property
    def running(self) -> dict[int, Advert]:
        """The advertisement of each query that is reached."""
        return adverts(self.world, self.account, self.content)

    @cached_property
    def unfiltered(self) -> dict[int, Advert]:
        """The same if there were no negative keywords."""
        return adverts(self.world, self.account, self.content, negatives=False)

    @cached_property
    def flow(self) -> Flow:
        """The expected day."""
        return simulate(self.world, self.account, self.running)

    @property
    def alive(self) -> bool:
        """Whether any unit can run at all."""
        return any(group.runs for _, group in self.account.groups())

    def volume(self, queries: Any, *kinds: str) -> int:
        """Daily searches of those queries that are of one of the kinds; of all without a kind."""
        return sum(
            self.world.queries[q]["volume"] for q in queries if not kinds or self.world.kind(q) in kinds
        )

    @cached_property
    def reached(self) -> int:
        """Daily searches of the customers worth reaching for whom an advertisement runs."""
        return self.volume(self.running, "target")

    @cached_property
    def wanted(self) -> int:
        """Daily searches of all customers worth reaching."""
        return self.volume(range(len(self.world.queries)), "target")
