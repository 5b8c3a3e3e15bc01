"""The four figures an outcome is measured by, computed when a task is made and frozen in its key.

A naive, a just sufficient and a reference answer stand for 0, 60 and 90 percent. The upper bound is what no
account can exceed: for each query the best page, creative and match at any bid, and the budget divided among
them as a linear programme would. Full marks ask for 60 percent of the way from the reference to the bound.
"""

from fractions import Fraction
from math import ceil
from typing import Any

from itembank.practical.sem.account import cents, read_account
from itembank.practical.sem.engine import (
    MILLION,
    MOST_ATTRACTION,
    Flow,
    World,
    adverts,
    interpolate,
    simulate,
)

BIDS = [round(20 * 150 ** (step / 47)) for step in range(48)]  # 0.20 to 30 yuan in equal proportions
HALVINGS = 60
PASS_SHARE, REFERENCE_SHARE, STRETCH = Fraction(6, 10), Fraction(9, 10), Fraction(6, 10)


def flow_of(content: Any, key: Any, world: Any, submission: Any) -> Flow:
    """The expected day of a submission."""
    ready = World(world)
    account = read_account(submission, content, key["law"])
    return simulate(ready, account, adverts(ready, account, content))


def millionths(value: Fraction) -> int:
    """A figure as it is frozen."""
    return round(value * MILLION)


def anchors(content: Any, key: Any, world: Any, answers: dict[str, Any]) -> dict[str, int]:
    """The four anchors, in millionths of a conversion, from the answers `weak`, `pass` and `model`."""
    found = {
        name: millionths(flow_of(content, key, world, answers[golden]).conversions)
        for name, golden in (("naive", "weak"), ("pass", "pass"), ("reference", "model"))
    }
    return {**found, "bound": upper_bound(World(world), cents(content["daily_budget"]) or 0)}


def efficiency(content: Any, key: Any, world: Any, answers: dict[str, Any]) -> dict[str, list[int]]:
    """Average quality and price of a click of the weak and the model answer, as a criterion freezes them."""
    flows = [flow_of(content, key, world, answers[golden]) for golden in ("weak", "model")]
    return {
        "quality": [round(flow.quality / flow.impressions) for flow in flows],
        "price": [round(flow.cost / flow.clicks) for flow in flows],
    }


def outcome_share(conversions: Fraction, frozen: dict[str, int]) -> Fraction:
    """Share of the points: straight lines from anchor to anchor."""
    return interpolate(Fraction(millionths(conversions)), outcome_line(frozen))


def outcome_line(frozen: dict[str, int]) -> list[tuple[Fraction, Fraction]]:
    """Millionths of a conversion with the share of the points that they earn, from the first point to full marks."""
    naive, passing, reference = (Fraction(frozen[name]) for name in ("naive", "pass", "reference"))
    top = reference + STRETCH * (frozen["bound"] - reference)
    return [(naive, Fraction(0)), (passing, PASS_SHARE), (reference, REFERENCE_SHARE), (top, Fraction(1))]


def upper_bound(world: World, budget: int) -> int:
    """Millionths of a conversion a day that no account can exceed with this budget (in cents).

    Choosing one bid per query under a budget is a fractional multiple-choice knapsack. Its Lagrangian dual
    is convex in the one multiplier, so halving an interval finds the optimum of the linear programme; every
    value of the dual is itself an upper bound, so stopping early errs on the safe side.
    """
    rows = [_offers(world, query) for query in range(len(world.queries))]
    limit = budget / 100

    def dual(multiplier: float) -> float:
        gains = (max(0.0, *(v - multiplier * c for v, c in row)) for row in rows)
        return sum(gains) + multiplier * limit

    def spent(multiplier: float) -> float:
        best = (max(row, key=lambda offer: offer[0] - multiplier * offer[1]) for row in rows)
        return sum(cost for value, cost in best if value > multiplier * cost)

    low, high = 0.0, max((v / c for row in rows for v, c in row if c), default=0.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if spent(middle) > limit:
            low = middle
        else:
            high = middle
    return ceil(min(dual(low), dual(high)) * MILLION)


def _offers(world: World, query: int) -> list[tuple[float, float]]:
    """(conversions, cost in yuan) of a query at each bid with the best quality there is."""
    fit = max(world.fit(landing, query) for landing in world.data["landings"])
    quality = world.quality(query, "exact", fit, MOST_ATTRACTION)
    flows = [world.day(query, bid, quality, fit, MOST_ATTRACTION, MOST_ATTRACTION) for bid in BIDS]
    return [(float(flow.conversions), float(flow.cost / 10_000)) for flow in flows]
