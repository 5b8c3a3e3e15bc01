"""How a table's faults are said: with its level and line, once per cause."""

from collections.abc import Iterable

from standards.parsing.findings import ERROR, Finding, Notes
from standards.parsing.sequence import JUMP

# Faults that a wrong number of columns brings with it.
_STRUCTURE = {
    "missing_code",
    "missing_name",
    "missing_area",
    "missing_task",
    "requirement_wrong_task",
    "task_wrong_area",
    "task_without_requirements",
}


class TableNotes:
    """Findings of one level's table.

    ``doubtful`` and ``lost_…`` silence what only follows from a row whose columns were guessed; ``misplaced`` codes
    were seen at a wrong place, so that their gap at the right one is the same fault.
    """

    def __init__(self, level: str, notes: Notes) -> None:
        self.level = level
        self.notes = notes
        self.doubtful = self.lost_area = self.lost_task = False
        self.misplaced: set[str] = set()
        self._gaps: list[tuple[str, Finding]] = []

    def error(self, kind: str, message: str, line: int, code: str | None) -> None:
        silent = self.doubtful or self.lost_task or (self.lost_area and kind == "task_wrong_area")
        if not (silent and kind in _STRUCTURE):
            self.notes.error(kind, self._sentence(line, message), line=line, level=self.level, code=code)

    def warn(self, kind: str, message: str, line: int, code: str | None, text: str) -> None:
        self.notes.warn(
            kind, self._sentence(line, message), line=line, level=self.level, code=code, text=text
        )

    def letters(self, printed: str, line: int) -> None:
        """A letter in a number."""
        message = f"编号“{printed}”里有字母，请改成数字（例如字母 l 应为数字 1）。"
        self.error("letter_for_digit", message, line, printed)

    def gap(self, state: str, what: str, missing: Iterable[str], found: str, line: int) -> None:
        """Missing codes before ``found``; said at the end, unless they turn up at a wrong place."""
        if self.doubtful or self.lost_task:
            return
        for code in missing:
            message = f"{found} 之前缺少{what} {code}，请补上，或核对编号是否写错。"
            if state == JUMP:
                message = f"{found} 与前面的编号接不上，应为{what} {code}，请核对编号。"
            self._gaps.append(
                (code, Finding(ERROR, "gap", self.level, code, line, self._sentence(line, message)))
            )

    def no_gap(self, codes: set[str]) -> None:
        """These codes are not missing after all."""
        self._gaps = [(code, finding) for code, finding in self._gaps if code not in codes]

    def finish(self) -> None:
        """Say the gaps that remain."""
        self.notes.findings += [finding for code, finding in self._gaps if code not in self.misplaced]

    def _sentence(self, line: int, message: str) -> str:
        return f"{self.level}表第 {line} 行：{message}"
