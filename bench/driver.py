"""The load driver, a process of its own that knows nothing but the contract.

    python -m bench.driver PLAN JOURNAL

PLAN is a JSON file ``{"act", "host", "port", "seconds", "seats": [{"attempt", "token", …}], …}``. Acts:

* ``start``, ``submit``: every seat sends the one request, evenly spread over ``seconds``; the answers are journalled.
* ``watch``: for ``seconds`` every seat asks for its status ``think`` seconds after the last answer, as an open page does;
  nothing is journalled.
* ``save``: for ``seconds`` every seat saves one answer after another. ``think`` is the mean in seconds between an
  acknowledgement and the next save (exponential; 0: none), ``batch`` the number of answers a save carries; a seat names
  its ``items`` (``{"slot", "choices"}``).

A lost connection is opened anew and the same request sent again. Each good answer is appended to JOURNAL (one JSON
line: attempt, request as sent, answer) and synced to disk at least every 100 ms. On stdout: one JSON object with
counts, latencies (ms, from the moment a request was due) and CPU seconds.
"""

import asyncio
import json
import os
import random
import re
import sys
import time
from typing import Any

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
PATHS = {"start": "start/", "save": "responses/", "submit": "submit/", "watch": ""}
# A request that is not answered within this many seconds after the last was due counts as unanswered.
PATIENCE = 30


class Seat(asyncio.Protocol):
    """One seat with one kept connection, opened after ``moment`` seconds; ``body`` is the request it waits for an
    answer to."""

    def __init__(self, run: "Run", seat: dict[str, Any], moment: float) -> None:
        self.run, self.attempt, self.moment = run, seat["attempt"], moment
        method = "GET" if run.plan["act"] == "watch" else "POST"
        self.head = (
            f"{method} /api/v1/attempts/{seat['attempt']}/{PATHS[run.plan['act']]} HTTP/1.1\r\n"
            f"Host: {run.plan['host']}\r\nAuthorization: Bearer {seat['token']}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self.body: bytes | None = None
        self.due = 0.0
        self.received = b""
        self.transport: asyncio.Transport | None = None
        self.begun = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        if self.body is not None:
            self.send()
        elif not self.begun:  # a connection that was closed while nothing was on its way changes nothing
            self.begun = True
            self.ready()

    def connection_lost(self, _error: Exception | None) -> None:
        self.transport = None
        if self in self.run.sitting:
            self.run.reconnects += 1
            self.run.loop.create_task(self.connect())

    async def connect(self) -> None:
        while self in self.run.sitting:
            try:
                await self.run.loop.create_connection(
                    lambda: self, self.run.plan["host"], self.run.plan["port"]
                )
                return
            except OSError:
                await asyncio.sleep(0.05)

    def request(self, body: dict[str, Any], due: float) -> None:
        self.body, self.due = json.dumps(body).encode(), due
        self.send()

    def send(self) -> None:
        assert self.body is not None
        self.received = b""
        if self.transport:
            self.transport.write(b"%b%d\r\n\r\n%b" % (self.head, len(self.body), self.body))

    def data_received(self, data: bytes) -> None:
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self.received, 0, end)
        if length is None or len(self.received) < end + 4 + int(length[1]):
            return
        status, text = self.received[9:12], self.received[end + 4 :]
        if status == b"200":
            self.run.times.append(time.perf_counter() - self.due)
            assert self.body is not None
            if self.body:
                self.run.note(self.attempt, self.body, text)
        else:
            self.run.errors.append(f"{status.decode()} {text[:200].decode(errors='replace')}")
        self.body = None
        self.answered()

    def leave(self) -> None:
        self.run.sitting.discard(self)
        if self.transport:
            self.transport.close()

    def ready(self) -> None:
        """The connection stands and nothing is on its way."""
        raise NotImplementedError

    def answered(self) -> None:
        """An answer came."""
        raise NotImplementedError


class Once(Seat):
    """Sends its one request at its moment."""

    def __init__(self, run: "Run", seat: dict[str, Any], number: int) -> None:
        super().__init__(run, seat, run.plan["seconds"] * number / len(run.plan["seats"]))

    def ready(self) -> None:
        content = {"events": []} if self.run.plan["act"] == "submit" else {}
        self.request(content, self.run.began + self.moment)

    def answered(self) -> None:
        self.leave()


