"""The candidate's pages: sign in, check, rules, wait, player, done. What they do goes through the services."""

import json
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import identity
from accounts.models import User
from accounts.policies import candidate_required
from accounts.sign_in import by_ticket
from exams.delivery import arrival, clock, queries, receipts, rescue
from exams.delivery.forms import PromiseForm, TicketForm
from exams.delivery.late import undecided
from exams.delivery.models import Attempt, LateDecision, Receipt
from exams.enums import (
    HANDED_IN_STATES,
    OPEN_STATES,
    AttemptState,
    ClockKind,
    Component,
    EventState,
    SessionState,
)
from exams.scheduling.models import Registration
from exams.scheduling.queries import registrations_of
from itembank.practical import kind, kind_names
from lib import namefont
from lib.canonical import parse, sha256_hex
from lib.clock import database_now
from lib.refusals import NotFound, Refusal

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Which registration this browser sits for, and which one's data were confirmed.
REGISTRATION, CHECKED = "sit.registration", "sit.checked"


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def registration_of(request: HttpRequest) -> Registration:
    """The registration whose ticket was used to sign in; else the newest one that is not over."""
    rows = list(registrations_of(_user(request)))
    if not rows:
        raise NotFound("没有找到你的考试报名，请举手联系监考员核对。")
    named = request.session.get(REGISTRATION)
    for row in rows:
        if str(row.uuid) == named:
            return row
    return next((row for row in rows if row.session.state != SessionState.CLOSED), rows[0])


