"""Saves per second through the contract's API, with every acknowledgement compared with what is stored.

    .venv/bin/python -m bench.saves --candidates 100 --seconds 20 [--think 0] [--batch 1] [--nginx]

Starts a product of its own (its usual gunicorn and PostgreSQL with fsync), seats the candidates, lets the driver
(``bench.driver``, a process of its own) save for some seconds, hands the attempts in, then compares journal, exported
events and receipts (``bench.audit``, which shares nothing with the server), and measures PostgreSQL's own limit with the
same insert (``bench.limit``). CPU is user + system time of all processes of a kind, from /proc. Driver, product and
database share the machine: run nothing else beside.
"""

import argparse

from bench.rig import MACHINE, Rig, parser, report, rig, started


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--think", type=float, default=0, help="mean seconds between saves of one candidate")
    options.add_argument("--batch", type=int, default=1, help="answers per save")
    asked = options.parse_args()
    with rig(asked) as one:
        measure(one, asked)


def measure(one: Rig, options: argparse.Namespace) -> None:
    """One measurement and its report."""
    folder = one.product.data_dir
    starts, saves, hand_ins = folder / "starts.jsonl", folder / "saves.jsonl", folder / "hand_ins.jsonl"
    spread = max(1, options.candidates // 50)
    one.act("start", one.sign_in(options.candidates, "bench"), starts, seconds=spread)
    seats, sections = started(starts)
    done = one.act("save", seats, saves, seconds=options.seconds, think=options.think, batch=options.batch)
    one.act("submit", seats, hand_ins, seconds=spread)
    print(MACHINE)
    print(f"candidates {options.candidates}, answers per save {options.batch}, think {options.think} s")
    report("saves", done, done["all"])
    print(one.compare(seats, sections, saves, hand_ins))
    own, cost = one.own_limit()
    rate = done["done"] / done["seconds"] * options.batch
    print(
        f"PostgreSQL's own limit, same insert, 16 clients: {own:.0f} rows/s, {cost:.2f} ms CPU each; "
        f"answers/s : limit = {rate / own:.2f}"
    )


if __name__ == "__main__":
    main()
