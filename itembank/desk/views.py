"""实操任务: the list, the editor, the reviewer's page, and trials by hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.policies import check_role, has_role, organisations_with_role, person, staff_required
from itembank import authoring
from itembank.desk import pages, queries
from itembank.desk.reading import BadJson, read_json
from itembank.desk.trying import report, trial
from itembank.desk.typed import BYTES, Fault, Typed, fault_of, new_typed, read, typed_from, typed_of
from itembank.enums import ItemVersionState
from itembank.models import Item, ItemVersion
from itembank.views import level_key
from lib.refusals import Invalid, NotFound, Refusal

READERS = (Role.ADMINISTRATOR, Role.AUTHOR, Role.REVIEWER)


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The practical tasks of the person's organisations, and for authors the way to a new one."""
    by = person(request)
    mine = organisations_with_role(by, *READERS)
    chosen = request.GET.get("state", "")
    tasks = queries.practical_tasks(mine)
    if chosen in ItemVersionState.values:
        tasks = tasks.filter(state=chosen)
    writing = [one for one in mine if has_role(by, one, Role.AUTHOR)]
    context = {
        "page": Paginator(tasks, 50).get_page(request.GET.get("page")), "state": chosen,
        "states": ItemVersionState.choices, "query": f"state={chosen}&" if chosen else "",
    }  # fmt: skip
    if writing:
        context |= pages.beginnings(writing)
    return render(request, "itembank/desk/index.html", context)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A task that is not kept yet: the smallest of its kind, or a copy of a task of the organisation."""
    by = person(request)
    writing = queries.organisations(organisations_with_role(by, Role.AUTHOR))
    wanted = request.POST.get("organisation") or request.GET.get("organisation", "")
    organisation = next((one for one in writing if wanted in ("", str(one.uuid))), None)
    if organisation is None:
        raise NotFound("没有找到这个机构，请从“实操任务”列表重新开始。")
    if request.method == "POST":
        typed = typed_from(_known_kind(request.POST.get("interaction", "")), request.POST.dict())
        return _act(request, organisation, None, typed, by)
    copied = request.GET.get("copy", "")
    if copied:
        typed = pages.copy_of(copied, by)
    else:
        typed = new_typed(_known_kind(request.GET.get("kind", "")), request.GET.get("level", ""))
    return _editor(request, organisation, None, typed, [])


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, item_uuid: UUID) -> HttpResponse:
    """The newest version of a task in the editor; saving a published one makes the next draft."""
    by = person(request)
    item = _item(item_uuid, by, Role.AUTHOR)
    if request.method == "POST":
        return _act(request, item.organisation, item, typed_from(item.interaction, request.POST.dict()), by)
    version = authoring.newest(item)
    if version.state == ItemVersionState.IN_REVIEW:
        messages.info(request, "这份任务正在审核，审核结束前不能修改。")
        return redirect("itembank:desk_review", item.uuid)
    task = queries.task_of(version)
    found = report(task)
    return _editor(
        request, item.organisation, version, typed_of(task, level_key(item.level)),
        [fault_of(one) for one in found.problems], report=found, checked=True,
    )  # fmt: skip


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, item_uuid: UUID) -> HttpResponse:
    """What the reviewer needs to decide; POST publishes the task or returns it."""
    by = person(request)
    posting = request.method == "POST"
    item = _item(item_uuid, by, *((Role.REVIEWER,) if posting else READERS))
    sentence, status = "", 200
    if posting:
        try:
            if request.POST.get("act") == "publish":
                authoring.approve(item=item, seen=request.POST.get("seen", ""), by=by)
                messages.success(request, f"{item.code} 已发布，从现在起这一版不再改变。")
            else:
                authoring.send_back(item=item, reason=request.POST.get("reason", ""), by=by)
                messages.success(request, f"{item.code} 已退回命题人修改。")
            return redirect("itembank:detail", item.code)
        except Refusal as refusal:
            sentence, status = refusal.sentence, refusal.status
    context = pages.review(item, by) | {"sentence": sentence, "reason": request.POST.get("reason", "")}
    return render(request, "itembank/desk/review.html", context, status=status)


@staff_required
@require_POST
def try_typed(request: HttpRequest) -> JsonResponse:
    """试做 in the editor: what was made in the preview, scored with what stands in the editor."""
    organisations_with_role(person(request), Role.AUTHOR)
    posted = _posted(request)
    typed = typed_from(_known_kind(posted.get("interaction", "")), posted)
    # A trial needs no title and no code yet.
    texts = {
        **typed.texts,
        "code": "TRIAL",
        "title": "试做",
        "minutes": "1",
        "max_score": "1",
        "goldens": "[]",
    }
    task, faults = read(Typed(typed.interaction, {**texts, "requirements": "", "cites": ""}), "")
    if task is None:
        return JsonResponse(
            {"sentence": "先改正这些问题，才能评分。", "problems": [one.message for one in faults]}
        )
    return JsonResponse(pages.trial_as_json(trial(task, _submission(posted))))


@staff_required
@require_POST
def try_stored(request: HttpRequest, item_uuid: UUID) -> JsonResponse:
    """试做 on the reviewer's page: scored with the newest version as it is kept."""
    item = _item(item_uuid, person(request), *READERS)
    task = queries.task_of(authoring.newest(item))
    return JsonResponse(pages.trial_as_json(trial(task, _submission(_posted(request)))))


