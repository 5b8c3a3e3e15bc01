"""The proctors' console under load: N candidates who save and ask for their time, and then V viewers who look as well.

    .venv/bin/python -m bench.console --candidates 1000 --viewers 50 --seconds 20 --nginx

What the viewers cost is the difference of two equal stretches, one without them and one with. Meanwhile a proctor pauses
or resumes somebody twice a second: how long it takes from the answer to that act until each viewer holds it is measured in
the viewers' own process. Viewers ask as the page does: again 1.1 to 1.3 s after an answer, for what is new since.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.driver import LENGTH, percentiles
from bench.rig import MACHINE, Rig, parser, rig, started
from tests.product.running import CHECKOUT

PAUSE = (1.1, 1.3)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--viewers", type=int, default=50)
    options.add_argument("--seconds", type=int, default=20)
    with rig(options.parse_args()) as one:
        measure(one, options.parse_args())


def measure(one: Rig, options: argparse.Namespace) -> None:
    """Two stretches, with the candidates working in both."""
    print(MACHINE, flush=True)
    folder, seconds = one.product.data_dir, options.seconds
    rows = one.sign_in(options.candidates, "console")
    one.act("start", rows, folder / "starts.jsonl", seconds=10)
    seats, _ = started(folder / "starts.jsonl")
    session, token = _chief(one)
    with ThreadPoolExecutor(4) as pool:
        whole = 2 * seconds + 15
        pool.submit(one.drive, "save", seats, folder / "saves.jsonl", seconds=whole, think=10, batch=1)
        pool.submit(one.drive, "watch", seats, folder / "none.jsonl", seconds=whole, think=2)
        time.sleep(5)
        alone = _spent(one, seconds)
        plan = {
            "port": one.port, "session": session, "token": token, "viewers": options.viewers, "seconds": seconds + 3,
            "attempts": [seat["attempt"] for seat in seats],
        }  # fmt: skip
        file = folder / "viewers.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        looking = subprocess.Popen(
            [sys.executable, "-m", "bench.console", "--look", str(file)],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        time.sleep(2)
        beside = _spent(one, seconds)
        told, _ = looking.communicate()
    found = json.loads(told)
    core = {name: (beside[name] - alone[name]) / seconds * 100 for name in ("web", "PostgreSQL")}
    print(
        f"{options.candidates} candidates, {options.viewers} viewers, {seconds} s: {found['answers']} answers, "
        f"ms {found['latency_ms']}, {found['bytes'] / max(1, found['answers']) / 1024:.0f} KB each; commit to screen "
        f"of {found['seen']} sightings ms {found['delay_ms']}, never seen {found['missed']}, errors {found['errors']}"
    )
    print(
        f"    of one core: {sum(core.values()):.1f} % for the viewers (web {core['web']:.1f}, PostgreSQL "
        f"{core['PostgreSQL']:.1f}); the candidates alone {(alone['web'] + alone['PostgreSQL']) / seconds * 100:.0f} %"
    )


def _chief(one: Rig) -> tuple[str, str]:
    """(the newest session, a login token of its chief proctor)."""
    script = (
        "import json; from exams.models import SessionProctor; from accounts import tokens\n"
        "duty = SessionProctor.objects.select_related('session', 'user').order_by('-pk')[0]\n"
        "print(json.dumps([str(duty.session.uuid), tokens.issue(duty.user)]))"
    )
    session, token = json.loads(one.product.manage("shell", "-v", "0", "-c", script).splitlines()[-1])
    return session, token


def _spent(one: Rig, seconds: float) -> dict[str, float]:
    before = one.cpu()
    time.sleep(seconds)
    return {name: spent - before[name] for name, spent in one.cpu().items()}


# -- the viewers' process ------------------------------------------------------------------------------------------


class Viewers:
    """V open consoles and one proctor who acts."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan, self.times, self.delays = plan, list[float](), list[float]()
        self.bytes, self.errors = 0, 0
        # (attempt, state) -> (when the act was answered, viewers that have not seen it)
        self.acts: dict[tuple[str, str], tuple[float, set[int]]] = {}

    async def all(self) -> dict[str, Any]:
        end = time.perf_counter() + self.plan["seconds"]
        await asyncio.gather(
            self.act(end - 3), *(self.view(number, end) for number in range(self.plan["viewers"]))
        )
        return {
            "answers": len(self.times), "latency_ms": percentiles(self.times), "delay_ms": percentiles(self.delays),
            "seen": len(self.delays), "missed": sum(len(left) for _, left in self.acts.values()), "bytes": self.bytes,
            "errors": self.errors,
        }  # fmt: skip

    async def view(self, number: int, end: float) -> None:
        await asyncio.sleep(random.uniform(0, 1))
        reader, writer = await asyncio.open_connection("127.0.0.1", self.plan["port"])
        since = ""
        while time.perf_counter() < end:
            began = time.perf_counter()
            body = await self.call(reader, writer, "GET", f"console/{since}")
            now = time.perf_counter()
            self.times.append(now - began)
            self.bytes += len(body)
            news = json.loads(body)
            since = "?since=" + news["at"].replace("+", "%2B")
            for row in news["attempts"]:
                act = self.acts.get((row["id"], row["state"]))
                if act and number in act[1]:
                    act[1].discard(number)
                    self.delays.append(now - act[0])
            await asyncio.sleep(random.uniform(*PAUSE))
        writer.close()

    async def act(self, end: float) -> None:
        await asyncio.sleep(3)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.plan["port"])
        for attempt in self.targets():
            if time.perf_counter() > end:
                break
            body = json.dumps({"attempts": [attempt], "reason": "measured"}).encode()
            await self.call(reader, writer, "POST", "pause/", body)
            self.acts[attempt, "paused"] = (time.perf_counter(), set(range(self.plan["viewers"])))
            await asyncio.sleep(0.5)
        writer.close()

    def targets(self) -> Iterator[str]:
        yield from random.sample(self.plan["attempts"], len(self.plan["attempts"]))

    async def call(self, reader: Any, writer: Any, method: str, tail: str, body: bytes = b"") -> bytes:
        writer.write(
            f"{method} /api/v1/sessions/{self.plan['session']}/{tail} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self.plan['token']}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        answer: bytes = await reader.readexactly(int(length[1]) if length else 0)
        if head[9:12] != b"200":
            self.errors += 1
            raise RuntimeError(f"{method} {tail}: {head[:20]!r} {answer[:300]!r}")
        return answer


if __name__ == "__main__":
    if sys.argv[1] == "--look":
        with open(sys.argv[2], encoding="utf-8") as plan_file:
            print(json.dumps(asyncio.run(Viewers(json.load(plan_file)).all())))
    else:
        main()
