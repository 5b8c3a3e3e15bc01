"""The rows of one level: areas, tasks and requirements in their numbered order."""

from dataclasses import dataclass, field

from standards.parsing.document import Line
from standards.parsing.findings import Finding, Notes
from standards.parsing.rows import Numbered, read_area, read_task
from standards.parsing.sequence import BACK, DUPLICATE, GAP, Sequence
from standards.parsing.split import Code, Piece, markup_in, split_requirements
from standards.parsing.text import ends_sentence, join_broken, strip_hidden
from standards.parsing.tree import AreaNode, LevelNode, RequirementNode, TaskNode


def dotted(code: tuple[int, ...]) -> str:
    return ".".join(map(str, code))


@dataclass
class _Open:
    """What the next row continues: the current task, the codes its requirements may begin with, its counter."""

    task: TaskNode
    prefixes: set[tuple[int, ...]]
    requirements: Sequence = field(default_factory=Sequence)


class LevelReader:
    """Takes rows of one table and builds its level; every fault goes to the notes with level, code and line."""

    def __init__(self, node: LevelNode, notes: Notes) -> None:
        self.node = node
        self.notes = notes
        self.areas = Sequence()
        self.tasks = Sequence()
        self.open: _Open | None = None
        self.last_line = node.line
        # Codes seen at a wrong place: their gap at the right place is the same fault and not said twice.
        self.misplaced: set[str] = set()
        # After a doubtful area number: the number in order. Its tasks tell which of the two was meant.
        self.doubted: int | None = None
        self.gaps: list[tuple[str, Finding]] = []

    # Small helpers ----------------------------------------------------------------------------------------------

    def _error(self, kind: str, message: str, line: int, code: str | None) -> None:
        self.notes.error(
            kind, f"{self.node.code}表第 {line} 行：{message}", line=line, level=self.node.code, code=code
        )

    def _warn(self, kind: str, message: str, line: int, code: str | None, text: str) -> None:
        self.notes.warn(
            kind,
            f"{self.node.code}表第 {line} 行：{message}",
            line=line,
            level=self.node.code,
            code=code,
            text=text,
        )

    def _gap(self, kind: str, what: str, missing: list[str], found: str, line: int) -> None:
        for code in missing:
            message = f"{self.node.code}表第 {line} 行：{found} 之前缺少{what} {code}，请补上，或核对编号是否写错。"
            self.gaps.append((code, Finding("error", kind, self.node.code, code, line, message)))

    def is_current_area(self, area: Numbered) -> bool:
        current = self.node.areas[-1] if self.node.areas else None
        return current is not None and area.number == (current.number,) and area.name == current.name

    # Rows -------------------------------------------------------------------------------------------------------

    def row(self, cells: tuple[str, str, str], line: int) -> None:
        """Take one row: (area, task, requirements), breaks of paragraphs as line feeds in the third cell."""
        self.last_line = line
        for cell in cells:
            if tag := markup_in(cell):
                self._error("markup", f"单元格里有网页标记“{tag}”，请去掉标记，只留文字。", line, None)
        area, task = cells[0].replace("\n", " ").strip(), cells[1].replace("\n", " ").strip()
        if area:
            self._area(area, line)
        if task:
            self._task(task, line)
        if not area and not task and cells[2] and self.open is not None:
            self.notes.heal("continued_row", line, cells[2][:40])
        if cells[2]:
            self._requirements(strip_hidden(cells[2]), line, new_task=bool(task))

    def _area(self, cell: str, line: int) -> None:
        area = read_area(cell)
        if self.is_current_area(area):
            return  # A dump that repeats merged cells on every row.
        if not area.number:
            self._error("missing_code", f"工作领域“{area.name}”前面没有编号，请补上。", line, None)
            number = self.areas.expected
            self.areas.consume()
        else:
            number = area.number[0]
            code = str(number)
            if area.letters:
                self._letters(area.printed_number, line)
            if not area.name:
                self._error("missing_name", f"工作领域 {number} 没有名称，请补上。", line, code)
            in_order = self.areas.expected
            state, missing = self.areas.step(number)
            self.doubted = in_order if state in (DUPLICATE, GAP) else None
            if state == DUPLICATE:
                self._error("duplicate_code", f"工作领域编号 {number} 前面已经用过，请核对编号。", line, code)
            elif state == BACK:
                self._error("out_of_order", f"工作领域 {number} 的次序不对，请按编号从小到大排列。", line, code)
                self.misplaced.add(code)
            elif state == GAP:
                self._gap("gap", "工作领域", [str(n) for n in missing], f"工作领域 {number}", line)
        if area.name != area.printed_name:
            self.notes.heal("space_in_name", line, area.printed_name)
        self._finish_area()
        self.node.areas.append(AreaNode(number, area.name, area.printed_name, line))
        self.tasks = Sequence()

    def _letters(self, printed: str, line: int) -> None:
        self._error("letter_for_digit", f"编号“{printed}”里有字母，请改成数字（例如字母 l 应为数字 1）。", line, printed)

    def _task(self, cell: str, line: int) -> None:
        task = read_task(cell)
        if self.open is not None and dotted(task.number) == self.open.task.code and task.name == self.open.task.name:
            return
        self._finish_task()
        if not self.node.areas:
            self._error("missing_area", f"工作任务“{cell}”前面没有工作领域，请补上第一列。", line, task.printed_number or None)
            self._phantom_area(task.number[0] if task.number else 1, line)
        area = self.node.areas[-1]
        if not task.number:
            self._error("missing_code", f"工作任务“{task.name}”前面没有编号，请补上。", line, None)
            number = (area.number, self.tasks.expected)
            self.tasks.consume()
            self._open_task(task, number, number, line)
            return
        number = (task.number[0], task.number[1])
        code = dotted(number)
        if task.letters:
            self._letters(task.printed_number, line)
        if not task.name:
            self._error("missing_name", f"工作任务 {code} 没有名称，请补上。", line, code)
        if number[0] != area.number and number[0] == self.doubted and not area.tasks:
            # Only the area's number was a slip of the pen, which has been said: its tasks are right.
            if area.number > number[0]:
                self.areas.seen.discard(area.number)
            self.areas.seen.add(number[0])
            self.areas.expected, self.areas.forgiving = number[0] + 1, False
            area.number = number[0]
        if number[0] != area.number:
            if number == (area.number + 1, 1) and area.tasks:
                self._error(
                    "task_wrong_area",
                    f"工作任务 {code} 放在了工作领域 {area.number} 下面；如果它属于工作领域 {number[0]}，请在这一行补上工作领域的名称。",
                    line,
                    code,
                )
                self._phantom_area(number[0], line)
            else:
                self._error(
                    "task_wrong_area",
                    f"工作任务 {code} 放在了工作领域 {area.number}“{area.name}”下面，请移到工作领域 {number[0]}，或核对编号。",
                    line,
                    code,
                )
                self.misplaced.add(code)
                effective = (area.number, number[1])
                if number[1] == self.tasks.expected:
                    self.tasks.consume()
                self._open_task(task, number, effective, line)
                return
        expected = (number[0], self.tasks.expected)
        state, missing = self.tasks.step(number[1])
        if state == DUPLICATE:
            self._error("duplicate_code", f"工作任务编号 {code} 前面已经用过，请核对编号。", line, code)
            self._open_task(task, number, expected, line)
            return
        if state == BACK:
            self._error("out_of_order", f"工作任务 {code} 的次序不对，请按编号从小到大排列。", line, code)
            self.misplaced.add(code)
        elif state == GAP:
            self._gap("gap", "工作任务", [f"{number[0]}.{n}" for n in missing], f"工作任务 {code}", line)
            # A slip of the pen in the task's number leaves its requirements under the right one.
            self._open_task(task, number, expected, line)
            return
        self._open_task(task, number, number, line)

    def _open_task(
        self, task: Numbered, number: tuple[int, ...], effective: tuple[int, ...], line: int
    ) -> None:
        if task.name != task.printed_name:
            self.notes.heal("space_in_name", line, task.printed_name)
        node = TaskNode(dotted(number), number[1], task.name, task.printed_name, line)
        self.node.areas[-1].tasks.append(node)
        self.open = _Open(node, {number, effective})

    def _phantom_area(self, number: int, line: int) -> None:
        self.areas.step(number)
        self.areas.forgiving = False
        self.node.areas.append(AreaNode(number, "", "", line))
        self.tasks = Sequence()

    # Requirements -----------------------------------------------------------------------------------------------

    def _requirements(self, cell: str, line: int, *, new_task: bool) -> None:
        current = self.open
        prefix = sorted(current.prefixes)[0] if current else (0, 0)
        if current and len(current.prefixes) > 1:
            prefix = next((p for p in current.prefixes if cell.startswith(dotted(p) + ".")), prefix)
        expected: Code = (prefix[0], prefix[1], current.requirements.expected if current else 1)
        pieces, inner = split_requirements(cell, expected)
        for printed in inner:
            self._warn(
                "code_in_sentence",
                f"句子里有像编号的“{printed}”，已按正文保留，请核对它是不是另一条要求的编号。",
                line,
                printed,
                printed,
            )
        for piece in pieces:
            self._piece(piece, line, new_task=new_task)

    def _piece(self, piece: Piece, line: int, *, new_task: bool) -> None:
        if piece.code is None:
            self._text_before_code(piece.text, line, new_task=new_task)
            return
        code = dotted(piece.code)
        if piece.fault:
            self._fault(piece, code, line)
        if self.open is None or (
            piece.code[:2] not in self.open.prefixes
            and piece.code[2] == 1
            and not new_task
            and self.open.task.requirements
            and self.tasks.expected == piece.code[1]
        ):
            self._missing_task(piece.code, line)
        assert self.open is not None
        self._add(piece, code, line)

    def _fault(self, piece: Piece, code: str, line: int) -> None:
        if piece.fault == "letter_for_digit":
            message = f"要求编号“{piece.printed}”里有字母，请改成数字（应为 {code}）。"
        else:
            message = f"要求编号“{piece.printed}”写得不完整或标点不对，请改成“{code}”这样的三段编号。"
        self._error(piece.fault, message, line, code)

    def _missing_task(self, code: Code, line: int) -> None:
        task = dotted(code[:2])
        self._error("missing_task", f"要求 {dotted(code)} 前面缺少工作任务 {task}，请在第二列补上它的编号和名称。", line, task)
        self._finish_task()
        if not self.node.areas:
            self._phantom_area(code[0], line)
        self.tasks.step(code[1])
        self.tasks.forgiving = False
        self._open_task(Numbered(code[:2], task, "", "", False), code[:2], code[:2], line)

    def _text_before_code(self, text: str, line: int, *, new_task: bool) -> None:
        last = self.open.task.requirements[-1] if self.open and self.open.task.requirements else None
        if last is not None and not new_task and not ends_sentence(last.text):
            last.text = join_broken(last.text, text)
            self.notes.heal("joined_cell", line, text)
            return
        self._error(
            "missing_code",
            f"“{text[:20]}”前面没有要求编号，请补上三段编号（如 1.1.1）。",
            line,
            self.open.task.code if self.open else None,
        )
        if self.open is not None:
            self.open.requirements.consume()

    def _add(self, piece: Piece, code: str, line: int) -> None:
        assert self.open is not None and piece.code is not None
        task, sequence, ordinal = self.open.task, self.open.requirements, piece.code[2]
        if piece.code[:2] not in self.open.prefixes:
            self._error(
                "requirement_wrong_task",
                f"要求 {code} 放在了工作任务 {task.code}“{task.name}”下面，请移到工作任务 {dotted(piece.code[:2])}，或核对编号。",
                line,
                code,
            )
            self.misplaced.add(code)
            if ordinal == sequence.expected:
                sequence.consume()
            return
        if piece.fault and ordinal in sequence.seen:
            sequence.consume()  # The misprinted number has been reported already.
            return
        state, missing = sequence.step(ordinal)
        if state == DUPLICATE:
            self._error("duplicate_code", f"要求编号 {code} 前面已经用过，请核对编号。", line, code)
        elif state == BACK:
            self._error("out_of_order", f"要求 {code} 的次序不对，请按编号从小到大排列。", line, code)
            self.misplaced.add(code)
        elif state == GAP:
            self._gap("gap", "要求", [f"{dotted(piece.code[:2])}.{n}" for n in missing], f"要求 {code}", line)
        if not piece.text:
            self._error("empty_requirement", f"要求 {code} 只有编号，没有内容，请补上。", line, code)
        if state == DUPLICATE:
            return
        task.requirements.append(RequirementNode(code, ordinal, piece.text, line))

    def broken_cell(self, line: Line) -> bool:
        """A line of running text inside the table: the rest of a cell broken over lines, joined; else False."""
        last = self.open.task.requirements[-1] if self.open and self.open.task.requirements else None
        if last is None or not last.text or ends_sentence(last.text):
            return False
        expected: Code = (0, 0, 0)
        pieces, _ = split_requirements(line.text, expected)
        if any(piece.code is not None for piece in pieces):
            return False
        last.text = join_broken(last.text, line.text)
        self.notes.heal("joined_cell", line.number, line.text)
        return True

    # Ends -------------------------------------------------------------------------------------------------------

    def _finish_task(self) -> None:
        if self.open is None:
            return
        task, self.open = self.open.task, None
        if not task.requirements:
            self._error(
                "task_without_requirements",
                f"工作任务 {task.code}“{task.name}”下面没有职业技能要求，请补上第三列。",
                task.line,
                task.code,
            )

    def _finish_area(self) -> None:
        self._finish_task()
        if self.node.areas and not self.node.areas[-1].tasks:
            area = self.node.areas[-1]
            self._error(
                "area_without_tasks", f"工作领域 {area.number}“{area.name}”下面没有工作任务，请补上。", area.line, str(area.number)
            )

    def finish(self) -> None:
        """Say what only the end of the table shows."""
        self._finish_area()
        self.notes.findings += [gap for code, gap in self.gaps if code not in self.misplaced]
        if not self.node.areas:
            self._error("empty_level", f"{self.node.code}的表题下面没有表格内容，请补上。", self.node.line, None)
