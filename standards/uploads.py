"""Upload → preview → confirm: a person sees what was understood before anything is written."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from lib.canonical import sha256_hex
from lib.refusals import Invalid, NotFound
from standards import queries
from standards.difference import Difference
from standards.models import Standard, StandardUpload
from standards.parsing.findings import Finding
from standards.parsing.readers import MAX_BYTES
from standards.parsing.tree import StandardNode, node_from_json
from standards.services import LoadOutcome, load_standard
from standards.versions import difference, predecessor_of, side_of_node, side_of_tree


@dataclass(frozen=True)
class Reading:
    """What a file was understood as. ``tree`` is None when it is no standard at all."""

    outcome: str
    tree: StandardNode | None
    text: str
    findings: list[Finding]

    @property
    def errors(self) -> list[Finding]:
        return [one for one in self.findings if one.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        return [one for one in self.findings if one.severity != "error" and one.kind != "difference"]


def keep_upload(
    *, organisation: Organisation, data: bytes, name: str, by: User, at: dt.datetime
) -> StandardUpload:
    """Read a file, try it against the database without writing, and keep it until somebody confirms or discards it.

    The same file again gives the same upload, read anew.
    """
    if len(data) > MAX_BYTES:
        raise Invalid("文件超过 20 MB，不像一份标准的文本，请核对后再试。", code="too_large")
    outcome = load_standard(data=data, filename=name, by=by, at=at, check=True, keeper=organisation)
    reading = {
        "outcome": outcome.outcome,
        "tree": asdict(outcome.tree) if outcome.tree else None,
        "text": outcome.text,
        "findings": [asdict(finding) for finding in outcome.findings],
    }
    upload, _ = StandardUpload.objects.update_or_create(
        organisation=organisation,
        sha256=sha256_hex(data),
        defaults={"by": by, "at": at, "name": name[:200], "data": data, "reading": reading},
    )
    return upload


def reading_of(upload: StandardUpload) -> Reading:
    """The kept reading as the parser's own objects."""
    kept: dict[str, Any] = upload.reading
    return Reading(
        kept["outcome"],
        node_from_json(kept["tree"]) if kept["tree"] else None,
        kept["text"],
        [Finding(**finding) for finding in kept["findings"]],
    )


def stored_version(node: StandardNode) -> Standard | None:
    """The version of the same code and number that is stored already."""
    return Standard.objects.filter(code=node.code, version=node.version).defer("source_text").first()


def difference_to_stored(node: StandardNode) -> tuple[Standard, Difference] | None:
    """What a file would change: against the same version when it is stored, else against the one before it."""
    other = stored_version(node) or predecessor_of(node.code, node.version)
    if other is None:
        return None
    return other, difference(side_of_tree(queries.Tree(other)), side_of_node(node))


@transaction.atomic
def confirm_upload(*, upload: StandardUpload, by: User, at: dt.datetime) -> LoadOutcome:
    """Load what was previewed. The upload goes when it was loaded, and stays when the database refused it meanwhile.

    A second click waits for the first one and then finds nothing to confirm.
    """
    locked = _lock(upload)
    outcome = load_standard(
        data=bytes(locked.data), filename=locked.name, by=by, at=at, keeper=locked.organisation
    )
    if outcome.ok:
        locked.delete()
    return outcome


@transaction.atomic
def discard_upload(*, upload: StandardUpload) -> None:
    """Forget a file that was not confirmed."""
    _lock(upload).delete()


def _lock(upload: StandardUpload) -> StandardUpload:
    locked = (
        StandardUpload.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=upload.pk)
        .first()
    )
    if locked is None:
        raise NotFound("这份文件已经处理过了，请回到标准列表查看。")
    return locked
