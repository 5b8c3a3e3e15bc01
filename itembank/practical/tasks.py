"""Task files and the checks of the publish gate that are the same for every kind."""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from jsonschema import Draft202012Validator

from itembank.practical.ablation import parts_removed
from itembank.practical.base import Json, PracticalKind, Problem, kind, total
from itembank.practical.probes import parts_of_key

DATA = Path(__file__).resolve().parents[1] / "data"
GOLDENS: dict[str, Json] = {
    "type": "array",
    "maxItems": 30,
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 40},
            "note": {"type": "string", "maxLength": 200},
            "submission": {},
            "scores": {"type": "object", "additionalProperties": {"type": "number"}},
            "total": {"type": "number"},
        },
        "required": ["name", "submission", "scores", "total"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True)
class PracticalTask:
    """One task as its author wrote it. `content` goes to the candidate; `key` and `goldens` never do."""

    code: str
    title: str
    level: str
    interaction: str
    requirements: tuple[str, ...]
    minutes: int
    max_score: Decimal
    content: Json
    key: Json
    goldens: tuple[dict[str, Json], ...]
    cites: tuple[str, ...]
    world: Json = None

    @property
    def kind(self) -> PracticalKind:
        """The kind behind `interaction`, e.g. `practical.console`."""
        return kind(self.interaction.removeprefix("practical."))


def read_task(path: Path) -> PracticalTask:
    """A task from its JSON file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return PracticalTask(
        code=data["code"],
        title=data["title"],
        level=data["level"],
        interaction=data["interaction"],
        requirements=tuple(data["requirements"]),
        minutes=data["minutes"],
        max_score=Decimal(str(data["max_score"])),
        content=data["content"],
        key=data["key"],
        goldens=tuple(data["goldens"]),
        cites=tuple(data["cites"]),
        world=data.get("world"),
    )


def task_files(standard: str) -> list[Path]:
    """The task files kept for a standard, in the order of their names."""
    return sorted((DATA / standard).glob("practical-*.json"))


@dataclass(frozen=True)
class PracticalCell:
    """A row of a practical blueprint: `count` tasks of one kind with `points` each, on the form's scale."""

    interaction: str
    count: int
    points: Decimal


@dataclass(frozen=True)
class PracticalMix:
    """The practical component of a level from the kinds there are. `cells` come to 100 points."""

    minutes: int
    cells: tuple[PracticalCell, ...]


def practical_mix(standard: str, level: str) -> PracticalMix | None:
    """The default mix of a standard's level, from `data/blueprints/`; None where none is kept. The file also says
    which wanted kinds each row stands in for."""
    file = DATA / "blueprints" / f"{standard}.json"
    found = json.loads(file.read_text(encoding="utf-8")).get(level) if file.exists() else None
    if found is None:
        return None
    return PracticalMix(
        found["minutes"],
        tuple(
            PracticalCell(row["interaction"], row["count"], Decimal(str(row["points"])))
            for row in found["cells"]
        ),
    )


def task_problems(task: PracticalTask) -> list[Problem]:
    """What is wrong with the parts of a task. While anything is, nothing can be scored with it."""
    found = list(task.kind.check_task(task.content, task.key))
    found = found or list(task.kind.check_world(task.content, task.key, task.world))
    return [*found, *_goldens_shape(task)]


def gate_problems(task: PracticalTask) -> list[Problem]:
    """Everything that keeps a task from being published: shape, sums, goldens, attacks, ablation,
    idle parts of the key, and what its kind asks beyond. Empty when it may go."""
    found = task_problems(task)
    if found:
        return found  # goldens cannot be run on a task of the wrong shape
    found = [
        *_sum_problems(task),
        *_golden_problems(task),
        *_attack_problems(task),
        *_ablation_problems(task),
        *_idle_problems(task),
    ]
    return found or list(task.kind.extra_gate(task))


def _goldens_shape(task: PracticalTask) -> list[Problem]:
    found = []
    for error in Draft202012Validator(GOLDENS).iter_errors(list(task.goldens)):
        place = ".".join(["goldens", *map(str, error.absolute_path)])
        found.append(
            Problem(place, "shape", f"{place} 不符合格式要求（{error.validator}）。请对照说明修改这一处。")
        )
    names = [] if found else [golden["name"] for golden in task.goldens]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append(Problem("goldens", "twice", f"有两份样例答案都叫“{name}”。"))
    return found


def _score(task: PracticalTask, submission: Json) -> dict[str, Decimal]:
    results = task.kind.score(task.content, task.key, task.world, submission, None)
    return {r.id: r.score for r in results if r.score is not None}


