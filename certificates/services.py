"""Every write of the certificates room: decide, issue, number, print, revoke."""

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.enums import Role
from accounts.models import Candidate, Organisation, User
from accounts.policies import check_role
from audit.services import SYSTEM, record
from certificates import numbering
from certificates.enums import CERTIFICATE_TRANSITIONS, CertificateState
from certificates.models import Certificate, CertificateDocument, Decision, NumberPattern, NumberSeries
from certificates.policies import check_issue
from certificates.print.document import missing_glyphs, render_pdf
from certificates.signals import decision_made
from grading.enums import Outcome, ResultState
from grading.models import Result
from lib import leases
from lib.canonical import canonical_text, sha256_hex
from lib.clock import database_now
from lib.leases import TaskState
from lib.refusals import Conflict, Invalid
from lib.states import check_transition
from proctoring.incidents import open_misconduct

# No look-alikes (0/O, 1/I/L, U/V): people type this code from paper. 20 of 30 characters: 98 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
NUMBER_DRAWS = 100
RING_AGAIN_AFTER = dt.timedelta(seconds=5)


@transaction.atomic
def decide(result_id: int) -> Decision | None:
    """Draw the conclusion from a released result (idempotent); None while it is not released, and while misconduct in this
    sitting waits for its decision: the sweep comes back."""
    result = (
        Result.objects.select_for_update(of=("self",))
        .select_related("registration__session")
        .get(pk=result_id)
    )
    if result.state != ResultState.RELEASED or open_misconduct(result.registration):
        return None
    decision, created = Decision.objects.get_or_create(
        result=result,
        defaults={
            "passed": result.outcome == Outcome.PASSED,
            "explanation": {"outcome": result.outcome, "rules": result.rules},
            "decided_at": database_now(),
        },
    )
    if created:
        record(
            stream=result.registration.session.stream, by=SYSTEM, at=decision.decided_at, action="decision.make",
            target=f"result:{result.uuid}", data={"passed": decision.passed},
        )  # fmt: skip
        decision_made.send(sender=Decision, decision_id=decision.pk)
    return decision


@transaction.atomic
def issue(*, decision_id: int, by: User) -> Certificate:
    """颁发: make the certificate of a passed decision and ask a worker for its PDF.

    Refuses with a sentence: no right, not passed, before the end of the 公示, a name the fonts lack, or a live
    certificate already there (the database's rule: a second issue is refused however it comes).
    """
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related(
            "result__registration__session__scheme__level__standard",
            "result__registration__session__organisation", "result__registration__session__batch",
            "result__registration__session__site", "result__registration__candidate",
        )
        .get(pk=decision_id)
    )  # fmt: skip
    registration = decision.result.registration
    session = registration.session
    check_role(by, session.organisation_id, Role.ADMINISTRATOR)
    now = database_now()
    check_issue(decision, now)
    _check_printable(_snapshot(decision, "", now), registration.candidate)
    certificate = _create(decision, by, now)
    document = CertificateDocument.objects.create(certificate=certificate, created_at=now)
    record(
        stream=f"organisation:{session.organisation.uuid}", by=by, at=now, action="certificate.issue",
        target=f"certificate:{certificate.uuid}",
        data={"number": certificate.number, "snapshot_sha256": certificate.snapshot_sha256},
    )  # fmt: skip
    from certificates.tasks import print_certificate  # the task imports this module

    leases.ring(print_certificate, document.pk)
    return certificate


def issue_many(*, decision_ids: Iterable[int], by: User) -> tuple[list[Certificate], list[str]]:
    """颁发 for several: each succeeds alone or says why not; a missing right refuses them all.

    :return: the certificates made, and one sentence per refusal.
    """
    done: list[Certificate] = []
    refused: list[str] = []
    for decision_id in decision_ids:
        try:
            done.append(issue(decision_id=decision_id, by=by))
        except (Conflict, Invalid) as refusal:
            refused.append(refusal.sentence)
    return done, refused


