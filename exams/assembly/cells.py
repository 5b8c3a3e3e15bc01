"""How many items of each type each area gets: a two-way table with given row and column sums.

Row sums come from the areas' shares of the requirements by largest remainder (practical.md §4.2); the inside is a
controlled rounding: every cell is near its proportional value and all sums are exact.
"""

from collections.abc import Sequence
from fractions import Fraction


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` in proportion to ``weights``; ties go to the earlier one."""
    whole = sum(weights)
    exact = [Fraction(total * weight, whole) for weight in weights]
    counts = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda index: (counts[index] - exact[index], index))
    for index in order[: total - sum(counts)]:
        counts[index] += 1
    return counts


def two_way_table(rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Integer table with exact ``rows`` and ``columns`` sums (their totals must agree), near proportional.

    Row by row, each row takes its share of what the columns still have; the last row takes the rest, so the sums
    cannot drift.
    """
    if sum(rows) != sum(columns):
        raise ValueError("row and column sums differ")
    left = list(columns)
    table = []
    for row in rows:
        cells = largest_remainder(row, left)
        left = [have - taken for have, taken in zip(left, cells, strict=True)]
        table.append(cells)
    return table
