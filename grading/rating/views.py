"""评分: a rater's list and the work beside its descriptors; for administrators and supervisors how far it is."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.policies import organisations_of, organisations_with_role, person, roles_of, staff_required
from grading.models import RatingTask
from grading.rating import queries, services
from grading.rating.levels import HIGHEST
from grading.trials.services import MAY_TRY
from lib.refusals import Conflict, NotFound, Refusal

WATCHERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for this rater, what he holds and gave; the progress for those who answer for the session."""
    by = person(request)
    roles = {role for roles in roles_of(by).values() for role in roles}
    organisations_with_role(by, Role.RATER, *WATCHERS)  # 403 with a sentence for everybody else
    context: dict[str, Any] = {"is_rater": Role.RATER in roles}
    if context["is_rater"]:
        context |= {
            "free": services.for_rater(by).count(),
            "kept": list(services.kept_by(by).select_related("item_version")),
            "rated": queries.rated_by(by),
        }
    watched = [one for one in organisations_of(by) if roles_of(by)[one] & set(WATCHERS)]
    context["may_try"] = bool(roles & set(MAY_TRY))
    context["sessions"] = queries.progress(watched) if watched else []
    return render(request, "grading/ratings.html", context)


@staff_required
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """领取: the next piece of work."""
    task = services.take(by=person(request))
    if task is None:
        messages.info(request, "现在没有可以领取的作品。")
        return redirect("rating:index")
    return redirect("rating:work", task_uuid=task.uuid)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def work(request: HttpRequest, task_uuid: UUID) -> HttpResponse:
    """The work in its workbench, read only, beside the levels to choose; POST gives them."""
    by = person(request)
    task = (
        RatingTask.objects.select_related("item_version__item", "attempt", "rating")
        .filter(uuid=task_uuid, rater=by)
        .first()
    )
    if task is None:
        raise NotFound("这份作品不在您手里，请从“评分”页面领取。")
    if hasattr(task, "rating"):
        messages.info(request, "这份作品您已经提交评分。")
        return redirect("rating:index")
    chosen, remark, sentence, status = {}, "", "", 200
    if request.method == "POST":
        chosen = {
            one: request.POST.get(f"level-{one}", "")
            for one in task.criteria
            if request.POST.get(f"level-{one}")
        }
        remark = request.POST.get("remark", "").strip()
        levels = {
            key: int(value) if value in "0123"[: HIGHEST + 1] else None for key, value in chosen.items()
        }
        try:
            services.rate(task_uuid=task.uuid, levels=levels, remark=remark, by=by)
        except Conflict as refusal:
            messages.error(request, refusal.sentence)
            return redirect("rating:index")
        except Refusal as refusal:
            sentence, status = refusal.sentence, refusal.status
        else:
            messages.success(request, f"已提交作品 {task.number} 的评分。")
            return take_next(request)
    context = {
        "task": task, **queries.work_of(task), "chosen": chosen, "remark": remark, "sentence": sentence,
        "levels": range(HIGHEST, -1, -1),
    }  # fmt: skip
    return render(request, "grading/rate.html", context, status=status)


def take_next(request: HttpRequest) -> HttpResponse:
    """Straight on to the next piece of work while there is one."""
    task = services.take(by=person(request))
    return redirect("rating:work", task_uuid=task.uuid) if task else redirect("rating:index")


@staff_required
@require_POST
def give_back(request: HttpRequest, task_uuid: UUID) -> HttpResponse:
    """退回: another rater gets it."""
    services.give_back(task_uuid=task_uuid, by=person(request))
    messages.success(request, "已退回，由其他考评员评分。")
    return redirect("rating:index")
