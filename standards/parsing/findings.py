"""What the parser has to say about a file: faults that refuse it and anomalies that are only listed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One sentence for a person about one place.

    :param severity: ``error`` refuses the file, ``warning`` does not.
    :param kind: stable English word for programs and tests.
    :param level: 初级/中级/高级, or None outside the tables.
    :param code: number printed in the standard ("1.1.3", "表 2"), or None.
    :param line: 1-based line of the file, or None when the whole file is meant.
    :param message: plain Chinese: what, where, what to do.
    :param text: the words in question, as printed.
    :param suggestion: what a person might put in an erratum; the text itself is never changed.
    """

    severity: str
    kind: str
    level: str | None
    code: str | None
    line: int | None
    message: str
    text: str = ""
    suggestion: str = ""

    def as_json(self) -> dict[str, str | int | None]:
        """The shape of contract.md, exactly these five members."""
        return {
            "severity": self.severity,
            "level": self.level,
            "code": self.code,
            "line": self.line,
            "message": self.message,
        }


@dataclass(frozen=True)
class Healing:
    """A place where the layout, never the wording, was mended: kept so that a person can follow it."""

    kind: str
    line: int
    text: str


@dataclass
class Notes:
    """Collects findings and healings of one run."""

    findings: list[Finding] = field(default_factory=list)
    healings: list[Healing] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == ERROR]

    def error(
        self,
        kind: str,
        message: str,
        *,
        line: int | None = None,
        level: str | None = None,
        code: str | None = None,
    ) -> None:
        self.findings.append(Finding(ERROR, kind, level, code, line, message))

    def warn(
        self,
        kind: str,
        message: str,
        *,
        line: int | None = None,
        level: str | None = None,
        code: str | None = None,
        text: str = "",
        suggestion: str = "",
    ) -> None:
        self.findings.append(Finding(WARNING, kind, level, code, line, message, text, suggestion))

    def heal(self, kind: str, line: int, text: str) -> None:
        self.healings.append(Healing(kind, line, text))


def in_file_order(findings: Iterable[Finding]) -> list[Finding]:
    """Errors and warnings as a reader of the file meets them; whole-file findings first."""
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.severity))
