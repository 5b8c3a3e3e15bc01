"""Loaded before Django is set up (pytest's ``-p``): the tests' own PostgreSQL and Valkey, beside any demo that runs."""

import os
from pathlib import Path

os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / "var-test"))

from certification import environment

environment.ensure(["manage.py", "test"])

# The suite's own flush is TRUNCATE; the switch lets it empty append-only tables. The product's role has no TRUNCATE
# privilege at all, so the switch opens nothing there.
# (A worker process of xdist inherits the address with the switch already in it.)
SWITCH = "?options=-c%20certification.allow_truncate%3Don"
os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"].removesuffix(SWITCH) + SWITCH

# Each test process has a cache and broker of its own, so that one's clearing never meets another's counting.
worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{worker + 1}"
