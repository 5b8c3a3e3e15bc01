"""Public pages of a standard, for everybody without signing in: what the holder of a certificate can do.

A version is shown only when a person turned its public page on; otherwise it is as unknown as one that does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from lib.refusals import NotFound
from standards import queries
from standards.browsing import section_page
from standards.export import Format
from standards.models import Level, Standard
from standards.printing import cover_facts, tables
from standards.searching import find

UNKNOWN = "没有找到这份标准的公开页面，请核对地址；也可能是标准的制定单位没有公开全文。"
LONGEST_QUERY = 100


@dataclass(frozen=True)
class Edition:
    """A public version among the public versions of its code, newest first."""

    standard: Standard
    versions: list[Standard]

    @property
    def newest(self) -> Standard:
        return self.versions[0]

    @property
    def is_newest(self) -> bool:
        return self.standard == self.newest


@dataclass(frozen=True)
class Card:
    """A level on the overview, with how much it asks for."""

    level: Level
    tasks: int
    requirements: int


def open_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Caches may keep the page but ask every time: a page turned off or an erratum shows at once."""

    @require_safe
    @conditional_page
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        # The top bar of a signed-in person has his name.
        if request.user.is_authenticated:
            patch_cache_control(response, no_cache=True, private=True)
        else:
            patch_cache_control(response, no_cache=True, public=True)
        return response

    return wrapped


@open_page
def index(request: HttpRequest) -> HttpResponse:
    """Every standard that may be read here, in its newest public version."""
    return render(request, "standards/open/index.html", {"standards": queries.public_standards()})


@open_page
def newest(request: HttpRequest, code: str) -> HttpResponse:
    """The address without a version leads to the newest."""
    versions = queries.public_versions(code)
    if not versions:
        raise NotFound(UNKNOWN)
    return redirect("open_standards:overview", code=code, version=versions[0].version)


@open_page
def overview(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The levels side by side and the other chapters; with ``?q=`` what was found anywhere in the standard."""
    edition = _edition(code, version)
    tree = queries.Tree(edition.standard)
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    context = {"edition": edition, "standard": edition.standard, "tree": tree, "query": query}
    if query:
        kinds = find(tree, query)
        context |= {"kinds": kinds, "count": sum(len(kind.places) for kind in kinds)}
        return render(request, "standards/open/found.html", context)
    context |= {"cards": [_card(one) for one in tree.levels], **section_page(tree, "majors")}
    return render(request, "standards/open/overview.html", context)


@open_page
def level(request: HttpRequest, code: str, version: str, number: int) -> HttpResponse:
    """One level: what its holder can do, requirement by requirement."""
    edition = _edition(code, version)
    tree = queries.Tree(edition.standard)
    chosen = next((one for one in tree.levels if one.number == number), None)
    if chosen is None:
        raise NotFound("这份标准没有这个等级，请从标准的公开页面选择等级。")
    context = {
        "edition": edition,
        "standard": edition.standard,
        "tree": tree,
        "level": chosen,
        "lower": [one for one in tree.levels if one.number < number],
    }
    return render(request, "standards/open/level.html", context)


@open_page
def print_view(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The whole standard on A4."""
    return printed(request, _edition(code, version).standard)


def printed(
    request: HttpRequest, standard: Standard, formats: Mapping[str, Format] | None = None
) -> HttpResponse:
    """The page to print, the same for the public and for staff, who also get links to its files."""
    tree = queries.Tree(standard)
    context = {
        "standard": standard,
        "tree": tree,
        "facts": cover_facts(standard),
        "tables": tables(tree),
        "formats": formats,
        **section_page(tree, "majors"),
    }
    return render(request, "standards/open/print.html", context)


def _card(level: Level) -> Card:
    tasks = [task for area in level.areas.all() for task in area.tasks.all()]
    return Card(level, len(tasks), sum(len(task.requirements.all()) for task in tasks))


def _edition(code: str, version: str) -> Edition:
    versions = queries.public_versions(code)
    standard = next((one for one in versions if one.version == version), None)
    if standard is None:
        raise NotFound(UNKNOWN)
    return Edition(standard, versions)
