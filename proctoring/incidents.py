"""考场情况 and 违纪: put on record by two proctors, answered by the candidate, decided by headquarters, with computed effect."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from accounts.enums import Role
from accounts.models import Candidate, User
from accounts.policies import check_role
from audit.services import record as tell
from exams.delivery import services
from exams.enums import AttemptState
from exams.models import Attempt, Registration, Session
from lib.canonical import sha256_hex
from lib.clock import database_now
from lib.refusals import Conflict, Forbidden, Invalid, NotFound, checked_reason
from proctoring import policies
from proctoring.enums import ARTICLES, BAR_YEARS, EFFECTS, Effect, Tier
from proctoring.models import Incident, IncidentDecision, IncidentFile, IncidentStatement

MAX_FILE = 10 * 2**20
# What a file begins with, by kind: the name a browser gives says nothing.
KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


@transaction.atomic
def put_on_record(
    *, session: Session, attempt_uuid: Any, tier: int, article: str, facts: str, witness: str, statement: str,
    files: Sequence[UploadedFile], by: User,
) -> Incident:  # fmt: skip
    """Record what happened. Misconduct needs the second proctor's name; evidence and statement may be added later."""
    attempt = (
        Attempt.objects.select_related("registration__room", "registration__candidate")
        .filter(uuid=attempt_uuid, registration__session=session)
        .first()
    )
    if attempt is None:
        raise NotFound("这名考生不在本场次，请刷新页面后重新选择。")
    policies.check_steer(by, session, [attempt])
    if tier not in Tier.values:
        raise Invalid(
            "请选择档次。", errors=[{"field": "tier", "code": "required", "message": "请选择档次。"}]
        )
    article, facts, witness = article.strip(), facts.strip(), witness.strip()
    if not 2 <= len(article) <= 60:
        raise Invalid(
            "请选择或填写情形（2–60 字）。",
            errors=[{"field": "article", "code": "required", "message": "请选择或填写情形。"}],
        )
    if not 5 <= len(facts) <= 2000:
        raise Invalid(
            "请写明事实经过（5–2000 字）：时间、看到了什么、怎样处理。",
            errors=[{"field": "facts", "code": "required", "message": "请写明事实经过。"}],
        )
    if tier and (len(witness) < 2 or witness == by.display_name):
        raise Invalid(
            "违纪须由两名监考员签名，请填写另一名监考员的姓名。",
            errors=[{"field": "witness", "code": "required", "message": "请填写另一名监考员的姓名。"}],
        )
    now = database_now()
    incident = Incident.objects.create(
        session=session, registration=attempt.registration, attempt=attempt, tier=tier, article=article, facts=facts,
        witness=witness[:120], recorded_by=by, recorded_at=now,
    )  # fmt: skip
    tell(
        stream=session.stream, by=by, at=now, target=f"attempt:{attempt.uuid}", reason=article,
        action="attempt.misconduct" if tier else "attempt.incident",
        data={"incident": str(incident.uuid), "tier": str(Tier(tier).label)},
    )  # fmt: skip
    if statement.strip():
        add_statement(incident=incident, text=statement, by=by)
    for file in files:
        add_file(incident=incident, file=file, by=by)
    return incident


@transaction.atomic
def add_statement(*, incident: Incident, text: str, by: User) -> IncidentStatement:
    """Add what the candidate says to it."""
    policies.check_steer(by, incident.session, [incident.attempt])
    text = text.strip()
    if not 2 <= len(text) <= 2000:
        raise Invalid("请填写考生陈述（2–2000 字）；考生不作陈述时写“放弃陈述”。")
    return IncidentStatement.objects.create(
        incident=incident, text=text, taken_by=by.display_name, taken_at=database_now()
    )


@transaction.atomic
def add_file(*, incident: Incident, file: UploadedFile, by: User) -> IncidentFile:
    """Keep one file of evidence; the same file again changes nothing."""
    policies.check_steer(by, incident.session, [incident.attempt])
    data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise Invalid(f"证据文件“{file.name}”超过 10 MB，请压缩或裁剪后再上传。", code="too_large")
    kind = next((kind for head, kind in KINDS.items() if data.startswith(head)), None)
    if kind is None:
        raise Invalid(f"证据文件“{file.name}”不是 JPG、PNG 或 PDF，请换一个文件。", code="wrong_kind")
    digest = sha256_hex(data)
    path = evidence_path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{digest}.{by.pk}")
        draft.write_bytes(data)
        draft.replace(path)
    kept, _ = IncidentFile.objects.get_or_create(
        incident=incident, sha256=digest,
        defaults={
            "name": str(file.name)[-120:], "kind": kind, "size": len(data), "added_by": by.display_name,
            "added_at": database_now(),
        },
    )  # fmt: skip
    return kept


