"""How long and how large the drills are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """``seconds`` a fault lasts, ``rounds`` of what is repeated by the round, ``cuts`` of the network in seconds."""

    candidates: int
    seconds: float
    rounds: int
    cuts: tuple[float, float, float]
    races: int
    double_clicks: int
    works: int  # practical works handed in where scoring is what fails


FULL = Size(candidates=24, seconds=45, rounds=3, cuts=(60, 180, 600), races=1000, double_clicks=20, works=500)
# The same drills in a few minutes, to try a change.
BRIEF = Size(candidates=12, seconds=12, rounds=1, cuts=(5, 10, 20), races=100, double_clicks=3, works=60)
# What `make test` runs of them.
TEST = Size(candidates=6, seconds=4, rounds=1, cuts=(1, 2, 3), races=25, double_clicks=1, works=24)
