"""Counting 1, 2, 3 … with one message per cause."""

from dataclasses import dataclass, field

NEXT, GAP, DUPLICATE, BACK = "next", "gap", "duplicate", "back"


@dataclass
class Sequence:
    """The numbers seen so far of areas in a level, tasks in an area or requirements in a task."""

    expected: int = 1
    seen: set[int] = field(default_factory=set)
    # Numbers counted for something that had another number or none; the right one may still come.
    assumed: set[int] = field(default_factory=set)
    # After a fault that has been reported, the next jump forward is its consequence and not a second fault.
    forgiving: bool = False

    def step(self, number: int) -> tuple[str, range]:
        """Take the next number; returns what it is and, for a gap, the missing numbers."""
        missing = range(self.expected, number)
        if number in self.assumed:
            self.assumed.discard(number)
            self.seen.add(number)
            return NEXT, range(0)
        if number in self.seen:
            # Perhaps a slip of the pen for the next number: then one jump is forgiven.
            self.forgiving = True
            return DUPLICATE, range(0)
        self.seen.add(number)
        if number < self.expected:
            return BACK, range(0)
        self.expected = number + 1
        if not missing or self.forgiving:
            self.forgiving = False
            return NEXT, range(0)
        return GAP, missing

    def consume(self) -> None:
        """Count one without a usable number."""
        self.assumed.add(self.expected)
        self.expected += 1
