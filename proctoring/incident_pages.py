"""Pages of 考场情况与违纪: the list with what waits first, the record, the evidence, the decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.policies import has_role, person, staff_required
from exams.delivery.queries import attempts_of_session
from exams.models import Session
from exams.scheduling.queries import session_for
from lib.refusals import Forbidden, NotFound, Refusal
from proctoring import incidents, policies
from proctoring.enums import BAR_YEARS, EFFECTS, Effect, Tier
from proctoring.models import Incident


@staff_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Everything on record for the rooms looked after, and the form for a new record."""
    session = _session(request, session_uuid)
    status, sentence, wrong = 200, "", ""
    if request.method == "POST":
        try:
            incidents.put_on_record(
                session=session, attempt_uuid=_uuid(request.POST.get("attempt", "")),
                tier=int(request.POST["tier"]) if request.POST.get("tier", "").isdecimal() else -1,
                article=request.POST.get("article", "") or request.POST.get("other_article", ""),
                facts=request.POST.get("facts", ""), witness=request.POST.get("witness", ""),
                statement=request.POST.get("statement", ""), files=request.FILES.getlist("files"), by=person(request),
            )  # fmt: skip
        except Forbidden:
            raise
        except Refusal as refusal:
            status, sentence = refusal.status, refusal.sentence
            wrong = refusal.errors[0]["field"] if refusal.errors else ""
        else:
            messages.success(
                request,
                "已登记。违纪由机构管理员认定，认定前成绩不出证书。"
                if request.POST.get("tier") != "0"
                else "已登记。",
            )
            return redirect("proctoring:incidents", session_uuid=session.uuid)
    rooms = policies.rooms_of_duty(request.user, session)
    attempts = [
        one for one in attempts_of_session(session.pk) if rooms is None or one.registration.room_id in rooms
    ]
    context = {
        "session": session, "sentence": sentence, "wrong": wrong, "given": request.POST, "attempts": attempts,
        "chosen": request.POST.get("attempt") or request.GET.get("attempt", ""),
        "tiers": incidents.articles(), "why_not": policies.refusal_of(policies.check_steer, request.user, session, []),
        "witnesses": [one.user.display_name for one in session.proctors.select_related("user") if one.user_id != person(request).pk],
        "rows": [_row(one) for one in incidents.seen_incidents(session, rooms)],
        "may_decide": has_role(request.user, session.organisation_id, Role.ADMINISTRATOR),
        "years": BAR_YEARS,
    }  # fmt: skip
    return render(request, "proctoring/incidents.html", context, status=status)


def _row(incident: Incident) -> dict[str, Any]:
    tier = Tier(incident.tier)
    return {
        "incident": incident,
        "decision": getattr(incident, "decision", None),
        "badge": {Tier.EVENT: "quiet", Tier.MINOR: "warn"}.get(tier, "bad"),
        "effects": [(one.value, str(one.label)) for one in [*EFFECTS.get(tier, []), Effect.NONE]],
        "bars": Effect.BARRED in EFFECTS.get(tier, []),
    }


@staff_required
@require_POST
def add(request: HttpRequest, session_uuid: UUID, incident_uuid: UUID) -> HttpResponse:
    """Add a statement or evidence to a record."""
    session = _session(request, session_uuid)
    incident = _incident(session, incident_uuid)
    try:
        if request.POST.get("statement", "").strip():
            incidents.add_statement(incident=incident, text=request.POST["statement"], by=person(request))
        for file in request.FILES.getlist("files"):
            incidents.add_file(incident=incident, file=file, by=person(request))
    except Forbidden:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已补充到记录中。")
    return redirect("proctoring:incidents", session_uuid=session.uuid)


@staff_required
@require_POST
def decide(request: HttpRequest, session_uuid: UUID, incident_uuid: UUID) -> HttpResponse:
    """违纪认定."""
    session = _session(request, session_uuid)
    incident = _incident(session, incident_uuid)
    years = request.POST.get("years", "")
    try:
        done = incidents.decide(
            incident_id=incident.pk, effect=request.POST.get("effect", ""), reason=request.POST.get("reason", ""),
            years=int(years) if years.isdecimal() and len(years) < 4 else 0, by=person(request),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status in (401, 404) or not has_role(
            request.user, session.organisation_id, Role.ADMINISTRATOR
        ):
            raise
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"已认定：{done.get_effect_display()}。")
    return redirect("proctoring:incidents", session_uuid=session.uuid)


@staff_required
@require_safe
def evidence(request: HttpRequest, session_uuid: UUID, file_uuid: UUID) -> HttpResponseBase:
    """One file of evidence, as a download."""
    session = _session(request, session_uuid)
    rooms = policies.rooms_of_duty(request.user, session)
    for incident in incidents.seen_incidents(session, rooms):
        for file in incident.files.all():
            path = incidents.evidence_path(file.sha256)
            if file.uuid == file_uuid and path.exists():
                return FileResponse(
                    path.open("rb"), as_attachment=True, filename=file.name, content_type=file.kind
                )
    raise NotFound("没有找到这份证据，请回到记录页面。")


def _session(request: HttpRequest, session_uuid: UUID) -> Session:
    session = session_for(request.user, session_uuid)
    policies.check_view(request.user, session)
    return session


def _incident(session: Session, incident_uuid: UUID) -> Incident:
    found = (
        Incident.objects.select_related("session", "attempt__registration")
        .filter(uuid=incident_uuid, session=session)
        .first()
    )
    if found is None:
        raise NotFound("没有找到这条记录，请回到记录页面。")
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