# -- of these pages alone ------------------------------------------------------------------------------------------


def _act(
    request: HttpRequest, organisation: Organisation, item: Item | None, typed: Typed, by: User
) -> HttpResponse:
    """检查, 保存草稿 or 送审 with what was typed. Whatever is refused, the page comes back with the text."""
    act = request.POST.get("act", "check")
    shown: dict[str, Any] = {"posted": True, "based_on": request.POST.get("based_on", "")}
    level = next((one for one in queries.levels() if level_key(one) == typed.texts["level"]), None)
    task, faults = read(typed, level.name if level else "")
    version = authoring.newest(item) if item else None
    if level is None:
        faults.append(Fault("level", "等级", "请选择等级。"))
    elif task is not None and (unknown := queries.unknown_requirements(level, task.requirements)):
        said = f"标准里没有职业技能要求 {'、'.join(unknown)}（{level.name}），请核对编号。"
        faults.append(Fault("requirements", "职业技能要求", said))
    if task is None or level is None or faults:
        if act != "check":
            shown["sentence"] = "没有保存：请先改正列表里的问题；您输入的文字都还在本页。"
        return _editor(request, organisation, version, typed, faults, status=422, **shown)
    status = 200
    if act != "check":
        try:
            version = authoring.save_draft(
                organisation=organisation,
                item=item,
                based_on=shown["based_on"],
                level=level,
                task=task,
                by=by,
            )
            shown["based_on"] = queries.stamp(version)
            if act == "submit":
                authoring.submit(item=version.item, by=by)
                messages.success(request, f"{task.code} 已送审，请另一位审题人审核。")
                return redirect("itembank:desk_review", version.item.uuid)
            messages.success(request, "草稿已保存。")
            return redirect("itembank:desk_edit", version.item.uuid)
        except Refusal as refusal:
            shown["sentence"], status = refusal.sentence, refusal.status
    found = report(task)
    faults = [fault_of(one) for one in found.problems]
    return _editor(
        request, organisation, version, typed, faults, status=status, report=found, checked=True, **shown
    )


def _editor(
    request: HttpRequest, organisation: Organisation, version: ItemVersion | None, typed: Typed,
    faults: list[Fault], *, status: int = 200, **shown: Any,
) -> HttpResponse:  # fmt: skip
    context = pages.editor(organisation, version, typed, faults) | shown
    return render(request, "itembank/desk/edit.html", context, status=status)


def _item(item_uuid: UUID, by: User, *roles: str) -> Item:
    item = queries.item_named(item_uuid)
    if item is None:
        raise NotFound("没有找到这份实操任务，请从“实操任务”列表进入。")
    check_role(by, item.organisation_id, *roles)
    return item


def _known_kind(interaction: str) -> str:
    if interaction not in dict(pages.kinds()):
        raise Invalid("请选择任务类型后再新建实操任务。")
    return interaction


def _posted(request: HttpRequest) -> dict[str, Any]:
    """The body of a trial: one JSON object of texts with the submission."""
    try:
        body = read_json(request.body.decode()) if len(request.body) <= 3 * BYTES else None
    except (BadJson, UnicodeDecodeError):
        body = None
    if not isinstance(body, dict):
        raise Invalid("试做的内容没有送达，请重试；内容过大时请减少文字。")
    return {name: value for name, value in body.items() if name == "submission" or isinstance(value, str)}


def _submission(posted: dict[str, Any]) -> Any:
    return posted.get("submission")
