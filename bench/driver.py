"""The load driver, a process of its own that knows nothing but the contract: candidates save one answer after another.

    python -m bench.driver PLAN JOURNAL

PLAN is a JSON file ``{"host", "port", "seconds", "think", "batch", "seats": [{"attempt", "token", "items"}]}``; think
time is the mean in seconds between an acknowledgement and the next save (exponential; 0: none), batch the number of
answers a save carries. Each acknowledgement is appended to JOURNAL (one JSON line: attempt, events as sent, acks, head)
and synced to disk at least every 100 ms. On stdout: one JSON object with counts, latencies (ms) and CPU seconds.
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


class Candidate(asyncio.Protocol):
    """One seat with one kept connection. After a lost connection the same events are sent again."""

    def __init__(self, run: "Run", seat: dict[str, Any], number: int) -> None:
        self.run, self.attempt, self.items = run, seat["attempt"], seat["items"]
        self.rev = number  # everybody begins at another item
        self.head = (
            f"POST /api/v1/attempts/{seat['attempt']}/responses/ HTTP/1.1\r\nHost: {run.plan['host']}\r\n"
            f"Authorization: Bearer {seat['token']}\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self.events: list[dict[str, Any]] = []
        self.received = b""
        self.began = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        if self.events:
            self.send()
        else:
            self.next()

    def connection_lost(self, _error: Exception | None) -> None:
        self.transport = None
        if self.run.open:
            self.run.reconnects += 1
            self.run.loop.create_task(self.connect())

    async def connect(self) -> None:
        while self.run.open:
            try:
                await self.run.loop.create_connection(
                    lambda: self, self.run.plan["host"], self.run.plan["port"]
                )
                return
            except OSError:
                await asyncio.sleep(0.05)

    def next(self) -> None:
        """Choose the next answers and send them, unless time is up."""
        if not self.run.open:
            self.run.finish(self)
            return
        self.events = []
        for _ in range(self.run.plan["batch"]):
            self.rev += 1
            item = self.items[self.rev % len(self.items)]
            choice = item["choices"][self.rev // len(self.items) % len(item["choices"])]
            self.events.append(
                {"key": new_key(), "slot": item["slot"], "rev": self.rev, "response": {"choices": [choice]}}
            )
        self.began = time.perf_counter()
        self.send()

    def send(self) -> None:
        body = json.dumps({"events": self.events}).encode()
        self.received = b""
        if self.transport:
            self.transport.write(b"%b%d\r\n\r\n%b" % (self.head, len(body), body))

    def data_received(self, data: bytes) -> None:
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self.received, 0, end)
        if length is None or len(self.received) < end + 4 + int(length[1]):
            return
        status, body = self.received[9:12], self.received[end + 4 :]
        if status == b"200":
            self.run.times.append(time.perf_counter() - self.began)
            self.run.note(self.attempt, self.events, json.loads(body))
        else:
            self.run.errors.append(f"{status.decode()} {body[:200].decode(errors='replace')}")
        think = self.run.plan["think"]
        if think:
            self.run.loop.call_later(random.expovariate(1 / think), self.next)
        else:
            self.next()


class Run:
    """All candidates of one measurement."""

    def __init__(self, plan: dict[str, Any], journal: str) -> None:
        self.plan, self.journal = plan, open(journal, "w", encoding="utf-8")  # noqa: SIM115 - closed by `all`
        self.times: list[float] = []
        self.errors: list[str] = []
        self.reconnects = 0
        self.open = True
        self.sitting: set[Candidate] = set()

    def note(self, attempt: str, events: list[dict[str, Any]], answer: dict[str, Any]) -> None:
        line = {"attempt": attempt, "events": events, "acks": answer["acks"], "head": answer["head"]}
        self.journal.write(json.dumps(line) + "\n")

    def finish(self, candidate: Candidate) -> None:
        self.sitting.discard(candidate)
        if candidate.transport:
            candidate.transport.close()

    async def all(self) -> dict[str, Any]:
        self.loop = asyncio.get_running_loop()
        self.sitting = {Candidate(self, seat, number) for number, seat in enumerate(self.plan["seats"])}
        began, cpu = time.perf_counter(), time.process_time()
        syncing = asyncio.create_task(self.sync())
        await asyncio.gather(*(one.connect() for one in self.sitting))
        await asyncio.sleep(self.plan["seconds"])
        self.open = False
        took = time.perf_counter() - began
        saved, limit = len(self.times), time.perf_counter() + 10 + 5 * self.plan["think"]
        while self.sitting and time.perf_counter() < limit:
            await asyncio.sleep(0.02)
        syncing.cancel()
        self.journal.flush()
        os.fsync(self.journal.fileno())
        self.journal.close()
        return {
            "saves": saved, "seconds": took, "cpu_seconds": time.process_time() - cpu, "reconnects": self.reconnects,
            "errors": len(self.errors), "first_errors": self.errors[:3], "unanswered": len(self.sitting),
            "latency_ms": percentiles(self.times),
        }  # fmt: skip

    async def sync(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            self.journal.flush()
            await self.loop.run_in_executor(None, os.fsync, self.journal.fileno())


def percentiles(times: list[float]) -> dict[str, float]:
    times = sorted(times) or [0.0]
    return {f"p{p}": round(times[min(len(times) - 1, len(times) * p // 100)] * 1000, 1) for p in (50, 95, 99)}


def new_key() -> str:
    """A random UUID (version 4) without the cost of the module's objects."""
    text = f"{random.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(asyncio.run(Run(json.load(file), sys.argv[2]).all())))
