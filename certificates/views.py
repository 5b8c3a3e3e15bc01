"""Public verification, staff pages, the candidate's own certificate."""

import datetime as dt
import re
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import identity
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.policies import (
    candidate_required,
    check_role,
    has_role,
    organisations_of,
    organisations_with_role,
    staff_required,
)
from certificates import queries, services
from certificates.forms import CodeForm, NameForm, PatternForm, example
from certificates.models import Certificate, Decision
from certificates.policies import reason_against_issue
from lib import namefont, throttle
from lib.canonical import parse
from lib.clock import database_now
from lib.leases import TaskState
from lib.refusals import Forbidden, NotFound, Refusal, TooMany

WAITING_AT_ONCE = 200
UNKNOWN = "没有查到这个查验码对应的证书，请对照证书左下角的查验码重新输入；仍查不到的，请联系颁证机构。"
TOO_MANY_NAMES = "核对姓名的次数过多，请一小时后再试，或联系颁证机构核对。"
# For one place, and for all places together: a stranger can neither try a list of names nor lock others out soon.
NAME_RATE, NAME_RATE_ANYWHERE = "10/hour", "100/hour"


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """/verify/: the form for a code typed from paper."""
    if "code" not in request.GET:
        return render(request, "certificates/search.html", {"form": CodeForm()})
    form = CodeForm(request.GET)
    if form.is_valid():
        return redirect("certificates:verify", code=form.cleaned_data["code"])
    return render(request, "certificates/search.html", {"form": form}, status=400)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """/verify/{code}: state and content for anybody; a typed full name is answered 一致 or 不一致, never completed."""
    certificate = queries.by_code(code)
    if certificate is None:
        again = CodeForm(initial={"code": code[:40]})
        return render(request, "certificates/search.html", {"form": again, "sentence": UNKNOWN}, status=404)
    form, match, status, sentence = NameForm(), None, 200, ""
    if request.method == "POST":
        form = NameForm(request.POST)
        if form.is_valid():
            try:
                match = name_matches(request, certificate, form.cleaned_data["name"])
            except TooMany as refusal:
                status, sentence = refusal.status, refusal.sentence
        else:
            status = 400
    now = database_now()
    view = queries.public_view(certificate, now)
    context = {
        "view": view, "certificate": certificate, "form": form, "match": match, "sentence": sentence,
        "code": queries.grouped(certificate.code), "queried_at": now,
        "issued_on": dt.date.fromisoformat(view["issued_on"]),
    }  # fmt: skip
    return render(request, "certificates/verify.html", context, status=status)


def name_matches(request: HttpRequest, certificate: Certificate, name: str) -> bool:
    """Whether a typed full name is the certificate's; every try counts, right or wrong."""
    key = ("certificate-name", certificate.code)
    throttle.hit(NAME_RATE, *key, _address(request), sentence=TOO_MANY_NAMES)
    throttle.hit(NAME_RATE_ANYWHERE, *key, sentence=TOO_MANY_NAMES)
    return identity.normalise_name(name) == parse(certificate.snapshot)["name"]


def _address(request: HttpRequest) -> str:
    """Where the request comes from. Behind TLS the proxy writes the header itself; elsewhere it could be forged."""
    forwarded = str(request.headers.get("X-Forwarded-For", "")) if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


@require_safe
def name_font(request: HttpRequest, code: str) -> HttpResponse:
    """The few characters of the masked name as a web font: old systems lack rare ones."""
    certificate = queries.by_code(code)
    if certificate is None:
        raise NotFound(UNKNOWN)
    name = identity.mask_name(parse(certificate.snapshot)["name"])
    return namefont.font(name, cache="public, max-age=86400")


@require_safe
def name_font_css(request: HttpRequest, code: str) -> HttpResponse:
    """Declares the font of :func:`name_font`; empty when every system shows the masked name anyway."""
    certificate = queries.by_code(code)
    if certificate is None:
        raise NotFound(UNKNOWN)
    rare = namefont.rare_characters([identity.mask_name(parse(certificate.snapshot)["name"])])
    return namefont.stylesheet(reverse("certificates:name_font", args=[certificate.code]) if rare else "")


