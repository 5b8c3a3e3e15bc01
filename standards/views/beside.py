"""What people keep beside the text: errata, and the states of the rules it names."""

import uuid as uuids

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import person, staff_required
from lib.clock import database_now
from lib.refusals import Invalid, NotFound
from standards.errata import add_erratum, all_errata, place_of, withdraw_erratum
from standards.forms import CheckForm, ErratumForm
from standards.models import (
    BibliographyEntry,
    Erratum,
    NormativeReference,
    ReferenceCheck,
    Standard,
)
from standards.policies import can_keep, check_keeper
from standards.rules import record_check
from standards.views.browse import standard_or_404


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def errata(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """All errata of a version, withdrawn ones too; ``?at=requirement:初级:1.1.3`` opens the form for that place."""
    standard = standard_or_404(uuid)
    place = request.GET.get("at", "")[:120]
    keeps = can_keep(request.user, standard)
    found = place_of(standard, place) if place else None
    if place and found is None:
        raise NotFound("标准里没有这个位置，请从标准的页面点“订正”进入。")
    form = ErratumForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        check_keeper(request.user, standard)
        if found is None:
            raise NotFound("没有指明要订正的位置，请从标准的页面点“订正”进入。")
        status = 422
        if form.is_valid() and _added(request, form, standard, place, found.text):
            messages.success(request, f"已为{found.label}加上订正，标准原文不变。")
            return redirect(request.path)
    context = {
        "standard": standard,
        "keeps": keeps,
        "place": found,
        "form": form,
        "errata": all_errata(standard),
    }
    return render(request, "standards/errata.html", context, status=status)


def _added(request: HttpRequest, form: ErratumForm, standard: Standard, place: str, text: str) -> bool:
    try:
        add_erratum(
            standard=standard, cite_code=place, place_text=text, by=person(request), at=database_now(),
            **form.cleaned_data,
        )  # fmt: skip
    except Invalid as refusal:
        _into(form, refusal)
        return False
    return True


@staff_required
@require_POST
def withdraw(request: HttpRequest, uuid: uuids.UUID, erratum: uuids.UUID) -> HttpResponse:
    """Withdraw an erratum with a reason."""
    standard = standard_or_404(uuid)
    check_keeper(request.user, standard)
    row = Erratum.objects.filter(standard=standard, uuid=erratum).first()
    if row is None:
        raise NotFound("没有找到这条订正，请刷新页面再试。")
    try:
        withdraw_erratum(
            erratum=row, reason=request.POST.get("reason", ""), by=person(request), at=database_now()
        )
        messages.success(request, "订正已撤回，记录仍保留。")
    except Invalid as refusal:
        messages.error(request, refusal.sentence)
    return redirect("standards:errata", uuid)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """One named rule: its checks so far and, for who keeps the standard, the form for another."""
    standard = standard_or_404(uuid)
    reference = _reference_or_404(standard, request.GET.get("at", ""))
    keeps = can_keep(request.user, standard)
    today = timezone.localdate()
    form = CheckForm(request.POST if request.method == "POST" else None, initial={"checked_on": today})
    status = 200
    if request.method == "POST":
        organisation = check_keeper(request.user, standard)
        status = 422
        if form.is_valid():
            try:
                record_check(
                    document=reference.document, organisation=organisation, by=person(request), at=database_now(),
                    today=today, **form.cleaned_data,
                )  # fmt: skip
                messages.success(request, "核对结果已保存。")
                return redirect(f"/standards/{uuid}/?section=references#{reference.cite_code}")
            except Invalid as refusal:
                _into(form, refusal)
    context = {
        "standard": standard,
        "reference": reference,
        "form": form,
        "keeps": keeps,
        "today": today,
        "checks": ReferenceCheck.objects.filter(document=reference.document).select_related(
            "by", "organisation"
        ),
    }
    return render(request, "standards/rule.html", context, status=status)


def _reference_or_404(standard: Standard, cite_code: str) -> NormativeReference | BibliographyEntry:
    for model in (NormativeReference, BibliographyEntry):
        row = model.objects.filter(standard=standard, cite_code=cite_code[:120]).first()
        if row is not None:
            return row
    raise NotFound("标准里没有列出这份文件，请从“引用与文献”进入。")


def _into(form: ErratumForm | CheckForm, refusal: Invalid) -> None:
    """A service's faults beside the fields they are about."""
    for fault in refusal.errors:
        form.add_error(fault["field"] if fault["field"] in form.fields else None, fault["message"])
