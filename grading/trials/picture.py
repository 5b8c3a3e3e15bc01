"""The picture of a trial: each work by its old points and its change, as circles for an SVG. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from grading.trials.difference import Work

# The plane of the drawing in user units of the SVG, and how many steps tell two works apart on it.
LEFT, RIGHT, TOP, BOTTOM = 70, 624, 24, 256
COLUMNS, ROWS = 60, 30
SMALLEST, LARGEST = 4.0, 18.0


@dataclass(frozen=True)
class Dot:
    """Works at one place; lengths in user units."""

    x: str
    y: str
    r: str
    kind: str  # up, down, same
    title: str


@dataclass(frozen=True)
class Picture:
    """Dots over an axis from 0 to ``maximum`` points and one from ``-reach`` to ``+reach``."""

    dots: list[Dot]
    maximum: str
    half: str
    reach: str


def picture_of(works: Sequence[Work]) -> Picture | None:
    """The picture, or None without a work. A circle's area goes with the number of works in it."""
    if not works:
        return None
    maximum = max(work.maximum for work in works)
    reach = Decimal(max(1, math.ceil(max(abs(work.change) for work in works))))
    places = Counter((_step(work.old / maximum, COLUMNS), _step(work.change / reach, ROWS)) for work in works)
    dots = []
    # The largest first: small ones lie on top of them.
    for (column, row), number in sorted(places.items(), key=lambda one: -one[1]):
        old, change = maximum * column / COLUMNS, reach * row / ROWS
        x = LEFT + (RIGHT - LEFT) * column / COLUMNS
        y = (TOP + BOTTOM) / 2 - (BOTTOM - TOP) / 2 * row / ROWS
        kind = "up" if row > 0 else "down" if row < 0 else "same"
        radius = min(LARGEST, SMALLEST * math.sqrt(number))
        title = f"{number} 份：现行版约 {_plain(old)} 分，{_said(change)}"
        dots.append(Dot(f"{x:.1f}", f"{y:.1f}", f"{radius:.1f}", kind, title))
    return Picture(dots, _plain(maximum), _plain(maximum / 2), _plain(reach))


def _step(share: Decimal, steps: int) -> int:
    """The step for a share between -1 and 1; nothing that changed lands on the line of those that did not."""
    step = round(share * steps)
    return step or (share > 0) - (share < 0)


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.1')):f}".removesuffix(".0")


def _said(change: Decimal) -> str:
    return f"约{'提高' if change > 0 else '降低'} {_plain(abs(change))} 分" if change else "不变"
