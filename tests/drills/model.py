"""The sitting of one attempt in plain Python, written from the contract: what the product must answer to every call."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any

from bench.audit import canonical, tree_hash

SECOND = dt.timedelta(seconds=1)
OPEN, HANDED_IN = ("in_progress", "paused"), ("submitted", "expired")


class Refused(Exception):
    """The model says no, with the code the product must give."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Sitting:
    """States, seat, time, chain, projection and receipt of one attempt. ``now`` is always the database's."""

    attempt: str
    slots: list[str]
    limit: int
    grace: int
    candidate_may_take_over: bool
    state: str = "ready"
    device: str = ""
    started_at: dt.datetime | None = None
    paused_at: dt.datetime | None = None
    paused_until: dt.datetime | None = None
    granted: int = 0
    break_left: int = 0
    frozen: set[str] = field(default_factory=set)
    head: str = "0" * 64
    # (key, slot, rev, response, state) in the order of the chain
    chain: list[tuple[str, str, int, dict[str, Any], str]] = field(default_factory=list)
    held: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    receipt: dict[str, Any] | None = None

    # -- time --------------------------------------------------------------------------------------------------

    def left(self, now: dt.datetime) -> dt.timedelta:
        """Time left, below zero when it is over; it stands still before the start, in a pause and in a break that is
        not over."""
        allowed = (self.limit + self.granted) * SECOND
        if self.started_at is None:
            return allowed
        return allowed - (now - self.started_at) + self.stood_still(now)

    def stood_still(self, now: dt.datetime) -> dt.timedelta:
        """For how long the clock stands still by now."""
        if self.paused_at is None:
            return 0 * SECOND
        return min(now, self.paused_until or now) - self.paused_at

    def remaining_ms(self, now: dt.datetime) -> int:
        if self.state in HANDED_IN:
            return 0
        return max(0, self.left(now) // dt.timedelta(milliseconds=1))

    def is_over(self, now: dt.datetime) -> bool:
        return self.state == "in_progress" and self.left(now) < -self.grace * SECOND

    def shift(self, by: dt.timedelta) -> None:
        """Everything that happened lies longer back: so much time has passed."""
        self.started_at = self.started_at and self.started_at - by
        self.paused_at = self.paused_at and self.paused_at - by
        self.paused_until = self.paused_until and self.paused_until - by

    # -- what may be called --------------------------------------------------------------------------------------

    def start(self, device: str, take_over: bool, now: dt.datetime) -> None:
        if self.state in HANDED_IN:
            raise Refused("already_submitted")
        if self.state == "ready":
            self.state, self.started_at = "in_progress", now
        elif self.device not in ("", device) and not (take_over and self.candidate_may_take_over):
            raise Refused("other_device")
        self.device = device

    def check_batch(self, device: str, events: list[dict[str, Any]]) -> None:
        """Refuse a batch as a whole, in the order a caller is told: seat, shape, used keys, state."""
        if self.device not in ("", device):
            raise Refused("other_device")
        bodies = {key: (slot, rev, response) for key, slot, rev, response, _ in self.chain}
        if any(event["slot"] not in self.slots for event in events):
            raise Refused("invalid")
        for event in events:
            body = event["slot"], event["rev"], event["response"]
            if bodies.setdefault(event["key"], body) != body:
                raise Refused("invalid")
        if self.state == "ready":
            raise Refused("not_started")

    def save(self, events: list[dict[str, Any]], now: dt.datetime) -> list[dict[str, Any]]:
        """Acknowledgements of a batch that was checked: known keys again, new ones chained."""
        late = self.state in HANDED_IN or self.is_over(now)
        acks = []
        for event in events:
            numbers = {key: (number, state) for number, (key, *_, state) in enumerate(self.chain, 1)}
            if event["key"] not in numbers:
                numbers[event["key"]] = self._append(event, late, now)
            seq, state = numbers[event["key"]]
            held = self.held.get(event["slot"])
            current = held and {"rev": held[0], "response": held[1]}
            acks.append({"key": event["key"], "seq": seq, "state": state, "current": current})
        return acks

    def _append(self, event: dict[str, Any], late: bool, now: dt.datetime) -> tuple[int, str]:
        slot, rev, response = event["slot"], event["rev"], event["response"]
        if late or slot in self.frozen:
            state = "held"
        elif slot in self.held and self.held[slot][0] >= rev:
            state = "superseded"
        else:
            state, self.held[slot] = "accepted", (rev, response)
        self.chain.append((event["key"], slot, rev, response, state))
        body = {name: event[name] for name in ("key", "slot", "rev", "response")} | {"attempt": self.attempt}
        micros = (now - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
        number = len(self.chain)
        self.head = hashlib.sha256(
            bytes.fromhex(self.head) + number.to_bytes(8, "big") + micros.to_bytes(8, "big")
            + hashlib.sha256(canonical(body)).digest()
        ).hexdigest()  # fmt: skip
        return number, state

    def submit(self, events: list[dict[str, Any]], now: dt.datetime) -> None:
        """Hand in a batch that was checked; a repetition changes nothing but holds what it brings."""
        over = self.is_over(now)
        self.save(events, now)
        if self.state not in HANDED_IN:
            self._close("expired" if over else "submitted")

    def expire(self, now: dt.datetime) -> bool:
        if not self.is_over(now):
            return False
        self._close("expired")
        return True

    def end(self) -> None:
        if self.state not in OPEN:
            raise Refused("wrong_state")
        self._close("submitted")

    def _close(self, state: str) -> None:
        self.state, self.paused_at, self.paused_until = state, None, None
        leaves = [
            canonical({"slot": slot, "rev": self.held[slot][0], "response": self.held[slot][1]})
            for slot in self.slots
            if slot in self.held
        ]
        root = tree_hash(leaves).hex()
        self.receipt = {
            "attempt": self.attempt, "events": len(self.chain), "head": self.head, "root": root
        }  # fmt: skip

    def pause(self, now: dt.datetime) -> None:
        if self.state != "in_progress":
            raise Refused("wrong_state")
        self.state, self.paused_at = "paused", now

    def resume(self, now: dt.datetime) -> None:
        """The pause is given back, rounded up to the second; of a break no more than was allowed."""
        if self.paused_at is None:
            raise Refused("wrong_state")
        seconds = max(1, -(-self.stood_still(now) // SECOND))
        self.granted += seconds
        if self.paused_until:
            self.break_left -= seconds
        self.state, self.paused_at, self.paused_until = "in_progress", None, None

    def take_break(self, events: list[dict[str, Any]], slots: list[str], now: dt.datetime) -> None:
        """A batch that was checked, then the clock stops; what was answered and shown by now is frozen."""
        if self.paused_until is None:
            if self.state != "in_progress":
                raise Refused("wrong_state")
            if not self.break_left:
                raise Refused("no_break_left")
            if not self.remaining_ms(now):
                raise Refused("time_over")
        self.save(events, now)
        if self.paused_until is None:
            self.frozen |= {*slots, *self.held}
            self.state, self.paused_at = "paused", now
            self.paused_until = now + self.break_left * SECOND

    def end_break(self, device: str, now: dt.datetime) -> None:
        if self.state in OPEN and self.device not in ("", device):
            raise Refused("other_device")
        if self.state == "paused":
            if self.paused_until is None:
                raise Refused("wrong_state")
            self.resume(now)

    def end_long_break(self, now: dt.datetime) -> bool:
        if self.paused_until is None or now < self.paused_until:
            return False
        self.resume(now)
        return True

    def grant(self, seconds: int) -> None:
        if self.state in HANDED_IN:
            raise Refused("wrong_state")
        self.granted += seconds

    def admit_device(self) -> None:
        if self.state not in OPEN:
            raise Refused("wrong_state")
        self.device = ""
