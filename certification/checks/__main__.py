"""Runs all checks, two at a time, and prints what failed. Exit 1 on any."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from certification.checks import npm, pages

BIN = os.path.dirname(sys.executable)
MANAGE = [sys.executable, "-W", "ignore", "manage.py"]


@dataclass(frozen=True)
class Outcome:
    name: str
    ok: bool
    output: str
    seconds: float


# The slowest first, so that two cores are busy to the end.
CHECKS: dict[str, list[str]] = {
    "types (mypy)": [f"{BIN}/mypy", "."],
    "templates (djlint)": [f"{BIN}/djlint", "--lint", "--quiet", "templates"],
    "migrations are complete": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "API schema": [*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull],
    "lint (ruff)": [f"{BIN}/ruff", "check", "--quiet", "."],
    "format (ruff)": [f"{BIN}/ruff", "format", "--check", "--quiet", "."],
    "floor plan (import-linter)": [f"{BIN}/lint-imports", "--no-cache"],
    "dependencies (deptry)": [f"{BIN}/deptry", "."],
    "Django, linear migrations": [*MANAGE, "check"],
    "state diagrams": [sys.executable, "-m", "certification.checks.diagrams"],
    "scripts fit Chrome 109 (eslint)": [*npm.tool("eslint", "bin/eslint.js"), "static"],
    "styles fit Chrome 109 (stylelint)": [*npm.tool("stylelint", "bin/stylelint.mjs"), "static/**/*.css"],
}


def run(name: str, command: list[str]) -> Outcome:
    """Run one check in the checkout."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=npm.CHECKOUT, capture_output=True, text=True, check=False)
    return Outcome(name, done.returncode == 0, done.stdout + done.stderr, time.monotonic() - start)


def page_rules() -> Outcome:
    """The rules of certification.checks.pages."""
    start = time.monotonic()
    faults = pages.faults()
    return Outcome("templates keep the CSP", not faults, "\n".join(faults), time.monotonic() - start)


def main() -> int:
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda row: run(*row), CHECKS.items()))
    outcomes.append(page_rules())
    for outcome in outcomes:
        print(f"{'ok  ' if outcome.ok else 'FAIL'} {outcome.seconds:5.1f} s  {outcome.name}")
        if not outcome.ok:
            print(outcome.output.strip()[-6000:])
    failed = sum(not outcome.ok for outcome in outcomes)
    print(f"{len(outcomes) - failed} checks ok, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
