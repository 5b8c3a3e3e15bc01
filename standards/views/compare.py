"""Two versions side by side: the difference, what it touches, and the map a person confirms."""

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.policies import person, staff_required
from lib.clock import database_now
from lib.refusals import Conflict, Invalid, NotFound
from standards import queries
from standards.models import Standard
from standards.policies import bank_organisations, can_keep, check_keeper
from standards.preview import grouped
from standards.versions import (
    confirm_mapping,
    confirmed_mapping,
    difference,
    impact,
    mapping_rows,
    pairs_from,
    predecessor,
    side_of_tree,
)
from standards.views.browse import standard_or_404


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What changed since ``?with=<version>`` (the version before this one when it is not named)."""
    standard = standard_or_404(uuid)
    older = _older(standard, request.GET.get("with", ""))
    versions = [one for one in queries.versions_of(standard.code) if one.pk != standard.pk]
    context: dict[str, Any] = {
        "standard": standard,
        "older": older,
        "versions": versions,
        "keeps": can_keep(request.user, standard),
    }
    if older is None:
        return render(request, "standards/compare.html", context)
    old_tree, new_tree = queries.Tree(older), queries.Tree(standard)
    report = difference(side_of_tree(old_tree), side_of_tree(new_tree))
    if request.method == "POST":
        check_keeper(request.user, standard)
        try:
            pairs = pairs_from(report, {key: str(value) for key, value in request.POST.items()})
            confirm_mapping(old=older, new=standard, pairs=pairs, by=person(request), at=database_now())
            messages.success(request, "版本对照已确认。")
        except (Conflict, Invalid) as refusal:
            messages.error(request, refusal.sentence)
        return redirect(f"{request.path}?with={older.version}")
    confirmed = confirmed_mapping(older, standard)
    context |= {
        "report": report,
        "impacts": grouped(impact(report, bank_organisations(request.user))),
        "confirmed": confirmed,
        "rows": mapping_rows(report, confirmed),
        "targets": side_of_tree(new_tree).places,
    }
    return render(request, "standards/compare.html", context)


def _older(standard: Standard, version: str) -> Standard | None:
    if not version:
        return predecessor(standard)
    found = queries.by_version(standard.code, version)
    if found is None or found.pk == standard.pk:
        raise NotFound(f"标准 {standard.code} 没有 {version[:20]} 版可以对照，请从页面上选择。")
    return found
