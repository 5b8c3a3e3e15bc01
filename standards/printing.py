"""A standard as it lies on paper: the three columns of a level with their cells merged downwards."""

from collections.abc import Iterator
from dataclasses import dataclass

from standards.models import Level, Requirement, Standard, WorkArea, WorkTask
from standards.queries import Tree

# Measured on the printed page: characters of a line in the third column, lines of text on a page below the table head.
_CHARACTERS_OF_A_LINE = 30
_LINES_OF_A_PAGE = 38


@dataclass(frozen=True)
class Row:
    """A line of the table. Area and task stand only in the first line they cover, with how many lines that is."""

    area: WorkArea | None
    area_span: int
    task: WorkTask | None
    task_span: int
    requirement: Requirement | None


@dataclass(frozen=True)
class AreaRows:
    """The lines of one area. Where they fit on a page they stay together, so that every page names its area."""

    rows: list[Row]

    @property
    def fits_a_page(self) -> bool:
        return sum(_height(row.requirement) for row in self.rows) <= _LINES_OF_A_PAGE


@dataclass(frozen=True)
class LevelTable:
    """A level and the lines of its table, area by area."""

    level: Level
    areas: list[AreaRows]


def tables(tree: Tree) -> list[LevelTable]:
    """The table of every level."""
    return [
        LevelTable(level, [AreaRows(list(_rows(area))) for area in level.areas.all()])
        for level in tree.levels
    ]


def _rows(area: WorkArea) -> Iterator[Row]:
    """What has nothing below it still takes a line, so that nothing printed is lost."""
    below = [(task, list(task.requirements.all())) for task in area.tasks.all()]
    height = sum(max(1, len(requirements)) for _, requirements in below)
    if not below:
        yield Row(area, 1, None, 1, None)
    for first, (task, requirements) in enumerate(below):
        here = area if first == 0 else None
        if not requirements:
            yield Row(here, height, task, 1, None)
        for line, requirement in enumerate(requirements):
            is_top = line == 0
            yield Row(
                here if is_top else None, height, task if is_top else None, len(requirements), requirement
            )


def _height(requirement: Requirement | None) -> int:
    """Lines of text on paper: the requirement with its number, and its errata below."""
    if requirement is None:
        return 1
    return -(-len(str(requirement)) // _CHARACTERS_OF_A_LINE) + 2 * len(requirement.notes)


def cover_facts(standard: Standard) -> list[tuple[str, str]]:
    """What the cover says, as label and value."""
    year = f"（{standard.year} 年）" if standard.year else ""
    facts = [("标准代码", standard.code), ("版本", f"{standard.version} 版{year}")]
    if standard.owner:
        facts.append(("制定单位", standard.owner))
    if released := standard.metadata.get("released"):
        facts.append(("发布", released))
    return facts
