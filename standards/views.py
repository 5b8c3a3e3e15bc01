"""Pages of the standards: the list and the browsable tree."""

import uuid as uuids

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policies import staff_required
from lib.refusals import NotFound
from standards import queries
from standards.browsing import SECTIONS, requirement_page, section_page
from standards.models import Standard


@staff_required
def standard_list(request: HttpRequest) -> HttpResponse:
    """All loaded versions, newest first within a code."""
    standards = list(
        Standard.objects.annotate(requirement_count=Count("levels__requirements")).defer("source_text")
    )
    standards.sort(key=lambda standard: queries.version_key(standard.version), reverse=True)
    standards.sort(key=lambda standard: standard.code)
    return render(request, "standards/list.html", {"standards": standards})


@staff_required
def standard_tree(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """One version: ``?level=中级`` and ``?q=`` for the requirements, ``?section=terms`` for the other chapters."""
    standard = Standard.objects.filter(uuid=uuid).defer("source_text").first()
    if standard is None:
        raise NotFound("没有找到这份标准，请从标准列表重新选择。")
    tree = queries.tree(standard)
    section = request.GET.get("section", "")
    query = request.GET.get("q", "").strip()[:100]
    context = {"standard": standard, "tree": tree, "sections": SECTIONS, "query": query}
    if section in SECTIONS and not query:
        return render(
            request,
            "standards/tree.html",
            {**context, "section": section, "body": section_page(tree, section)},
        )
    page = requirement_page(tree, level_name=request.GET.get("level", ""), query=query)
    return render(request, "standards/tree.html", {**context, "page": page})