def evidence_path(sha256: str) -> Path:
    """Where the content of a file of evidence lies."""
    return Path(settings.MEDIA_ROOT) / "evidence" / sha256[:2] / sha256


@transaction.atomic
def decide(*, incident_id: int, effect: str, years: int, reason: str, by: User) -> IncidentDecision:
    """认定 by headquarters: what the misconduct comes to, once.

    Effects in order: the decision, components made void as it says, audit. Refuses: whoever recorded it, an effect that
    is not the tier's, a second decision (409), a result that was confirmed already.
    """
    incident = (
        Incident.objects.select_for_update(of=("self",))
        .select_related("session", "registration__candidate", "attempt")
        .get(pk=incident_id)
    )
    check_role(by, incident.session.organisation_id, Role.ADMINISTRATOR)
    reason = checked_reason(reason)
    if incident.recorded_by_id == by.pk:
        raise Forbidden("登记人不能认定自己登记的违纪，请由另一名管理员认定。")
    if incident.tier == Tier.EVENT:
        raise Conflict("这是考场异常情况，不需要认定。", code="wrong_state")
    if IncidentDecision.objects.filter(incident=incident).exists():
        raise Conflict("这条违纪已经认定过了，请刷新页面查看。", code="decided")
    if effect not in [Effect.NONE, *EFFECTS[Tier(incident.tier)]]:
        raise Invalid(
            "所选处理与违纪档次不符，请重新选择。",
            errors=[{"field": "effect", "code": "range", "message": "请选择处理。"}],
        )
    now = database_now()
    until = None
    if effect == Effect.BARRED:
        if years not in BAR_YEARS:
            raise Invalid(
                "请选择限制报考的年限。",
                errors=[{"field": "years", "code": "range", "message": "请选择年限。"}],
            )
        today = localdate(now)
        until = _years_later(today, years)
    decision = IncidentDecision.objects.create(
        incident=incident, effect=effect, barred_until=until, reason=reason, decided_by=by, decided_at=now
    )
    for attempt in _voided_by(incident, Effect(effect)):
        services.void(attempt_id=attempt.pk, reason=f"违纪认定：{incident.article}", by=by)
    tell(
        stream=incident.session.stream, by=by, at=now, action="attempt.judged", reason=reason,
        target=f"attempt:{incident.attempt.uuid}",
        data={"incident": str(incident.uuid), "effect": str(Effect(effect).label), "barred_until": str(until or "")},
    )  # fmt: skip
    return decision


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _voided_by(incident: Incident, effect: Effect) -> QuerySet[Attempt]:
    attempts = incident.registration.attempts.exclude(state=AttemptState.VOIDED).order_by("pk")
    if effect == Effect.NONE:
        return attempts.none()
    return attempts.filter(pk=incident.attempt_id) if effect == Effect.COMPONENT else attempts


def open_misconduct(registration: Registration) -> int:
    """Records of misconduct about this sitting that nobody has decided."""
    return Incident.objects.filter(registration=registration, tier__gt=0, decision__isnull=True).count()


def barred_until(candidate: Candidate, today: dt.date) -> dt.date | None:
    """Until when a candidate may not register, None when he may."""
    bars = IncidentDecision.objects.filter(
        incident__registration__candidate=candidate, barred_until__gte=today
    ).order_by("-barred_until")
    newest = bars.first()
    return newest.barred_until if newest else None


def refuse_barred(candidate: Candidate, **_: Any) -> None:
    """Receiver of ``exams.signals.candidate_registering``."""
    until = barred_until(candidate, localdate())
    if until:
        raise Conflict(
            f"{candidate.name} 因考试违纪被限制报考，至 {until:%Y年%m月%d日} 为止。", code="barred"
        )


def seen_incidents(session: Session, rooms: set[int] | None) -> QuerySet[Incident]:
    """Incidents of the rooms looked after: what waits for a decision first, the most serious of it before the others."""
    found = Incident.objects.filter(session=session)
    if rooms is not None:
        found = found.filter(registration__room__in=rooms)
    waiting = Q(tier__gt=0, decision__isnull=True)
    return (
        found.select_related(
            "registration__candidate", "registration__room", "attempt", "recorded_by", "decision__decided_by"
        )
        .prefetch_related("files", "statements")
        .annotate(waits=waiting)
        .order_by("-waits", "-tier", "-recorded_at")
    )


def articles() -> list[tuple[int, str, list[str]]]:
    """Tiers with their usual 情形, for the form."""
    return [(tier.value, str(tier.label), ARTICLES[tier]) for tier in Tier]
