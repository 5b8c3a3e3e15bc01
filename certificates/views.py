"""Public verification, staff pages, the candidate's own certificate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import identity
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.policies import candidate_required, check_role, has_role, organisations_of, staff_required
from certificates import queries, services
from certificates.forms import CodeForm, NameForm, PatternForm
from certificates.models import Certificate, Decision
from certificates.policies import reason_against_issue
from lib import throttle
from lib.canonical import parse
from lib.clock import database_now
from lib.leases import TaskState
from lib.namefont import subset_woff2
from lib.refusals import Forbidden, NotFound, Refusal, TooMany

UNKNOWN = "没有查到这个查验码对应的证书，请对照证书左下角的查验码重新输入；仍查不到的，请联系颁证机构。"
NAME_RATE = "10/hour"


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """/verify/: the form for a code typed from paper."""
    if "code" not in request.GET:
        return render(request, "certificates/search.html", {"form": CodeForm()})
    form = CodeForm(request.GET)
    if form.is_valid():
        return redirect("certificates:verify", code=queries.normalise_code(form.cleaned_data["code"]))
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
                match = name_matches(certificate, form.cleaned_data["name"])
            except TooMany as refusal:
                status, sentence = refusal.status, refusal.sentence
        else:
            status = 400
    view = queries.public_view(certificate, database_now())
    context = {
        "view": view, "certificate": certificate, "form": form, "match": match, "sentence": sentence,
        "code": queries.grouped(certificate.code), "queried_at": database_now(),
    }  # fmt: skip
    return render(request, "certificates/verify.html", context, status=status)


def name_matches(certificate: Certificate, name: str) -> bool:
    """Whether a typed full name is the certificate's; counted per certificate, so that nobody can try a whole list."""
    throttle.hit(
        NAME_RATE, "certificate-name", certificate.code, sentence="核对姓名的次数过多，请一小时后再试。"
    )
    return identity.normalise_name(name) == parse(certificate.snapshot)["name"]


@require_safe
def name_font(request: HttpRequest, code: str) -> HttpResponse:
    """The few characters of the masked name as a web font: old systems lack rare ones."""
    certificate = queries.by_code(code)
    if certificate is None:
        raise NotFound(UNKNOWN)
    name = identity.mask_name(parse(certificate.snapshot)["name"])
    response = HttpResponse(subset_woff2(name), content_type="font/woff2")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def name_font_css(request: HttpRequest, code: str) -> HttpResponse:
    """Declares the font of :func:`name_font`."""
    clean = queries.normalise_code(code)
    return HttpResponse(
        f'@font-face {{ font-family: "RareName"; src: url("/verify/{clean}/name.woff2") format("woff2"); }}',
        content_type="text/css",
    )


@staff_required
@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """证书: who may be issued one, and those issued."""
    organisations = _organisations(request, Role.ADMINISTRATOR, Role.SUPERVISOR)
    now = database_now()
    waiting = [
        {"decision": decision, "reason": reason_against_issue(decision, now)}
        for decision in queries.waiting(organisations)[:500]
    ]
    issued = queries.issued(organisations)[:200]
    context = {
        "waiting": waiting, "issued": issued, "may_issue": bool(_administered(request)),
        "printing": any(one.document.state != TaskState.DONE for one in issued),
    }  # fmt: skip
    return render(request, "certificates/index.html", context)


@staff_required
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """颁发 for the chosen decisions; each succeeds or says why not."""
    assert isinstance(request.user, User)
    _organisations(request, Role.ADMINISTRATOR)
    chosen = [int(value) for value in request.POST.getlist("decision") if value.isdigit()]
    done = 0
    visible = Decision.objects.filter(
        pk__in=chosen, result__registration__session__organisation__in=organisations_of(request.user)
    ).values_list("pk", flat=True)
    if len(visible) != len(set(chosen)):
        raise NotFound("所选考生中有人不在本机构，请刷新页面后重新选择。")
    for decision_id in visible:
        try:
            services.issue(decision_id=decision_id, by=request.user)
            done += 1
        except Forbidden:
            raise
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
    if done:
        messages.success(request, f"已颁发 {done} 份证书，文件正在生成，稍后即可下载。")
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
@require_safe
def detail(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """One certificate for staff."""
    certificate = _certificate(request, certificate_uuid)
    context = {
        "certificate": certificate, "snapshot": parse(certificate.snapshot), "code": queries.grouped(certificate.code),
        "may_revoke": has_role(request.user, certificate.organisation_id, Role.ADMINISTRATOR),
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
    if request.method == "POST" and form.is_valid():
        services.set_pattern(organisation=organisation, pattern=form.cleaned_data["pattern"], by=request.user)
        messages.success(request, "编号规则已保存，从下一份证书起使用。")
        return redirect("certificates:pattern")
    return render(
        request, "certificates/pattern.html", {"form": form, "example": form.example(current.pattern)},
        status=400 if request.method == "POST" else 200,
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


def _organisations(request: HttpRequest, *roles: str) -> list[int]:
    found = [one for one in organisations_of(request.user) if has_role(request.user, one, *roles)]
    if not found:
        wanted = "、".join(str(Role(role).label) for role in roles)
        raise Forbidden(f"此页面需要“{wanted}”的权限，请联系本机构管理员。")
    return found


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
