"""Candidates who sit over the contract's API and keep a journal of what was acknowledged to them."""

import http.client
import json
import os
import random
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from tests.product.running import Product

# What a candidate's page answers by trying again: no connection, or a server that is not itself at the moment.
PASSING = (0, 500, 502, 503, 504)
PATIENCE = 120.0


class Line:
    """One kept HTTP connection of one candidate."""

    def __init__(self, port: int, timeout: float = 5) -> None:
        self.port, self.timeout, self.patience = port, timeout, PATIENCE
        self.headers: dict[str, str] = {"Content-Type": "application/json"}
        self.retries = 0
        self._connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One try: (status, JSON); status 0 when no whole answer came."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self._connection.request(
                method, path, None if body is None else json.dumps(body).encode(), self.headers
            )
            answer = self._connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return 0, {}
        try:
            return answer.status, json.loads(data)
        except ValueError:
            return answer.status, {}

    def insist(self, method: str, path: str, body: Any = None) -> Any:
        """Repeat the same call until it is answered with 200; anything but a passing fault is an error."""
        end = time.monotonic() + self.patience
        while True:
            status, answer = self.call(method, path, body)
            if status == 200:
                return answer
            assert status in PASSING, (method, path, status, answer)
            assert time.monotonic() < end, (
                f"{method} {path}: no answer within {self.patience:.0f} s ({status})"
            )
            self.retries += 1
            time.sleep(random.uniform(0.02, 0.2))

    def sign_in(self, row: dict[str, str]) -> None:
        """Sign in with ticket and identity number; later calls carry the login token."""
        given = {"ticket_number": row["ticket_number"], "id_number": row["id_number"]}
        self.carry(self.insist("POST", "/api/v1/auth/login/", given)["token"])

    def carry(self, token: str) -> None:
        self.headers["Authorization"] = f"Bearer {token}"

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Journal:
    """Acknowledgements in the order they came, on disk before anything is made of them (see ``bench.audit``)."""

    def __init__(self, file: Path) -> None:
        self.file, self.answers = file, 0
        self._lock = threading.Lock()
        self._handle = file.open("w", encoding="utf-8")

    def note(self, attempt: str, events: list[dict[str, Any]], answer: dict[str, Any]) -> None:
        line = {"attempt": attempt, "request": {"events": events}, "answer": answer}
        with self._lock:
            self._handle.write(json.dumps(line) + "\n")
            self._handle.flush()
            os.fdatasync(self._handle.fileno())
            self.answers += len(events)

    def lines(self) -> list[str]:
        return self.file.read_text(encoding="utf-8").splitlines()


