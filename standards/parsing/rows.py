"""One table row to its parts: which area, which task, which text. Faults of single cells are found here."""

import re
from dataclasses import dataclass

from standards.parsing.table_notes import TableNotes
from standards.parsing.text import CJK, heal_spaces, plain_digits, without_spaces

HEADER = ("工作领域", "工作任务", "职业技能要求")

_AREA = re.compile(r"^([0-9lIOo]{1,3})(?:\s*[.、]\s*|\s+|(?=[^0-9.、\s]))([^0-9.].*|[0-9]+[^0-9.].*)?$")
_TASK = re.compile(r"^([0-9lIOo]{1,3}\s?\.\s?[0-9lIOo]{1,3})(?![0-9.])[.、\s]*(.*)$")
_WHOLE = re.compile(
    r"^(?:(?P<area>\d+\s*[.、]\s*[^\d.、\s].*?)(?=\s*\d+\.\d+\s|$))?\s*"
    r"(?:(?P<task>\d+\.\d+\s+(?!\d).*?)(?=\s\d+\.\d+\.\d+|$))?\s*(?P<text>.*)$",
    re.DOTALL,
)
_LETTERS = str.maketrans("lIOo", "1100")
_STRAY = re.compile(rf"^[lIOo0-9](?=[{CJK}])")


@dataclass(frozen=True)
class Numbered:
    """A numbered name of the first or second column. ``number`` is empty when none is printed."""

    number: tuple[int, ...]
    printed_number: str
    name: str
    printed_name: str
    letters: bool


def dotted(code: tuple[int, ...]) -> str:
    """(1, 1, 3) → 1.1.3"""
    return ".".join(map(str, code))


def stray_letter(notes: TableNotes, text: str, code: str, line: int) -> None:
    """Say when a digit, or a letter that looks like one, sticks between a number and its Chinese text."""
    if match := _STRAY.match(text):
        message = f"编号 {code} 后面紧跟着“{match[0]}”，不像正文，请核对编号后再试。"
        notes.error("letter_for_digit", message, line, code)


def is_header(cells: tuple[str, ...]) -> bool:
    """A header row, whatever the order and number of its columns."""
    words = {without_spaces(cell) for cell in cells}
    return len(words & set(HEADER)) >= 2


def is_exact_header(cells: tuple[str, ...]) -> bool:
    words = tuple(without_spaces(cell) for cell in cells)
    return words in (HEADER, (*HEADER[:2], "职业技能等级要求"))


def read_area(cell: str) -> Numbered:
    """``4. 社交网络 自媒体内容 推广`` → (4,), the healed name and the name as printed."""
    return _numbered(_AREA.match(plain_digits(cell)), cell)


def read_task(cell: str) -> Numbered:
    """``1.1 名称`` → (1, 1), the healed name and the name as printed."""
    return _numbered(_TASK.match(plain_digits(cell)), cell)


def _numbered(match: re.Match[str] | None, cell: str) -> Numbered:
    if match is None:
        return Numbered((), "", heal_spaces(cell), cell.strip(), False)
    printed = without_spaces(match[1])
    digits = printed.translate(_LETTERS)
    name = cell[match.start(2) :].strip() if match[2] else ""
    return Numbered(
        tuple(int(part) for part in digits.split(".")), printed, heal_spaces(name), name, digits != printed
    )


def recover(cells: tuple[str, ...]) -> tuple[str, str, str]:
    """Guess the three columns of a row with a wrong number of them, so that one fault hides no other."""
    match = _WHOLE.match(" ".join(cell for cell in cells if cell))
    return (match["area"] or "", match["task"] or "", match["text"]) if match else ("", "", "")
