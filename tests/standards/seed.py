"""The reference standard's file and small damages to it."""

from pathlib import Path

SEED = Path(__file__).resolve().parents[2] / "standards" / "data" / "530053-2021-v2.0.txt"
DATA = SEED.read_bytes()
TEXT = DATA.decode()


def line_of(part: str, *, text: str = TEXT, after: int = 1) -> int:
    """1-based number of the first line from ``after`` on that contains ``part``."""
    for number, line in enumerate(text.split("\n"), 1):
        if number >= after and part in line:
            return number
    raise AssertionError(f"{part!r} is not in the file")


def replaced(line: int, old: str, new: str, *, text: str = TEXT) -> str:
    """The text with ``old`` replaced once in one line; the line must have it."""
    lines = text.split("\n")
    assert old in lines[line - 1], (line, old, lines[line - 1])
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    return "\n".join(lines)


def without(line: int, *, text: str = TEXT) -> str:
    """The text without one line."""
    lines = text.split("\n")
    del lines[line - 1]
    return "\n".join(lines)


def inserted(line: int, new: str, *, text: str = TEXT) -> str:
    """The text with a line put in before ``line``."""
    lines = text.split("\n")
    lines.insert(line - 1, new)
    return "\n".join(lines)