def next_step(request: HttpRequest) -> str:
    """Where this candidate goes on: check, rules or the waiting page."""
    registration = registration_of(request)
    if registration.promised_at:
        return reverse("exams:wait")
    if request.session.get(CHECKED) == str(registration.uuid):
        return reverse("exams:rules")
    return reverse("exams:check")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class SignInPage(View):
    """准考证号 + 证件号码."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if hasattr(request.user, "candidate"):
            return redirect(next_step(request))
        return self._page(request, TicketForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TicketForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        ticket = form.cleaned_data["ticket_number"]
        try:
            user = by_ticket(ticket_number=ticket, id_number=form.cleaned_data["id_number"])
        except Refusal as refusal:
            return self._page(request, form, sentence=refusal.sentence, status=refusal.status)
        login(request, user, backend=BACKEND)
        registration = registrations_of(user).filter(ticket_number=identity.normalise_number(ticket)).first()
        if registration is not None:
            request.session[REGISTRATION] = str(registration.uuid)
        return redirect(next_step(request))

    def _page(
        self, request: HttpRequest, form: TicketForm, *, sentence: str = "", status: int = 200
    ) -> HttpResponse:
        return render(request, "sit/sign_in.html", {"form": form, "sentence": sentence}, status=status)


sign_in = SignInPage.as_view()


@never_cache
@candidate_required
def check(request: HttpRequest) -> HttpResponse:
    """核对信息: the candidate compares the data with the papers in hand."""
    registration = registration_of(request)
    asks = _asks_code(registration)
    status, sentence = 200, ""
    if request.method == "POST":
        try:
            if asks:
                arrival.enter_code(
                    registration=registration, code=request.POST.get("code", ""), by=_user(request)
                )
        except Refusal as refusal:
            status, sentence = refusal.status, refusal.sentence
        else:
            request.session[CHECKED] = str(registration.uuid)
            return redirect(next_step(request) if registration.promised_at else "exams:rules")
    context = {**_person(registration), "asks_code": asks, "sentence": sentence}
    return render(request, "sit/check.html", context, status=status)


@never_cache
@candidate_required
def rules(request: HttpRequest) -> HttpResponse:
    """考场规则 and 考生承诺."""
    registration = registration_of(request)
    if not registration.promised_at and request.session.get(CHECKED) != str(registration.uuid):
        return redirect("exams:check")
    form = PromiseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        arrival.promise(registration=registration, by=_user(request))
        return redirect("exams:wait")
    status = 422 if request.method == "POST" else 200
    return render(request, "sit/rules.html", {**_person(registration), "form": form}, status=status)


@never_cache
@require_safe
@ensure_csrf_cookie
@candidate_required
def wait(request: HttpRequest) -> HttpResponseBase:
    """等候开考; between the components too."""
    registration = registration_of(request)
    if not registration.promised_at:
        return redirect(next_step(request))
    if _asks_code(registration):
        return redirect("exams:check")
    now = database_now()
    attempts = list(queries.with_clock(registration.attempts.all()).order_by("position"))
    return render(
        request,
        "sit/wait.html",
        {
            **_person(registration),
            "attempts": [
                {
                    "row": attempt,
                    "minutes": clock.allowed_seconds(attempt) // 60,
                    "seen": attempt.started_at is not None,
                }
                for attempt in attempts
            ],
            "over": [*HANDED_IN_STATES, AttemptState.VOIDED],
            "shared": registration.session.scheme.clock == ClockKind.SHARED,
            "now_ms": int(now.timestamp() * 1000),
            "files": json.dumps(_player_files()),
            "opens_ms": int(clock.opens_at(registration.session).timestamp() * 1000),
        },
    )


@never_cache
@require_safe
@ensure_csrf_cookie
@candidate_required
def player(request: HttpRequest, attempt_uuid: UUID) -> HttpResponseBase:
    """答题: a page without any part of the form; the form comes with the start."""
    attempt = _own_attempt(request, attempt_uuid)
    registration = attempt.registration
    if not registration.promised_at:
        return redirect(next_step(request))
    if attempt.state == AttemptState.READY and _asks_code(registration):
        return redirect("exams:check")
    if attempt.state in HANDED_IN_STATES:
        return redirect("exams:done", attempt_uuid=attempt.uuid)
    practical = attempt.component == Component.PRACTICAL
    kinds = [kind(name) for name in kind_names()] if practical else []
    return render(
        request,
        "sit/player.html",
        {
            **_person(registration),
            "attempt": attempt,
            "practical": practical,
            "rescue_key": rescue.public_key(registration.session),
            "allowed_ms": clock.allowed_seconds(attempt) * 1000,
            "workbenches": json.dumps(
                {f"practical.{one.name}": static(one.workbench_module) for one in kinds}
            ),
            # Kinds may share a sheet; linked a second time, it would override what came in between.
            "styles": list(dict.fromkeys(style for one in kinds for style in one.workbench_styles)),
        },
    )


@never_cache
@require_safe
@candidate_required
def done(request: HttpRequest, attempt_uuid: UUID) -> HttpResponseBase:
    """交卷完成: when, how much, the receipt, and what comes next."""
    attempt = _own_attempt(request, attempt_uuid)
    receipt = attempt.receipts.order_by("-number").first()
    if attempt.state not in HANDED_IN_STATES or receipt is None:
        return redirect("exams:player" if attempt.state in OPEN_STATES else "exams:wait", **_address(attempt))
    others = list(attempt.registration.attempts.exclude(pk=attempt.pk).order_by("position"))
    following = [one for one in others if one.state in (AttemptState.READY, *OPEN_STATES)]
    return render(
        request,
        "sit/done.html",
        {
            **_person(attempt.registration),
            "attempt": attempt,
            "expired": attempt.state == AttemptState.EXPIRED,
            "receipt_code": receipts.short_code(receipt),
            "receipt_qr": receipts.qr_code(receipt),
            "answered": queries.answered(attempt),
            "total": attempt.form.items.count(),
            "late": undecided(attempt.response_events.all()).count(),
            "taken": LateDecision.objects.filter(event__attempt=attempt, state=EventState.ACCEPTED).count(),
            "following": following[0] if following else None,
        },
    )


@never_cache
@require_safe
@candidate_required
def receipt_file(request: HttpRequest, attempt_uuid: UUID) -> HttpResponseBase:
    """The newest receipt with its signature and the responses it covers, as a file to keep.

    ``tools/verify_receipt.py`` proves it without the server.
    """
    attempt = _own_attempt(request, attempt_uuid)
    receipt: Receipt | None = attempt.receipts.order_by("-number").first()
    if receipt is None:
        raise NotFound("这个科目还没有交卷，交卷后才有回执。")
    body = {
        "receipt": parse(receipt.body),
        "signature": receipt.signature,
        "responses": receipts.final_responses(attempt),
    }
    response = HttpResponse(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{receipts.short_code(receipt)}.json"'
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps the player's page for a reload without network."""
    context = {"version": _release(), "static_url": settings.STATIC_URL}
    response = render(request, "sit/worker.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _player_files() -> list[str]:
    """Addresses of everything the answering page may load but the fonts: scripts and styles of player and workbenches."""
    root = settings.BASE_DIR / "static"
    scripts = [
        path.relative_to(root).as_posix()
        for part in ("player", "practical")
        for path in (root / "js" / part).rglob("*.js")
    ]
    styles = [
        "css/base.css",
        "css/player.css",
        *(style for name in kind_names() for style in kind(name).workbench_styles),
    ]
    return [static(one) for one in sorted({*scripts, *styles})]


@cache
def _release() -> str:
    """Changes with any static file of the player: their names carry their contents' hashes."""
    return sha256_hex(
        " ".join(static(f"js/player/{name}.js") for name in ("main", "vault", "queue")).encode()
    )[:12]


@require_safe
@candidate_required
def name_font_css(request: HttpRequest) -> HttpResponse:
    """Declares the small font that holds the characters of this candidate's name.

    Names within GBK need none: every system shows those, and a room of candidates then costs no font subsetting.
    """
    candidate = _user(request).candidate
    rare = namefont.rare_characters([candidate.name])
    return namefont.stylesheet(f"{reverse('exams:name_font')}?v={candidate.uuid}" if rare else "")


@require_safe
@candidate_required
def name_font(request: HttpRequest) -> HttpResponse:
    """The font itself: a few KB, because old systems lack rare characters."""
    return namefont.font(_user(request).candidate.name)


def _asks_code(registration: Registration) -> bool:
    """Whether the candidate has to enter the 考场口令 (or be checked in by a proctor) first."""
    return bool(registration.session.entry_code) and registration.checked_in_at is None


def _own_attempt(request: HttpRequest, attempt_uuid: UUID) -> Attempt:
    """The signed-in candidate's attempt; anybody else's is 404."""
    attempt = (
        queries.with_clock(
            Attempt.objects.filter(uuid=attempt_uuid, registration__candidate__user=_user(request))
        )
        .select_related("registration__session__site", "registration__room", "form")
        .first()
    )
    if attempt is None:
        raise NotFound("没有找到这场考试，请重新登录后从考试列表进入。")
    return attempt


def _address(attempt: Attempt) -> dict[str, Any]:
    return {"attempt_uuid": attempt.uuid} if attempt.state in OPEN_STATES else {}


def _person(registration: Registration) -> dict[str, Any]:
    return {
        "registration": registration,
        "candidate": registration.candidate,
        "session": registration.session,
    }
