"""Drills without an outage: impatient hands, requests that race each other, wrong clocks, candidates who are gone."""

import datetime as dt
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from typing import Any

from tests.drills import faults
from tests.drills.crowd import Candidate, Crowd, Line
from tests.drills.ledger import Outcome, ask, of_crowd
from tests.drills.sizes import Size
from tests.product.running import Product, wait_for

FOLD = 16
SWEEP_SECONDS, GRACE_SECONDS = 5.0, 3.0


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run calls in parallel, let go together; their answers."""
    gate = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def repeated(line: Line, method: str, path: str, body: Any) -> list[tuple[int, Any]]:
    """The same call from sixteen connections at once."""

    def one() -> tuple[int, Any]:
        own = Line(line.port, timeout=30)
        own.headers = dict(line.headers)
        try:
            return own.call(method, path, body)
        finally:
            own.hang_up()

    return at_once([one] * FOLD)


def double_clicks(product: Product, size: Size) -> Outcome:
    """Sixteen clicks at once on start and on hand-in have one effect each."""
    crowd = Crowd(product, size.double_clicks, "double-clicks")
    wrong: list[str] = []
    for one in crowd.candidates:
        one.enter()
        starts = repeated(one.line, "POST", one.path + "start/", {})
        wrong += _same("start", starts, lambda answer: (answer["attempt"], answer["sections"]))
        one.begin()
        one.save()
        events = one.events(1)
        hand_ins = repeated(one.line, "POST", one.path + "submit/", {"events": events})
        wrong += _same("hand-in", hand_ins, lambda answer: (answer["receipt"], answer["signature"]))
        one.receipt = {**hand_ins[0][1], "sent": events}
        one.line.hang_up()
    found = of_crowd(
        product, crowd, "double-clicks", f"{FOLD} clicks at once on start and hand-in, {size.double_clicks} times"
    )  # fmt: skip
    targets = [f"attempt:{one.attempt}" for one in crowd.candidates]
    script = (
        "import json; from audit.models import AuditEvent as E; "
        f"c = lambda action: E.objects.filter(target__in={targets!r}, action=action).count(); "
        "print(json.dumps([c('attempt.start'), c('attempt.submitted')]))"
    )
    for what, got in zip(("starts", "hand-ins"), json.loads(ask(product, script)), strict=True):
        if got != size.double_clicks:
            found.faults.append(f"{got} {what} instead of {size.double_clicks}")
            found.duplicated += 1
    found.faults += wrong
    return found


def double_grants(product: Product, size: Size) -> Outcome:
    """Sixteen clicks at once on the same grant of time add it once."""
    crowd = Crowd(product, size.double_clicks, "double-grants")
    proctor = Line(product.port)
    account = next(one for one in crowd.staff if one["role"] == "proctor")
    given = {"username": account["username"], "password": account["password"]}
    proctor.carry(proctor.insist("POST", "/api/v1/auth/login/", given)["token"])
    wrong: list[str] = []
    for one in crowd.candidates:
        one.start()
        one.save()
        before = one.line.insist("GET", one.path)["remaining_ms"]
        grant = {"attempts": [one.attempt], "seconds": 60, "reason": "设备故障", "request": str(uuid.uuid4())}
        answers = repeated(proctor, "POST", f"/api/v1/sessions/{crowd.session}/grants/", grant)
        wrong += _same("grant", answers, lambda answer: answer["attempts"][0]["id"])
        added = round((one.line.insist("GET", one.path)["remaining_ms"] - before) / 60_000)
        if added != 1:
            wrong.append(f"{FOLD} clicks granted {added} times 60 s")
        one.line.hang_up()
    found = of_crowd(
        product, crowd, "double-grants", f"{FOLD} clicks at once on one grant of time, {size.double_clicks} times"
    )  # fmt: skip
    found.duplicated += sum("times 60 s" in sentence for sentence in wrong)
    found.faults += wrong
    return found


def _same(what: str, answers: list[tuple[int, Any]], of: Callable[[Any], Any]) -> list[str]:
    """What is wrong with sixteen answers that must all be the same."""
    if refused := [answer for status, answer in answers if status != 200]:
        return [f"{what}: {len(refused)} of {FOLD} refused: {refused[0]}"]
    told = {json.dumps(of(answer), sort_keys=True) for _, answer in answers}
    return [] if len(told) == 1 else [f"{what}: {len(told)} different answers"]


def save_races(product: Product, size: Size) -> Outcome:
    """A save and the hand-in let go at the same moment: the save is in the receipt or held, never lost, never both."""
    crowd = Crowd(product, size.races, "save-races")
    split = {"in the receipt": 0, "held": 0}
    lock = threading.Lock()

    def race(one: Candidate) -> None:
        one.start()
        second = Line(product.port)
        second.headers = dict(one.line.headers)
        early, last = one.events(2), one.events(1)
        late = random.uniform(0, 0.05)

        def save() -> Any:
            time.sleep(late)
            return one.line.insist("POST", one.path + "responses/", {"events": early})

        saved, handed_in = at_once(
            [save, lambda: second.insist("POST", one.path + "submit/", {"events": last})]
        )
        second.hang_up()
        crowd.journal.note(one.attempt, early, saved)
        one.receipt = {**handed_in, "sent": last}
        one.hand_in()
        one.line.hang_up()
        for ack in saved["acks"]:
            covered = ack["seq"] <= handed_in["receipt"]["events"]
            with lock:
                split["in the receipt" if covered else "held"] += 1
            if covered == (ack["state"] == "held"):
                one.faults.append(f"{one.attempt}: {ack['state']}, but covered by the receipt: {covered}")

    with ThreadPoolExecutor(6) as pool:
        crowd.errors += [repr(error) for error in pool.map(_caught(race), crowd.candidates) if error]
    counts = ", ".join(f"{number} answers {what}" for what, number in split.items())
    found = of_crowd(product, crowd, "save-races", f"{size.races} saves raced the hand-in: {counts}")
    if size.races >= 100 and not all(split.values()):
        found.faults.append("one side won every race: they never met")
    return found


def _caught(act: Callable[[Candidate], None]) -> Callable[[Candidate], Exception | None]:
    def run(one: Candidate) -> Exception | None:
        try:
            act(one)
        except Exception as error:
            return error
        return None

    return run


def time_outs(product: Product, size: Size) -> Outcome:
    """Candidates vanish and the broker hangs: the server hands in within five seconds of end + grace."""
    crowd = Crowd(product, 5 * size.candidates, "time-outs")
    for one in crowd.candidates:
        one.start()
        one.save()
        one.line.hang_up()
    late: list[float] = []
    owner = faults.database(product)
    with faults.hung_broker(product):
        # No exam is short enough to wait for: all began so long ago that their time ends in two seconds.
        with owner.cursor() as cursor:
            cursor.execute(
                "SELECT uuid::text, started_at FROM exams_attempt WHERE uuid = ANY (%s::uuid[])",
                [[one.attempt for one in crowd.candidates]],
            )
            began = dict(cursor.fetchall())
            cursor.execute(
                "UPDATE exams_attempt SET (started_at, clock_from) = (SELECT m, m FROM (SELECT clock_timestamp() + interval '2 s' "
                "- limit_seconds * interval '1 s' AS m) n) "
                "WHERE uuid = ANY (%s::uuid[]) RETURNING uuid::text, started_at + limit_seconds * interval '1 s'",
                [list(began)],
            )
            ends = dict(cursor.fetchall())
        watcher = crowd.candidates[-1]
        wait_for(
            lambda: watcher.line.insist("GET", watcher.path)["state"] == "expired",
            60,
            "a hand-in by the server",
        )
        time.sleep(SWEEP_SECONDS)
    for one in crowd.candidates:
        one.hand_in()  # asks for the receipt the server made; what this brings is held
        assert one.receipt
        closed = dt.datetime.fromisoformat(one.receipt["receipt"]["submitted_at"])
        late.append((closed - ends[one.attempt]).total_seconds() - GRACE_SECONDS)
        one.line.hang_up()
    with owner.cursor() as cursor:  # the truth again, or verify_integrity rightly finds what this drill did
        for attempt, moment in began.items():
            cursor.execute(
                "UPDATE exams_attempt SET started_at = %s, clock_from = %s WHERE uuid = %s",
                [moment, moment, attempt],
            )
    owner.close()
    found = of_crowd(
        product, crowd, "time-outs",
        f"{len(late)} candidates gone, broker hung; handed in {min(late):.1f} to {max(late):.1f} s after the grace",
    )  # fmt: skip
    if not 0 <= min(late) <= max(late) <= SWEEP_SECONDS:
        found.faults.append(f"handed in {min(late):.1f} to {max(late):.1f} s after the grace")
    return found


def client_clocks(product: Product, size: Size) -> Outcome:
    """Machines whose clocks are wrong by an hour, a day or a time zone: nothing they say about time matters."""
    crowd = Crowd(product, size.candidates, "client-clocks")
    shifts = [0, 3600, -3600, 86400, -86400, 14 * 3600, -12 * 3600]
    worst = 0.0
    for index, one in enumerate(crowd.candidates):
        shift = dt.timedelta(seconds=shifts[index % len(shifts)])

        def claim(line: Line, shift: dt.timedelta = shift) -> None:
            told = dt.datetime.now(dt.UTC) + shift
            zone = dt.timezone(dt.timedelta(hours=(shift.total_seconds() // 3600) % 24 - 12))
            line.headers |= {
                "Date": format_datetime(told, usegmt=True), "If-Modified-Since": format_datetime(told, usegmt=True),
                "X-Client-Time": told.astimezone(zone).isoformat(), "Cookie": f"django_timezone={zone}",
            }  # fmt: skip

        claim(one.line)
        one.start()
        began = time.monotonic()
        full = one.line.insist("GET", one.path)["remaining_ms"]
        for _ in range(3):
            claim(one.line)
            one.save()
            left = one.line.insist("GET", one.path)["remaining_ms"]
            worst = max(worst, abs(full - left - 1000 * (time.monotonic() - began)))
        one.hand_in()
        one.line.hang_up()
    found = of_crowd(
        product, crowd, "client-clocks",
        f"clocks wrong by up to a day, other zones; time left differed by {worst:.0f} ms at most",
    )  # fmt: skip
    if worst > 2000:
        found.faults.append(f"the time left differs by {worst:.0f} ms from the time that passed")
    return found
