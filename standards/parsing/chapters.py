"""Divide a document into its chapters by their printed titles; numbers may differ between standards."""

import re
from dataclasses import dataclass, field

from standards.parsing.captions import read_caption
from standards.parsing.document import Block, Document, Line
from standards.parsing.text import plain_digits, without_spaces

COVER, CONTENTS, PREFACE, SCOPE = "cover", "contents", "preface", "scope"
NORMATIVE, TERMS, MAJORS, OCCUPATIONS = "normative", "terms", "majors", "occupations"
REQUIREMENTS, BIBLIOGRAPHY, OTHER = "requirements", "bibliography", "other"

_TITLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (CONTENTS, re.compile(r"^目[次录]$")),
    (PREFACE, re.compile(r"^前言$")),
    (SCOPE, re.compile(r"^\d*范围$")),
    (NORMATIVE, re.compile(r"^\d*规范性引用文件$")),
    (TERMS, re.compile(r"^\d*术语(和|与|及)定义$")),
    (MAJORS, re.compile(r"^\d*(适用|面向)(院校)?专业$")),
    (OCCUPATIONS, re.compile(r"^\d*面向(职业)?(工作)?岗位([（(]群[)）])?$")),
    (REQUIREMENTS, re.compile(r"^\d*职业技能(等级)?要求$")),
    (BIBLIOGRAPHY, re.compile(r"^参考文献$")),
    (OTHER, re.compile(r"^附录[A-Z]?$")),
)


@dataclass
class Chapters:
    """Blocks by chapter, in file order; ``found`` tells which titles were seen."""

    blocks: dict[str, list[Block]] = field(default_factory=dict)

    def of(self, name: str) -> list[Block]:
        return self.blocks.get(name, [])

    def lines(self, name: str) -> list[Line]:
        """The non-empty lines of running text of a chapter."""
        return [block for block in self.of(name) if isinstance(block, Line) and block.text]


def chapter_of(text: str) -> str | None:
    """The chapter a line opens, or None. Lines of the table of contents end in a page number and do not match."""
    compact = plain_digits(without_spaces(text))
    for name, pattern in _TITLES:
        if pattern.match(compact):
            return name
    return None


def divide(document: Document) -> Chapters:
    """Every block to its chapter. What stands before the first title is the cover."""
    chapters, current = Chapters(), COVER
    for block in document.blocks:
        opened = chapter_of(block.text) if isinstance(block, Line) and block.text else None
        if opened is not None:
            current = opened
            chapters.blocks.setdefault(current, [])
            continue
        if isinstance(block, Line) and current != REQUIREMENTS and read_caption(block.text) is not None:
            # A table is a table even where the title of its chapter is lost.
            current = REQUIREMENTS
        chapters.blocks.setdefault(current, []).append(block)
    return chapters
