"""Reading the standards: the list, and one version with its tree, other chapters and coverage."""

import uuid as uuids

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.policies import staff_required
from lib.refusals import NotFound
from standards import queries
from standards.browsing import requirement_page, section_page, sections_for
from standards.models import Standard, StandardUpload
from standards.parsing.text import fold
from standards.policies import bank_organisations, can_keep, can_load, keepers_of

PER_PAGE = 50


def standard_or_404(uuid: uuids.UUID) -> Standard:
    """The version of an address, without its source text."""
    standard = Standard.objects.filter(uuid=uuid).select_related("keeper").defer("source_text").first()
    if standard is None:
        raise NotFound("没有找到这份标准，请从标准列表重新选择。")
    return standard


@staff_required
@require_safe
def standard_list(request: HttpRequest) -> HttpResponse:
    """All loaded versions, newest first within a code, and files somebody uploaded and has not confirmed."""
    text = request.GET.get("q", "").strip()[:100]
    standards = list(
        Standard.objects.annotate(requirement_count=Count("levels__requirements"))
        .select_related("keeper")
        .defer("source_text", "metadata")
    )
    standards.sort(key=lambda standard: queries.version_key(standard.version), reverse=True)
    standards.sort(key=lambda standard: standard.code)
    newest = {standard.code: standard.pk for standard in reversed(standards)}
    if text:
        words = fold(text).split()
        standards = [
            one
            for one in standards
            if all(word in fold(f"{one.code} {one.title} {one.owner}") for word in words)
        ]
    loads = can_load(request.user)
    uploads = (
        StandardUpload.objects.filter(organisation__in=keepers_of(request.user))
        .select_related("by")
        .defer("data", "reading")
        if loads
        else []
    )
    context = {
        "page": Paginator(standards, PER_PAGE).get_page(request.GET.get("page")),
        "newest": set(newest.values()),
        "text": text,
        "query": f"q={text}&" if text else "",
        "can_load": loads,
        "uploads": uploads,
    }
    return render(request, "standards/list.html", context)


@staff_required
@require_safe
def standard_tree(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """One version: ``?level=中级`` and ``?q=`` for the requirements, ``?section=terms`` for the other chapters."""
    standard = standard_or_404(uuid)
    tree = queries.Tree(standard)
    section = request.GET.get("section", "")
    query = request.GET.get("q", "").strip()[:100]
    bank = bank_organisations(request.user)
    sections = sections_for(bank)
    context = {
        "standard": standard,
        "tree": tree,
        "sections": sections,
        "query": query,
        "keeps": can_keep(request.user, standard),
        "versions": queries.versions_of(standard.code),
    }
    if section in sections and not query:
        body = section_page(tree, section, bank, level_name=request.GET.get("level", ""))
        return render(request, "standards/tree.html", {**context, "section": section, "body": body})
    page = requirement_page(tree, level_name=request.GET.get("level", ""), query=query, bank=bank)
    return render(request, "standards/tree.html", {**context, "page": page})
