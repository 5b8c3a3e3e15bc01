"""The contract every kind of practical task keeps, and the registry that finds the kinds.

A kind is a sub-package of `itembank.practical` with a module-level `KIND`. Nothing else has to be told
about it: the editor, the publish gate and the worker ask `kind(name)`. To add one, copy the nearest
folder.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

Json = Any  # what json.loads returns; scorers may not assume more than that
# (content, key, world, submission, measured) -> the criteria of the task
ScoreFunction = Callable[[Json, Json, Json, Json, Json], list["CriterionScore"]]
Mode = Literal["auto", "judge"]

# What the shared frame of all workbenches needs (static/js/practical/shared/); a kind adds its own sheets.
FRAME_STYLES = ("css/practical/shared/frame.css", "css/practical/shared/controls.css")


def quarter(points: Decimal | Fraction | int) -> Decimal:
    """Round to the next quarter point, halves up. Binary floats are not accepted: they would hide ties."""
    if isinstance(points, Fraction):
        points = Decimal(points.numerator) / Decimal(points.denominator)
    steps = (Decimal(points) * 4).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return steps / 4


def share_of(maximum: Decimal, share: Fraction) -> Decimal:
    """Points for a share between 0 and 1 of a criterion, in quarter points."""
    return quarter(Fraction(maximum) * min(max(share, Fraction(0)), Fraction(1)))


@dataclass(frozen=True)
class CriterionScore:
    """What one criterion earned and the sentence that tells the candidate why.

    `score` is None only for a criterion that people judge (`mode == "judge"`).
    """

    id: str
    name: str
    codes: tuple[str, ...]
    mode: Mode
    max: Decimal
    score: Decimal | None
    evidence: str

    def as_json(self) -> dict[str, Json]:
        """Plain JSON values; quarter points are exact as floats."""
        return {
            "id": self.id,
            "name": self.name,
            "codes": list(self.codes),
            "mode": self.mode,
            "max": float(self.max),
            "score": None if self.score is None else float(self.score),
            "evidence": self.evidence,
        }


def total(scores: Iterable[CriterionScore]) -> Decimal:
    """Sum of what is scored so far; criteria still waiting for a rater count nothing."""
    return sum((s.score for s in scores if s.score is not None), Decimal(0))


@dataclass(frozen=True)
class Problem:
    """One fault of a submission or of a task: where, a stable code, and a sentence for the person."""

    where: str
    code: str
    message: str


@dataclass(frozen=True)
class TaskSchema:
    """JSON schemas of a kind: what candidates may see, what nobody sees, and what they hand in."""

    content: Mapping[str, Json]
    key: Mapping[str, Json]
    submission: Mapping[str, Json]
    world: Mapping[str, Json] | None = None  # the frozen simulation; None for a kind without one


@dataclass(frozen=True)
class Attack:
    """A submission without skill. `limit` is the share of all points that it may earn on any task of
    its kind; `nothing_in` names parts (see `PracticalKind.parts`) whose criteria must earn nothing at
    all."""

    name: str
    submission: Json
    limit: Fraction
    nothing_in: tuple[str, ...] = ()


def _no_world_problems(content: Json, key: Json, world: Json) -> list[Problem]:
    return []


def _no_further_problems(task: Json) -> list[Problem]:
    return []


def no_such_version(name: str, version: str, known: Iterable[str]) -> str:
    """What is wrong when a run asks for a scorer version that this program does not have."""
    return f"本系统没有评分程序 {name} 的 {version} 版（现有 {'、'.join(known)}），请技术支持安装带有该版本的系统。"


@dataclass(frozen=True)
class PracticalKind:
    """Everything the rest of the platform knows about one kind.

    `score(content, key, world, submission, measured)` is pure: no clock, network, randomness, database
    or files chosen by the submission. It accepts any JSON as submission and never raises. `world` is
    the frozen simulation and `measured` are facts another process took from uploaded files; kinds
    without them ignore both.

    `score` is the scorer of `scorer_version`, which new item versions pin. `older_scorers` are those that
    item versions in use still count by: a scorer that gives any work other points is a new version, and the
    old function moves there.

    `check_world` says quickly whether a world fits its task; nothing is scored in one that does not.
    `extra_gate` gets a whole task that passed every other check of the publish gate; it may take seconds.
    """

    name: str
    label: str
    scorer_name: str
    scorer_version: str
    queue: Literal["fast", "sim", "media", "browser"]
    schema: TaskSchema
    workbench_module: str  # ES module below STATIC_URL that exports mount(root, options)
    workbench_styles: tuple[str, ...]
    validate_submission: Callable[[Json, Json], list[Problem]]
    score: ScoreFunction
    check_task: Callable[[Json, Json], list[Problem]]
    attacks: Callable[[Json, Json, Json], Sequence[Attack]]  # (content, key, model submission)
    parts: Callable[[Json], Mapping[str, tuple[str, ...]]]  # part name -> ids of its criteria
    check_world: Callable[[Json, Json, Json], list[Problem]] = _no_world_problems
    extra_gate: Callable[[Json], list[Problem]] = _no_further_problems
    older_scorers: Mapping[str, ScoreFunction] = field(default_factory=dict)

    def scorer(self, version: str) -> ScoreFunction:
        """The scorer of that version. Raises LookupError, with a sentence for whoever looks after the
        machine, for one this program does not have."""
        known = {**self.older_scorers, self.scorer_version: self.score}
        if version not in known:
            raise LookupError(no_such_version(self.scorer_name, version, known))
        return known[version]


@cache
def kind_names() -> tuple[str, ...]:
    """Names of all kinds: the sub-packages of this package."""
    here = str(Path(__file__).parent)
    return tuple(sorted(m.name for m in pkgutil.iter_modules([here]) if m.ispkg))


@cache
def kind(name: str) -> PracticalKind:
    """The kind of that name. Raises KeyError for a name no folder has."""
    if name not in kind_names():
        raise KeyError(f"no practical kind named {name!r}; known: {', '.join(kind_names())}")
    found = importlib.import_module(f"itembank.practical.{name}").KIND
    if not isinstance(found, PracticalKind) or found.name != name:
        raise TypeError(f"itembank.practical.{name}.KIND does not describe the kind {name!r}")
    return found
