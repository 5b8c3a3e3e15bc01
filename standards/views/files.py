"""A standard to take along, for staff: on paper and as files."""

import uuid as uuids

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.policies import staff_required
from lib.refusals import NotFound
from standards import queries
from standards.export import FORMATS, file_name, render
from standards.views.browse import standard_or_404
from standards.views.public import printed


@staff_required
@require_safe
def print_view(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The whole standard on A4, with links to its files."""
    return printed(request, standard_or_404(uuid), FORMATS)


@staff_required
@never_cache
@require_safe
def export(request: HttpRequest, uuid: uuids.UUID, kind: str) -> HttpResponse:
    """The standard as a file: tsv, json or xlsx."""
    if kind not in FORMATS:
        raise NotFound("标准只能导出为 tsv、json 或 xlsx，请核对地址。")
    standard = standard_or_404(uuid)
    response = HttpResponse(render(queries.Tree(standard), kind), content_type=FORMATS[kind].media_type)
    response["Content-Disposition"] = content_disposition_header(True, file_name(standard, kind)) or ""
    return response
