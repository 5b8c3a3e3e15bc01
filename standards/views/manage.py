"""Bringing a standard in: upload, preview, confirm; and the switch of its public page."""

import uuid as uuids

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import person, staff_required
from lib.clock import database_now
from lib.refusals import NotFound, Refusal
from standards.forms import UploadForm
from standards.models import Standard, StandardUpload
from standards.policies import bank_organisations, check_keeper, keepers_of
from standards.preview import preview_of
from standards.services import set_public
from standards.uploads import confirm_upload, discard_upload, keep_upload
from standards.views.browse import standard_or_404

SENTENCES = {
    "created": "标准已载入。",
    "new_version": "新版本已载入，原有版本保持不变。请到“版本对照”核对新旧要求的对应关系。",
    "replaced": "这个版本还没有被使用，已用新的内容替换。",
    "unchanged": "内容与已载入的相同，没有改动。",
}


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is read at once and shown, nothing is loaded yet."""
    organisation = keepers_of(request.user)[0]
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    status, sentence = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = keep_upload(
                    organisation=organisation,
                    data=file.read(),
                    name=file.name,
                    by=person(request),
                    at=database_now(),
                )
                return redirect("standards:preview", kept.uuid)
            except Refusal as refusal:
                status, sentence = refusal.status, refusal.sentence
    return render(request, "standards/upload.html", {"form": form, "sentence": sentence}, status=status)


@staff_required
@require_safe
def preview(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What was understood: verdict, faults, counts, tree, anomalies, difference and impact."""
    kept = _upload_or_404(request, uuid)
    context = preview_of(kept, bank_organisations(request.user))
    return render(request, "standards/preview.html", {"upload": kept, "preview": context})


@staff_required
@require_POST
def confirm(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Load what was previewed."""
    outcome = confirm_upload(upload=_upload_or_404(request, uuid), by=person(request), at=database_now())
    if outcome.ok and outcome.standard:
        messages.success(request, SENTENCES[outcome.outcome])
        loaded = Standard.objects.only("uuid").get(
            code=outcome.standard["code"], version=outcome.standard["version"]
        )
        return redirect("standards:tree", loaded.uuid)
    messages.error(request, "没有载入：" + "".join(one.message for one in outcome.findings[:1]))
    return redirect("standards:preview", uuid)


@staff_required
@require_POST
def discard(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Forget the file."""
    discard_upload(upload=_upload_or_404(request, uuid))
    messages.success(request, "已放弃这份文件，没有载入任何内容。")
    return redirect("standards:list")


@staff_required
@require_POST
def publish(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Turn the public page on or off."""
    standard = standard_or_404(uuid)
    check_keeper(request.user, standard)
    is_public = request.POST.get("public") == "on"
    set_public(standard=standard, is_public=is_public, by=person(request), at=database_now())
    messages.success(request, "公开页面已打开，任何人都可以查看。" if is_public else "公开页面已关闭。")
    return redirect("standards:tree", uuid)


def _upload_or_404(request: HttpRequest, uuid: uuids.UUID) -> StandardUpload:
    """An upload of the person's own organisation; another organisation's does not exist for them."""
    kept = (
        StandardUpload.objects.filter(uuid=uuid, organisation__in=keepers_of(request.user))
        .select_related("by", "organisation")
        .defer("data")
        .first()
    )
    if kept is None:
        raise NotFound("没有找到这份文件，可能已经载入或放弃，请回到标准列表查看。")
    return kept
