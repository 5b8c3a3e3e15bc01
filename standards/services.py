"""Every write to the standards: loading one version, whole or not at all."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError

from accounts.models import Organisation
from audit.services import Actor, record
from lib.canonical import canonical_sha256, sha256_hex
from standards import queries
from standards.difference import Change
from standards.limits import too_long
from standards.models import Standard
from standards.parsing import Parsed, parse_file
from standards.parsing.findings import ERROR, WARNING, Finding
from standards.parsing.tree import StandardNode
from standards.saving import forget_content, lock_content, write_content
from standards.usage import is_in_use
from standards.versions import difference, side_of_node, side_of_tree

OutcomeName = Literal["created", "unchanged", "replaced", "new_version", "conflict", "checked", "rejected"]
GOOD_OUTCOMES = frozenset({"created", "unchanged", "replaced", "new_version", "checked"})


@dataclass(frozen=True)
class LoadOutcome:
    """What became of a file, in the words of contract.md."""

    outcome: OutcomeName
    standard: dict[str, str] | None = None
    counts: dict[str, int] | None = None
    findings: list[Finding] = field(default_factory=list)
    # For a preview: what was understood, and the text the findings' lines count in.
    tree: StandardNode | None = None
    text: str = ""

    @property
    def ok(self) -> bool:
        """Whether the command ends with 0."""
        return self.outcome in GOOD_OUTCOMES

    def as_json(self) -> dict[str, Any]:
        """The one object ``load_standard --json`` prints."""
        return {
            "outcome": self.outcome,
            "standard": self.standard,
            "counts": self.counts,
            "findings": [finding.as_json() for finding in self.findings],
        }


@dataclass
class _Loader:
    """The audit trail's actor for a name: standards are loaded from the command line, where nobody is signed in."""

    display_name: str
    uuid: str = "command"


class _InUseAfterAll(Exception):
    """Something protects the old content though no registered check knew it."""


def load_standard(
    *,
    data: bytes,
    filename: str,
    by: Actor | str | None,
    at: dt.datetime,
    check: bool = False,
    keeper: Organisation | None = None,
) -> LoadOutcome:
    """Read one standard and store it: everything in one transaction, or nothing.

    With ``check`` the same way is gone to its end and nothing is written: what passes the check is accepted afterwards.

    :param by: who loads: a user, or a name where nobody is signed in (the command line).
    :param keeper: the certification body that keeps the standard from now on; None on the command line.
    """
    parsed = parse_file(data, filename)
    loader = _Loader(by or "系统") if by is None or isinstance(by, str) else by
    node = parsed.tree
    found = parsed.findings + (too_long(node) if node else [])
    if node is None or any(finding.severity == ERROR for finding in found):
        return LoadOutcome("rejected", _identity(parsed), None, found, node, parsed.text)
    try:
        with transaction.atomic():
            if keeper is not None and (stranger := _kept_by_another(node.code, keeper)):
                found = [stranger, *found]
                return LoadOutcome("rejected", _identity(parsed), None, found, node, parsed.text)
            outcome = _store(
                parsed, data=data, filename=filename, by=loader, at=at, check=check, keeper=keeper
            )
            if check:
                # The database had its say on every row; now it forgets them.
                transaction.set_rollback(True)
    except _InUseAfterAll:
        outcome = "conflict"
    findings = parsed.findings
    if outcome == "conflict":
        findings = [*_conflict_findings(node), *parsed.findings]
    if check and outcome != "conflict":
        outcome = "checked"
    return LoadOutcome(outcome, _identity(parsed), node.counts(), findings, node, parsed.text)


def _store(
    parsed: Parsed,
    *,
    data: bytes,
    filename: str,
    by: Actor,
    at: dt.datetime,
    check: bool,
    keeper: Organisation | None,
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
    standard.loaded_by = by.display_name
    # A version loaded from the command line stays with who kept the standard before.
    standard.keeper = keeper or standard.keeper or next((one.keeper for one in known if one.keeper), None)
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
            by=by,
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


def _kept_by_another(code: str, keeper: Organisation) -> Finding | None:
    other = (
        Standard.objects.filter(code=code, keeper__isnull=False)
        .exclude(keeper=keeper)
        .select_related("keeper")
        .defer("source_text")
        .first()
    )
    if other is None or other.keeper is None:
        return None
    message = f"标准 {code} 由“{other.keeper.name}”管理，只能由该机构载入新的版本，请核对标准代码。"
    return Finding(ERROR, "other_keeper", None, None, None, message)


def _conflict_findings(node: StandardNode) -> list[Finding]:
    """Why the file is refused, and what it would have changed."""
    refusal = Finding(
        ERROR,
        "in_use",
        None,
        None,
        None,
        f"标准 {node.code} 的 {node.version} 版已经被试题、组卷方案或版本对照引用，内容不能再改。"
        "修订过的标准请换用新的版本号再载入。",
    )
    stored = Standard.objects.get(code=node.code, version=node.version)
    report = difference(side_of_tree(queries.Tree(stored)), side_of_node(node))
    return [refusal, *(_difference_finding(change) for change in report.changed)]


def _difference_finding(change: Change) -> Finding:
    old, new = change.old, change.new
    where = f"{change.here.level} {change.here.code}"
    if old and new:
        message = f"{where} {change.label}：现有 {old.code}“{old.text}”，文件中 {new.code}“{new.text}”。"
    elif new:
        message = f"{where} 新增：文件中多了“{new.text}”。"
    else:
        message = f"{where} 删去：文件中没有了“{change.here.text}”。"
    return Finding(WARNING, "difference", change.here.level, change.here.code, None, message)


@transaction.atomic
def set_public(*, standard: Standard, is_public: bool, by: Actor, at: dt.datetime) -> None:
    """Turn the public page on or off; the same again changes nothing and leaves no trace."""
    changed = Standard.objects.filter(pk=standard.pk).exclude(is_public=is_public).update(is_public=is_public)
    if changed:
        record(
            stream=f"standard:{standard.code}",
            by=by,
            at=at,
            action="standard.made_public" if is_public else "standard.made_private",
            target=f"standard:{standard.uuid}",
            data={"version": standard.version},
        )
