"""Drills with a crowd that sits while something fails. Each answers with its figures; ``size`` holds the durations."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.drills import faults
from tests.drills.crowd import Crowd, Journal
from tests.drills.ledger import Outcome, of_crowd
from tests.drills.proxy import Proxy
from tests.drills.sizes import Size
from tests.product.running import Product, wait_for


def during(
    product: Product, size: Size, name: str, seconds: float, inject: Callable[[], str], *, ports: list[int] | None = None
) -> tuple[Crowd, Outcome]:  # fmt: skip
    """A crowd sits, the fault is injected, all hand in, the books are compared."""
    crowd = Crowd(product, size.candidates, name, ports=ports)
    for one in crowd.candidates:
        one.line.patience += seconds  # whoever is cut off for so long goes on trying
    crowd.sit(seconds)
    try:
        injected = inject()
    finally:
        crowd.finish()
    return crowd, of_crowd(product, crowd, name, f"{injected}; {crowd.retries} calls repeated")


def web_kills(product: Product, size: Size) -> Outcome:
    """kill -9 of a random process of the web server every second, its master included."""

    def inject() -> str:
        kills = faults.every(size.seconds, 1, lambda: faults.kill_one(product, "gunicorn"))
        return f"{kills} kills of web processes"

    return during(product, size, "web-kills", size.seconds, inject)[1]


def worker_kills(product: Product, size: Size) -> Outcome:
    """kill -9 of a random worker process after every candidate's hand-ins, while they are scored.

    That each is scored once shows afterwards (:func:`tests.drills.ledger.closing`).
    """
    crowd = Crowd(product, size.candidates, "worker-kills")
    kills = 0
    for one in crowd.candidates:
        one.start()
        one.save()
        one.hand_in()
        one.line.sign_in(one.row)
        for other in one.line.insist("GET", "/api/v1/me/attempts/")[1:]:
            one.line.insist("POST", f"/api/v1/attempts/{other['id']}/start/", {})
            one.line.insist("POST", f"/api/v1/attempts/{other['id']}/submit/", {"events": []})
        one.line.hang_up()
        kills += wait_for(lambda: faults.kill_one(product, "celery"), 30, "a worker to kill")
    return of_crowd(product, crowd, "worker-kills", f"{kills} kills of worker processes while they score")


def cold_starts(product: Product, size: Size) -> Outcome:
    """kill -9 of all processes at once, the database among them, and a start from what is on disk."""

    def inject() -> str:
        killed = 0
        for _ in range(size.rounds):
            killed += faults.kill_everything(product)
            product.start()
            time.sleep(size.seconds / 10)
        return f"{killed} processes killed in {size.rounds} blows, each with a cold start"

    return during(product, size, "cold-starts", 10 * size.rounds, inject)[1]


def database_stops(product: Product, size: Size) -> Outcome:
    """PostgreSQL stopped immediately under load; the supervisor starts it again and it recovers."""

    def inject() -> str:
        def blow() -> int:
            done = faults.stop_postgres_immediately(product)
            time.sleep(4)
            return done

        return f"{faults.every(size.seconds, 1, blow)} immediate stops of PostgreSQL"

    return during(product, size, "database-stops", size.seconds, inject)[1]


def restored_backup(product: Product, size: Size) -> Outcome:
    """An older backup put back while everybody sits: whoever was told of more sends it again, and all hand in."""
    crowd = Crowd(product, size.candidates, "restored-backup")
    file = product.data_dir / f"{secrets.token_hex(4)}.backup"
    for one in crowd.candidates:
        one.start()
        one.save()
    product.manage("backup", str(file))
    for one in crowd.candidates:
        for _ in range(5):
            one.save()
    before = crowd.journal.lines()
    product.stop()
    told = json.loads(product.manage("restore", str(file), "--reason", "drill", "--json"))
    product.start()
    crowd.journal = Journal(file.with_suffix(".jsonl"))
    noticed = sum(one.send_again_if_behind(crowd.journal) for one in crowd.candidates)
    for one in crowd.candidates:
        one.hand_in()
        one.hand_in()
        one.line.hang_up()
    found = of_crowd(
        product, crowd, "restored-backup",
        f"a backup put back, {len(told['behind'])} attempts behind, {noticed} noticed and sent again",
    )  # fmt: skip
    kept = {event["key"] for line in crowd.journal.lines() for event in json.loads(line)["request"]["events"]}
    for line in before:
        entry = json.loads(line)
        found.lost += [
            f"{entry['attempt']} key {event['key']}: acknowledged before the restore, not sent again"
            for event in entry["request"]["events"]
            if event["key"] not in kept
        ]
    if not len(told["behind"]) == noticed == size.candidates:
        found.faults.append("not every attempt that fell behind was noticed")
    found.faults += [f"still behind: {one}" for one in still_behind(product)]
    return found


def still_behind(product: Product) -> list[str]:
    """Attempts that ``verify_integrity`` names as not completed since a restore."""
    said = json.loads(product.manage("verify_integrity", "--json"))
    return [attempt for one in said["restores"] for attempt in one["behind"]]


def broker_hung(product: Product, size: Size) -> Outcome:
    """The broker takes connections and never answers, from before the first sign-in until after the last hand-in."""
    crowd = Crowd(product, size.candidates, "broker-hung")
    with faults.hung_broker(product):
        crowd.sit(size.seconds)
        time.sleep(size.seconds)
        crowd.finish()
    return of_crowd(
        product, crowd, "broker-hung", f"broker hung for the whole sitting; {crowd.retries} calls repeated"
    )


def broker_kills(product: Product, size: Size) -> Outcome:
    """kill -9 of the broker, again as soon as it is back: what it held is gone each time."""

    def inject() -> str:
        kills = faults.every(
            size.seconds, 1, lambda: faults.send(product, signal.SIGKILL, faults.valkey(product))
        )
        return f"{kills} kills of the broker, which keeps nothing"

    return during(product, size, "broker-kills", size.seconds, inject)[1]


def network_cuts(product: Product, size: Size) -> Outcome:
    """The network of a third of the candidates swallows everything, for three lengths of time."""
    proxies = [Proxy(product.port) for _ in size.cuts]
    # Of nine candidates one sits behind each of the three bad lines.
    ports = [proxy.port for proxy in proxies] + [product.port] * 6

    def inject() -> str:
        end = time.monotonic() + max(size.cuts) + 5
        for proxy in proxies:
            proxy.cut.set()
        for seconds, proxy in sorted(zip(size.cuts, proxies, strict=True), key=lambda pair: pair[0]):
            time.sleep(max(0, end - 5 - max(size.cuts) + seconds - time.monotonic()))
            proxy.cut.clear()
        time.sleep(max(0, end - time.monotonic()))
        lengths = ", ".join(f"{seconds:g}" for seconds in size.cuts)
        return (
            f"a third cut off for {lengths} s, {sum(proxy.swallowed for proxy in proxies)} messages swallowed"
        )

    try:
        return during(product, size, "network-cuts", max(size.cuts), inject, ports=ports)[1]
    finally:
        for proxy in proxies:
            proxy.close()


def lost_answers(product: Product, size: Size) -> Outcome:
    """One answer in five is lost after the commit; the candidate repeats with the same keys."""
    proxy = Proxy(product.port, loss=0.2)

    def inject() -> str:
        time.sleep(size.seconds)
        return f"{proxy.dropped} answers lost after the commit"

    try:
        crowd, found = during(product, size, "lost-answers", size.seconds, inject, ports=[proxy.port])
        found.injected = f"{proxy.dropped} answers lost after the commit; {crowd.retries} calls repeated"
        return found
    finally:
        proxy.close()


def rolling_restart(product: Product, size: Size) -> Outcome:
    """The web server is reloaded and ended in order, and the schema migrates, all under load."""

    def inject() -> str:
        done = {"reloads": 0, "orderly ends": 0, "migrations": 0}
        end = time.monotonic() + size.seconds
        while time.monotonic() < end:
            done["reloads"] += faults.tell_web_master(product, signal.SIGHUP)
            time.sleep(2)
            product.manage("migrate", "--noinput", "-v", "0")
            # As a release adds a column: wait briefly for the lock, never hold up the queue behind it.
            faults.as_owner(
                product, "SET lock_timeout = '1s'", "ALTER TABLE exams_attempt ADD COLUMN drill integer",
                "ALTER TABLE exams_attempt DROP COLUMN drill",
            )  # fmt: skip
            done["migrations"] += 1
            done["orderly ends"] += faults.tell_web_master(product, signal.SIGTERM)
            time.sleep(3)
        return ", ".join(f"{number} {what}" for what, number in done.items())

    return during(product, size, "rolling-restart", size.seconds, inject)[1]


def one_after_another(product: Product, size: Size) -> Outcome:
    """The short selection: one crowd, half of it on a line that loses answers, meets kills of everything in turn."""
    proxy = Proxy(product.port, loss=0.2)

    def inject() -> str:
        web = faults.every(size.seconds, 1, lambda: faults.kill_one(product, "gunicorn"))
        worker = faults.every(size.seconds / 2, 1, lambda: faults.kill_one(product, "celery"))
        broker = faults.send(product, signal.SIGKILL, faults.valkey(product))
        database = faults.stop_postgres_immediately(product)
        time.sleep(2)
        faults.postmaster(product)
        everything = faults.kill_everything(product)
        product.start()
        return (
            f"{web} kills of web, {worker} of worker, {broker} of broker processes, {database} immediate stop of "
            f"PostgreSQL, {everything} processes killed at once, {proxy.dropped} answers lost after the commit"
        )

    try:
        return during(
            product, size, "one-after-another", 2 * size.seconds, inject, ports=[product.port, proxy.port]
        )[1]
    finally:
        proxy.close()


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own, of limited size; OSError where this machine allows no mount."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise OSError(str(error)) from None
    if done.returncode:
        raise OSError(done.stderr.strip() or "mount refused")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def disk_full(folder: Path, size: Size) -> Outcome:
    """The database's disk fills up under load and is freed again; a product of its own on a small file system."""
    try:
        with small_disk(folder, 700) as disk:
            product = Product(disk)
            product.start()
            try:
                return _fill(product, size)
            finally:
                product.stop()
    except OSError as error:
        return Outcome("disk-full", "", not_run=f"not possible here: {error}")


