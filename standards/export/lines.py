"""Requirements line by line."""

from collections.abc import Iterator

from standards.models import Level, Requirement, WorkArea, WorkTask
from standards.queries import Tree

Place = tuple[Level, WorkArea, WorkTask, Requirement]


def in_document_order(tree: Tree) -> list[Place]:
    """Every requirement with what it stands under, as the reader of the printed text meets them."""
    return [
        (level, area, task, requirement)
        for level in tree.levels
        for area in level.areas.all()
        for task in area.tasks.all()
        for requirement in task.requirements.all()
    ]


def tsv_lines(tree: Tree) -> Iterator[str]:
    """Level, area number, area, task code, task, requirement code, text: one line per requirement, no header."""
    for level, area, task, requirement in in_document_order(tree):
        cells = (
            level.name,
            str(area.number),
            area.name,
            task.code,
            task.name,
            requirement.code,
            requirement.text,
        )
        # A tab or line break inside a cell would shift every column after it.
        yield "\t".join(" ".join(cell.split()) for cell in cells)
