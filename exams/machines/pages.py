"""Pages of 试机: the public one a machine tries itself with, and the staff's list by site."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from accounts.policies import staff_required
from exams.enums import Fitness
from exams.machines import queries, services
from lib.clock import database_now
from lib.refusals import Invalid, NotFound, Refusal

BADGES = {Fitness.FIT: "good", Fitness.ATTENTION: "warn", Fitness.UNFIT: "bad"}


@never_cache
@require_safe
@ensure_csrf_cookie
def check(request: HttpRequest) -> HttpResponse:
    """试机: tries itself as soon as it is open; the number is needed for keeping the result only."""
    return render(request, "machines/check.html", {"site": request.GET.get("site", "")[:10]})


@never_cache
@require_safe
def probe(request: HttpRequest) -> JsonResponse:
    """The server's time, for the round trip and the machine's clock."""
    return JsonResponse({"now_ms": int(database_now().timestamp() * 1000)})


@require_POST
def report(request: HttpRequest) -> JsonResponse:
    """Keep one try; answers with the judgement."""
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        sent = None
    try:
        if not isinstance(sent, dict):
            raise Invalid("没有收到试机结果，请刷新页面后再试。")
        kept = services.record(
            site_code=sent.get("site"), machine=sent.get("machine"), measured=sent.get("measured"),
            user_agent=request.headers.get("User-Agent", "")[:400], address=request.META.get("REMOTE_ADDR", ""),
        )  # fmt: skip
    except Refusal as refusal:
        return JsonResponse(
            {"title": refusal.sentence, "detail": refusal.sentence, "code": refusal.code, "errors": refusal.errors},
            status=refusal.status, content_type="application/problem+json",
        )  # fmt: skip
    return JsonResponse(
        {
            "machine": kept.machine,
            "site": kept.site.name,
            "fitness": kept.fitness,
            "label": kept.get_fitness_display(),
            "findings": [
                {
                    **one,
                    "label_fitness": str(Fitness(one["fitness"]).label),
                    "badge": BADGES[Fitness(one["fitness"])],
                }
                for one in kept.findings
            ],
        },
        status=201,
    )


@staff_required
@require_safe
def machines(request: HttpRequest) -> HttpResponse:
    """试机记录 of one site, the machines that need somebody first."""
    sites = list(queries.sites_for(request.user))
    code = request.GET.get("site", "")
    site = next((one for one in sites if one.code == code), None) if code else (sites[0] if sites else None)
    if code and site is None:
        raise NotFound("没有找到这个考点，请从列表中选择。")
    context: dict[str, Any] = {"sites": sites, "site": site}
    if site is not None:
        found = queries.counts(site)
        page = Paginator(queries.newest_of_site(site), 100).get_page(request.GET.get("page"))
        context |= {
            "tiles": [
                (str(one.label), found[one.value], BADGES[one])
                for one in (Fitness.UNFIT, Fitness.ATTENTION, Fitness.FIT)
            ],
            "page": page,
            "query": f"site={site.code}&",
            "rows": [
                {
                    "row": row,
                    "badge": BADGES[Fitness(row.fitness)],
                    "troubles": [one for one in row.findings if one["fitness"] != Fitness.FIT],
                }
                for row in page
            ],
            "address": request.build_absolute_uri(f"/check/?site={site.code}"),
        }
    return render(request, "machines/list.html", context)
