"""Counting 1, 2, 3 … with one message per cause."""

from dataclasses import dataclass, field

NEXT, GAP, DUPLICATE, BACK, JUMP, RESUMED = "next", "gap", "duplicate", "back", "jump", "resumed"
# A number that far ahead is a misprint of the next one rather than so many missing.
FAR = 5


@dataclass
class Sequence:
    """The numbers seen so far of areas in a level, tasks in an area or requirements in a task."""

    expected: int = 1
    seen: set[int] = field(default_factory=set)
    # Numbers counted for something that had another number or none; the right one may still come.
    assumed: set[int] = field(default_factory=set)
    last: int = 0
    before_gap: int | None = None
    # After a fault that has been reported, the next jump forward is its consequence and not a second fault.
    forgiving: bool = False

    def step(self, number: int) -> tuple[str, range]:
        """Take the next number; returns what it is and the missing numbers (for a jump, the expected one;
        for a resumed count, those not missing after all)."""
        missing = range(self.expected, number)
        if number in self.assumed:
            self.assumed.discard(number)
            self.seen.add(number)
            self.last = number
            return NEXT, range(0)
        follows, self.last = number == self.last + 1, number
        if number in self.seen:
            # Perhaps a slip of the pen for the next number: then one jump is forgiven.
            self.forgiving = True
            return DUPLICATE, range(0)
        self.seen.add(number)
        if number < self.expected:
            if number - 1 == self.before_gap and follows is False:
                # 1, 2, 7, 4: the 7 was a misprint for 3, and 4 to 6 are not missing.
                wrong, self.expected = range(number, self.expected - 1), number + 1
                self.before_gap = None
                return RESUMED, wrong
            return BACK, range(0)
        if self.forgiving or not missing or (follows and number - 1 in self.seen):
            self.expected = number + 1
            self.forgiving = False
            return NEXT, range(0)
        if len(missing) >= FAR:
            self.consume()
            return JUMP, missing[:1]
        self.before_gap = self.expected
        self.expected = number + 1
        return GAP, missing

    def consume(self) -> None:
        """Count one without a usable number."""
        self.assumed.add(self.expected)
        self.expected += 1