def _sum_problems(task: PracticalTask) -> list[Problem]:
    results = task.kind.score(task.content, task.key, task.world, {}, None)
    found = []
    points = sum((r.max for r in results), Decimal(0))
    if points != task.max_score:
        found.append(Problem("key", "sum", f"各评分项合计 {points} 分，与满分 {task.max_score} 分不一致。"))
    if len({r.id for r in results}) != len(results):
        found.append(Problem("key", "twice", "有两个评分项用了同一个编号。"))
    used = {code for r in results for code in r.codes}
    for code in sorted(used ^ set(task.requirements)):
        found.append(Problem("requirements", "codes", f"职业技能要求 {code} 在任务和评分项中不一致。"))
    return found


def _golden_problems(task: PracticalTask) -> list[Problem]:
    names = {golden["name"] for golden in task.goldens}
    found = [
        Problem("goldens", "missing", f"缺少样例答案“{name}”。")
        for name in sorted({"model", "pass", "weak", "blank"} - names)
    ]
    for golden in task.goldens:
        where, name = f"goldens.{golden['name']}", golden["name"]
        refused = task.kind.validate_submission(task.content, golden["submission"])
        found += [Problem(where, "refused", problem.message) for problem in refused]
        got = _score(task, golden["submission"])
        stated = {criterion: Decimal(str(points)) for criterion, points in golden["scores"].items()}
        for criterion in sorted(got.keys() | stated.keys()):
            if got.get(criterion) != stated.get(criterion):
                said = f"应得 {stated.get(criterion)} 分，实得 {got.get(criterion)} 分"
                found.append(Problem(where, "score", f"样例答案“{name}”的 {criterion} {said}。"))
        if sum(got.values()) != Decimal(str(golden["total"])):
            said = f"应得 {golden['total']} 分，实得 {sum(got.values())} 分"
            found.append(Problem(where, "total", f"样例答案“{name}”合计{said}。"))
    return found


def _attack_problems(task: PracticalTask) -> list[Problem]:
    model: Json = next((g["submission"] for g in task.goldens if g["name"] == "model"), {})
    found, parts = [], task.kind.parts(task.key)
    for attack in task.kind.attacks(task.content, task.key, model):
        results = task.kind.score(task.content, task.key, task.world, attack.submission, None)
        if Fraction(total(results)) > attack.limit * Fraction(task.max_score):
            found.append(
                Problem("attacks", "attack", f"投机答案“{attack.name}”得了 {total(results)} 分，超过上限。")
            )
        forbidden = {criterion for part in attack.nothing_in for criterion in parts.get(part, ())}
        for result in results:
            if result.id in forbidden and result.score:
                text = f"投机答案“{attack.name}”在“{result.name}”得了 {result.score} 分，应为 0 分。"
                found.append(Problem("attacks", "attack_part", text))
    return found


def _ablation_problems(task: PracticalTask) -> list[Problem]:
    """Each machine-scored criterion loses half of what the model answer earns when some part of that answer is gone."""
    model: Json = next((g["submission"] for g in task.goldens if g["name"] == "model"), {})
    full = _score(task, model)
    least = dict(full)
    for _, without in parts_removed(model):
        for criterion, points in _score(task, without).items():
            least[criterion] = min(least[criterion], points)
    return [
        Problem(
            "key",
            "ablation",
            f"评分项 {criterion}：从范例答案里去掉任何一部分，它都还有 {least[criterion]} 分（范例 {points} 分），"
            "说明它没有考查到具体的作答，请修改。",
        )
        for criterion, points in full.items()
        if 2 * least[criterion] > points
    ]


Answer = tuple[Json, dict[str, Decimal]]  # a submission and what it is worth by criterion


def _idle_problems(task: PracticalTask) -> list[Problem]:
    """Each part of the key is felt: without it some golden is scored differently, or the key is no longer one."""
    answers: list[Answer] = [
        (golden["submission"], _score(task, golden["submission"])) for golden in task.goldens
    ]
    found = []
    for where, place, without in parts_of_key(task.key, task.kind.schema.key):
        feels = next(_feeling(dataclasses.replace(task, key=without), answers), None)
        if feels is not None:
            # Neighbouring parts are mostly felt by the same golden: the next search begins with it.
            answers.sort(key=lambda one: one is not feels)
        elif not task.kind.check_task(task.content, without):
            text = (
                f"没有一份样例答案用到{place}：删去它，所有样例答案的得分都不变，写错了也看不出来。"
                "请加一份样例答案，让它只在这一处与范例不同；如果这一处不该影响得分，请从评分标准里删去。"
            )
            found.append(Problem(where, "idle", text))
    return found


def _feeling(task: PracticalTask, answers: list[Answer]) -> Iterator[Answer]:
    """The answers that this task scores differently, or not at all: a scorer may rely on what a key must have."""
    for answer in answers:
        try:
            same = _score(task, answer[0]) == answer[1]
        except Exception:  # whatever a missing part sets off
            same = False
        if not same:
            yield answer
