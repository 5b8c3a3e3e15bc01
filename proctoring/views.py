"""Pages of the proctor: sessions, the console of one session, its log and its forms."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.models import User
from accounts.policies import check_role, has_role, staff_required
from audit.queries import trail
from exams.assembly.queries import uncovered
from exams.delivery.formcache import sections_of_form
from exams.enums import SessionState
from exams.models import Attempt, Registration, Session
from exams.scheduling import services as scheduling
from exams.scheduling.queries import session_for, sessions_for
from lib.refusals import Forbidden, Refusal
from proctoring import policies
from proctoring.words import REASONS, act_in_words


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """场次: those of the person's organisations, newest first."""
    page = Paginator(sessions_for(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "proctoring/index.html", {"page": page})


@staff_required
@require_safe
@ensure_csrf_cookie
def console(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """The session's page; its script fetches the snapshot every two seconds."""
    session = session_for(request.user, session_uuid)
    policies.check_view(request.user, session)
    context = {
        "session": session,
        "may_publish": session.state == SessionState.DRAFT and _is_administrator(request, session),
        "may_start": session.state == SessionState.PUBLISHED and _may_steer_all(request, session),
        "may_close": session.state == SessionState.RUNNING and _may_steer_all(request, session),
        "may_act": policies.can_steer(request.user, session),
        "is_administrator": _is_administrator(request, session),
        "registrations": session.registrations.count(),
        "reasons": REASONS,
    }
    return render(request, "proctoring/console.html", context)


@staff_required
@require_POST
def move(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """发布场次, 统一开考 or 结束场次."""
    assert isinstance(request.user, User)
    session = session_for(request.user, session_uuid)
    act = request.POST.get("act", "")
    try:
        if act == "publish":
            check_role(request.user, session.organisation_id, Role.ADMINISTRATOR)
            scheduling.publish(session_id=session.pk, by=request.user)
            messages.success(request, "场次已发布，考生可以登录等候。")
        elif act == "start":
            policies.check_steer_session(request.user, session)
            scheduling.start(session_id=session.pk, by=request.user)
            messages.success(request, "已宣布开考，考生页面会在几秒内出现“开始答题”。")
        elif act == "close":
            policies.check_steer_session(request.user, session)
            scheduling.close(session_id=session.pk, by=request.user)
            messages.success(request, "场次已结束，未到的考生记为缺考。")
    except Forbidden:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("proctoring:console", session_uuid=session.uuid)


@staff_required
@require_safe
def log(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """考场日志: the audit trail of the session, printable."""
    session = session_for(request.user, session_uuid)
    policies.check_view(request.user, session)
    people = {
        f"attempt:{row['uuid']}": f"{row['registration__seat']} 号 {row['registration__candidate__name']}"
        for row in Attempt.objects.filter(registration__session=session).values(
            "uuid", "registration__seat", "registration__candidate__name"
        )
    }
    people |= {
        f"registration:{row['uuid']}": f"{row['seat']} 号 {row['candidate__name']}"
        for row in Registration.objects.filter(session=session).values("uuid", "seat", "candidate__name")
    }
    page = Paginator(trail(session.stream), 300).get_page(request.GET.get("page"))
    rows = [
        {"event": event, "who": people.get(event.target, ""), "act": act_in_words(event.action, event.data)}
        for event in page
    ]
    return render(request, "proctoring/log.html", {"session": session, "rows": rows, "page": page})


@staff_required
@require_safe
def forms(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """试卷 of the session and what they leave uncovered; never an item's text, and administrators only."""
    session = session_for(request.user, session_uuid)
    check_role(request.user, session.organisation_id, Role.ADMINISTRATOR)
    rows = [
        {
            "form": row.form,
            "component": row.get_component_display(),
            "uncovered": uncovered(row.form),
            "sections": [
                (section["title"], len(section["items"])) for section in sections_of_form(row.form_id)
            ],
        }
        for row in session.forms.select_related("form__blueprint__level", "form__locked_by").order_by(
            "-component"
        )
    ]
    return render(request, "proctoring/forms.html", {"session": session, "rows": rows})


def _is_administrator(request: HttpRequest, session: Session) -> bool:
    return has_role(request.user, session.organisation_id, Role.ADMINISTRATOR)


def _may_steer_all(request: HttpRequest, session: Session) -> bool:
    return policies.can_steer(request.user, session) and policies.rooms_of_duty(request.user, session) is None
