"""The requirements of one task, in their numbered order and over as many rows as they take."""

from standards.parsing.document import Line
from standards.parsing.rows import dotted, stray_letter
from standards.parsing.sequence import BACK, DUPLICATE, GAP, JUMP, RESUMED, Sequence
from standards.parsing.split import Code, Piece, split_requirements
from standards.parsing.table_notes import TableNotes
from standards.parsing.text import ends_sentence, join_broken
from standards.parsing.tree import RequirementNode, TaskNode


class TaskReader:
    """Takes the pieces of a task's cells.

    ``prefixes`` are the numbers its requirements may begin with: two where the task's own number is a misprint.
    """

    def __init__(self, task: TaskNode, prefixes: set[tuple[int, ...]], notes: TableNotes) -> None:
        self.task = task
        self.prefixes = prefixes
        self.notes = notes
        self.sequence = Sequence()

    def expected(self, cell: str) -> Code:
        """The code that comes next; of two possible prefixes the one the cell begins with."""
        ordered = sorted(self.prefixes)
        prefix = next((one for one in ordered if cell.startswith(dotted(one) + ".")), ordered[0])
        return prefix[0], prefix[1], self.sequence.expected

    def text_before_code(self, text: str, line: int, *, new_task: bool) -> None:
        """The rest of a sentence broken over a page, or a requirement without its code."""
        if not new_task and self._continue(text):
            self.notes.notes.heal("joined_cell", line, text)
            return
        message = f"“{text[:20]}”前面没有要求编号，请补上三段编号（如 1.1.1）。"
        self.notes.error("missing_code", message, line, self.task.code)
        self.sequence.consume()

    def broken_cell(self, line: Line) -> bool:
        """A line of running text inside the table: the rest of a cell broken over lines, joined; else False."""
        pieces, _ = split_requirements(line.text, (0, 0, 0))
        if any(piece.code is not None for piece in pieces) or not self._continue(line.text):
            return False
        self.notes.notes.heal("joined_cell", line.number, line.text)
        return True

    def _continue(self, text: str) -> bool:
        last = self.task.requirements[-1] if self.task.requirements else None
        if last is None or ends_sentence(last.text):
            return False
        last.text = join_broken(last.text, text)
        return True

    def add(self, piece: Piece, number: Code, line: int) -> None:
        """Take one requirement; say what is wrong with its place, its number or its text."""
        code, ordinal, sequence = dotted(number), number[2], self.sequence
        if number[:2] not in self.prefixes:
            self._wrong_task(number, line)
            return
        if piece.fault and ordinal in sequence.seen:
            sequence.consume()  # The misprinted number has been reported already.
            return
        state, missing = sequence.step(ordinal)
        codes = [dotted((*number[:2], n)) for n in missing]
        if state == DUPLICATE:
            self.notes.error("duplicate_code", f"要求编号 {code} 前面已经用过，请核对编号。", line, code)
        elif state == BACK:
            self.notes.error("out_of_order", f"要求 {code} 的次序不对，请按编号从小到大排列。", line, code)
            self.notes.misplaced.add(code)
        elif state == RESUMED:
            self.notes.no_gap(set(codes))
        elif state in (GAP, JUMP):
            self.notes.gap(state, "要求", codes, f"要求 {code}", line)
        stray_letter(self.notes, piece.text, code, line)
        if not piece.text:
            self.notes.error("empty_requirement", f"要求 {code} 只有编号，没有内容，请补上。", line, code)
        if state != DUPLICATE:
            self.task.requirements.append(RequirementNode(code, ordinal, piece.text, line))

    def _wrong_task(self, number: Code, line: int) -> None:
        code = dotted(number)
        message = (
            f"要求 {code} 放在了工作任务 {self.task.code}“{self.task.name}”下面，"
            f"请移到工作任务 {dotted(number[:2])}，或核对编号。"
        )
        self.notes.error("requirement_wrong_task", message, line, code)
        self.notes.misplaced.add(code)
        if number[2] == self.sequence.expected:
            self.sequence.consume()

    def finish(self) -> None:
        """A task without requirements is a fault of the line where it stands."""
        if not self.task.requirements:
            message = f"工作任务 {self.task.code}“{self.task.name}”下面没有职业技能要求，请补上第三列。"
            self.notes.error("task_without_requirements", message, self.task.line, self.task.code)
