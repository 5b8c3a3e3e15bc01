"""From the parsed tree to rows. Called by services inside their transaction, by nobody else."""

from collections.abc import Iterable

from standards.models import (
    Anomaly,
    BibliographyEntry,
    Drafter,
    Level,
    Major,
    NormativeReference,
    Occupation,
    Requirement,
    Standard,
    Term,
    WorkArea,
    WorkTask,
)
from standards.parsing.designation import read_designation
from standards.parsing.findings import WARNING, Finding
from standards.parsing.levels import level_number
from standards.parsing.tree import BibliographyNode, LevelNode, StandardNode


def lock_content(standard: Standard) -> None:
    """Hold the rows other rooms may point at: a reference made meanwhile waits, so that none is missed or orphaned."""
    for rows in (
        Level.objects.filter(standard=standard),
        WorkArea.objects.filter(level__standard=standard),
        WorkTask.objects.filter(area__level__standard=standard),
        Requirement.objects.filter(level__standard=standard),
    ):
        list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def forget_content(standard: Standard) -> None:
    """Delete everything under a standard; ProtectedError when something outside still points at it."""
    for model in (Term, NormativeReference, BibliographyEntry, Major, Occupation, Drafter, Anomaly, Level):
        model._default_manager.filter(standard=standard).delete()


def write_content(standard: Standard, node: StandardNode, findings: Iterable[Finding]) -> None:
    """Write everything under a standard that has no content yet."""
    _write_levels(standard, node.levels)
    _write_references(standard, node)
    Major.objects.bulk_create(
        Major(
            standard=standard,
            cite_code=f"major:{major.catalogue}:{major.school_type}:{major.name}",
            ordinal=ordinal,
            catalogue=major.catalogue,
            school_type=major.school_type,
            name=major.name,
            list_open=major.open_list,
        )
        for ordinal, major in enumerate(node.majors, start=1)
    )
    Drafter.objects.bulk_create(
        Drafter(standard=standard, is_organisation=is_organisation, ordinal=ordinal, name=name)
        for is_organisation, names in ((True, node.drafting_units), (False, node.drafters))
        for ordinal, name in enumerate(names, start=1)
    )
    Anomaly.objects.bulk_create(
        Anomaly(
            standard=standard,
            line=finding.line or 0,
            level=finding.level or "",
            code=finding.code or "",
            text=finding.text,
            suggestion=_advice(finding),
        )
        for finding in findings
        if finding.severity == WARNING
    )


def _advice(finding: Finding) -> str:
    """What was noticed and, where the parser has a guess, what the original may say."""
    return f"{finding.message}建议：{finding.suggestion}。" if finding.suggestion else finding.message


def _write_levels(standard: Standard, nodes: list[LevelNode]) -> None:
    """One INSERT per kind of row, not per row: a load takes well under a second."""
    levels = Level.objects.bulk_create(
        Level(
            standard=standard,
            number=level_number(node.code),
            name=node.code,
            caption=node.caption,
            occupation_description=node.occupation_description,
            grading_description=node.grading_description,
        )
        for node in nodes
    )
    pairs = list(zip(levels, nodes, strict=True))
    Occupation.objects.bulk_create(
        Occupation(
            standard=standard,
            level=level,
            ordinal=ordinal,
            name=name,
            cite_code=f"occupation:{level.name}:{name}",
        )
        for level, node in pairs
        for ordinal, name in enumerate(node.occupations, start=1)
    )
    area_nodes = [(level, area) for level, node in pairs for area in node.areas]
    areas = WorkArea.objects.bulk_create(
        WorkArea(level=level, number=area.number, name=area.name, printed_name=area.printed_name)
        for level, area in area_nodes
    )
    task_nodes = [
        (level, row, task, ordinal)
        for (level, area), row in zip(area_nodes, areas, strict=True)
        for ordinal, task in enumerate(area.tasks, start=1)
    ]
    tasks = WorkTask.objects.bulk_create(
        WorkTask(area=row, ordinal=ordinal, code=task.code, name=task.name, printed_name=task.printed_name)
        for _, row, task, ordinal in task_nodes
    )
    # The ordinal runs through the whole text: the node's own is only its place in the task.
    requirement_nodes = [
        (level, row, requirement)
        for (level, _, task, _), row in zip(task_nodes, tasks, strict=True)
        for requirement in task.requirements
    ]
    Requirement.objects.bulk_create(
        Requirement(
            task=row,
            level=level,
            code=requirement.code,
            ordinal=ordinal,
            text=requirement.text,
            line=requirement.line,
        )
        for ordinal, (level, row, requirement) in enumerate(requirement_nodes, start=1)
    )


def _write_references(standard: Standard, node: StandardNode) -> None:
    Term.objects.bulk_create(
        Term(
            standard=standard,
            cite_code=f"term:{term.number}",
            ordinal=ordinal,
            number=term.number,
            name=term.name,
            english=term.english,
            definition=term.definition,
        )
        for ordinal, term in enumerate(node.terms, start=1)
    )
    NormativeReference.objects.bulk_create(
        NormativeReference(
            standard=standard,
            cite_code=f"normative:{reference.code}" + (f"-{reference.year}" if reference.dated else ""),
            ordinal=ordinal,
            code=reference.code,
            year=str(reference.year or ""),
            dated=reference.dated,
            title=reference.title,
            text=reference.text,
        )
        for ordinal, reference in enumerate(node.normative, start=1)
    )
    BibliographyEntry.objects.bulk_create(
        _bibliography_entry(standard, entry, ordinal)
        for ordinal, entry in enumerate(node.bibliography, start=1)
    )


def _bibliography_entry(standard: Standard, entry: BibliographyNode, ordinal: int) -> BibliographyEntry:
    named = read_designation(entry.text)
    return BibliographyEntry(
        standard=standard,
        cite_code=f"reference:{entry.number}",
        ordinal=ordinal,
        number=entry.number,
        code=named.code,
        year=named.year,
        dated=named.dated,
        title=named.title,
        text=entry.text,
    )
