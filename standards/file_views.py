"""A standard to take along, for staff: on paper and as files."""

import uuid as uuids
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.policies import staff_required
from lib.refusals import NotFound
from standards import queries
from standards.export import FORMATS, file_name, render
from standards.models import Standard
from standards.open_views import printed


@staff_required
@require_safe
def print_view(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The whole standard on A4, with links to its files."""
    return printed(request, _standard(uuid), FORMATS)


@staff_required
@never_cache
@require_safe
def export(request: HttpRequest, uuid: uuids.UUID, kind: str) -> HttpResponse:
    """The standard as a file: tsv, json or xlsx."""
    if kind not in FORMATS:
        raise NotFound("标准只能导出为 tsv、json 或 xlsx，请核对地址。")
    standard = _standard(uuid)
    response = HttpResponse(render(queries.tree(standard), kind), content_type=FORMATS[kind].media_type)
    # RFC 5987: the Chinese name for browsers, a plain one for programs that know only ASCII.
    plain = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in ".-_") else "_"
        for sign in f"{standard.code}-{standard.version}.{kind}"
    )
    full = quote(file_name(standard, kind), safe="")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"
    return response


def _standard(uuid: uuids.UUID) -> Standard:
    standard = Standard.objects.filter(uuid=uuid).defer("source_text").first()
    if standard is None:
        raise NotFound("没有找到这份标准，请从标准列表重新选择。")
    return standard
