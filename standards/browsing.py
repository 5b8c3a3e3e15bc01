"""What the tree page shows: one level, the hits of a search, or another chapter. No queries, the tree is read."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from standards.coverage import AreaCoverage, RequirementCoverage, coverage_of
from standards.export import in_document_order
from standards.models import Level, Major, Requirement
from standards.parsing.text import fold
from standards.queries import Tree
from standards.rules import rules_of
from standards.usage import citations

# Address word → what the tab says.
COVERAGE = {"coverage": "题目覆盖"}
SECTIONS = {
    "occupations": "岗位与描述",
    "majors": "适用专业",
    "terms": "术语",
    "references": "引用与文献",
    "drafting": "起草信息",
    "anomalies": "原文疑点",
}


@dataclass(frozen=True)
class Part:
    """A stretch of a text; ``hit`` when the search found it."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Hit:
    """A requirement the search found; its text and the names above it are cut at the found words."""

    level: Level
    requirement: Requirement
    parts: list[Part]
    above: list[Part]


@dataclass
class RequirementPage:
    """Either ``level`` with its tree or, after a search, the hits of all levels."""

    level: Level | None
    hits: list[Hit] = field(default_factory=list)
    # Codes of the shown level that have an entry in 原文疑点.
    doubtful: frozenset[str] = frozenset()
    # Whether the person works on a bank: then every requirement says what measures it.
    with_items: bool = False


def sections_for(bank: Collection[int]) -> dict[str, str]:
    """The tabs beside the levels; coverage only for who works on a bank."""
    return {**COVERAGE, **SECTIONS} if bank else SECTIONS


def _level(tree: Tree, name: str) -> Level | None:
    chosen = next((level for level in tree.levels if level.name == name), None)
    return chosen or (tree.levels[0] if tree.levels else None)


def requirement_page(
    tree: Tree, *, level_name: str, query: str, bank: Collection[int] = ()
) -> RequirementPage:
    """The chosen level (the first when the name is unknown) or what the search finds in every level.

    :param bank: ids of the organisations whose items are counted beside each requirement.
    """
    if query:
        return RequirementPage(level=None, hits=search(tree, query))
    level = _level(tree, level_name)
    if level is not None and bank:
        for covered in _requirements(coverage_of(level, bank)):
            covered.requirement.covered = covered  # type: ignore[attr-defined]
    doubtful = {
        anomaly.code for anomaly in tree.anomalies if level is not None and anomaly.level == level.name
    }
    return RequirementPage(level=level, doubtful=frozenset(doubtful), with_items=bool(bank))


def _requirements(areas: list[AreaCoverage]) -> list[RequirementCoverage]:
    return [one for area in areas for task in area.tasks for one in task.requirements]


def search(tree: Tree, query: str) -> list[Hit]:
    """Requirements whose code, text, task or area contains every word; 帐/账, case and width make no difference."""
    words = fold(query).split()
    if not words:
        return []
    hits = []
    for level, area, task, requirement in in_document_order(tree):
        above = f"{area.number}. {area.name} › {task.code} {task.name}"
        whole = fold(f"{requirement.code}\n{requirement.text}\n{above}")
        if all(word in whole for word in words):
            hits.append(Hit(level, requirement, mark(requirement.text, words), mark(above, words)))
    return hits


def mark(text: str, words: list[str]) -> list[Part]:
    """Cut a text where the folded words are found; folding keeps every position."""
    folded = fold(text)
    flags = [False] * len(text)
    for word in words:
        start = folded.find(word)
        while start >= 0:
            flags[start : start + len(word)] = [True] * len(word)
            start = folded.find(word, start + 1)
    parts = []
    for hit, group in groupby(zip(flags, text, strict=True), key=lambda pair: pair[0]):
        parts.append(Part("".join(character for _, character in group), hit))
    return parts


def section_page(
    tree: Tree, section: str, bank: Collection[int] = (), *, level_name: str = ""
) -> dict[str, Any]:
    """What one of the other chapters needs beyond the tree itself."""
    if section == "majors":
        groups = groupby(tree.majors, key=lambda major: (major.catalogue, major.school_type))
        return {"major_groups": [_major_group(list(members)) for _, members in groups]}
    if section == "references":
        cited = citations(tree.standard, bank) if bank else {}
        return {
            "lists": [
                ("规范性引用文件", rules_of(tree.normative_references, cited), "没有规范性引用文件。"),
                ("参考文献", rules_of(tree.bibliography, cited), "没有参考文献。"),
            ]
        }
    if section == "coverage":
        level = _level(tree, level_name)
        areas = coverage_of(level, bank) if level else []
        return {
            "level": level,
            "areas": areas,
            "key": f"{tree.standard.code}-{tree.standard.version}-{level.number}" if level else "",
            "missing": sum(area.missing for area in areas),
            "requirements": len(_requirements(areas)),
        }
    return {}


def _major_group(majors: list[Major]) -> dict[str, Any]:
    first = majors[0]
    return {
        "catalogue": first.get_catalogue_display(),
        "school_type": first.school_type,
        "majors": majors,
        "open": first.list_open,
    }