class Candidate:
    """One seat: starts, saves with retries under the same keys, hands in, and asks for the receipt once more."""

    def __init__(self, row: dict[str, str], port: int, journal: Journal) -> None:
        self.row, self.journal = row, journal
        self.line = Line(port)
        self.attempt = ""
        self.sections: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []
        self.receipt: dict[str, Any] | None = None
        self.faults: list[str] = []
        self._rev, self._head = 0, ""
        self._known: list[tuple[list[dict[str, Any]], list[tuple[str, int, str]]]] = []

    @property
    def path(self) -> str:
        return f"/api/v1/attempts/{self.attempt}/"

    @property
    def has_saved(self) -> bool:
        return bool(self._known)

    def start(self) -> None:
        """Sign in and start the first component."""
        self.enter()
        self.begin()

    def enter(self) -> None:
        self.line.sign_in(self.row)
        self.attempt = self.line.insist("GET", "/api/v1/me/attempts/")[0]["id"]

    def begin(self) -> None:
        """Start, or go on at the same seat: later calls carry the attempt's token."""
        begun = self.line.insist("POST", self.path + "start/", {})
        self.sections = begun["sections"]
        self.items = [item for section in self.sections for item in section["items"]]
        self.line.carry(begun["token"])

    def events(self, number: int) -> list[dict[str, Any]]:
        """New answers to random items; now and then one with an old revision."""
        found = []
        for _ in range(number):
            self._rev += 1
            item = random.choice(self.items)
            rev = self._rev if random.random() < 0.9 else max(1, self._rev - 50)
            response = {"choices": [random.choice(item["choices"])["id"]]}
            found.append({"key": str(uuid.uuid4()), "slot": item["slot"], "rev": rev, "response": response})
        return found

    def save(self) -> None:
        """One batch until it is acknowledged; sometimes an old one again, which must get the same acks."""
        events = self.events(random.choice((1, 1, 1, 2, 5)))
        answer = self.line.insist("POST", self.path + "responses/", {"events": events})
        self.journal.note(self.attempt, events, answer)
        self._known.append((events, _essence(answer)))
        self._head = answer["head"]
        if random.random() < 0.05:
            events, acks = random.choice(self._known)
            again = self.line.insist("POST", self.path + "responses/", {"events": events})
            if _essence(again) != acks:
                self.faults.append(f"{self.attempt}: a repeated batch got other acks")

    def send_again_if_behind(self, journal: Journal) -> bool:
        """As the page does: when the server's head is not the one it told last, everything goes again under its keys."""
        if self.line.insist("GET", self.path)["head"] == self._head:
            return False
        self.journal, known, self._known = journal, self._known, []
        for events, _ in known:
            answer = self.line.insist("POST", self.path + "responses/", {"events": events})
            self.journal.note(self.attempt, events, answer)
            self._known.append((events, _essence(answer)))
            self._head = answer["head"]
        return True

    def hand_in(self) -> None:
        """Hand in with a last answer, or ask for the same receipt again."""
        known = self.receipt
        events = [] if known else self.events(1)
        answer = self.line.insist("POST", self.path + "submit/", {"events": events})
        if known and (answer["receipt"], answer["signature"]) != (known["receipt"], known["signature"]):
            self.faults.append(f"{self.attempt}: a repeated hand-in got another receipt")
        self.receipt = known or {**answer, "sent": events}


def _essence(answer: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(ack["key"], ack["seq"], ack["state"]) for ack in answer["acks"]]


class Crowd:
    """Candidates who sit at the same time, each in a thread of its own."""

    def __init__(
        self, product: Product, number: int, seed: str, *, ports: list[int] | None = None,
        journal: Path | None = None, think: float = 0.05,
    ) -> None:  # fmt: skip
        """``ports``: where candidate i connects (round robin), by default the product itself."""
        made = json.loads(product.manage("seed_demo", "--candidates", str(number), "--seed", seed, "--json"))
        self.session, self.staff = made["session"], made["staff"]
        self.journal = Journal(journal or product.data_dir / f"journal-{seed}.jsonl")
        ports = ports or [product.port]
        self.candidates = [
            Candidate(row, ports[index % len(ports)], self.journal)
            for index, row in enumerate(made["candidates"])
        ]
        self.think, self.errors = think, list[str]()
        self.over = threading.Event()
        self._threads: list[threading.Thread] = []

    def sit(self, seconds: float) -> None:
        """All begin, until everybody has saved; a third hands in at a random moment of the next ``seconds`` and then saves too late."""
        began = time.monotonic()
        for index, one in enumerate(self.candidates):
            leaves = began + random.uniform(0.2, 1) * seconds if index % 3 == 0 else None
            self._threads.append(threading.Thread(target=self._one, args=(one, leaves), daemon=True))
        for thread in self._threads:
            thread.start()
        while not self.errors and not all(one.has_saved for one in self.candidates):
            time.sleep(0.05)

    def _one(self, one: Candidate, leaves: float | None) -> None:
        try:
            one.start()
            while not self.over.is_set():
                one.save()
                if leaves and time.monotonic() > leaves and not one.receipt:
                    one.hand_in()
                self.over.wait(random.expovariate(1 / (self.think * (10 if one.receipt else 1))))
            one.hand_in()
            one.hand_in()
        except Exception as error:
            self.errors.append(f"{one.attempt}: {error!r}")
        finally:
            one.line.hang_up()

    def finish(self) -> None:
        """Time is up: everybody hands in, and asks for the receipt once more."""
        self.over.set()
        for thread in self._threads:
            thread.join(max(one.line.patience for one in self.candidates) + 30)
        if any(thread.is_alive() for thread in self._threads):
            self.errors.append("a candidate is still waiting")

    @property
    def retries(self) -> int:
        return sum(one.line.retries for one in self.candidates)
