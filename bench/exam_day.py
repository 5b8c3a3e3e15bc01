"""A whole exam of N candidates through nginx: the start storm, saves for some minutes, the hand-in storm, and N overdue
attempts closed by the server at once.

    .venv/bin/python -m bench.exam_day --candidates 1000 --seconds 600 --nginx

Starts and hand-ins are spread evenly over ten seconds each; every candidate saves about every ten seconds
(exponential), one answer at a time, while the open page asks for its time every ``--poll`` seconds (0: never). Everything acknowledged is compared with what is stored, see bench/rig.py. For the
last part the owner of the database sets the second session's clocks back past end and grace; the running scheduler does
the rest, and the times are the attempts' own.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2

from bench.rig import MACHINE, Rig, parser, report, rig, started

STORM_SECONDS = 10


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--seconds", type=int, default=600, help="how long the candidates save")
    options.add_argument(
        "--think", type=float, default=10, help="mean seconds between saves of one candidate"
    )
    options.add_argument("--poll", type=float, default=2, help="seconds between status calls of one page")
    asked = options.parse_args()
    with rig(asked) as one:
        measure(one, asked)


def measure(one: Rig, options: argparse.Namespace) -> None:
    """The phases in their order, each reported as soon as it is over."""
    folder = one.product.data_dir
    starts, saves, hand_ins = folder / "starts.jsonl", folder / "saves.jsonl", folder / "hand_ins.jsonl"
    number = options.candidates
    print(MACHINE, flush=True)
    done = one.act("start", one.sign_in(number, "day"), starts, seconds=STORM_SECONDS)
    report(f"starts within {STORM_SECONDS} s", done, done["all"])
    seats, sections = started(starts)
    assert len(seats) == number
    with ThreadPoolExecutor(1) as pool:
        watching = None
        if options.poll:
            watching = pool.submit(
                one.drive, "watch", seats, folder / "none.jsonl", seconds=options.seconds, think=options.poll
            )
        done = one.act("save", seats, saves, seconds=options.seconds, think=options.think, batch=1)
    report(f"saves, think {options.think} s, {options.seconds} s", done, done["all"])
    if watching:
        seen = watching.result()
        print(
            f"    beside them status calls every {options.poll} s: {seen['all']}, ms {seen['latency_ms']}, errors "
            f"{seen['errors']}, unanswered {seen['unanswered']}; their CPU is in the figures above: saves and status calls "
            f"together {done['all'] + seen['all']}"
        )
    done = one.act("submit", seats, hand_ins, seconds=STORM_SECONDS)
    report(f"hand-ins within {STORM_SECONDS} s", done, done["all"])
    print(one.compare(seats, sections, saves, hand_ins), flush=True)
    one.act("start", one.sign_in(number, "late"), starts, seconds=STORM_SECONDS)
    print(close_overdue(one, [seat["attempt"] for seat in started(starts)[0]]))


def close_overdue(one: Rig, attempts: list[str]) -> str:
    """Set the clocks of all these attempts back at once and wait until the server has handed them in."""
    line = psycopg2.connect(one.database_url)
    line.autocommit = True
    with line.cursor() as cursor:
        before = one.cpu()
        cursor.execute(
            "UPDATE exams_attempt SET started_at = started_at - interval '12 hours', "
            "clock_from = clock_from - interval '12 hours' WHERE uuid = ANY (%s::uuid[]) "
            "RETURNING clock_timestamp()",
            [attempts],
        )
        due: Any = cursor.fetchall()[-1][0]
        while True:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE state = 'in_progress'), min(submitted_at), max(submitted_at) "
                "FROM exams_attempt WHERE uuid = ANY (%s::uuid[])",
                [attempts],
            )
            open_still, first, last = cursor.fetchone()
            if not open_still:
                break
            time.sleep(0.2)
        cursor.execute(
            "SELECT count(*) FROM exams_receipt r JOIN exams_attempt a ON a.id = r.attempt_id "
            "WHERE a.uuid = ANY (%s::uuid[])",
            [attempts],
        )
        (receipts,) = cursor.fetchone()
    line.close()
    database = one.cpu()["PostgreSQL"] - before["PostgreSQL"]
    return (
        f"{len(attempts)} overdue attempts closed by the server, {receipts} receipts: first to last "
        f"{(last - first).total_seconds():.2f} s, last one {(last - due).total_seconds():.2f} s after it was due "
        f"(the sweep looks every second); PostgreSQL CPU {database * 1000 / len(attempts):.2f} ms each"
    )


if __name__ == "__main__":
    main()
