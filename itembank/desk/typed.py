"""What stands in the editor: text in every field. It becomes a task, or a list of faults beside the same text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from itembank.desk.reading import UNSTORABLE, BadJson, read_json
from itembank.practical import PracticalKind, Problem, kind
from itembank.practical.layout import layout, ordered
from itembank.practical.skeleton import skeleton
from itembank.practical.tasks import GOLDENS, PracticalTask
from itembank.queries import PRACTICAL

FIELDS = ("code", "title", "level", "minutes", "max_score", "requirements", "cites")
PARTS = {"content": "任务内容", "key": "评分标准", "goldens": "样例答案", "world": "仿真环境"}
BYTES = 1_000_000
WIDTH = 90  # of a line in the editor
CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,39}")
SEPARATORS = re.compile(r"[\s、，,；;]+")


@dataclass(frozen=True)
class Fault:
    """One line of the list beside the editor. ``part`` is the field to go to; line and column only where known."""

    part: str
    where: str
    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Typed:
    """The texts of the editor by field. Levels go by the key that the pages use in addresses."""

    interaction: str
    texts: Mapping[str, str]

    @property
    def kind(self) -> PracticalKind:
        """The kind of the task."""
        return kind(self.interaction.removeprefix(PRACTICAL))

    @property
    def parts(self) -> dict[str, str]:
        """The JSON parts this kind has, with their labels."""
        has_world = self.kind.schema.world is not None
        return {name: label for name, label in PARTS.items() if name != "world" or has_world}


def typed_from(interaction: str, posted: Mapping[str, str]) -> Typed:
    """Everything a form brought, as it was typed; line ends as on the server."""
    texts = {name: posted.get(name, "").replace("\r\n", "\n") for name in (*FIELDS, *PARTS)}
    return Typed(interaction, texts)


def typed_of(task: PracticalTask, level_key: str) -> Typed:
    """A task as text."""
    texts = {
        "code": task.code, "title": task.title, "level": level_key, "minutes": str(task.minutes),
        "max_score": f"{task.max_score.normalize():f}", "requirements": "、".join(task.requirements),
        "cites": "、".join(task.cites), **dict.fromkeys(PARTS, ""),
        **_laid_out(task.kind, {name: getattr(task, name) for name in PARTS}),
    }  # fmt: skip
    return Typed(task.interaction, texts)


def new_typed(interaction: str, level_key: str) -> Typed:
    """Where an author begins: the smallest task of the kind."""
    empty = Typed(interaction, {})
    texts = dict.fromkeys((*FIELDS, *PARTS), "") | {"level": level_key, "minutes": "30", "max_score": "20"}
    return Typed(interaction, texts | _laid_out(empty.kind, skeleton(empty.kind)))


def _laid_out(of: PracticalKind, parts: dict[str, Any]) -> dict[str, str]:
    entry = {**GOLDENS["items"]["properties"], "submission": of.schema.submission}
    goldens = {"items": {"properties": entry}}
    schemas = {
        "content": of.schema.content,
        "key": of.schema.key,
        "goldens": goldens,
        "world": of.schema.world,
    }
    return {
        name: layout(ordered(list(value) if name == "goldens" else value, schemas[name]), width=WIDTH)
        for name, value in parts.items()
        if value is not None and schemas[name] is not None
    }


def read(typed: Typed, level_name: str) -> tuple[PracticalTask | None, list[Fault]]:
    """The task in the texts, or None with every fault that keeps them from being one."""
    texts = typed.texts
    if sum(len(texts[name].encode("utf-8", "replace")) for name in PARTS) > BYTES:
        said = "任务的 JSON 合计超过 1 MB，没有检查也没有保存，请删减后再试；您输入的文字都还在本页。"
        return None, [Fault("content", "", said)]
    faults = _field_faults(texts)
    parts: dict[str, Any] = {"world": None}
    for name, label in typed.parts.items():
        wanted = list if name == "goldens" else dict
        try:
            parts[name] = read_json(texts[name])
        except BadJson as bad:
            faults.append(Fault(name, label, bad.sentence, bad.line, bad.column))
            continue
        if not isinstance(parts[name], wanted):
            brackets = "[ ]" if wanted is list else "{ }"
            faults.append(Fault(name, label, f"{label}整体应当写在 {brackets} 里。"))
    if faults:
        return None, faults
    return PracticalTask(
        code=texts["code"].strip(), title=texts["title"].strip(), level=level_name, interaction=typed.interaction,
        requirements=tuple(codes_in(texts["requirements"])), minutes=int(texts["minutes"]),
        max_score=Decimal(texts["max_score"].strip()), content=parts["content"], key=parts["key"],
        goldens=tuple(parts["goldens"]), cites=tuple(codes_in(texts["cites"])), world=parts["world"],
    ), []  # fmt: skip


def codes_in(text: str) -> list[str]:
    """Codes separated by anything people use for it, each once, in their order."""
    return list(dict.fromkeys(one for one in SEPARATORS.split(text) if one))


def fault_of(problem: Problem) -> Fault:
    """A problem that a kind or the gate found, for the list."""
    part = problem.where.partition(".")[0]
    known = {"attacks": "goldens"}.get(part, part)
    return Fault(known if known in (*PARTS, *FIELDS) else "content", problem.where, problem.message)


def _field_faults(texts: Mapping[str, str]) -> list[Fault]:
    faults = []
    if not CODE.fullmatch(texts["code"].strip()):
        faults.append(
            Fault("code", "编号", "编号用大写字母、数字、点和连字符，2–40 个字符，例如 530053-A-01。")
        )
    if not 1 <= len(texts["title"].strip()) <= 200 or UNSTORABLE.search(texts["title"]):
        faults.append(Fault("title", "标题", "请填写标题，不超过 200 字。"))
    if not re.fullmatch(r"[1-9][0-9]{0,2}", texts["minutes"].strip(), re.ASCII):
        faults.append(Fault("minutes", "建议用时", "建议用时请填 1–999 的整数（分钟）。"))
    if not _is_points(texts["max_score"].strip()):
        faults.append(Fault("max_score", "满分", "满分请填 0.25–1000 的数，最小到 0.25 分。"))
    if UNSTORABLE.search(texts["requirements"]) or any(
        len(code) > 20 for code in codes_in(texts["requirements"])
    ):
        faults.append(Fault("requirements", "职业技能要求", "职业技能要求请填编号，例如 1.1.1、1.1.2。"))
    if UNSTORABLE.search(texts["cites"]) or any(len(code) > 120 for code in codes_in(texts["cites"])):
        faults.append(Fault("cites", "引用", "引用请填标准里的代码，例如 term:3.1。"))
    return faults


def _is_points(text: str) -> bool:
    try:
        points = Decimal(text)
    except InvalidOperation:
        return False
    return points.is_finite() and Decimal("0.25") <= points <= 1000 and points * 4 == int(points * 4)