class Saver(Seat):
    """Saves one answer after another until time is up."""

    def __init__(self, run: "Run", seat: dict[str, Any], number: int) -> None:
        # With time to think nobody begins at the very same moment either.
        super().__init__(run, seat, random.uniform(0, run.plan["think"]))
        self.items, self.rev = seat["items"], number  # everybody begins at another item

    def ready(self) -> None:
        self.next()

    def answered(self) -> None:
        think = self.run.plan["think"]
        if think:
            self.run.loop.call_later(random.expovariate(1 / think), self.next)
        else:
            self.next()

    def next(self) -> None:
        """Choose the next answers and send them, unless time is up."""
        if not self.run.open:
            self.leave()
            return
        events = []
        for _ in range(self.run.plan["batch"]):
            self.rev += 1
            item = self.items[self.rev % len(self.items)]
            choice = item["choices"][self.rev // len(self.items) % len(item["choices"])]
            events.append(
                {"key": new_key(), "slot": item["slot"], "rev": self.rev, "response": {"choices": [choice]}}
            )
        self.request({"events": events}, time.perf_counter())


class Watcher(Seat):
    """Asks how things stand until time is up."""

    def __init__(self, run: "Run", seat: dict[str, Any], number: int) -> None:
        super().__init__(run, seat, run.plan["think"] * number / len(run.plan["seats"]))

    def ready(self) -> None:
        self.next()

    def answered(self) -> None:
        self.run.loop.call_later(self.run.plan["think"] * random.uniform(0.9, 1.1), self.next)

    def next(self) -> None:
        if not self.run.open:
            self.leave()
            return
        self.body, self.due = b"", time.perf_counter()
        self.send()


class Run:
    """All seats of one measurement."""

    def __init__(self, plan: dict[str, Any], journal: str) -> None:
        self.plan, self.journal = plan, open(journal, "wb")  # noqa: SIM115 - closed by `all`
        self.times: list[float] = []
        self.errors: list[str] = []
        self.reconnects = 0
        self.open = True
        self.sitting: set[Seat] = set()

    def note(self, attempt: str, request: bytes, answer: bytes) -> None:
        """As sent and as received, unread: reading is the audit's business."""
        self.journal.write(
            b'{"attempt":"%b","request":%b,"answer":%b}\n' % (attempt.encode(), request, answer)
        )

    async def all(self) -> dict[str, Any]:
        self.loop = asyncio.get_running_loop()
        self.began, cpu = time.perf_counter(), time.process_time()
        kinds: dict[str, type[Saver | Watcher]] = {"save": Saver, "watch": Watcher}
        make = kinds.get(self.plan["act"], Once)
        self.sitting = {make(self, seat, number) for number, seat in enumerate(self.plan["seats"])}
        syncing = asyncio.create_task(self.sync())
        for one in self.sitting:
            self.loop.call_later(one.moment, lambda one=one: self.loop.create_task(one.connect()))
        await asyncio.sleep(self.began + self.plan["seconds"] - time.perf_counter())
        self.open = False
        took, done = time.perf_counter() - self.began, len(self.times)
        limit = time.perf_counter() + PATIENCE + 5 * self.plan.get("think", 0)
        while self.sitting and time.perf_counter() < limit:
            await asyncio.sleep(0.02)
        unanswered, self.sitting = len(self.sitting), set()
        syncing.cancel()
        self.journal.flush()
        os.fsync(self.journal.fileno())
        self.journal.close()
        return {
            "done": done, "seconds": took, "all": len(self.times), "cpu_seconds": time.process_time() - cpu,
            "reconnects": self.reconnects, "errors": len(self.errors), "first_errors": self.errors[:3],
            "unanswered": unanswered, "latency_ms": percentiles(self.times),
        }  # fmt: skip

    async def sync(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            self.journal.flush()
            await self.loop.run_in_executor(None, os.fsync, self.journal.fileno())


def percentiles(times: list[float]) -> dict[str, float]:
    times = sorted(times) or [0.0]
    found = {
        f"p{p}": round(times[min(len(times) - 1, len(times) * p // 100)] * 1000, 1) for p in (50, 95, 99)
    }
    return {**found, "max": round(times[-1] * 1000, 1)}


def new_key() -> str:
    """A random UUID (version 4) without the cost of the module's objects."""
    text = f"{random.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(asyncio.run(Run(json.load(file), sys.argv[2]).all())))
