"""GET standards/…: the published text as JSON. Staff read every version, everybody else those with a public page."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.policies import is_staff_person
from lib.canonical import canonical_sha256
from lib.refusals import NotFound
from standards import queries
from standards.errata import attach_errata, errata_of
from standards.export import as_json, errata_json
from standards.models import Level, Requirement, Standard
from standards.rest import shapes

UNKNOWN = "没有找到这份标准，请核对代码和版本；没有公开的标准须由工作人员登录后读取。"
UNKNOWN_LEVEL = "这份标准没有这个等级，请写等级序号（1、2、3）或名称（初级、中级、高级）。"
# Part of every ETag: raise it when the shape of a body changes.
_SHAPE = 1
_CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="a slash in the code is written ~")
_LEVEL = OpenApiParameter("level", str, OpenApiParameter.PATH, description="1, 2, 3 or 初级, 中级, 高级")


class ReadView(APIView):
    """Base: no sign-in needed, and an unchanged body is answered with 304 before it is made."""

    permission_classes = [AllowAny]

    def visible(self, request: Request) -> QuerySet[Standard]:
        """What this caller may know of."""
        standards = Standard.objects.defer("source_text")
        return standards if is_staff_person(request.user) else standards.filter(is_public=True)

    def standard(self, request: Request, code: str, version: str | None) -> Standard:
        """The version asked for, or the newest visible one."""
        versions = queries.newest_first(self.visible(request).filter(code=code))
        wanted = (one for one in versions if version is None or one.version == version)
        found = next(wanted, None)
        if found is None:
            raise NotFound(UNKNOWN)
        return found

    def document(self, request: Request, standard: Standard) -> Response:
        """The whole text."""
        return self.answer(request, _state(standard), lambda: as_json(queries.Tree(standard)))

    def answer(self, request: Request, state: object, body: Callable[[], Any]) -> Response:
        """The body with the ETag of what it is made from."""
        etag = f'"{canonical_sha256([_SHAPE, state])[:32]}"'
        asked = [
            part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")
        ]
        response = Response(status=304) if etag in asked or "*" in asked else Response(body())
        response["ETag"] = etag
        response["Cache-Control"] = (
            "private, no-cache" if request.user.is_authenticated else "public, no-cache"
        )
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class StandardsView(ReadView):
    """Every version the caller may read, by code, the newest first."""

    @extend_schema(responses=shapes.StandardSummary(many=True), operation_id="standards")
    def get(self, request: Request) -> Response:
        standards = self.visible(request).annotate(
            level_count=Count("levels", distinct=True),
            area_count=Count("levels__areas", distinct=True),
            task_count=Count("levels__areas__tasks", distinct=True),
            requirement_count=Count("levels__areas__tasks__requirements", distinct=True),
        )
        rows = []
        previous = None
        for standard in queries.newest_first(standards):
            rows.append(_summary(standard, newest=standard.code != previous))
            previous = standard.code
        return self.answer(request, rows, lambda: rows)


class StandardView(ReadView):
    """One version: the whole text, with the errata beside each place."""

    @extend_schema(responses=shapes.StandardDocument, operation_id="standard", parameters=[_CODE])
    def get(self, request: Request, code: str, version: str) -> Response:
        return self.document(request, self.standard(request, code, version))


class NewestStandardView(ReadView):
    """The newest version the caller may read."""

    @extend_schema(responses=shapes.StandardDocument, operation_id="standard_newest", parameters=[_CODE])
    def get(self, request: Request, code: str) -> Response:
        return self.document(request, self.standard(request, code, None))


class RequirementsView(ReadView):
    """The requirements of a level in one list; with ``inherited=true`` those of the levels below come first."""

    @extend_schema(
        responses=shapes.LevelRequirement(many=True),
        operation_id="standard_requirements",
        parameters=[shapes.InheritedQuery, _CODE, _LEVEL],
    )
    def get(self, request: Request, code: str, version: str, level: str) -> Response:
        query = shapes.InheritedQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        inherited: bool = query.validated_data["inherited"]
        standard = self.standard(request, code, version)
        chosen = next((one for one in standard.levels.all() if level in (str(one.number), one.name)), None)
        if chosen is None:
            raise NotFound(UNKNOWN_LEVEL)
        state = [*_state(standard), chosen.number, inherited]
        return self.answer(request, state, lambda: _requirements(chosen, inherited))


def _summary(standard: Standard, *, newest: bool) -> dict[str, Any]:
    counts = {
        name: getattr(standard, f"{name.removesuffix('s')}_count")
        for name in ("levels", "areas", "tasks", "requirements")
    }
    return {
        "code": standard.code,
        "version": standard.version,
        "year": standard.year,
        "title": standard.title,
        "owner": standard.owner,
        "counts": counts,
        "newest": newest,
        "is_public": standard.is_public,
    }


def _state(standard: Standard) -> list[Any]:
    """What a body about a standard is made from: its content and the errata in force."""
    errata = [str(erratum.uuid) for notes in errata_of(standard).values() for erratum in notes]
    return [standard.content_sha256, standard.source_sha256, sorted(errata)]


def _requirements(level: Level, inherited: bool) -> list[dict[str, Any]]:
    covered = queries.covered_requirements(level)
    listed = list(covered if inherited else covered.filter(level=level))
    attach_errata(listed)
    return [_requirement(requirement, level) for requirement in listed]


def _requirement(requirement: Requirement, asked: Level) -> dict[str, Any]:
    return {
        "cite": requirement.cite_code,
        "code": requirement.code,
        "level": requirement.level.name,
        "inherited": requirement.level_id != asked.pk,
        "area": {"number": requirement.task.area.number, "name": requirement.task.area.name},
        "task": {"code": requirement.task.code, "name": requirement.task.name},
        "text": requirement.text,
        "errata": errata_json(requirement.notes),
    }
