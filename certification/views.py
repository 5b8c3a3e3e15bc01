"""The front hall: the entrance, role home pages, health checks and error pages."""

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.policies import roles_of, staff_required


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """The first page: candidates, staff, and anybody who checks a certificate."""
    return render(request, "entrance.html")


@staff_required
def staff_home(request: HttpRequest) -> HttpResponse:
    """工作台: what waits for this person, by role."""
    from certification.worklist import worklist

    return render(
        request, "staff_home.html", {"worklist": worklist(request.user), "roles": roles_of(request.user)}
    )


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process lives."""
    return JsonResponse({"status": "ok", "checks": {"process": "ok"}})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database, the broker and the migrations are ready; every check is named."""
    checks: dict[str, str] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        checks["database"] = "ok"
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["migrations"] = "ok" if not pending else f"{len(pending)} pending"
    except Exception as error:  # whatever the driver raises, the answer is the same
        checks.setdefault("database", type(error).__name__)
        checks.setdefault("migrations", "unknown")
    try:
        cache.set("readyz", "1", 5)
        checks["broker"] = "ok" if cache.get("readyz") == "1" else "no answer"
    except Exception as error:  # as above
        checks["broker"] = type(error).__name__
    ready = all(value == "ok" for value in checks.values())
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old: say so instead of the framework's page."""
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"title": "没有权限", "status": 403, "code": "csrf", "detail": "页面已过期，请刷新页面后重试。"},
            status=403,
            content_type="application/problem+json",
        )
    return _refusal(request, "页面停留太久已过期，请返回上一页刷新后重试。", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(
            {
                "title": "没有找到",
                "status": 404,
                "code": "not_found",
                "detail": "没有找到您要的内容，请核对地址。",
            },
            status=404,
            content_type="application/problem+json",
        )
    return _refusal(request, "没有找到这个页面，请核对地址，或回到首页重新进入。", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(
            {
                "title": "系统故障",
                "status": 500,
                "code": "server_error",
                "detail": "系统出现故障，请稍后重试；您已保存的内容不受影响。",
            },
            status=500,
            content_type="application/problem+json",
        )
    return _refusal(
        request, "系统出现故障，请稍后重试；您已保存的内容不受影响。仍不行时请告诉技术支持。", 500
    )


def _refusal(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "refusal.html", {"sentence": sentence, "status": status}, status=status)
