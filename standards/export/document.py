"""The whole standard as one JSON document, with the codes by which its facts are cited and the errata beside them."""

from typing import Any

from standards.models import BibliographyEntry, Erratum, Level, NormativeReference, Requirement, WorkTask
from standards.queries import Tree


def as_json(tree: Tree) -> dict[str, Any]:
    """Everything of the tree. The text stays as printed; ``errata`` of a place say what is wrong with it."""
    standard = tree.standard
    return {
        "code": standard.code,
        "version": standard.version,
        "year": standard.year,
        "title": standard.title,
        "owner": standard.owner,
        "rights_notice": standard.rights_notice,
        "source_sha256": standard.source_sha256,
        "content_sha256": standard.content_sha256,
        "levels": [_level(level) for level in tree.levels],
        "terms": [
            {
                "cite": term.cite_code,
                "number": term.number,
                "name": term.name,
                "english": term.english,
                "definition": term.definition,
                "errata": errata_json(term.notes),
            }
            for term in tree.terms
        ],
        "normative_references": [
            {"cite": reference.cite_code, **_designation(reference)}
            for reference in tree.normative_references
        ],
        "bibliography": [
            {"cite": entry.cite_code, "number": entry.number, **_designation(entry)}
            for entry in tree.bibliography
        ],
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


def errata_json(notes: list[Erratum]) -> list[dict[str, str]]:
    """What stands beside a place. Who wrote a note is not said outside the house."""
    return [
        {
            "printed": erratum.printed,
            "corrected": erratum.corrected,
            "note": erratum.note,
            "at": erratum.at.isoformat(),
        }
        for erratum in notes
    ]


def _designation(reference: NormativeReference | BibliographyEntry) -> dict[str, Any]:
    return {
        "code": reference.code,
        "year": reference.year,
        "dated": reference.dated,
        "title": reference.title,
        "text": reference.text,
        "errata": errata_json(reference.notes),
    }


def _level(level: Level) -> dict[str, Any]:
    return {
        "cite": level.cite_code,
        "number": level.number,
        "level": level.name,
        "caption": level.caption,
        "occupation_description": level.occupation_description,
        "grading_description": level.grading_description,
        "errata": errata_json(level.notes),
        "occupations": [{"cite": job.cite_code, "name": job.name} for job in level.occupations.all()],
        "areas": [
            {
                "cite": area.cite_code,
                "number": area.number,
                "name": area.name,
                "errata": errata_json(area.notes),
                "tasks": [_task(task) for task in area.tasks.all()],
            }
            for area in level.areas.all()
        ],
    }


def _task(task: WorkTask) -> dict[str, Any]:
    return {
        "cite": task.cite_code,
        "code": task.code,
        "name": task.name,
        "errata": errata_json(task.notes),
        "requirements": [_requirement(requirement) for requirement in task.requirements.all()],
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {
        "cite": requirement.cite_code,
        "code": requirement.code,
        "text": requirement.text,
        "line": requirement.line,
        "errata": errata_json(requirement.notes),
    }