@staff_required
@require_safe
def list_font(request: HttpRequest) -> HttpResponse:
    """The rare characters of the names on one staff page: ``?c=4DAE-2CB4E``."""
    return namefont.font(_listed(request))


@staff_required
@require_safe
def list_font_css(request: HttpRequest) -> HttpResponse:
    """Declares the font of :func:`list_font`."""
    characters = _listed(request)
    return namefont.stylesheet(
        f"{reverse('certificates:list_font')}?c={_hex(characters)}" if characters else ""
    )


def _hex(characters: str) -> str:
    return "-".join(f"{ord(char):X}" for char in characters)


def _listed(request: HttpRequest) -> str:
    """The characters asked for; only rare ones, at most 200, so that nobody makes the server cut large fonts."""
    codes = request.GET.get("c", "")[:2000].split("-")[:200]
    points = [int(code, 16) for code in codes if re.fullmatch(r"[0-9A-F]{1,5}", code)]
    return namefont.rare_characters(chr(point) for point in points if not 0xD800 <= point < 0xE000)


@staff_required
@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """证书: who may be issued one, and those issued."""
    organisations = organisations_with_role(request.user, Role.ADMINISTRATOR, Role.SUPERVISOR)
    now = database_now()
    administered = _administered(request)
    decisions = list(queries.waiting(organisations)[: WAITING_AT_ONCE + 1])
    revoked = queries.revoked_before(decisions)
    waiting = [
        {
            "decision": decision,
            "revoked": decision.pk in revoked,
            "reason": reason_against_issue(decision, now),
            "mine": decision.result.registration.session.organisation_id in administered,
        }
        for decision in decisions[:WAITING_AT_ONCE]
    ]
    page = Paginator(queries.issued(organisations), 50).get_page(request.GET.get("page"))
    names = [row.result.registration.candidate.name for row in decisions]
    names += [one.candidate.name for one in page]
    context = {
        "waiting": waiting, "more": len(decisions) > WAITING_AT_ONCE, "at_once": WAITING_AT_ONCE, "page": page,
        "administered": administered, "may_issue": bool(administered), "rare": _hex(namefont.rare_characters(names)),
        "printing": any(one.document.state in (TaskState.QUEUED, TaskState.LEASED) for one in page),
    }  # fmt: skip
    return render(request, "certificates/index.html", context)


@staff_required
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """颁发 for the chosen decisions; each succeeds or says why not."""
    assert isinstance(request.user, User)
    organisations_with_role(request.user, Role.ADMINISTRATOR)
    chosen = [int(value) for value in request.POST.getlist("decision") if re.fullmatch(r"[0-9]{1,18}", value)]
    visible = Decision.objects.filter(
        pk__in=chosen, result__registration__session__organisation__in=organisations_of(request.user)
    ).values_list("pk", flat=True)
    if len(visible) != len(set(chosen)):
        raise NotFound("所选考生中有人不在本机构，请刷新页面后重新选择。")
    done, refused = services.issue_many(decision_ids=visible, by=request.user)
    for sentence in dict.fromkeys(refused):
        messages.error(request, sentence)
    if done:
        messages.success(request, f"已颁发 {len(done)} 份证书，文件正在生成，稍后即可下载。")
    elif not chosen:
        messages.warning(request, "请先勾选要颁发证书的考生。")
    return redirect("certificates:index")


