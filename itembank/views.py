"""题库: the bank with its filters, and one item with its key (for those who may see keys)."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.policies import has_role, organisations_with_role, staff_required
from itembank.desk.queries import task_of
from itembank.enums import InteractionName, ItemVersionState
from itembank.models import ItemRequirement, ItemVersion
from itembank.practical import kind, total
from itembank.practical.tasks import task_problems
from itembank.queries import PRACTICAL, is_practical, newest_versions
from lib.refusals import NotFound
from standards.errata import attach_errata
from standards.models import (
    BibliographyEntry,
    Level,
    Major,
    NormativeReference,
    Occupation,
    Standard,
    Term,
    WorkArea,
)

KEEPERS = (Role.ADMINISTRATOR, Role.AUTHOR, Role.REVIEWER)
FILTERS = ("level", "area", "task", "requirement", "kind", "cites", "q")
# What a citation's code begins with: its kind, the table and the field that names it.
CITED: dict[str, tuple[str, type[Any], str]] = {
    "term": ("术语", Term, "name"),
    "normative": ("规范性引用文件", NormativeReference, "title"),
    "reference": ("参考文献", BibliographyEntry, "text"),
    "occupation": ("职业岗位", Occupation, "name"),
    "major": ("专业", Major, "name"),
}


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The bank with its filters. How well it covers a standard is a page of that standard."""
    organisations = organisations_with_role(request.user, *KEEPERS)
    levels = list(
        Level.objects.filter(items__organisation__in=organisations)
        .select_related("standard")
        .distinct()
        .order_by("standard__code", "standard__version", "number")
    )
    chosen = {name: request.GET.get(name, "").strip()[:120] for name in FILTERS}
    level = next((one for one in levels if level_key(one) == chosen["level"]), None)
    # Areas and tasks have their numbers within a level only.
    areas = list(WorkArea.objects.filter(level=level)) if level else []
    area = next((one for one in areas if str(one.number) == chosen["area"]), None)
    task = chosen["task"] if level else ""
    requirement = chosen["requirement"] if level else ""
    versions = (
        newest_versions(organisations)
        .select_related("item__level__standard")
        .prefetch_related(_links())
        .order_by("item__level__standard__code", "item__level__number", "item__code", "pk")
    )
    if level:
        versions = versions.filter(item__level=level)
    if area or task or requirement:
        links = ItemRequirement.objects.filter(requirement__level=level)
        if area:
            links = links.filter(requirement__task__area=area)
        if task:
            links = links.filter(requirement__task__code=task)
        if requirement:
            links = links.filter(requirement__code=requirement)
        versions = versions.filter(pk__in=links.values("version"))
    if chosen["kind"] in InteractionName.values:
        versions = versions.filter(item__interaction=chosen["kind"])
    if chosen["cites"]:
        versions = versions.filter(citations__cite_code=chosen["cites"])
    if chosen["q"]:
        versions = versions.filter(
            Q(item__code__icontains=chosen["q"])
            | Q(title__icontains=chosen["q"])
            | Q(content__prompt__icontains=chosen["q"])
        )
    page = Paginator(versions, 50).get_page(request.GET.get("page"))
    kept = {name: value for name, value in chosen.items() if value}
    context = {
        "page": page, "query": f"{urlencode(kept)}&" if kept else "", "kinds": InteractionName.choices,
        "levels": [(level_key(one), one) for one in levels], "level": level, "areas": areas, "area": area,
        "task": task, "kind": chosen["kind"], "text": chosen["q"], "filtered": bool(kept),
        "requirement": requirement, "cites": chosen["cites"],
        "standards": list(dict.fromkeys(one.standard for one in levels)),
        # A whole bank of several standards names them; one standard needs no repetition.
        "many_standards": len({one.standard_id for one in levels}) > 1,
    }  # fmt: skip
    return render(request, "itembank/index.html", context)


@staff_required
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One item's newest version with key, rationale, requirements and citations."""
    version = (
        ItemVersion.objects.filter(
            item__organisation__in=organisations_with_role(request.user, *KEEPERS), item__code=code
        )
        .select_related("item__level__standard", "author", "reviewer")
        .prefetch_related(_links(), "citations")
        .order_by("-number")
        .first()
    )
    if version is None:
        raise NotFound("题库里没有这道试题，请从题库列表进入。")
    attach_errata(link.requirement for link in version.requirement_links.all())
    practical = is_practical(version.item.interaction)
    context: dict[str, Any] = {"version": version, "practical": practical, "citations": _citations(version)}
    if practical:
        context |= _practical_facts(version)
        context["may_edit"] = has_role(request.user, version.item.organisation_id, Role.AUTHOR)
    else:
        context["choices"] = [
            {**choice, "right": choice["id"] in version.key["choices"], "number": chr(ord("A") + index)}
            for index, choice in enumerate(version.content["choices"])
        ]
    return render(request, "itembank/detail.html", context)


# -- reads of these pages alone ----------------------------------------------------------------------------------


def level_key(level: Level) -> str:
    """A stable name of a level of one standard version, for addresses and filters."""
    return f"{level.standard.code}-{level.standard.version}-{level.number}"


def _links() -> "Prefetch[Any]":
    return Prefetch(
        "requirement_links",
        ItemRequirement.objects.select_related("requirement__task__area", "requirement__level").order_by(
            "requirement__ordinal"
        ),
    )


def _citations(version: ItemVersion) -> list[dict[str, str]]:
    """Citations with the names of the facts they point at; one query per kind cited."""
    standard: Standard = version.item.level.standard
    codes = [one.cite_code for one in version.citations.all()]
    rows = []
    for prefix, (label, model, name) in CITED.items():
        wanted = [code for code in codes if code.partition(":")[0] == prefix]
        if wanted:
            names = dict(
                model.objects.filter(standard=standard, cite_code__in=wanted).values_list("cite_code", name)
            )
            rows += [{"code": code, "kind": label, "name": names.get(code, "")} for code in wanted]
    known = {row["code"] for row in rows}
    return rows + [{"code": code, "kind": "", "name": ""} for code in codes if code not in known]


def _practical_facts(version: ItemVersion) -> dict[str, Any]:
    """Criteria of a task and what its scorer gives the model answers now, beside what their author expects. A
    draft may be of a shape that nothing can be scored with."""
    scorer = kind(version.item.interaction.removeprefix(PRACTICAL))
    if version.state != ItemVersionState.PUBLISHED and task_problems(task_of(version)):
        return {"kind_label": scorer.label, "unfinished": True}
    criteria = scorer.score(version.content, version.key, version.world, {}, None)
    goldens = []
    for golden in version.goldens:
        scores = scorer.score(version.content, version.key, version.world, golden["submission"], None)
        points = total(scores)
        goldens.append(
            {
                "name": golden.get("note") or golden["name"],
                "expected": golden["total"],
                "total": points,
                "agrees": float(points) == float(golden["total"]),
                "scores": [one.score for one in scores],
            }
        )
    return {
        "kind_label": scorer.label,
        "criteria": criteria,
        "goldens": goldens,
    }
