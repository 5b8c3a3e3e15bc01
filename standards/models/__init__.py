"""What must be mastered (``printed``) and what people keep beside it (``kept``)."""

from standards.models.kept import (
    Erratum,
    ErratumWithdrawal,
    ReferenceCheck,
    RequirementMapping,
    StandardUpload,
    VersionMapping,
)
from standards.models.printed import (
    Anomaly,
    BibliographyEntry,
    Citable,
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

__all__ = [
    "Anomaly",
    "BibliographyEntry",
    "Citable",
    "Drafter",
    "Erratum",
    "ErratumWithdrawal",
    "Level",
    "Major",
    "NormativeReference",
    "Occupation",
    "ReferenceCheck",
    "Requirement",
    "RequirementMapping",
    "Standard",
    "StandardUpload",
    "Term",
    "VersionMapping",
    "WorkArea",
    "WorkTask",
]