@staff_required
@require_POST
def revoke(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """作废 with a reason."""
    assert isinstance(request.user, User)
    certificate = _certificate(request, certificate_uuid)
    try:
        services.revoke(certificate_id=certificate.pk, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, f"证书 {certificate.number} 已作废，查验页面即时显示。")
    except Forbidden:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("certificates:detail", certificate_uuid=certificate.uuid)


@staff_required
@require_POST
def print_again(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """重新生成 a file the machine gave up."""
    assert isinstance(request.user, User)
    certificate = _certificate(request, certificate_uuid)
    try:
        services.print_again(certificate_id=certificate.pk, by=request.user)
        messages.success(request, "正在重新生成证书文件，稍后即可下载。")
    except Forbidden:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("certificates:detail", certificate_uuid=certificate.uuid)


@staff_required
@require_safe
def detail(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """One certificate for staff."""
    certificate = _certificate(request, certificate_uuid)
    context = {
        "certificate": certificate, "snapshot": parse(certificate.snapshot), "code": queries.grouped(certificate.code),
        "may_revoke": has_role(request.user, certificate.organisation_id, Role.ADMINISTRATOR),
        "printing": certificate.document.state in (TaskState.QUEUED, TaskState.LEASED),
        "rare": _hex(namefont.rare_characters([certificate.candidate.name])),
    }  # fmt: skip
    return render(request, "certificates/detail.html", context)


@staff_required
@require_safe
def download(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """The PDF for administrators."""
    certificate = _certificate(request, certificate_uuid)
    check_role(request.user, certificate.organisation_id, Role.ADMINISTRATOR)
    return _pdf(certificate)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def pattern(request: HttpRequest) -> HttpResponse:
    """证书编号规则 with an example."""
    assert isinstance(request.user, User)
    administered = _administered(request)
    if not administered:
        raise Forbidden("修改编号规则需要“管理员”的权限，请联系本机构管理员。")
    organisation = Organisation.objects.get(pk=administered[0])
    current = services.pattern_of(organisation)
    form = PatternForm(request.POST or None, initial={"pattern": current.pattern})
    preview = ""
    if request.method == "POST" and form.is_valid() and "preview" in request.POST:
        preview = example(form.cleaned_data["pattern"])
    elif request.method == "POST" and form.is_valid():
        services.set_pattern(organisation=organisation, pattern=form.cleaned_data["pattern"], by=request.user)
        messages.success(request, "编号规则已保存，从下一份证书起使用。")
        return redirect("certificates:pattern")
    return render(
        request, "certificates/pattern.html",
        {"form": form, "example": example(current.pattern), "preview": preview, "organisation": organisation},
        status=400 if form.errors else 200,
    )  # fmt: skip


@candidate_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """我的证书 of the signed-in candidate."""
    owned = Certificate.objects.filter(candidate__user=request.user.pk).select_related(
        "level__standard", "document", "organisation"
    )
    return render(
        request,
        "certificates/mine.html",
        {"certificates": owned.defer("document__pdf").order_by("-issued_at")},
    )


@candidate_required
@require_safe
def download_mine(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """The candidate's own PDF."""
    certificate = (
        Certificate.objects.select_related("document")
        .filter(uuid=certificate_uuid, candidate__user=request.user.pk)
        .first()
    )
    if certificate is None:
        raise NotFound("没有找到这份证书，请从“我的证书”进入。")
    return _pdf(certificate)


def _administered(request: HttpRequest) -> list[int]:
    return [one for one in organisations_of(request.user) if has_role(request.user, one, Role.ADMINISTRATOR)]


def _certificate(request: HttpRequest, certificate_uuid: UUID) -> Certificate:
    certificate = (
        Certificate.objects.select_related(
            "document", "level__standard", "candidate", "organisation", "revoked_by"
        )
        .filter(uuid=certificate_uuid, organisation__in=organisations_of(request.user))
        .first()
    )
    if certificate is None:
        raise NotFound("没有找到这份证书，请从证书列表进入。")
    check_role(request.user, certificate.organisation_id, Role.ADMINISTRATOR, Role.SUPERVISOR)
    return certificate


def _pdf(certificate: Certificate) -> HttpResponse:
    if certificate.document.pdf is None:
        raise NotFound("证书文件还在生成，请稍后刷新再下载。")
    response = HttpResponse(bytes(certificate.document.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="certificate-{certificate.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
