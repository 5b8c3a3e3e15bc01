"""Loading a bank file: items written by one person, reviewed and published by another. Idempotent."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from itembank import services
from lib.clock import database_now
from lib.refusals import Invalid
from standards.models import Level, Requirement, Standard

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class BankReport:
    """How many versions are new and how many were there already."""

    new: int
    unchanged: int


def bank_files(standard_code: str) -> list[Path]:
    """The sample bank's files for a standard, in name order."""
    return sorted((DATA / standard_code).glob("*.json"))


def entries_of(path: Path) -> list[dict[str, Any]]:
    """A file holds a list of entries or one entry (a practical task)."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return data if isinstance(data, list) else [data]


@transaction.atomic
def load(*, standard: Standard, organisation: Organisation, author: User, reviewer: User) -> BankReport:
    """Load every file of the standard's sample bank, all or nothing; every fault of every entry is reported."""
    levels = {level.name: level for level in Level.objects.filter(standard=standard)}
    requirements = {
        name: {one.code: one for one in Requirement.objects.filter(level=level)}
        for name, level in levels.items()
    }
    now = database_now()
    new = unchanged = 0
    faults: list[str] = []
    for path in bank_files(standard.code):
        for entry in entries_of(path):
            try:
                version = services.write_version(
                    organisation=organisation, level=levels[entry["level"]],
                    requirements=requirements[entry["level"]], data=entry, by=author, at=now,
                )  # fmt: skip
            except Invalid as fault:
                faults.append(fault.sentence)
                continue
            if version is None:
                unchanged += 1
                continue
            services.submit_for_review(version_id=version.pk, by=author)
            services.publish(version_id=version.pk, by=reviewer)
            new += 1
    if faults:
        raise Invalid(
            "题库文件有误，没有载入：" + "\n".join(faults),
            errors=[{"code": "fault", "message": one} for one in faults],
        )
    return BankReport(new=new, unchanged=unchanged)