def _fill(product: Product, size: Size) -> Outcome:
    filler = product.data_dir / "filler"
    # The journal is the candidates': it does not lie on the server's disk.
    crowd = Crowd(product, size.candidates, "disk-full", journal=product.data_dir.parent / "disk-full.jsonl")
    crowd.sit(size.seconds)
    before = crowd.retries
    try:
        done = threading.Event()
        filling = threading.Thread(target=_keep_full, args=(filler, done))
        filling.start()
        time.sleep(size.seconds)
        done.set()
        filling.join()
        refused = crowd.retries - before
        filled = filler.stat().st_size // 2**20
        filler.unlink()
    finally:
        crowd.finish()
    found = of_crowd(
        product,
        crowd,
        "disk-full",
        f"disk full ({filled} MB) for {size.seconds:g} s, {refused} calls refused",
    )
    if not refused:
        found.faults.append("the full disk was never felt")
    return found


def _keep_full(filler: Path, done: threading.Event) -> None:
    """Take every byte as it becomes free."""
    with filler.open("wb", buffering=0) as file:
        while not done.is_set():
            try:
                file.write(bytes(2**16))
            except OSError:
                try:
                    file.write(bytes(512))
                except OSError:
                    done.wait(0.02)
        os.fsync(file.fileno())


def forgetful_database(product: Product, size: Size) -> Outcome:
    """Negative control: a PostgreSQL that acknowledges before it writes is killed; the books must show the loss."""
    crowd = Crowd(product, size.candidates, "forgetful")
    crowd.sit(3)
    faults.make_forgetful(product)
    time.sleep(2)
    faults.kill_everything(product)
    crowd.over.set()
    product.start()
    crowd.finish()
    return of_crowd(product, crowd, "forgetful", "commits acknowledged from memory, then everything killed")
