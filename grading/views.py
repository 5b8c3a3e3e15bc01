"""成绩: lists and details for staff, the candidate's own results."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.models import User
from accounts.policies import (
    candidate_required,
    check_role,
    has_role,
    organisations_of,
    organisations_with_role,
    staff_required,
)
from grading import queries, services
from grading.enums import ResultState
from grading.models import Result
from grading.rating.queries import remarks_of, waiting_for_raters
from grading.trials.services import MAY_TRY
from lib.refusals import Forbidden, NotFound, Refusal

VIEWERS = (Role.ADMINISTRATOR, Role.REVIEWER, Role.SUPERVISOR)
# By state: the act, its word on the button, who may.
ACTS: dict[str, tuple[str, str, tuple[Role, ...]]] = {
    ResultState.PENDING_REVIEW: ("review", "复核", (Role.REVIEWER, Role.ADMINISTRATOR)),
    ResultState.REVIEWED: ("release", "发布", (Role.ADMINISTRATOR,)),
}
ROLES = {act: roles for act, _, roles in ACTS.values()}


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """成绩 by state, of one session or all."""
    organisations = organisations_with_role(request.user, *VIEWERS)
    sessions = list(queries.sessions_with_results(organisations))
    session = next((one for one in sessions if str(one.uuid) == request.GET.get("session")), None)
    results = queries.results_of(organisations)
    if session:
        results = results.filter(registration__session=session)
    counts = queries.counts(results)
    state = request.GET.get("state", "")
    if state not in ResultState.values:
        state = next((one for one in ("pending_review", "reviewed") if counts[one]), "released")
    page = Paginator(results.filter(state=state), 50).get_page(request.GET.get("page"))
    rows = [{"result": result, "why_not": _why_not(request, result)} for result in page]
    act, word, roles = ACTS.get(state, ("", "", ()))
    chosen = {"session": str(session.uuid)} if session else {}
    context = {
        "rows": rows, "page": page, "state": state, "sessions": sessions, "session": session,
        # Those who may never act see no boxes; single rows that may not be acted on show why.
        "act": act if act and any(has_role(request.user, one, *roles) for one in organisations) else "",
        "act_label": f"{word}所选成绩", "some": any(not row["why_not"] for row in rows),
        "pick_all": request.GET.get("pick") != "none",
        "query": f"{urlencode({'state': state, **chosen})}&",
        "may_try": any(has_role(request.user, one, *MAY_TRY) for one in organisations),
        "tabs": [
            (urlencode({"state": one.value, **chosen}), one.label, counts[one.value], one.value == state)
            for one in ResultState
        ],
    }  # fmt: skip
    return render(request, "grading/index.html", context)


@staff_required
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """复核 or 发布 for the chosen results; each succeeds whole or is named with the reason."""
    assert isinstance(request.user, User)
    name = request.POST.get("act", "")
    chosen = {value for value in request.POST.getlist("result") if value.isdecimal() and len(value) < 18}
    visible = list(queries.results_of(organisations_of(request.user)).filter(pk__in=chosen))
    if len(visible) != len(chosen) or name not in ROLES:
        raise NotFound("所选成绩中有的不在本机构，请刷新页面后重新选择。")
    for organisation in {result.registration.session.organisation_id for result in visible}:
        check_role(request.user, organisation, *ROLES[name])
    done = 0
    service = services.review if name == "review" else services.release
    for result in visible:
        try:
            service(result_id=result.pk, by=request.user)
            done += 1
        except Refusal as refusal:
            messages.error(request, f"{result.registration.candidate.name}：{refusal.sentence}")
    if done:
        messages.success(request, f"已{'复核' if name == 'review' else '发布'} {done} 人的成绩。")
    elif not chosen:
        messages.warning(request, "请先勾选成绩。")
    if request.POST.get("back") == "detail" and len(visible) == 1:
        return redirect("grading:detail", result_uuid=visible[0].uuid)
    kept = {key: value for key in ("state", "session") if (value := request.POST.get(key, ""))}
    return redirect(f"{reverse('grading:index')}{'?' if kept else ''}{urlencode(kept)}")


@staff_required
@require_safe
def detail(request: HttpRequest, result_uuid: UUID) -> HttpResponse:
    """One result: components, rules with figures, profile, criteria with evidence, who did what when."""
    result = queries.results_of(organisations_of(request.user)).filter(uuid=result_uuid).first()
    if result is None:
        raise NotFound("没有找到这份成绩，请从成绩列表进入。")
    if not has_role(request.user, result.registration.session.organisation_id, *VIEWERS):
        raise Forbidden("查看成绩需要“管理员、复核员或督导员”的权限，请联系本机构管理员。")
    act_name, word, _ = ACTS.get(result.state, ("", "", ()))
    items = queries.criteria_of([result])[result.pk]
    errata = queries.errata_beside([result])
    context = {
        "result": result, "areas": queries.profile_of(result, errata),
        "tasks": queries.profile_of(result, errata, "task"),
        "requirements": queries.profile_of(result, errata, "requirement"),
        "practical": [item for item in items if item["practical"]],
        "theory": [item for item in items if not item["practical"]],
        "act": act_name, "act_label": word, "why_not": _why_not(request, result),
        "remarks": remarks_of(result.registration_id),
        "open_runs": queries.open_runs_of(result) if result.state == ResultState.SCORING else [],
        "ratings_open": waiting_for_raters(result.registration_id) if result.state == ResultState.SCORING else 0,
    }  # fmt: skip
    return render(request, "grading/detail.html", context)


@candidate_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """我的成绩: released results only; of others no more than that they are not released."""
    assert isinstance(request.user, User)
    results = list(queries.released_of_user(request.user.pk)[:20])
    criteria = queries.criteria_of(results, practical_only=True)
    errata = queries.errata_beside(results)
    rows: list[dict[str, Any]] = [
        {"result": result, "areas": queries.profile_of(result, errata), "items": criteria[result.pk]}
        for result in results
    ]
    return render(
        request, "grading/mine.html", {"rows": rows, "waiting": queries.waiting_of_user(request.user.pk)}
    )


def _why_not(request: HttpRequest, result: Result) -> str:
    """Why this person cannot take the result's next step; empty when it is possible. The services check again."""
    _, word, roles = ACTS.get(result.state, ("", "", ()))
    if not roles:
        return "没有下一步"
    if not has_role(request.user, result.registration.session.organisation_id, *roles):
        return f"{word}需要“{'、'.join(str(role.label) for role in roles)}”的权限"
    if result.state == ResultState.REVIEWED and result.reviewed_by == request.user:
        return "由您复核，须由另一位管理员发布"
    return ""
