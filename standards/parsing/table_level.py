"""The rows of one level: areas, tasks and requirements in their numbered order."""

from standards.parsing.document import Line
from standards.parsing.findings import Notes
from standards.parsing.rows import Numbered, dotted, read_area, read_task, stray_letter
from standards.parsing.sequence import BACK, DUPLICATE, GAP, JUMP, Sequence
from standards.parsing.split import Code, Piece, markup_in, split_requirements
from standards.parsing.table_notes import TableNotes
from standards.parsing.table_task import TaskReader
from standards.parsing.text import strip_hidden
from standards.parsing.tree import AreaNode, LevelNode, TaskNode


class LevelReader:
    """Takes rows of one table and builds its level; every fault goes to the notes with level, code and line."""

    def __init__(self, node: LevelNode, notes: Notes) -> None:
        self.node = node
        self.notes = TableNotes(node.code, notes)
        self.areas = Sequence()
        self.tasks = Sequence()
        self.open: TaskReader | None = None
        # After a doubtful area number: the number in order. Its tasks tell which of the two was meant.
        self.doubted: int | None = None

    def is_current_area(self, area: Numbered) -> bool:
        current = self.node.areas[-1] if self.node.areas else None
        return current is not None and area.number == (current.number,) and area.name == current.name

    def row(
        self,
        cells: tuple[str, str, str],
        line: int,
        *,
        tagged: bool = False,
        doubtful: bool = False,
        lost: bool = False,
    ) -> None:
        """Take one row: (area, task, requirements), breaks of paragraphs as line feeds in the third cell.

        :param tagged: the row has paragraph tags, so that a bracket of a tag left over is damage.
        :param doubtful: the columns were guessed; what may follow from a wrong guess is not said a second time.
        :param lost: no guess was possible; the same holds up to the next row that names its task, or its area.
        """
        if cells[0]:
            self.notes.lost_area = self.notes.lost_task = False
        elif cells[1]:
            self.notes.lost_task = False
        self.notes.doubtful = doubtful
        for cell in cells:
            if tag := markup_in(cell, tagged=tagged):
                self.notes.error("markup", f"单元格里有网页标记“{tag}”，请去掉标记，只留文字。", line, None)
        area, task = cells[0].replace("\n", " ").strip(), cells[1].replace("\n", " ").strip()
        if area:
            self._area(area, line)
        if task:
            self._task(task, line)
        if not area and not task and cells[2] and self.open is not None:
            self.notes.notes.heal("continued_row", line, cells[2][:40])
        if cells[2]:
            self._requirements(strip_hidden(cells[2]), line, new_task=bool(task))
        elif self.open is not None and self.open.task.requirements:
            # The row says its task once more (a dump that repeats merged cells) and has nothing to add.
            code = self.open.task.code
            message = f"工作任务 {code} 的这一行第三列是空的，请补上职业技能要求，或删去这一行。"
            self.notes.error("empty_requirement", message, line, code)
        if doubtful:
            self.tasks.forgiving = True
            if self.open is not None:
                self.open.sequence.forgiving = True
        self.notes.doubtful = False
        if lost:
            self.lose_place()

    def lose_place(self) -> None:
        """A row could not be read: what follows from not knowing its area and task is not said."""
        self.notes.lost_area = self.notes.lost_task = self.areas.forgiving = True

    def broken_cell(self, line: Line) -> bool:
        """See :meth:`TaskReader.broken_cell`."""
        return self.open is not None and self.open.broken_cell(line)

    # Areas ------------------------------------------------------------------------------------------------------

    def _area(self, cell: str, line: int) -> None:
        area = read_area(cell)
        if self.is_current_area(area):
            return  # A dump that repeats merged cells on every row.
        number = self._area_number(area, line)
        if area.name != area.printed_name:
            self.notes.notes.heal("space_in_name", line, area.printed_name)
        self._finish_area()
        self.node.areas.append(AreaNode(number, area.name, area.printed_name, line))
        self.tasks = Sequence()

    def _area_number(self, area: Numbered, line: int) -> int:
        in_order = self.areas.expected
        if not area.number:
            message = f"工作领域“{area.name}”前面没有编号，请补上。"
            self.notes.error("missing_code", message, line, None)
            self.areas.consume()
            return in_order
        # With a letter in it, a number is taken for the one that comes next.
        number = in_order if area.letters else area.number[0]
        code = str(number)
        if area.letters:
            self.notes.letters(area.printed_number, line)
        stray_letter(self.notes, area.name, code, line)
        if not area.name:
            self.notes.error("missing_name", f"工作领域 {number} 没有名称，请补上。", line, code)
        state, missing = self.areas.step(number)
        self.doubted = in_order if state in (DUPLICATE, GAP, JUMP) else None
        if state == DUPLICATE:
            message = f"工作领域编号 {number} 前面已经用过，请核对编号。"
            self.notes.error("duplicate_code", message, line, code)
        elif state == BACK:
            message = f"工作领域 {number} 的次序不对，请按编号从小到大排列。"
            self.notes.error("out_of_order", message, line, code)
            self.notes.misplaced.add(code)
        elif state in (GAP, JUMP):
            self.notes.gap(state, "工作领域", map(str, missing), f"工作领域 {number}", line)
        return number

    def _phantom_area(self, number: int, line: int) -> None:
        """An area whose cell is lost, so that its tasks have a place."""
        self.areas.step(number)
        self.areas.forgiving = False
        self.node.areas.append(AreaNode(number, "", "", line))
        self.tasks = Sequence()

    # Tasks ------------------------------------------------------------------------------------------------------

    def _task(self, cell: str, line: int) -> None:
        task = read_task(cell)
        current = self.open.task if self.open else None
        if current and (dotted(task.number), task.name) == (current.code, current.name):
            return
        self._finish_task()
        if not self.node.areas:
            message = f"工作任务“{cell}”前面没有工作领域，请补上第一列。"
            self.notes.error("missing_area", message, line, task.printed_number or None)
            self._phantom_area(task.number[0] if task.number else 1, line)
        area = self.node.areas[-1]
        in_order = (area.number, self.tasks.expected)
        if not task.number:
            message = f"工作任务“{task.name}”前面没有编号，请补上。"
            self.notes.error("missing_code", message, line, None)
            self.tasks.consume()
            self._open_task(task, in_order, in_order, line)
            return
        number = in_order if task.letters else (task.number[0], task.number[1])
        if task.letters:
            self.notes.letters(task.printed_number, line)
        stray_letter(self.notes, task.name, dotted(number), line)
        if not task.name:
            message = f"工作任务 {dotted(number)} 没有名称，请补上。"
            self.notes.error("missing_name", message, line, dotted(number))
        if number[0] == area.number or self._area_was_meant(number[0]) or self._area_was_lost(number, line):
            self._numbered_task(task, number, line)
        else:
            self._wrong_area(task, number, line)

    def _area_was_meant(self, number: int) -> bool:
        """Only the area's number was a slip of the pen, which has been said: its tasks are right."""
        area = self.node.areas[-1]
        if number != self.doubted or area.tasks:
            return False
        if area.number > number:
            self.areas.seen.discard(area.number)
        self.areas.seen.add(number)
        self.areas.expected, self.areas.forgiving = number + 1, False
        area.number = number
        return True

    def _area_was_lost(self, number: tuple[int, int], line: int) -> bool:
        """The first task of the next area under this one: the area's cell is missing."""
        area = self.node.areas[-1]
        if number != (area.number + 1, 1) or not area.tasks:
            return False
        code = dotted(number)
        message = (
            f"工作任务 {code} 放在了工作领域 {area.number} 下面；"
            f"如果它属于工作领域 {number[0]}，请在这一行补上工作领域的名称。"
        )
        self.notes.error("task_wrong_area", message, line, code)
        self._phantom_area(number[0], line)
        return True

    def _wrong_area(self, task: Numbered, number: tuple[int, int], line: int) -> None:
        area, code = self.node.areas[-1], dotted(number)
        message = (
            f"工作任务 {code} 放在了工作领域 {area.number}“{area.name}”下面，"
            f"请移到工作领域 {number[0]}，或核对编号。"
        )
        self.notes.error("task_wrong_area", message, line, code)
        self.notes.misplaced.add(code)
        if number[1] == self.tasks.expected:
            self.tasks.consume()
        self._open_task(task, number, (area.number, number[1]), line)

    def _numbered_task(self, task: Numbered, number: tuple[int, int], line: int) -> None:
        code, in_order = dotted(number), (number[0], self.tasks.expected)
        state, missing = self.tasks.step(number[1])
        meant = number
        if state == DUPLICATE:
            message = f"工作任务编号 {code} 前面已经用过，请核对编号。"
            self.notes.error("duplicate_code", message, line, code)
            meant = in_order
        elif state == BACK:
            message = f"工作任务 {code} 的次序不对，请按编号从小到大排列。"
            self.notes.error("out_of_order", message, line, code)
            self.notes.misplaced.add(code)
        elif state in (GAP, JUMP):
            codes = [dotted((number[0], n)) for n in missing]
            self.notes.gap(state, "工作任务", codes, f"工作任务 {code}", line)
            # A slip of the pen in the task's number leaves its requirements under the right one.
            meant = in_order
        self._open_task(task, number, meant, line)

    def _open_task(self, task: Numbered, number: tuple[int, int], meant: tuple[int, int], line: int) -> None:
        if task.name != task.printed_name:
            self.notes.notes.heal("space_in_name", line, task.printed_name)
        node = TaskNode(dotted(number), number[1], task.name, task.printed_name, line)
        self.node.areas[-1].tasks.append(node)
        self.open = TaskReader(node, {number, meant}, self.notes)

    # Requirements -----------------------------------------------------------------------------------------------

    def _requirements(self, cell: str, line: int, *, new_task: bool) -> None:
        pieces, inner = split_requirements(cell, self.open.expected(cell) if self.open else (0, 0, 1))
        for printed in inner:
            message = f"句子里有像编号的“{printed}”，已按正文保留，请核对它是不是另一条要求的编号。"
            self.notes.warn("code_in_sentence", message, line, printed, printed)
        for piece in pieces:
            self._piece(piece, line, new_task=new_task)

    def _piece(self, piece: Piece, line: int, *, new_task: bool) -> None:
        if piece.code is None:
            if self.open is not None:
                self.open.text_before_code(piece.text, line, new_task=new_task)
                return
            message = f"“{piece.text[:20]}”前面没有工作任务和要求编号，请补上。"
            self.notes.error("missing_code", message, line, None)
            return
        if piece.fault:
            self._fault(piece, dotted(piece.code), line)
        if self.open is None or (not new_task and self._task_was_lost(self.open, piece.code)):
            self._missing_task(piece.code, line).add(piece, piece.code, line)
        else:
            self.open.add(piece, piece.code, line)

    def _fault(self, piece: Piece, code: str, line: int) -> None:
        message = f"要求编号“{piece.printed}”写得不完整或标点不对，请改成“{code}”这样的三段编号。"
        if piece.fault == "letter_for_digit":
            message = f"要求编号“{piece.printed}”里有字母，请改成数字（应为 {code}）。"
        self.notes.error(piece.fault, message, line, code)

    def _task_was_lost(self, current: TaskReader, code: Code) -> bool:
        """The first requirement of the next task in a row without a task."""
        first_of_next = code[2] == 1 and code[1] == self.tasks.expected
        return first_of_next and bool(current.task.requirements) and code[:2] not in current.prefixes

    def _missing_task(self, code: Code, line: int) -> TaskReader:
        number = (code[0], code[1])
        task = dotted(number)
        message = f"要求 {dotted(code)} 前面缺少工作任务 {task}，请在第二列补上它的编号和名称。"
        self.notes.error("missing_task", message, line, task)
        self._finish_task()
        if not self.node.areas:
            self._phantom_area(code[0], line)
        self.tasks.step(code[1])
        self.tasks.forgiving = False
        node = TaskNode(task, code[1], "", "", line)
        self.node.areas[-1].tasks.append(node)
        self.open = TaskReader(node, {number}, self.notes)
        return self.open

    # Ends -------------------------------------------------------------------------------------------------------

    def _finish_task(self) -> None:
        if self.open is not None:
            self.open.finish()
            self.open = None

    def _finish_area(self) -> None:
        self._finish_task()
        if self.node.areas and not self.node.areas[-1].tasks:
            area = self.node.areas[-1]
            message = f"工作领域 {area.number}“{area.name}”下面没有工作任务，请补上。"
            self.notes.error("area_without_tasks", message, area.line, str(area.number))

    def finish(self) -> None:
        """Say what only the end of the table shows."""
        self._finish_area()
        self.notes.finish()
        if not self.node.areas:
            message = f"{self.node.code}的表题下面没有表格内容，请补上。"
            self.notes.error("empty_level", message, self.node.line, None)
