"""What the database has room for: said in plain words before it refuses."""

from collections.abc import Iterator

from django.db.models import Model

from standards.models import (
    BibliographyEntry,
    Level,
    Major,
    NormativeReference,
    Occupation,
    Standard,
    Term,
    WorkArea,
    WorkTask,
)
from standards.parsing.findings import ERROR, Finding
from standards.parsing.tree import StandardNode

_SMALL = 32767


def too_long(node: StandardNode) -> list[Finding]:
    """One error for each name or number longer than its column: usually a lost line break or tab."""
    findings = []
    for model, field, value, line in _values(node):
        limit = getattr(model._meta.get_field(field), "max_length", None) or 0
        if len(value) > limit:
            where = f"第 {line} 行的" if line else ""
            message = (
                f"{where}“{value[:20]}…”有 {len(value)} 个字，最多 {limit} 个，请核对是否漏了换行或制表符。"
            )
            findings.append(Finding(ERROR, "too_long", None, None, line, message))
    for entry in node.bibliography:
        if entry.number > _SMALL:
            message = f"第 {entry.line} 行的参考文献编号 [{entry.number}] 太大，请核对编号。"
            findings.append(Finding(ERROR, "too_long", None, f"[{entry.number}]", entry.line, message))
    return findings


def _values(node: StandardNode) -> Iterator[tuple[type[Model], str, str, int | None]]:
    yield Standard, "code", node.code, None
    yield Standard, "version", node.version, None
    yield Standard, "title", node.title, None
    yield Standard, "owner", node.publisher, None
    for level in node.levels:
        yield Level, "caption", level.caption, level.line
        for area in level.areas:
            yield WorkArea, "printed_name", area.printed_name, area.line
            for task in area.tasks:
                yield WorkTask, "printed_name", task.printed_name, task.line
        for occupation in level.occupations:
            yield Occupation, "name", occupation, level.occupation_line
    for term in node.terms:
        yield Term, "number", term.number, term.line
        yield Term, "name", term.name, term.line
        yield Term, "english", term.english, term.line
    for reference in node.normative:
        yield NormativeReference, "code", reference.code, reference.line
        yield NormativeReference, "title", reference.title, reference.line
    for major in node.majors:
        yield Major, "school_type", major.school_type, major.line
        yield Major, "name", major.name, major.line
        yield (
            BibliographyEntry,
            "cite_code",
            f"major:{major.catalogue}:{major.school_type}:{major.name}",
            major.line,
        )
