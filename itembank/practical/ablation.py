"""Does a criterion react to the skill it claims? Take parts of the model answer away and see.

A criterion that keeps most of its points whatever is missing from the model answer examines nothing: it pays for an
absence, or for something every answer has. The parts are found in the answer itself, so that no author and no kind has
to list them: every key, and every column of a list of rows.
"""

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str, ...]
ROWS = "*"  # stands for every row of a list


def parts_removed(answer: Any) -> Iterator[tuple[str, Any]]:
    """(name of the part, the answer without it): each key of each object, each column of each list of rows."""
    for path in dict.fromkeys(_paths(answer, ())):
        without = copy.deepcopy(answer)
        _cut(without, path)
        yield ".".join(path), without


def _paths(node: Any, path: Path) -> Iterator[Path]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from _paths(value, (*path, key))
    elif isinstance(node, list):
        for row in node:
            if isinstance(row, dict):
                yield from _paths(row, (*path, ROWS))


def _cut(node: Any, path: Path) -> None:
    """Remove what the path names, in place; rows that do not have it stay as they are."""
    first, rest = path[0], path[1:]
    if first == ROWS:
        for row in node:
            if isinstance(row, dict):
                _cut(row, rest)
    elif isinstance(node, dict) and first in node:
        if rest:
            _cut(node[first], rest)
        else:
            del node[first]
