"""题库: the bank by level and area, and one item with its key (for those who may see keys)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.policies import has_role, organisations_of, staff_required
from itembank.enums import InteractionName
from itembank.models import Item, ItemVersion
from itembank.queries import coverage, is_practical
from lib.refusals import Forbidden, NotFound

KEEPERS = (Role.ADMINISTRATOR, Role.AUTHOR, Role.REVIEWER)


def _organisations(request: HttpRequest) -> list[int]:
    found = [one for one in organisations_of(request.user) if has_role(request.user, one, *KEEPERS)]
    if not found:
        raise Forbidden("查看题库需要“管理员、命题人或复核员”的权限，请联系本机构管理员。")
    return found


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The bank with filters and how well it covers the standard."""
    organisations = _organisations(request)
    items = (
        Item.objects.filter(organisation__in=organisations)
        .select_related("level__standard")
        .order_by("level__number", "code")
    )
    level, kind, text = (
        request.GET.get("level", ""),
        request.GET.get("kind", ""),
        request.GET.get("q", "").strip(),
    )
    if level in ("初级", "中级", "高级"):
        items = items.filter(level__name=level)
    if kind in InteractionName.values:
        items = items.filter(interaction=kind)
    if text:
        items = items.filter(code__icontains=text[:40]) | items.filter(
            versions__content__prompt__icontains=text[:40]
        )
    page = Paginator(items.distinct(), 50).get_page(request.GET.get("page"))
    newest: dict[int, ItemVersion] = {}
    for version in ItemVersion.objects.filter(item__in=list(page)).order_by("number"):
        newest[version.item_id] = version
    rows = [
        {"item": item, "version": one, "title": one.title or one.content.get("prompt", "")}
        for item in page
        if (one := newest.get(item.pk)) is not None
    ]
    parameters = request.GET.copy()
    parameters.pop("page", None)
    query = f"{parameters.urlencode()}&" if parameters else ""
    context = {
        "rows": rows, "page": page, "query": query, "kinds": InteractionName.choices, "level": level, "kind": kind,
        "text": text, "coverage": coverage(organisations),
    }  # fmt: skip
    return render(request, "itembank/index.html", context)


@staff_required
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One item's newest version with key, rationale, requirements and citations."""
    version = (
        ItemVersion.objects.filter(item__organisation__in=_organisations(request), item__code=code)
        .select_related("item__level__standard", "author", "reviewer")
        .prefetch_related("requirement_links__requirement__task", "citations")
        .order_by("-number")
        .first()
    )
    if version is None:
        raise NotFound("题库里没有这道试题，请从题库列表进入。")
    practical = is_practical(version.item.interaction)
    choices = [
        {**choice, "right": choice["id"] in version.key["choices"]}
        for choice in version.content.get("choices", [])
    ]
    return render(
        request, "itembank/detail.html", {"version": version, "practical": practical, "choices": choices}
    )
