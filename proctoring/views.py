"""Pages of the proctor: sessions, the console of one session, its log and its forms."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.identity import normalise_number
from accounts.models import Organisation, User
from accounts.policies import check_role, has_role, organisations_with_role, person, roles_of, staff_required
from exams.assembly.queries import uncovered
from exams.delivery.formcache import sections_of_form
from exams.delivery.rescue import MAX_BYTES
from exams.enums import SessionState
from exams.models import Registration, Session
from exams.scheduling import services as scheduling
from exams.scheduling.queries import session_for
from lib import namefont
from lib.refusals import Forbidden, Invalid, NotFound, Refusal
from proctoring import policies, queries
from proctoring import services as steering
from proctoring.reasons import as_text, reasons_of
from proctoring.reasons import write as write_reasons
from proctoring.words import late_in_words, rescue_in_words, times

BADGES = {"draft": "quiet", "published": "warn", "running": "busy", "closed": "good"}
MOVES = {
    "publish": ("发布场次", "场次已发布，考生可以登录等候。"),
    "start": ("统一开考", "已宣布开考，考生页面会在几秒内出现“开始答题”。"),
    "close": ("结束场次", "场次已结束，未到的考生记为缺考。"),
}


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """场次 the person looks after, newest first, by state."""
    if not any(roles & set(policies.VIEWERS) for roles in roles_of(request.user).values()):
        raise Forbidden("查看场次需要“管理员、监考员或督导员”的权限，请联系本机构管理员。")
    sessions = queries.sessions_seen_by(request.user)
    counts = dict(sessions.order_by().values_list("state").annotate(number=Count("pk", distinct=True)))
    state = request.GET.get("state", "")
    if state in SessionState.values:
        sessions = sessions.filter(state=state)
    else:
        state = ""
    tabs = [("", "全部", sum(counts.values()))]
    tabs += [(one.value, str(one.label), counts.get(one.value, 0)) for one in SessionState]
    page = Paginator(sessions, 50).get_page(request.GET.get("page"))
    rows = [{"session": session, "badge": BADGES[session.state]} for session in page]
    edits_reasons = any(Role.ADMINISTRATOR in roles for roles in roles_of(request.user).values())
    context = {
        "page": page, "rows": rows, "tabs": tabs, "state": state, "query": f"state={state}&",
        "edits_reasons": edits_reasons,
    }  # fmt: skip
    return render(request, "proctoring/index.html", context)


@staff_required
@require_safe
@ensure_csrf_cookie
def console(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """The session's page; its script fetches the snapshot every two seconds."""
    session = _session(request, session_uuid)
    # What is behind the session needs no button any more.
    order = list(SessionState)
    acts = [
        act
        for act in MOVES
        if order.index(policies.MOVES[act][0]) >= order.index(SessionState(session.state))
    ]
    moves = [{"act": act, "label": MOVES[act][0], "why_not": _why_not(request, session, act)} for act in acts]
    upcoming = next((row for row in moves if policies.MOVES[row["act"]][0] == session.state), None)
    context = {
        "session": session,
        "badge": BADGES[session.state],
        "moves": moves,
        "next_move": upcoming,
        "may_act": policies.can_steer(request.user, session) and session.state != SessionState.CLOSED,
        "is_chief": not policies.refusal_of(policies.check_steer_session, request.user, session),
        "entry": {"may": not policies.refusal_of(policies.check_steer_session, request.user, session)}
        if session.state in (SessionState.PUBLISHED, SessionState.RUNNING)
        else None,
        "is_administrator": has_role(request.user, session.organisation_id, Role.ADMINISTRATOR),
        "registrations": session.registrations.count(),
        "duties": session.proctors.select_related("user", "room").order_by(
            "room__name", "user__display_name"
        ),
        "reasons": reasons_of(session.organisation_id),
    }
    return render(request, "proctoring/console.html", context)


@staff_required
@require_POST
def move(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """发布场次, 统一开考 or 结束场次."""
    assert isinstance(request.user, User)
    session = session_for(request.user, session_uuid)
    act = request.POST.get("act", "")
    services = {"publish": scheduling.publish, "start": scheduling.start, "close": scheduling.close}
    if act not in services:
        raise NotFound("没有这项操作，请回到场次页面重新选择。")
    try:
        policies.check_move(request.user, session, act)
        services[act](session_id=session.pk, by=request.user)
    except Forbidden:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, MOVES[act][1])
    return redirect("proctoring:console", session_uuid=session.uuid)


