"""Tables with merged cells to plain rows, the same for every format that has them.

A merged cell's words stand in its first row and column; the rest of it is blank, as in a table typed with tabs.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A cell as a format gives it; ``text`` has a line break between paragraphs, spans are at least 1."""

    text: str
    columns: int = 1
    rows: int = 1


# A row that wide is no table of a standard: what stands further right is not looked at, and the row is a fault anyway.
WIDEST = 30


def plain_rows(rows: list[list[Cell]]) -> list[tuple[str, ...]]:
    """Rows of cells with spans to rows of texts."""
    result: list[tuple[str, ...]] = []
    # Column → rows that a cell from above still covers.
    covered: dict[int, int] = {}
    for cells in rows:
        texts: list[str] = []
        queue = list(cells)
        while (queue or covered.get(len(texts))) and len(texts) < WIDEST:
            column = len(texts)
            if covered.get(column):
                covered[column] -= 1
                texts.append("")
                continue
            cell = queue.pop(0)
            for offset in range(cell.columns):
                covered[column + offset] = cell.rows - 1
                texts.append("" if offset else cell.text)
        result.append(tuple(texts))
    return result


def as_line(cells: tuple[str, ...], spans: int) -> str | None:
    """The text of a row that is one cell over the whole width (a caption set inside the table), or None.

    :param spans: how many cells the row was made of before spans were resolved.
    """
    return cells[0] if spans == 1 and not any(cells[1:]) else None
