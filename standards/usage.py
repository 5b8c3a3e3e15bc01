"""What the rooms above rest on a standard: asked through a register, because this room imports none of them.

Each room that refers to requirements registers one :class:`Usage`; the front hall fills ``usages`` at start-up.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from standards.models import Standard


@dataclass(frozen=True)
class Touched:
    """A thing that rests on requirements: its kind and name in the users' words, its page ("" when it has none)."""

    kind: str
    name: str
    url: str
    requirements: frozenset[int]


@dataclass(frozen=True)
class Measure:
    """One item or task and the requirements it measures; ``kind`` and ``state`` in the users' words."""

    item: str
    kind: str
    state: str
    published: bool
    requirements: frozenset[int]


class Usage(ABC):
    """One room's answers. ``organisations`` are the ids whose things the asking person may see."""

    @abstractmethod
    def refers_to(self, standard: Standard) -> bool:
        """Whether anything refers to this version, so that it may never change again."""

    def touched(self, requirements: Collection[int], organisations: Collection[int]) -> Iterable[Touched]:
        """What rests on any of these requirements."""
        return ()

    def measures(self, requirements: Collection[int], organisations: Collection[int]) -> Iterable[Measure]:
        """The items and tasks that measure any of these requirements."""
        return ()

    def citing(self, standard: Standard, organisations: Collection[int]) -> dict[str, int]:
        """How many items cite each fact of the standard, by ``cite_code``."""
        return {}


usages: list[Usage] = []


def is_in_use(standard: Standard) -> bool:
    """Whether anything above refers to this version."""
    return any(usage.refers_to(standard) for usage in usages)


def touched_by(requirements: Collection[int], organisations: Collection[int]) -> list[Touched]:
    """Everything that rests on these requirements, room by room."""
    return [one for usage in usages for one in usage.touched(requirements, organisations)]


def measures_of(requirements: Collection[int], organisations: Collection[int]) -> list[Measure]:
    """Items and tasks that measure any of these requirements: what coverage is counted from."""
    return [one for usage in usages for one in usage.measures(requirements, organisations)]


def citations(standard: Standard, organisations: Collection[int]) -> dict[str, int]:
    """How many items cite each fact of this standard."""
    total: dict[str, int] = {}
    for usage in usages:
        for code, count in usage.citing(standard, organisations).items():
            total[code] = total.get(code, 0) + count
    return total
