"""What the tree page shows: one level, the hits of a search, or another chapter. No queries, the tree is read."""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from standards.export import in_document_order
from standards.models import Level, Major, Requirement
from standards.parsing.text import fold
from standards.queries import Tree

# Address word → what the tab says.
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


def requirement_page(tree: Tree, *, level_name: str, query: str) -> RequirementPage:
    """The chosen level (the first when the name is unknown) or what the search finds in every level."""
    if query:
        return RequirementPage(level=None, hits=search(tree, query))
    chosen = next((level for level in tree.levels if level.name == level_name), None)
    level = chosen or (tree.levels[0] if tree.levels else None)
    doubtful = {
        anomaly.code for anomaly in tree.anomalies if level is not None and anomaly.level == level.name
    }
    return RequirementPage(level=level, doubtful=frozenset(doubtful))


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


def section_page(tree: Tree, section: str) -> dict[str, Any]:
    """What one of the other chapters needs beyond the tree itself."""
    if section != "majors":
        return {}
    groups = groupby(tree.majors, key=lambda major: (major.catalogue, major.school_type))
    return {"major_groups": [_major_group(list(members)) for _, members in groups]}


def _major_group(majors: list[Major]) -> dict[str, Any]:
    first = majors[0]
    return {
        "catalogue": first.get_catalogue_display(),
        "school_type": first.school_type,
        "majors": majors,
        "open": first.list_open,
    }
