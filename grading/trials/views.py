"""评分程序: tasks with a newer scorer, trials with their state, the difference, making a version live."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.policies import has_role, organisations_of, organisations_with_role, person, staff_required
from exams.models import Attempt
from grading.enums import ResultState
from grading.models import ScorerTrial
from grading.trials import queries, services
from grading.trials.difference import Difference, difference_of
from grading.trials.picture import picture_of
from itembank.queries import kind_of
from lib.refusals import Forbidden, NotFound, Refusal

TURNED_SHOWN = 50


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Tasks for which there is a newer scorer, and the trials."""
    organisations = organisations_with_role(request.user, *services.MAY_TRY)
    newer = Paginator(queries.newer_available(organisations), 50).get_page(1)
    trials = Paginator(queries.trials_of(organisations), 20).get_page(request.GET.get("page"))
    progress = queries.progress_of(list(trials))
    rows: list[dict[str, Any]] = [{"trial": one, "state": _state(one, progress[one.pk])} for one in trials]
    context = {
        "newer": newer, "tasks": [{"version": one, "kind": kind_of(one)} for one in newer], "trials": trials,
        "rows": rows, "busy": any(row["state"][0] == "busy" for row in rows),
    }  # fmt: skip
    return render(request, "grading/scorers.html", context)


def _state(trial: ScorerTrial, progress: queries.Progress) -> tuple[str, str]:
    """State as a badge: its kind and its words. ``trial`` comes from :func:`queries.trials_of`."""
    if hasattr(trial, "live"):
        return "good", "已启用"
    if trial.overtaken:  # type: ignore[attr-defined]
        return "quiet", "已有后来的试评"
    if progress.flagged:
        return "bad", f"有 {progress.flagged} 份需人工处理"
    if progress.open:
        return "busy", f"试评中 {progress.done} / {progress.total}"
    return "warn", "可以启用"


@staff_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """开始试评 for the chosen tasks; each starts whole or is named with the reason."""
    by = person(request)
    organisations = organisations_with_role(by, *services.MAY_TRY)
    offered = {str(one.uuid): one for one in queries.newer_available(organisations)}
    chosen = request.POST.getlist("task")
    if not set(chosen) <= offered.keys():
        raise NotFound("所选任务中有的已经开始试评或不在本机构，请刷新页面后重新选择。")
    started: list[ScorerTrial] = []
    for uuid in dict.fromkeys(chosen):
        version = offered[uuid]
        try:
            started.append(
                services.start_trial(
                    item_version=version.uuid, scorer_version=kind_of(version).scorer_version,
                    reason=request.POST.get("reason", ""), by=by,
                )
            )  # fmt: skip
        except Refusal as refusal:
            messages.error(request, f"{version.item.code}：{refusal.sentence}")
    if started:
        messages.success(request, f"已开始试评 {len(started)} 个任务。现行成绩不受影响。")
    elif not chosen:
        messages.warning(request, "请先勾选任务。")
    if len(started) == len(chosen) == 1:
        return redirect("trials:detail", trial_uuid=started[0].uuid)
    return redirect("trials:index")


def _visible(request: HttpRequest, uuid: UUID) -> ScorerTrial:
    trial = queries.trials_of(organisations_of(request.user)).filter(uuid=uuid).first()
    if trial is None:
        raise NotFound("没有找到这次试评，请从“评分程序”页面进入。")
    if not has_role(request.user, trial.organisation_id, *services.MAY_TRY):
        raise Forbidden("查看试评需要“管理员、复核员”的权限，请联系本机构管理员。")
    return trial


@staff_required
@require_safe
def detail(request: HttpRequest, trial_uuid: UUID) -> HttpResponse:
    """One trial: how far it is, what the version would change, and what making it live will do."""
    trial = _visible(request, trial_uuid)
    progress = queries.progress_of([trial])[trial.pk]
    found = difference_of(trial)
    page = Paginator(found.differing, 20).get_page(request.GET.get("page"))
    state = _state(trial, progress)
    context: dict[str, Any] = {
        "trial": trial, "kind": kind_of(trial.item_version), "progress": progress, "state": state,
        "difference": found, "picture": picture_of(found.works), "page": page,
        "standing": {state.value: found.states.get(state, 0) for state in ResultState},
        "passes": found.turns(passed=True), "fails": found.turns(passed=False),
        "flagged": queries.flagged_runs(trial) if progress.flagged else [],
        "why_not": "" if hasattr(trial, "live") else services.why_not_live(trial, person(request)),
        "busy": state[0] == "busy",
        **_named(found, [work.attempt_id for work in page]),
    }  # fmt: skip
    context["works"] = [{"work": work, "attempt": context["attempts"][work.attempt_id]} for work in page]
    return render(request, "grading/scorer.html", context)


def _named(found: Difference, on_page: list[int]) -> dict[str, Any]:
    """Ticket numbers of the works on the page and of the results that would turn; one query."""
    turned = list(found.turned)[:TURNED_SHOWN]
    attempts = Attempt.objects.select_related("registration__session", "registration__result").in_bulk(
        [*on_page, *turned]
    )
    confirmed = (ResultState.REVIEWED, ResultState.RELEASED)
    return {
        "attempts": attempts,
        "confirmed": sum(one.result.state in confirmed for one in found.turned.values()),
        "turned": [{"turned": found.turned[pk], "attempt": attempts[pk]} for pk in turned],
        "turned_more": len(found.turned) - len(turned),
    }


@staff_required
@require_POST
def live(request: HttpRequest, trial_uuid: UUID) -> HttpResponse:
    """启用."""
    trial = _visible(request, trial_uuid)
    services.make_live(trial=trial.uuid, reason=request.POST.get("reason", ""), by=person(request))
    messages.success(
        request, f"已启用：{trial.item_version.item.code} 从现在起按评分程序 {trial.scorer_version} 版评分。"
    )
    return redirect("trials:detail", trial_uuid=trial.uuid)
