"""Run the drills: ``python -m tests.drills [--brief] [DRILL ...]``; exit 1 when one is red or could not be run."""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.drills import outages, races, scoring
from tests.drills.ledger import Outcome, closing
from tests.drills.sizes import BRIEF, FULL, Size
from tests.product.running import CHECKOUT, Product

SHARED: dict[str, Callable[[Product, Size], Outcome]] = {
    "web-kills": outages.web_kills,
    "worker-kills": outages.worker_kills,
    "scoring-kills": scoring.scoring_kills,
    "cold-starts": outages.cold_starts,
    "database-stops": outages.database_stops,
    "restored-backup": outages.restored_backup,
    "broker-hung": outages.broker_hung,
    "broker-kills": outages.broker_kills,
    "network-cuts": outages.network_cuts,
    "lost-answers": outages.lost_answers,
    "rolling-restart": outages.rolling_restart,
    "client-clocks": races.client_clocks,
    "double-clicks": races.double_clicks,
    "double-grants": races.double_grants,
    "save-races": races.save_races,
    "time-outs": races.time_outs,
}


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Product]:
    """A product of its own in a folder the database's user may enter."""
    folder.mkdir(mode=0o755)
    product = Product(folder)
    product.start()
    try:
        yield product
    finally:
        product.stop()


def main() -> int:
    names = [*SHARED, "poisoned-runs", "disk-full", "negative-control", "state-machine", "browser-offline"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drills", nargs="*", metavar="DRILL", help=", ".join(names))
    parser.add_argument("--brief", action="store_true", help="the same drills with short durations")
    options = parser.parse_args()
    chosen = options.drills or names
    if unknown := set(chosen) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    size = BRIEF if options.brief else FULL
    outcomes: list[Outcome] = []

    def note(name: str, drill: Callable[[], Outcome]) -> None:
        began = time.monotonic()
        try:
            found = drill()
        except Exception as error:  # a drill that breaks is red, the others still run
            found = Outcome(name, "broke off", faults=[repr(error)])
        outcomes.append(found)
        print(f"{found} ({time.monotonic() - began:.0f} s)", flush=True)

    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        shared = [drill for drill in chosen if drill in SHARED]
        if shared:
            with running(base / "shared") as product:
                for drill in shared:
                    note(drill, lambda drill=drill: SHARED[drill](product, size))
                note("afterwards", lambda: closing(product))
        if "poisoned-runs" in chosen:  # they stay unscored: a product of its own
            with running(base / "poison") as product:
                note("poisoned-runs", lambda: scoring.poisoned_runs(product, size))
        if "disk-full" in chosen:
            note("disk-full", lambda: outages.disk_full(base / "disk", size))
        if "negative-control" in chosen:
            with running(base / "control") as product:
                note("negative-control", lambda: control(outages.forgetful_database(product, size)))
        if "state-machine" in chosen:
            note("state-machine", lambda: state_machine(size))
        if "browser-offline" in chosen:
            note("browser-offline", lambda: browser_offline(size))
    return 0 if all(found.ok for found in outcomes) else 1


def state_machine(size: Size) -> Outcome:
    """The attempt's services against their model, in a test process with a database of its own."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:randomly",
        "tests/drills/test_attempt_machine.py",
    ]
    profile = [] if size is BRIEF else ["--hypothesis-profile=drill"]
    done = subprocess.run([*command, *profile], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    runs = "25 runs of 30 steps" if size is BRIEF else "1,000 runs of 50 steps"
    found = Outcome("state-machine", f"{runs} against the model")
    if done.returncode:
        found.faults.append(done.stdout[-2000:] + done.stderr[-500:])
    return found


def browser_offline(size: Size) -> Outcome:
    """Chromium without network for as long as the longest cut, with a reload and a killed browser; then all arrives."""
    test = "tests/sit/test_never_forgets.py::test_without_network_through_reload_and_kill_everything_arrives"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", test], cwd=CHECKOUT, capture_output=True, text=True, check=False,
        env={**os.environ, "OFFLINE_SECONDS": str(max(size.cuts))},
    )  # fmt: skip
    found = Outcome(
        "browser-offline", f"a browser without network for {max(size.cuts):g} s, reloaded and killed"
    )
    if done.returncode:
        found.faults.append(done.stdout[-2000:] + done.stderr[-500:])
    return found


def control(found: Outcome) -> Outcome:
    """The drill on a faulty product must be red for what it lost: only then is green worth anything."""
    turned = Outcome(
        "negative-control",
        f"{found.injected}; the books showed {len(found.lost)} of {found.acknowledged} acknowledged answers lost",
    )
    if not found.lost:
        turned.faults.append("a product that forgets passed the drill")
    return turned


if __name__ == "__main__":
    sys.exit(main())