@staff_required
@require_safe
def log(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """考场日志: what happened in the rooms the person looks after, printable on A4."""
    session = _session(request, session_uuid)
    rooms = policies.rooms_of_duty(request.user, session)
    # One sheet of paper run covers a whole day of one room; only very large sessions turn pages.
    page = Paginator(queries.log_events(session, rooms), 1000).get_page(request.GET.get("page"))
    context = {
        "session": session,
        "rows": queries.log_rows(session, list(page)),
        "figures": queries.room_figures(session, rooms),
        "page": page,
    }
    return render(request, "proctoring/log.html", context)


@staff_required
@require_http_methods(["GET", "POST"])
def rescue(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """应急文件: a file a candidate saved without network goes into his attempt."""
    session = _session(request, session_uuid)
    policies.check_steer(request.user, session, [])
    status, sentence, reason = 200, "", request.POST.get("reason", "")
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Invalid("请选择考生下载的“应急文件”。")
            kept = steering.rescue(
                session=session, data=file.read(MAX_BYTES + 1), reason=reason, by=person(request)
            )
        except Forbidden:
            raise
        except Refusal as refusal:
            status, sentence = refusal.status, refusal.sentence
        else:
            who = kept.attempt.registration
            messages.success(
                request,
                f"{who.seat} 号考生 {who.candidate.name} 的应急文件：{rescue_in_words(kept.counts)}。",
            )
            return redirect("proctoring:rescue", session_uuid=session.uuid)
    context = {
        "session": session, "sentence": sentence, "reason": reason, "reasons": reasons_of(session.organisation_id),
        "uploads": queries.rescue_uploads(session, policies.rooms_of_duty(request.user, session)),
    }  # fmt: skip
    return render(request, "proctoring/rescue.html", context, status=status)


@staff_required
@require_http_methods(["GET", "POST"])
def late(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """迟到作答: what arrived after the end or after the hand-in, beside what counts now; taken or refused with a reason."""
    session = _session(request, session_uuid)
    status, sentence = 200, ""
    if request.method == "POST":
        try:
            counts = steering.decide_late(
                session=session, attempt_uuid=_uuid(request.POST.get("attempt", "")),
                seqs=[int(one) for one in request.POST.getlist("seq") if one.isdecimal() and len(one) < 10],
                accept=request.POST.get("act") == "accept", reason=request.POST.get("reason", ""), by=person(request),
            )  # fmt: skip
        except Forbidden:
            raise
        except Refusal as refusal:
            status, sentence = refusal.status, refusal.sentence
        else:
            messages.success(request, f"迟到作答已处理：{late_in_words(counts)}。")
            return redirect("proctoring:late", session_uuid=session.uuid)
    context = {
        "session": session, "sentence": sentence, "reason": request.POST.get("reason", ""),
        "chosen": request.POST.get("attempt", ""), "picked": request.POST.getlist("seq"),
        "rows": queries.late_attempts(session, policies.rooms_of_duty(request.user, session)),
        "why_not": policies.refusal_of(policies.check_decide_late, request.user, session),
        "reasons": reasons_of(session.organisation_id),
    }  # fmt: skip
    return render(request, "proctoring/late.html", context, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@staff_required
@require_http_methods(["GET", "POST"])
def accommodations(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """考试便利: who gets more time, decided by an administrator before the candidate begins."""
    session = session_for(request.user, session_uuid)
    check_role(request.user, session.organisation_id, Role.ADMINISTRATOR)
    status, sentence = 200, ""
    ticket, factor, pause, reason = (
        request.POST.get(name, "").strip() for name in ("ticket", "factor", "break_minutes", "reason")
    )
    if request.method == "POST":
        try:
            registration = session.registrations.filter(ticket_number=normalise_number(ticket)[:30]).first()
            if registration is None:
                raise Invalid("本场次没有这个准考证号，请对照准考证核对。")
            done = scheduling.accommodate(
                registration_id=registration.pk,
                factor=_factor(factor),
                break_minutes=_whole(pause or "0"),
                reason=reason,
                by=person(request),
            )
        except Refusal as refusal:
            status, sentence = refusal.status, refusal.sentence
        else:
            messages.success(
                request,
                f"已登记：{done.candidate.name} 的考试时长为 {times(done.factor)}{f'，每科可休息 {done.break_minutes} 分钟' if done.break_minutes else ''}。",
            )
            return redirect("proctoring:accommodations", session_uuid=session.uuid)
    context = {
        "session": session, "sentence": sentence, "ticket": ticket, "reason": reason,
        "factors": [(str(one), f"{times(one)}{'（不加长）' if one == 1 else ''}", str(one) == factor) for one in scheduling.FACTORS],
        "breaks": [(one, f"每科 {one} 分钟" if one else "不休息", str(one) == pause) for one in scheduling.BREAK_MINUTES],
        "rows": [(one, times(one.factor)) for one in queries.accommodated(session)],
    }  # fmt: skip
    return render(request, "proctoring/accommodations.html", context, status=status)


@staff_required
@require_http_methods(["GET", "POST"])
def reasons(request: HttpRequest) -> HttpResponse:
    """常用原因 of the person's organisations, edited by their administrators."""
    own = Organisation.objects.filter(
        pk__in=organisations_with_role(request.user, Role.ADMINISTRATOR)
    ).order_by("name")
    status, sentence, typed = 200, "", {}
    if request.method == "POST":
        wanted = _uuid(request.POST.get("organisation", ""))
        organisation = own.filter(uuid=wanted).first() if wanted else None
        if organisation is None:
            raise NotFound("没有找到这个机构，请刷新页面。")
        try:
            write_reasons(organisation=organisation, text=request.POST.get("text", ""), by=person(request))
        except Refusal as refusal:
            status, sentence = refusal.status, refusal.sentence
            typed = {organisation.pk: request.POST.get("text", "")}
        else:
            messages.success(request, "已保存，监考页面刷新后使用新的原因。")
            return redirect("proctoring:reasons")
    rows = [{"organisation": one, "text": typed.get(one.pk) or as_text(reasons_of(one.pk))} for one in own]
    return render(request, "proctoring/reasons.html", {"rows": rows, "sentence": sentence}, status=status)


def _whole(text: str) -> int:
    """A whole number as typed, or one that is never offered."""
    return int(text) if text.isdecimal() and len(text) < 4 else -1


def _factor(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


@staff_required
@require_safe
def forms(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """试卷 of the session and what they leave uncovered; never an item's text, and administrators only."""
    session = session_for(request.user, session_uuid)
    check_role(request.user, session.organisation_id, Role.ADMINISTRATOR)
    rows = []
    for row in session.forms.select_related("form__blueprint__level", "form__locked_by").order_by(
        "-component"
    ):
        left_out = uncovered(row.form)
        tasks: dict[str, list[Any]] = {}
        for task in left_out.tasks:
            tasks.setdefault(str(task.area), []).append(task)
        whole = {str(area) for area in left_out.areas}
        rows.append(
            {
                "form": row.form,
                "component": row.get_component_display(),
                "level": row.form.blueprint.level,
                "sections": [
                    {"title": section["title"], "items": len(section["items"])}
                    for section in sections_of_form(row.form_id)
                ],
                "uncovered": [(area, area in whole, found) for area, found in tasks.items()],
            }
        )
    return render(request, "proctoring/forms.html", {"session": session, "rows": rows})


@staff_required
@require_safe
def names_css(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Declares the font with the rare characters of the candidates' names; old systems lack them."""
    session = _session(request, session_uuid)
    return namefont.stylesheet(
        reverse("proctoring:names_font", args=[session.uuid]) if _rare_characters(session) else ""
    )


@staff_required
@require_safe
def names_font(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """The font itself."""
    characters = _rare_characters(_session(request, session_uuid))
    if not characters:
        raise NotFound("这个场次的姓名不需要补充字体。")
    return namefont.font(characters)


def _session(request: HttpRequest, session_uuid: UUID) -> Session:
    session = session_for(request.user, session_uuid)
    policies.check_view(request.user, session)
    return session


def _why_not(request: HttpRequest, session: Session, act: str) -> str:
    return policies.refusal_of(policies.check_move, request.user, session, act)


def _rare_characters(session: Session) -> str:
    names = Registration.objects.filter(session=session).values_list("candidate__name", flat=True)
    return namefont.rare_characters(names)
