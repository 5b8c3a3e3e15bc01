"""application/problem+json (RFC 9457) with one plain Chinese sentence and a stable English code."""

from typing import Any

from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from lib.refusals import Refusal

TITLES = {
    400: "请求有误",
    401: "尚未登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持的操作",
    409: "状态冲突",
    413: "内容过大",
    415: "格式不支持",
    422: "内容有误",
    429: "操作过于频繁",
    500: "系统故障",
}
CODES = {400: "bad_input", 401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
         415: "unsupported_media_type", 429: "too_many", 500: "server_error"}  # fmt: skip
SENTENCES = {
    400: "请求的内容无法读取，请检查后重试。",
    401: "请先登录。",
    403: "您没有进行这一步的权限。",
    404: "没有找到您要的内容，请核对地址。",
    405: "此地址不支持这种操作。",
    415: "请用 JSON 格式提交。",
    429: "操作过于频繁，请稍后再试。",
}


def problem(refusal: Refusal) -> dict[str, Any]:
    """The problem document of a refusal."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(refusal.status, "请求有误"),
        "status": refusal.status,
        "detail": refusal.sentence,
        "code": refusal.code,
        **refusal.extra,
    }
    if refusal.errors:
        body["errors"] = refusal.errors
    return body


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every error of the API leaves as problem+json."""
    if isinstance(error, Refusal):
        return _response(
            error.status, problem(error), {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    response = drf_exception_handler(error, context)
    if response is None:
        return None
    code = response.status_code
    detail = SENTENCES.get(code, "请求无法处理，请稍后重试。")
    if isinstance(error, exceptions.AuthenticationFailed):
        detail = str(error.detail)
    body: dict[str, Any] = {"type": "about:blank", "title": TITLES.get(code, "请求有误"), "status": code,
                            "detail": detail, "code": CODES.get(code, "bad_input")}  # fmt: skip
    if isinstance(error, exceptions.ValidationError):
        code = status.HTTP_422_UNPROCESSABLE_ENTITY
        body.update(
            title=TITLES[422], status=code, code="invalid", detail="提交的内容有误，请按提示修改后重试。",
            errors=_field_errors(error.detail),
        )  # fmt: skip
    headers = {key: response[key] for key in ("WWW-Authenticate", "Retry-After", "Allow") if key in response}
    return _response(code, body, headers)


def _field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [
            row for key, value in detail.items() for row in _field_errors(value, f"{path}.{key}".strip("."))
        ]
    if isinstance(detail, list) and any(isinstance(value, dict | list) for value in detail):
        return [row for index, value in enumerate(detail) for row in _field_errors(value, f"{path}[{index}]")]
    values = detail if isinstance(detail, list) else [detail]
    return [
        {"field": path, "code": getattr(value, "code", "invalid"), "message": str(value)} for value in values
    ]


def _response(code: int, body: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(body, status=code, headers=headers, content_type="application/problem+json")
