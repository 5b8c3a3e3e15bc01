"""The WSGI entry: saves, hand-ins and status calls with an attempt token are answered here, everything else by Django.

A room of candidates saves and asks for its time far more often than it does anything else, and hands in all at once; Django's middleware, DRF
and their look-ups cost ten times what a save costs (docs/decisions/0006). Only the plain good case is answered here;
whatever is odd, faulty or refused goes on to Django with its body unread, so that there is one place that says no.
"""

import io
import json
import logging
from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from exams.delivery import queries, saving, services, tokens
from exams.delivery.formcache import component_of_form
from lib.refusals import Refusal

logger = logging.getLogger("certification.entry")

PREFIX = "/api/v1/attempts/"
# What the views of the ordinary way say of themselves.
CONTENT = ("Content-Type", "application/json")
ALLOW = {"POST": ("Allow", "POST, OPTIONS"), "GET": ("Allow", "GET, HEAD, OPTIONS")}
# Hand-ins that work at the same time in one process. More of them would not be done sooner: they take turns at the
# processor and in the session's trail, and the longer each holds its place there, the longer all take.
AT_ONCE = BoundedSemaphore(4)
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Entry:
    """A WSGI application around Django's."""

    def __init__(self, django: WsgiApplication) -> None:
        self.django = django
        self.headers = [CONTENT, *security_headers()]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer_to, seat = _asked(environ)
        if seat is None:
            return self.django(environ, start_response)
        method = environ["REQUEST_METHOD"]
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])) if method == "POST" else b""
        answer = _good(answer_to, seat, body)
        if answer is None:
            if method == "POST":
                environ["wsgi.input"] = io.BytesIO(body)
            return self.django(environ, start_response)
        data = answer.encode()
        headers = [*self.headers, ALLOW[method], ("Content-Length", str(len(data)))]
        start_response("200 OK", headers)
        return [data]


def security_headers() -> list[tuple[str, str]]:
    """What Django's own middleware adds to every answer, asked of that middleware itself."""
    request, response = HttpRequest(), HttpResponse()
    request.META["wsgi.url_scheme"] = "https" if settings.SECURE else "http"
    del response["Content-Type"]
    for middleware in (SecurityMiddleware, CSPMiddleware, XFrameOptionsMiddleware):
        middleware(lambda _request: response)(request)
    return list(response.items())


def _hand_in(seat: tokens.Seat, raw_events: Any) -> str | None:
    close_old_connections()  # as Django does before a request
    holder = tokens.holder_of(seat)
    if holder is None:
        return None
    by, attempt_id = holder
    try:
        with AT_ONCE:
            done = services.submit(attempt_id=attempt_id, raw_events=raw_events, device=seat.device, by=by)
    except Refusal:
        return None  # nothing was stored; asked again, the ordinary way refuses with a sentence
    return json.dumps(queries.hand_in_answer(*done), ensure_ascii=False)


def _status(seat: tokens.Seat) -> str | None:
    """An empty save is a sign of life and says all a status call does but what the attempt is."""
    answer = saving.save_from_seat(seat, [])
    if answer is None:
        return None
    known = json.dumps({"id": seat.attempt, "component": component_of_form(seat.form)})
    return f"{known[:-1]}, {answer[len(NO_ACKS) :]}" if answer.startswith(NO_ACKS) else None


NO_ACKS = '{"acks":[],'
STATUS = "status"
# By the last part of the address; None from one of these means: the ordinary way.
ANSWERS: dict[str, Callable[[tokens.Seat, Any], str | None]] = {
    "responses": saving.save_from_seat,
    "submit": _hand_in,
}


def _asked(environ: dict[str, Any]) -> tuple[str, tokens.Seat | None]:
    """(what is asked for, the seat that asks), when it is one of the answers given here, asked with an attempt token of
    the attempt in the address."""
    path = environ.get("PATH_INFO", "")
    if not path.startswith(PREFIX):
        return "", None
    what = path[len(PREFIX) :].partition("/")[2].removesuffix("/")
    if environ["REQUEST_METHOD"] == "GET" and what == "":
        tail, what = "", STATUS
    elif (
        what in ANSWERS
        and environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == "application/json"
        and environ.get("CONTENT_LENGTH", "").isdecimal()
        # Read into memory here; a body beyond what a page ever sends is none of the plain good cases.
        and int(environ["CONTENT_LENGTH"]) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    ):
        tail = f"{what}/"
    else:
        return "", None
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not _is_our_host(environ):
        return "", None
    seat = tokens.read(token.strip())
    return what, seat if seat and path == f"{PREFIX}{seat.attempt}/{tail}" else None


def _is_our_host(environ: dict[str, Any]) -> bool:
    if settings.ALLOWED_HOSTS == ["*"]:
        return True
    return validate_host(split_domain_port(environ.get("HTTP_HOST", ""))[0], settings.ALLOWED_HOSTS)


def _good(what: str, seat: tokens.Seat, body: bytes) -> str | None:
    """The answer to a good request, or None."""
    if what == STATUS:
        return _tried(what, lambda: _status(seat))
    try:
        sent = json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict) or "events" not in sent:
        return None
    return _tried(what, lambda: ANSWERS[what](seat, sent["events"]))


def _tried(what: str, answer: Callable[[], str | None]) -> str | None:
    try:
        return answer()
    except Exception:
        # A connection that died, above all. Django looks after its connections at the start of a request, and answers
        # whatever else this may be; what was stored already has the same acks and the same receipt again.
        logger.warning("%s: the ordinary way answers", what, exc_info=True)
        return None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
