"""What the preview of an uploaded file shows. Reads only."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import groupby

from standards.difference import Difference
from standards.models import Standard, StandardUpload
from standards.parsing.findings import Finding
from standards.parsing.tree import StandardNode
from standards.uploads import Reading, difference_to_stored, reading_of
from standards.versions import Impact, impact

# Characters of a line shown beside a fault.
_EXCERPT = 90


@dataclass(frozen=True)
class Listed:
    """A finding with the line it is about, cut to a readable length."""

    finding: Finding
    excerpt: str


@dataclass
class Preview:
    """``outcome`` is what confirming would do: created, new_version, replaced, unchanged, or the refusal."""

    reading: Reading
    outcome: str
    errors: list[Listed] = field(default_factory=list)
    warnings: list[Listed] = field(default_factory=list)
    other: Standard | None = None
    report: Difference | None = None
    impacts: list[Impact] = field(default_factory=list)

    @property
    def tree(self) -> StandardNode | None:
        return self.reading.tree

    @property
    def loadable(self) -> bool:
        return self.outcome not in ("rejected", "conflict")

    @property
    def lines(self) -> list[str]:
        """The recognised text by line, for looking a finding's line up."""
        return self.reading.text.split("\n") if self.reading.text else []

    @property
    def impacts_by_kind(self) -> list[tuple[str, list[Impact]]]:
        return grouped(self.impacts)

    @property
    def level_counts(self) -> list[dict[str, int | str]]:
        levels = self.tree.levels if self.tree else []
        return [
            {
                "level": level.code,
                "areas": len(level.areas),
                "tasks": len(level.tasks),
                "requirements": len(level.requirements),
            }
            for level in levels
        ]

    @property
    def chapter_counts(self) -> list[tuple[str, int]]:
        tree = self.tree
        if tree is None:
            return []
        return [
            ("规范性引用文件", len(tree.normative)),
            ("术语", len(tree.terms)),
            ("适用专业", len(tree.majors)),
            ("职业岗位", sum(len(level.occupations) for level in tree.levels)),
            ("参考文献", len(tree.bibliography)),
            ("起草单位", len(tree.drafting_units)),
            ("起草人", len(tree.drafters)),
        ]


def preview_of(upload: StandardUpload, organisations: Collection[int]) -> Preview:
    """Everything the page shows; ``organisations`` are those whose items the impact may name."""
    reading = reading_of(upload)
    lines = reading.text.split("\n") if reading.text else []
    found = Preview(
        reading,
        reading.outcome,
        errors=[_listed(one, lines) for one in reading.errors],
        warnings=[_listed(one, lines) for one in reading.warnings],
    )
    if reading.tree is None or (reading.outcome == "rejected"):
        return found
    compared = difference_to_stored(reading.tree)
    if compared is None:
        found.outcome = reading.outcome if reading.outcome == "conflict" else "created"
        return found
    found.other, found.report = compared
    if reading.outcome != "conflict":
        same_version = found.other.version == reading.tree.version
        found.outcome = ("replaced" if found.report else "unchanged") if same_version else "new_version"
    found.impacts = impact(found.report, organisations)
    return found


def grouped(impacts: list[Impact]) -> list[tuple[str, list[Impact]]]:
    """Impacts by kind of thing, in the order the rooms gave them."""
    return [(kind, list(members)) for kind, members in groupby(impacts, key=lambda one: one.touched.kind)]


def _listed(finding: Finding, lines: list[str]) -> Listed:
    """The finding with the words around it: from its own words or code on, when the line has them."""
    if not finding.line or finding.line > len(lines):
        return Listed(finding, "")
    text = " ".join(re.sub(r"</?(?:p|br)\b[^>]*>", " ", lines[finding.line - 1]).split())
    found = next((text.find(word) for word in (finding.text, finding.code) if word and word in text), 0)
    start = max(0, found - _EXCERPT // 3)
    cut = text[start : start + _EXCERPT]
    return Listed(finding, ("…" if start else "") + cut + ("…" if start + _EXCERPT < len(text) else ""))