def _check_printable(snapshot: dict[str, Any], candidate: Candidate) -> None:
    """Refuse what the printing font lacks: a certificate with an empty box in it is worse than a late one."""
    missing = missing_glyphs(candidate.name)
    if missing:
        raise Invalid(
            f"{candidate.name} 的姓名中的“{missing}”无法印刷，请联系技术支持补充字体后再颁发。",
            code="missing_glyph",
        )
    standard = snapshot["standard"]
    others = {
        "机构名称": snapshot["issuer"], "批次名称": snapshot["batch"], "考点名称": snapshot["site"],
        "标准名称": standard["title"] + standard["version"], "等级名称": snapshot["level"],
        "职业岗位": "".join(snapshot["occupations"]), "证件号码": candidate.id_number,
    }  # fmt: skip
    for what, text in others.items():
        if missing := missing_glyphs(text):
            raise Invalid(f"{what}中的“{missing}”无法印刷，请修改后再颁发。", code="missing_glyph")


def _create(decision: Decision, by: User, now: dt.datetime) -> Certificate:
    """Draw numbers until one is free: patterns change and two bodies may use the same one at the same site."""
    registration = decision.result.registration
    session = registration.session
    for _ in range(NUMBER_DRAWS):
        number = _next_number(decision, now)
        snapshot = _snapshot(decision, number, now)
        text = canonical_text(snapshot)
        try:
            with transaction.atomic():
                return Certificate.objects.create(
                    organisation=session.organisation, decision=decision, candidate=registration.candidate,
                    level=session.scheme.level, batch=session.batch, number=number, code=snapshot["code"],
                    snapshot=text, snapshot_sha256=sha256_hex(text.encode()), issued_at=now, issued_by=by,
                )  # fmt: skip
        except IntegrityError as error:
            if "certificates_one_live" in str(error):
                raise Conflict(
                    f"{registration.candidate.name} 在本批次已有{session.scheme.level.name}有效证书，不能重复颁发；需要更换请先作废原证书。",
                    code="already_issued",
                ) from None
            if "_number_" not in str(error):
                raise
    raise Conflict("按现行编号规则得到的编号都已被使用，请修改编号规则后再颁发。", code="number_taken")


def _next_number(decision: Decision, now: dt.datetime) -> str:
    session = decision.result.registration.session
    organisation = session.organisation
    pattern = pattern_of(organisation).pattern
    values: dict[str, str | int] = {
        "standard": session.scheme.level.standard.code, "level": session.scheme.level.number, "year": localdate(now).year,
        "batch": session.batch.number, "site": session.site.code,
    }  # fmt: skip
    if len(numbering.render(pattern, values, 10**9)) > numbering.MAX_LENGTH:
        raise Conflict(
            f"按现行编号规则得到的编号超过 {numbering.MAX_LENGTH} 个字符，请缩短编号规则后再颁发。",
            code="number_too_long",
        )
    series, _ = NumberSeries.objects.get_or_create(
        organisation=organisation, prefix=numbering.prefix(pattern, values)
    )
    series = NumberSeries.objects.select_for_update().get(pk=series.pk)
    series.last += 1
    series.save(update_fields=["last"])
    return numbering.render(pattern, values, series.last)


def _snapshot(decision: Decision, number: str, now: dt.datetime) -> dict[str, Any]:
    registration = decision.result.registration
    session, candidate = registration.session, registration.candidate
    level, standard = session.scheme.level, session.scheme.level.standard
    return {
        "v": 1,
        "number": number,
        "code": "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        "name": candidate.name,
        "document_type": str(candidate.get_document_type_display()),
        "standard": {"code": standard.code, "version": standard.version, "title": standard.title},
        "level": level.name,
        "level_description": level.grading_description,
        "occupations": [one.name for one in level.occupations.all()],
        "batch": session.batch.name,
        "site": session.site.name,
        "issuer": session.organisation.name,
        "issued_on": localdate(now).isoformat(),
        "requirements": level.requirements.count(),
        "demo": session.organisation.is_demo,
    }


def pattern_of(organisation: Organisation) -> NumberPattern:
    """The organisation's number pattern, the default one when none was set."""
    return NumberPattern.objects.get_or_create(organisation=organisation)[0]


