"""What a task does: its gate, its sample answers and attacks beside what their author expects, and a trial by hand."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.core.cache import cache

from itembank.practical import CriterionScore, Problem, total
from itembank.practical.tasks import PracticalTask, gate_problems, task_problems
from lib.canonical import canonical_sha256

log = logging.getLogger(__name__)
KEPT = 3600  # seconds a report is kept; the same task always gives the same one
Found = TypeVar("Found")


@dataclass(frozen=True)
class Cell:
    """What a sample answer should get on one criterion and what it gets; None where nothing is stated or scored."""

    stated: Decimal | None
    got: Decimal | None

    @property
    def agrees(self) -> bool:
        return self.stated == self.got


@dataclass(frozen=True)
class GoldenRow:
    name: str
    note: str
    cells: tuple[Cell, ...]
    total: Cell
    strays: tuple[str, ...]  # criteria it states that the task has not

    @property
    def agrees(self) -> bool:
        return self.total.agrees and not self.strays and all(cell.agrees for cell in self.cells)


@dataclass(frozen=True)
class AttackRow:
    name: str
    points: Decimal
    limit: Decimal
    nothing_in: tuple[tuple[str, Decimal], ...]  # criteria that must stay empty, and what they got

    @property
    def held(self) -> bool:
        return self.points <= self.limit and not any(points for _, points in self.nothing_in)


@dataclass(frozen=True)
class Report:
    """Everything that the machine can say about a task."""

    problems: list[Problem]
    criteria: list[CriterionScore]
    goldens: list[GoldenRow]
    attacks: list[AttackRow]

    @property
    def got_through(self) -> int:
        """How many attacks earned more than they may."""
        return sum(not row.held for row in self.attacks)


@dataclass(frozen=True)
class Trial:
    """A work scored with a task; `problems` of the task keep it from being scored, `refused` ones from being saved."""

    problems: list[Problem]
    refused: list[Problem]
    criteria: list[CriterionScore]


def digest(task: PracticalTask) -> str:
    """The same for the same task and scorer."""
    one = task.kind
    return canonical_sha256(
        {
            "scorer": [one.scorer_name, one.scorer_version], "title": task.title, "level": task.level, "code": task.code,
            "interaction": task.interaction, "requirements": list(task.requirements), "minutes": task.minutes,
            "max_score": str(task.max_score.normalize()), "content": task.content, "key": task.key,
            "goldens": list(task.goldens), "world": task.world, "cites": list(task.cites),
        }
    )  # fmt: skip


def report(task: PracticalTask, *, fresh: bool = False) -> Report:
    """The report on a task: made once, then remembered; `fresh` makes it anew, for acts that count."""
    name = f"desk-report:{digest(task)}"
    known: Report | None = None if fresh else cache.get(name)
    if known is not None:
        return known
    unusable = Problem("content", "crash", "评分程序处理不了这份任务，请检查任务内容和评分标准是否写完整。")
    made = _guarded(lambda: _made(task), Report([unusable], [], [], []))
    cache.set(name, made, KEPT)
    return made


def trial(task: PracticalTask, submission: Any) -> Trial:
    """What a work gets that somebody made in the preview."""
    unusable = Problem("content", "crash", "评分程序处理不了这份任务，请检查任务内容和评分标准是否写完整。")
    return _guarded(lambda: _tried(task, submission), Trial([unusable], [], []))


def _guarded(work: Callable[[], Found], otherwise: Found) -> Found:
    """A scorer may rely on a whole task. What an author is still writing can break it: that is a finding about the
    task, not a fault of the page."""
    try:
        return work()
    except Exception:  # whatever a half-written task sets off
        log.exception("a scorer failed on a task that is being written")
        return otherwise


def _made(task: PracticalTask) -> Report:
    if task_problems(task):
        return Report(gate_problems(task), [], [], [])
    criteria = _scored(task, {})
    return Report(
        gate_problems(task), criteria, [_golden(task, one, criteria) for one in task.goldens], _attacks(task)
    )


def _tried(task: PracticalTask, submission: Any) -> Trial:
    problems = task_problems(task)
    if problems:
        return Trial(problems, [], [])
    return Trial([], task.kind.validate_submission(task.content, submission), _scored(task, submission))


def _scored(task: PracticalTask, submission: Any) -> list[CriterionScore]:
    return task.kind.score(task.content, task.key, task.world, submission, None)


def _golden(task: PracticalTask, golden: dict[str, Any], criteria: list[CriterionScore]) -> GoldenRow:
    scores = _scored(task, golden["submission"])
    stated = {name: Decimal(str(points)) for name, points in golden["scores"].items()}
    return GoldenRow(
        name=golden["name"],
        note=golden.get("note", ""),
        cells=tuple(Cell(stated.get(one.id), one.score) for one in scores),
        total=Cell(Decimal(str(golden["total"])), total(scores)),
        strays=tuple(sorted(stated.keys() - {one.id for one in criteria})),
    )


def _attacks(task: PracticalTask) -> list[AttackRow]:
    model: Any = next((one["submission"] for one in task.goldens if one["name"] == "model"), {})
    parts, rows = task.kind.parts(task.key), []
    for attack in task.kind.attacks(task.content, task.key, model):
        scores = _scored(task, attack.submission)
        forbidden = {one for part in attack.nothing_in for one in parts.get(part, ())}
        limit = task.max_score * attack.limit.numerator / attack.limit.denominator
        rows.append(
            AttackRow(
                name=attack.name,
                points=total(scores),
                limit=limit,
                nothing_in=tuple((one.id, one.score or Decimal(0)) for one in scores if one.id in forbidden),
            )
        )
    return rows
