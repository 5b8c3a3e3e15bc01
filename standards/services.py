"""Every write to the standards: loading one version, whole or not at all."""

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError

from audit.services import record
from lib.canonical import canonical_sha256, sha256_hex
from standards.limits import too_long
from standards.models import Standard
from standards.parsing import Parsed, parse_file
from standards.parsing.findings import ERROR, Finding
from standards.saving import forget_content, lock_content, write_content
from standards.usage import is_in_use

OutcomeName = Literal["created", "unchanged", "replaced", "new_version", "conflict", "checked", "rejected"]
GOOD_OUTCOMES = frozenset({"created", "unchanged", "replaced", "new_version", "checked"})


@dataclass(frozen=True)
class LoadOutcome:
    """What became of a file, in the words of contract.md."""

    outcome: OutcomeName
    standard: dict[str, str] | None = None
    counts: dict[str, int] | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the command ends with 0."""
        return self.outcome in GOOD_OUTCOMES

    def as_json(self) -> dict[str, Any]:
        """The one object ``load_standard --json`` prints."""
        return {**asdict(self), "findings": [finding.as_json() for finding in self.findings]}


@dataclass
class _Loader:
    """The audit trail's actor for a name: standards are loaded from the command line, where nobody is signed in."""

    display_name: str
    uuid: str = "command"


class _InUseAfterAll(Exception):
    """Something protects the old content though no registered check knew it."""


def load_standard(
    *, data: bytes, filename: str, by: str | None, at: dt.datetime, check: bool = False
) -> LoadOutcome:
    """Read one standard and store it: everything in one transaction, or nothing.

    With ``check`` the same way is gone to its end and nothing is written: what passes the check is accepted afterwards.
    """
    parsed = parse_file(data, filename)
    node = parsed.tree
    found = parsed.findings + (too_long(node) if node else [])
    if node is None or any(finding.severity == ERROR for finding in found):
        return LoadOutcome("rejected", _identity(parsed), None, found)
    try:
        with transaction.atomic():
            outcome = _store(parsed, data=data, filename=filename, by=by, at=at, check=check)
            if check:
                # The database had its say on every row; now it forgets them.
                transaction.set_rollback(True)
    except _InUseAfterAll:
        outcome = "conflict"
    findings = (
        parsed.findings
        if outcome != "conflict"
        else [_conflict_finding(node.code, node.version), *parsed.findings]
    )
    if check and outcome != "conflict":
        outcome = "checked"
    return LoadOutcome(outcome, _identity(parsed), node.counts(), findings)


def _store(
    parsed: Parsed, *, data: bytes, filename: str, by: str | None, at: dt.datetime, check: bool
) -> OutcomeName:
    node = parsed.tree
    assert node is not None
    with connection.cursor() as cursor:
        # Two loads of one standard queue up here, so that the second sees what the first has stored.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 53))", [node.code])
    content_sha256 = canonical_sha256(node.canonical())
    known = list(Standard.objects.filter(code=node.code))
    existing = next((standard for standard in known if standard.version == node.version), None)
    if existing is not None and existing.content_sha256 == content_sha256:
        return "unchanged"
    if existing is not None:
        lock_content(existing)
        if is_in_use(existing):
            return "conflict"
    outcome: OutcomeName = "replaced" if existing else "new_version" if known else "created"
    standard = existing or Standard(code=node.code, version=node.version)
    previous = standard.content_sha256
    standard.year = node.year
    standard.title = node.title
    standard.owner = node.publisher
    standard.rights_notice = node.rights_notice
    standard.metadata = node.metadata
    standard.source_name = filename
    standard.source_sha256 = sha256_hex(data)
    standard.source_text = parsed.text
    standard.content_sha256 = content_sha256
    standard.loaded_at = at
    standard.loaded_by = by or ""
    standard.save()
    if existing:
        try:
            # A savepoint, so that a refusal by a foreign key leaves the connection usable.
            with transaction.atomic():
                forget_content(standard)
        except (ProtectedError, RestrictedError) as error:
            raise _InUseAfterAll from error
    write_content(standard, node, parsed.findings)
    if not check:
        record(
            stream=f"standard:{node.code}",
            by=_Loader(by or "系统"),
            at=at,
            action=f"standard.{outcome}",
            target=f"standard:{standard.uuid}",
            data={
                "version": node.version,
                "source_sha256": standard.source_sha256,
                "content_sha256": content_sha256,
                "previous_content_sha256": previous,
            },
        )
    return outcome


def _identity(parsed: Parsed) -> dict[str, str] | None:
    node = parsed.tree
    if node is None or not (node.code and node.version):
        return None
    return {"code": node.code, "version": node.version, "title": node.title}


def _conflict_finding(code: str, version: str) -> Finding:
    return Finding(
        ERROR,
        "in_use",
        None,
        None,
        None,
        f"标准 {code} 的 {version} 版已经用于命题或考试，内容不能再改。修订过的标准请换用新的版本号再载入。",
    )
