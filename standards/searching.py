"""Finding a word anywhere in a standard that everybody may read; 帐/账, case and width make no difference."""

from collections.abc import Iterator
from dataclasses import dataclass

from standards.browsing import Part, mark, search
from standards.parsing.text import fold
from standards.queries import Tree

_LONGEST_EXCERPT = 120


@dataclass(frozen=True)
class Found:
    """One place: its address below the standard's, its name, and its text cut at the found words."""

    address: str
    label: str
    parts: list[Part]
    above: list[Part]


@dataclass(frozen=True)
class FoundKind:
    """What was found of one kind of fact."""

    title: str
    places: list[Found]


def find(tree: Tree, query: str) -> list[FoundKind]:
    """The kinds of facts in which something was found, requirements first."""
    words = fold(query).split()
    if not words:
        return []
    kinds = [
        FoundKind("职业技能要求", list(_requirements(tree, query))),
        FoundKind("术语和定义", list(_terms(tree, words))),
        FoundKind("面向职业岗位", list(_occupations(tree, words))),
        FoundKind("适用专业", list(_majors(tree, words))),
        FoundKind("规范性引用文件", list(_normative(tree, words))),
        FoundKind("参考文献", list(_bibliography(tree, words))),
    ]
    return [kind for kind in kinds if kind.places]


def _requirements(tree: Tree, query: str) -> Iterator[Found]:
    for hit in search(tree, query):
        code = hit.requirement.code
        yield Found(f"{hit.level.number}/#r{code}", f"{hit.level.name} {code}", hit.parts, hit.above)


def _terms(tree: Tree, words: list[str]) -> Iterator[Found]:
    for term in tree.terms:
        name = f"{term.name} {term.english}".strip()
        if _has(f"{term.number}\n{name}\n{term.definition}", words):
            yield Found(
                f"#term-{term.number}", term.number, mark(name, words), _excerpt(term.definition, words)
            )


def _occupations(tree: Tree, words: list[str]) -> Iterator[Found]:
    for level in tree.levels:
        for job in level.occupations.all():
            if _has(job.name, words):
                yield Found(f"{level.number}/#occupations", level.name, mark(job.name, words), [])


def _majors(tree: Tree, words: list[str]) -> Iterator[Found]:
    for major in tree.majors:
        above = f"{major.get_catalogue_display()} › {major.school_type}"
        if _has(f"{major.name}\n{above}", words):
            yield Found("#majors", major.school_type, mark(major.name, words), mark(above, words))


def _normative(tree: Tree, words: list[str]) -> Iterator[Found]:
    for reference in tree.normative_references:
        if _has(f"{reference.document}\n{reference.title}", words):
            yield Found(
                f"#normative-{reference.ordinal}",
                f"第 {reference.ordinal} 项",
                mark(f"{reference.document} {reference.title}", words),
                [],
            )


def _bibliography(tree: Tree, words: list[str]) -> Iterator[Found]:
    for entry in tree.bibliography:
        if _has(entry.text, words):
            yield Found(f"#reference-{entry.number}", f"[{entry.number}]", mark(entry.text, words), [])


def _has(text: str, words: list[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _excerpt(text: str, words: list[str]) -> list[Part]:
    """The part of a long text around the first found word; its beginning when the words stand elsewhere."""
    folded = fold(text)
    places = [place for word in words if (place := folded.find(word)) >= 0]
    start = max(0, min(places, default=0) - _LONGEST_EXCERPT // 3)
    end = start + _LONGEST_EXCERPT
    cut = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return mark(cut, words)
