"""How long a standard takes to load and its pages to be made.

    .venv/bin/python -m bench.standards [--standards 200]

Method: in one transaction that is rolled back at the end, the reference standard is loaded (best of five, in a
savepoint that is undone each time), then as many copies under other codes as asked for; the list and the tree are
asked for through Django's test client by an administrator, twenty times each after one warm-up, in this process.
Printed: milliseconds (median, worst) and the number of queries, with the machine.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certification.settings")

from certification import environment

environment.ensure(["manage.py", "bench"])

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from lib.clock import database_now
from standards.models import Standard
from standards.services import load_standard

FILE = Path(settings.BASE_DIR) / "standards" / "data" / "530053-2021-v2.0.txt"


def load(text: str) -> str:
    return load_standard(data=text.encode(), filename="s.txt", by="bench", at=database_now()).outcome


def timed(what: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each call."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        found.append(1000 * (time.perf_counter() - start))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--standards", type=int, default=200)
    wanted = parser.parse_args().standards
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    settings.ALLOWED_HOSTS = ["testserver"]
    text = FILE.read_text(encoding="utf-8").replace("530053", "bench")
    with transaction.atomic():

        def once() -> None:
            with transaction.atomic():
                assert load(text) == "created"
                transaction.set_rollback(True)

        loads = timed(once, 5)
        print(f"load: best {min(loads):.0f} ms, worst {max(loads):.0f} ms")
        for number in range(wanted):
            load(text.replace("bench", f"b{number:05d}"))
        body = Organisation.objects.create(code="BENCH", name="bench", kind=OrganisationKind.EVALUATOR)
        user = User.objects.create(username="bench", display_name="bench", password="!")
        Membership.objects.create(user=user, organisation=body, role=Role.ADMINISTRATOR)
        client = Client()
        client.force_login(user)
        tree = Standard.objects.get(code="b00000")
        for name, address in (
            (f"list of {wanted}", "/standards/"),
            ("tree", f"/standards/{tree.uuid}/"),
            ("coverage", f"/standards/{tree.uuid}/?section=coverage"),
            ("search", f"/standards/{tree.uuid}/?q=帐号"),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            # Counted now: the next request empties the log.
            asked = len(queries)
            times = timed(lambda address=address: client.get(address), 20)
            print(
                f"{name}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms, {asked} queries"
            )
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
