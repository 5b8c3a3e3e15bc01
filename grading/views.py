"""成绩: lists and details for staff, the candidate's own results."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.models import User
from accounts.policies import candidate_required, has_role, organisations_of, staff_required
from grading import queries, services
from grading.enums import ResultState
from grading.models import Result
from lib.refusals import Forbidden, NotFound, Refusal

VIEWERS = (Role.ADMINISTRATOR, Role.REVIEWER, Role.SUPERVISOR)


def _organisations(request: HttpRequest, *roles: str) -> list[int]:
    found = [one for one in organisations_of(request.user) if has_role(request.user, one, *roles)]
    if not found:
        wanted = "、".join(str(Role(role).label) for role in roles)
        raise Forbidden(f"此页面需要“{wanted}”的权限，请联系本机构管理员。")
    return found


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """成绩 by state."""
    organisations = _organisations(request, *VIEWERS)
    counts = queries.counts(organisations)
    state = request.GET.get("state", "")
    if state not in ResultState.values:
        state = next((one for one in ("pending_review", "reviewed") if counts[one]), "released")
    page = Paginator(queries.results_of(organisations).filter(state=state), 50).get_page(
        request.GET.get("page")
    )
    may_review = bool(
        [one for one in organisations if has_role(request.user, one, Role.REVIEWER, Role.ADMINISTRATOR)]
    )
    may_release = bool([one for one in organisations if has_role(request.user, one, Role.ADMINISTRATOR)])
    act = {
        "pending_review": ("review", "复核所选成绩", may_review),
        "reviewed": ("release", "发布所选成绩", may_release),
    }
    name, label, allowed = act.get(state, ("", "", False))
    context = {
        "page": page, "state": state, "act": name if allowed else "", "act_label": label, "query": f"state={state}&",
        "tabs": [(one.value, one.label, counts[one.value]) for one in ResultState],
    }  # fmt: skip
    return render(request, "grading/index.html", context)


@staff_required
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """复核 or 发布 for the chosen results; each succeeds or is named with the reason."""
    assert isinstance(request.user, User)
    name = request.POST.get("act", "")
    chosen = [value for value in request.POST.getlist("result") if value.isdigit()]
    visible = list(
        Result.objects.filter(
            pk__in=chosen, registration__session__organisation__in=organisations_of(request.user)
        ).select_related("registration__candidate")
    )
    if len(visible) != len(set(chosen)) or name not in ("review", "release"):
        raise NotFound("所选成绩中有的不在本机构，请刷新页面后重新选择。")
    done = 0
    for result in visible:
        try:
            (services.review if name == "review" else services.release)(result_id=result.pk, by=request.user)
            done += 1
        except Forbidden:
            raise
        except Refusal as refusal:
            messages.error(request, f"{result.registration.candidate.name}：{refusal.sentence}")
    if done:
        messages.success(request, f"已{'复核' if name == 'review' else '发布'} {done} 人的成绩。")
    elif not chosen:
        messages.warning(request, "请先勾选成绩。")
    return redirect("grading:index")


@staff_required
@require_safe
def detail(request: HttpRequest, result_uuid: UUID) -> HttpResponse:
    """One result: components, rules with figures, profile, criteria with evidence."""
    organisations = organisations_of(request.user)
    result = queries.results_of(organisations).filter(uuid=result_uuid).first()
    if result is None:
        raise NotFound("没有找到这份成绩，请从成绩列表进入。")
    if not has_role(request.user, result.registration.session.organisation_id, *VIEWERS):
        raise Forbidden("查看成绩需要“管理员、复核员或督导员”的权限，请联系本机构管理员。")
    context = {
        "result": result, "areas": queries.profile_of(result), "tasks": queries.profile_of(result, "task"),
        "requirements": queries.profile_of(result, "requirement"), "items": queries.criteria_of(result),
    }  # fmt: skip
    return render(request, "grading/detail.html", context)


@candidate_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """我的成绩: released results only."""
    assert isinstance(request.user, User)
    rows = [
        {
            "result": result, "areas": queries.profile_of(result),
            "items": queries.criteria_of(result, practical_only=True),
        }
        for result in queries.released_of_user(request.user.pk)[:20]
    ]  # fmt: skip
    return render(request, "grading/mine.html", {"rows": rows})
