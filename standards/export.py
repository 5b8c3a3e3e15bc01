"""A standard as files for other programs: TSV of its requirements, JSON of everything."""

from collections.abc import Iterator
from typing import Any

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


def as_json(tree: Tree) -> dict[str, Any]:
    """The whole standard, with the codes by which its facts are cited."""
    standard = tree.standard
    return {
        "code": standard.code,
        "version": standard.version,
        "year": standard.year,
        "title": standard.title,
        "owner": standard.owner,
        "source_sha256": standard.source_sha256,
        "content_sha256": standard.content_sha256,
        "levels": [_level(level) for level in tree.levels],
        "terms": [
            {
                "cite": term.cite_code,
                "name": term.name,
                "english": term.english,
                "definition": term.definition,
            }
            for term in tree.terms
        ],
        "normative_references": [
            {"cite": reference.cite_code, "title": reference.title} for reference in tree.normative_references
        ],
        "bibliography": [{"cite": entry.cite_code, "text": entry.text} for entry in tree.bibliography],
        "majors": [
            {
                "cite": major.cite_code,
                "catalogue": major.catalogue,
                "school_type": major.school_type,
                "name": major.name,
                "list_open": major.list_open,
            }
            for major in tree.majors
        ],
        "drafting_units": [unit.name for unit in tree.drafting_units],
        "drafters": [person.name for person in tree.drafters],
        "anomalies": [
            {
                "line": anomaly.line,
                "level": anomaly.level or None,
                "code": anomaly.code or None,
                "text": anomaly.text,
                "suggestion": anomaly.suggestion,
            }
            for anomaly in tree.anomalies
        ],
    }


def _level(level: Level) -> dict[str, Any]:
    return {
        "level": level.name,
        "caption": level.caption,
        "occupation_description": level.occupation_description,
        "grading_description": level.grading_description,
        "occupations": [{"cite": job.cite_code, "name": job.name} for job in level.occupations.all()],
        "areas": [
            {
                "number": area.number,
                "name": area.name,
                "tasks": [
                    {
                        "code": task.code,
                        "name": task.name,
                        "requirements": [
                            {"code": requirement.code, "text": requirement.text, "line": requirement.line}
                            for requirement in task.requirements.all()
                        ],
                    }
                    for task in area.tasks.all()
                ],
            }
            for area in level.areas.all()
        ],
    }
