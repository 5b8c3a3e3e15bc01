"""The tree a standard is understood as. Plain data; ``line`` numbers are 1-based lines of the source."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class RequirementNode:
    code: str
    ordinal: int
    text: str
    line: int


@dataclass
class TaskNode:
    code: str
    ordinal: int
    name: str
    printed_name: str
    line: int
    requirements: list[RequirementNode] = field(default_factory=list)


@dataclass
class AreaNode:
    number: int
    name: str
    printed_name: str
    line: int
    tasks: list[TaskNode] = field(default_factory=list)


@dataclass
class LevelNode:
    """One level: its table and what chapter 5 and 6.1 say about it."""

    code: str
    caption: str
    line: int
    occupation_description: str = ""
    grading_description: str = ""
    occupation_line: int = 0
    grading_line: int = 0
    areas: list[AreaNode] = field(default_factory=list)
    occupations: list[str] = field(default_factory=list)

    @property
    def tasks(self) -> list[TaskNode]:
        return [task for area in self.areas for task in area.tasks]

    @property
    def requirements(self) -> list[RequirementNode]:
        return [requirement for task in self.tasks for requirement in task.requirements]


@dataclass
class TermNode:
    number: str
    name: str
    english: str
    definition: str
    line: int
    definition_line: int = 0


@dataclass
class NormativeNode:
    code: str
    year: int | None
    title: str
    text: str
    line: int

    @property
    def dated(self) -> bool:
        return self.year is not None


@dataclass
class BibliographyNode:
    number: int
    text: str
    line: int


@dataclass
class MajorNode:
    """``open_list``: the printed list ends with 等, so that it is not exhaustive."""

    catalogue: str
    school_type: str
    name: str
    open_list: bool
    line: int


@dataclass
class StandardNode:
    code: str = ""
    version: str = ""
    year: int | None = None
    title: str = ""
    publisher: str = ""
    rights_notice: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    levels: list[LevelNode] = field(default_factory=list)
    terms: list[TermNode] = field(default_factory=list)
    normative: list[NormativeNode] = field(default_factory=list)
    bibliography: list[BibliographyNode] = field(default_factory=list)
    majors: list[MajorNode] = field(default_factory=list)
    drafting_units: list[str] = field(default_factory=list)
    drafters: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The ``counts`` of contract.md."""
        return {
            "levels": len(self.levels),
            "areas": sum(len(level.areas) for level in self.levels),
            "tasks": sum(len(level.tasks) for level in self.levels),
            "requirements": sum(len(level.requirements) for level in self.levels),
        }

    def canonical(self) -> dict[str, Any]:
        """The content without its place in the file: equal for the same standard in any encoding and layout."""
        content: dict[str, Any] = _without_places(asdict(self))
        return content


# Where a word stood and how its line was broken is layout; what it says is content.
_LAYOUT = {"line", "definition_line", "occupation_line", "grading_line", "printed_name", "caption"}


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(member) for key, member in value.items() if key not in _LAYOUT}
    if isinstance(value, list):
        return [_without_places(member) for member in value]
    return value


def node_from_json(data: dict[str, Any]) -> StandardNode:
    """The inverse of ``asdict(StandardNode)``, after a way through JSON."""
    return StandardNode(
        **{
            **data,
            "levels": [_level_from_json(level) for level in data["levels"]],
            "terms": [TermNode(**term) for term in data["terms"]],
            "normative": [NormativeNode(**one) for one in data["normative"]],
            "bibliography": [BibliographyNode(**one) for one in data["bibliography"]],
            "majors": [MajorNode(**one) for one in data["majors"]],
        }
    )


def _level_from_json(data: dict[str, Any]) -> LevelNode:
    areas = [
        AreaNode(
            **{
                **area,
                "tasks": [
                    TaskNode(
                        **{**task, "requirements": [RequirementNode(**one) for one in task["requirements"]]}
                    )
                    for task in area["tasks"]
                ],
            }
        )
        for area in data["areas"]
    ]
    return LevelNode(**{**data, "areas": areas})
