"""Reads of the certificates room."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from accounts import identity
from certificates.enums import CertificateState
from certificates.models import Certificate, Decision
from certificates.policies import reason_against_issue
from lib.canonical import parse, sha256_hex
from lib.clock import database_now


def normalise_code(text: str) -> str:
    """A verification code as typed or pasted: the whole address too, full-width letters, blanks, dashes, any case."""
    text = unicodedata.normalize("NFKC", text).partition("?")[0].strip().rstrip("/").rpartition("/")[2]
    return "".join(char for char in text.upper() if char.isascii() and char.isalnum())[:40]


def grouped(code: str) -> str:
    """The code as printed: groups of five."""
    return "-".join(code[index : index + 5] for index in range(0, len(code), 5))


def by_code(text: str) -> Certificate | None:
    """The certificate with this verification code, or None."""
    return (
        Certificate.objects.select_related("organisation", "level__standard", "document")
        .defer("document__pdf")
        .filter(code=normalise_code(text))
        .first()
    )


def waiting(organisation_ids: list[int]) -> QuerySet[Decision]:
    """Passed decisions without a live certificate for candidate, level and batch, oldest release first."""
    live = Certificate.objects.filter(
        state=CertificateState.VALID,
        candidate=OuterRef("result__registration__candidate"),
        level=OuterRef("result__registration__session__scheme__level"),
        batch=OuterRef("result__registration__session__batch"),
    )
    return (
        Decision.objects.filter(passed=True, result__registration__session__organisation__in=organisation_ids)
        .exclude(Exists(live))
        .select_related(
            "result__registration__session__scheme__level__standard", "result__registration__session__batch",
            "result__registration__candidate",
        )
        .order_by("decided_at")
    )  # fmt: skip


def revoked_before(decisions: Iterable[Decision]) -> set[int]:
    """Ids of those decisions whose certificate was made void: a new one wants a second thought."""
    return set(
        Certificate.objects.filter(decision__in=decisions, state=CertificateState.REVOKED).values_list(
            "decision_id", flat=True
        )
    )


def issuable_count(organisation_ids: list[int]) -> int:
    """How many certificates may be issued now."""
    now = database_now()
    return sum(reason_against_issue(decision, now) is None for decision in waiting(organisation_ids))


def issued(organisation_ids: list[int]) -> QuerySet[Certificate]:
    """Certificates of the organisations, newest first, without the PDFs' bytes."""
    return (
        Certificate.objects.filter(organisation__in=organisation_ids)
        .select_related("candidate", "level__standard", "batch", "document")
        .defer("document__pdf", "snapshot")
        .order_by("-issued_at", "-pk")
    )


def public_view(certificate: Certificate, now: dt.datetime) -> dict[str, Any]:
    """What anybody may know: never an identity number, never the full name."""
    snapshot = parse(certificate.snapshot)
    return {
        "state": certificate.state,
        "state_label": certificate.get_state_display(),
        "name": identity.mask_name(snapshot["name"]),
        "standard": snapshot["standard"],
        "level": snapshot["level"],
        "level_description": snapshot["level_description"],
        "occupations": snapshot["occupations"],
        "number": certificate.number,
        "issued_on": snapshot["issued_on"],
        "issuer": snapshot["issuer"],
        "batch": snapshot["batch"],
        "site": snapshot["site"],
        "demo": snapshot["demo"],
        "snapshot_sha256": certificate.snapshot_sha256,
        "document_sha256": certificate.document.sha256 or None,
        "revoked_on": localdate(certificate.revoked_at).isoformat() if certificate.revoked_at else None,
        "queried_at": now.isoformat(),
    }


def first_broken_certificate() -> str | None:
    """The first certificate whose snapshot, number or PDF differs from its hash, in words, or None."""
    for certificate in Certificate.objects.select_related("document").order_by("pk").iterator(chunk_size=200):
        if sha256_hex(certificate.snapshot.encode()) != certificate.snapshot_sha256:
            return f"certificate {certificate.number}: snapshot"
        snapshot = parse(certificate.snapshot)
        if (snapshot["number"], snapshot["code"]) != (certificate.number, certificate.code):
            return f"certificate {certificate.number}: number or code"
        document = getattr(certificate, "document", None)
        if document is None:
            return f"certificate {certificate.number}: document is gone"
        if document.pdf is not None and sha256_hex(bytes(document.pdf)) != document.sha256:
            return f"certificate {certificate.number}: document"
    return None