@transaction.atomic
def set_pattern(*, organisation: Organisation, pattern: str, by: User) -> NumberPattern:
    """Change the number pattern for certificates to come."""
    check_role(by, organisation.pk, Role.ADMINISTRATOR)
    numbering.check_pattern(pattern)
    row = pattern_of(organisation)
    before, row.pattern = row.pattern, pattern
    row.save(update_fields=["pattern"])
    record(
        stream=f"organisation:{organisation.uuid}", by=by, at=database_now(), action="number-pattern.set",
        target=f"organisation:{organisation.uuid}", data={"before": before, "after": pattern},
    )  # fmt: skip
    return row


def print_document(document_id: int) -> bool:
    """Make the PDF of one document row (claim, work, record); True when this call recorded it."""
    document = leases.claim(CertificateDocument, document_id)
    if document is None:
        return False
    try:
        pdf = render_pdf(document.certificate)
    except Exception as error:  # the reason is kept; after three tries a person looks
        leases.fail(document, f"{type(error).__name__}: {error}")
        return False
    with transaction.atomic():
        mine = leases.still_mine(document)
        if mine is None:
            return False
        CertificateDocument.objects.filter(pk=mine.pk).update(
            pdf=pdf,
            sha256=sha256_hex(pdf),
            state=TaskState.DONE,
            done_at=database_now(),
            lease_until=None,
            failure="",
        )
    return True


@transaction.atomic
def print_again(*, certificate_id: int, by: User) -> Certificate:
    """重新生成: a person gives a document another three tries after the machine gave up."""
    document = (
        CertificateDocument.objects.select_for_update(of=("self",))
        .select_related("certificate__organisation")
        .get(certificate=certificate_id)
    )
    certificate = document.certificate
    check_role(by, certificate.organisation_id, Role.ADMINISTRATOR)
    if document.state != TaskState.FLAGGED:
        raise Conflict("证书文件没有生成失败，不需要重新生成，请刷新页面。", code="wrong_state")
    failure = document.failure
    document.state, document.tries, document.failure = TaskState.QUEUED, 0, ""
    document.save(update_fields=["state", "tries", "failure"])
    record(
        stream=f"organisation:{certificate.organisation.uuid}", by=by, at=database_now(),
        action="certificate.print-again", target=f"certificate:{certificate.uuid}", data={"failure": failure},
    )  # fmt: skip
    from certificates.tasks import print_certificate  # the task imports this module

    leases.ring(print_certificate, document.pk)
    return certificate


@transaction.atomic
def revoke(*, certificate_id: int, reason: str, by: User) -> Certificate:
    """作废: the certificate stays findable and says that it is void."""
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=certificate_id)
    )
    check_role(by, certificate.organisation_id, Role.ADMINISTRATOR)
    reason = reason.strip()
    if not 2 <= len(reason) <= 300:
        raise Invalid(
            "请填写作废原因（2–300 字）。",
            errors=[{"field": "reason", "code": "required", "message": "请填写作废原因。"}],
        )
    check_transition(
        CERTIFICATE_TRANSITIONS, CertificateState(certificate.state), CertificateState.REVOKED, what="证书"
    )
    certificate.state, certificate.revoked_at = CertificateState.REVOKED, database_now()
    certificate.revoked_by, certificate.revocation_reason = by, reason
    certificate.save(update_fields=["state", "revoked_at", "revoked_by", "revocation_reason"])
    record(
        stream=f"organisation:{certificate.organisation.uuid}", by=by, at=certificate.revoked_at,
        action="certificate.revoke", target=f"certificate:{certificate.uuid}", reason=reason,
    )  # fmt: skip
    return certificate


def sweep() -> int:
    """Released results without a decision, documents nobody printed."""
    from certificates.tasks import print_certificate

    found = 0
    for result_id in Result.objects.filter(state=ResultState.RELEASED, decision__isnull=True).values_list(
        "pk", flat=True
    )[:500]:
        found += decide(result_id) is not None
    for document_id in leases.waiting(CertificateDocument, older_than=RING_AGAIN_AFTER):
        leases.ring(print_certificate, document_id)
        found += 1
    return found
