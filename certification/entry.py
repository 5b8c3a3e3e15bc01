"""The WSGI entry: saves with an attempt token are answered here, everything else by Django.

A room of candidates saves far more often than it does anything else, and Django's middleware, DRF and their look-ups
cost ten times what the save itself costs (docs/decisions/0006). Only the plain good case is answered here; whatever is
odd, faulty or refused goes on to Django with its body unread, so that there is one place that says no.
"""

import io
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from exams.delivery import saving, tokens

logger = logging.getLogger("certification.entry")

PREFIX, SUFFIX = "/api/v1/attempts/", "/responses/"
# What the view of the ordinary way says of itself.
VIEW_HEADERS = [("Content-Type", "application/json"), ("Allow", "POST, OPTIONS")]
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Entry:
    """A WSGI application around Django's."""

    def __init__(self, django: WsgiApplication) -> None:
        self.django = django
        self.headers = VIEW_HEADERS + security_headers()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seat = _seat(environ)
        if seat is None:
            return self.django(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        answer = _save(seat, body)
        if answer is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return self.django(environ, start_response)
        data = answer.encode()
        start_response("200 OK", [*self.headers, ("Content-Length", str(len(data)))])
        return [data]


def security_headers() -> list[tuple[str, str]]:
    """What Django's own middleware adds to every answer, asked of that middleware itself."""
    request, response = HttpRequest(), HttpResponse()
    request.META["wsgi.url_scheme"] = "https" if settings.SECURE else "http"
    del response["Content-Type"]
    for middleware in (SecurityMiddleware, CSPMiddleware, XFrameOptionsMiddleware):
        middleware(lambda _request: response)(request)
    return list(response.items())


def _seat(environ: dict[str, Any]) -> tokens.Seat | None:
    """The seat that calls, when this is a save with an attempt token of the attempt in the address."""
    path = environ.get("PATH_INFO", "")
    if not (
        path.startswith(PREFIX)
        and path.endswith(SUFFIX)
        and environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == "application/json"
        and environ.get("CONTENT_LENGTH", "").isdecimal()
        # Read into memory here; a body beyond what a page ever sends is none of the plain good cases.
        and int(environ["CONTENT_LENGTH"]) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    ):
        return None
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not _is_our_host(environ):
        return None
    seat = tokens.read(token.strip())
    return seat if seat and path == f"{PREFIX}{seat.attempt}{SUFFIX}" else None


def _is_our_host(environ: dict[str, Any]) -> bool:
    if settings.ALLOWED_HOSTS == ["*"]:
        return True
    return validate_host(split_domain_port(environ.get("HTTP_HOST", ""))[0], settings.ALLOWED_HOSTS)


def _save(seat: tokens.Seat, body: bytes) -> str | None:
    try:
        sent = json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict) or "events" not in sent:
        return None
    try:
        return saving.save_from_seat(seat, sent["events"])
    except Error:
        # A form is read once per process on this thread's connection, which may have died since. Django looks after
        # its connections at the start of a request; what was stored already has the same acks again.
        logger.warning("a save goes the ordinary way", exc_info=True)
        return None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
