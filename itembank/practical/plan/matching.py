"""Giving each wish a row of its own, so that one row about everything does not meet every wish."""

from collections.abc import Sequence


def assigned(options: Sequence[Sequence[int]]) -> list[int | None]:
    """Per wish the row that serves it, or None: as many wishes as possible are served (augmenting paths)."""
    owner: dict[int, int] = {}

    def place(wish: int, tried: set[int]) -> bool:
        for row in options[wish]:
            if row not in tried:
                tried.add(row)
                if row not in owner or place(owner[row], tried):
                    owner[row] = wish
                    return True
        return False

    for wish in range(len(options)):
        place(wish, set())
    served: dict[int, int] = {wish: row for row, wish in owner.items()}
    return [served.get(wish) for wish in range(len(options))]
