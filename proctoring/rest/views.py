"""The proctor's part of the contract: acts and console."""

import datetime as dt
import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from exams.enums import AttemptState
from exams.models import Session
from exams.scheduling import services as scheduling
from exams.scheduling.queries import session_for
from proctoring import compensation, policies, services, snapshot


class ActRequest(serializers.Serializer[dict[str, Any]]):
    attempts = serializers.JSONField(help_text='ids, "all" or {"room": id}')
    seconds = serializers.IntegerField(required=False)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    request = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="names one click: repeated, it grants once"
    )


class ActRow(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    remaining_ms = serializers.IntegerField()


class ActAnswer(serializers.Serializer[dict[str, Any]]):
    attempts = ActRow(many=True)


class ConsoleAnswer(serializers.Serializer[dict[str, Any]]):
    session = serializers.JSONField()
    at = serializers.DateTimeField()
    whole = serializers.BooleanField()
    outages = serializers.ListField(child=serializers.JSONField())
    attempts = serializers.ListField(child=serializers.JSONField())


class ActView(APIView):
    """One act on one, several or all candidates, with a reason; all or nothing."""

    act = ""

    def post(self, request: Request, session_uuid: UUID) -> Response:
        assert isinstance(request.user, User)
        session = session_for(request.user, session_uuid)
        policies.check_steer(request.user, session, [])
        form = ActRequest(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        rows = services.act(
            session=session, name=self.act, target=data["attempts"], by=request.user,
            seconds=data.get("seconds"), text=data["text"], reason=data["reason"],
            request=data["request"],
        )  # fmt: skip
        return Response({"attempts": rows})


def act_view(act: str) -> type[ActView]:
    """A view class per act, so that each has its own entry in the schema."""

    class View(ActView):
        @extend_schema(request=ActRequest, responses=ActAnswer, operation_id=f"session_{act}")
        def post(self, request: Request, session_uuid: UUID) -> Response:
            return super().post(request, session_uuid)

    View.act = act
    View.__name__ = f"{act.title()}View"
    View.__doc__ = ActView.__doc__
    return View


class OutageAnswer(serializers.Serializer[dict[str, Any]]):
    proposal = serializers.CharField(max_length=20_000, help_text="key of an outage, as the console gives it")
    accept = serializers.BooleanField(help_text="grant exactly what was lost, or nothing")


class OutageDone(serializers.Serializer[dict[str, Any]]):
    people = serializers.IntegerField()


class CompensationsView(APIView):
    """Make a lost connection good, or not: once, exactly what was lost, to exactly those who lost it."""

    @extend_schema(request=OutageAnswer, responses=OutageDone, operation_id="session_compensations")
    def post(self, request: Request, session_uuid: UUID) -> Response:
        assert isinstance(request.user, User)
        session = session_for(request.user, session_uuid)
        policies.check_steer(request.user, session, [])
        form = OutageAnswer(data=request.data)
        form.is_valid(raise_exception=True)
        people = compensation.answer(
            session=session, key=form.validated_data["proposal"], accept=form.validated_data["accept"],
            by=request.user,
        )  # fmt: skip
        return Response({"people": people})


class EntryRequest(serializers.Serializer[dict[str, Any]]):
    act = serializers.ChoiceField(choices=["close", "code", "no_code"])
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class EntryDone(serializers.Serializer[dict[str, Any]]):
    entry_code = serializers.CharField(allow_blank=True)
    entry_closed_at = serializers.DateTimeField(allow_null=True)


class EntryView(APIView):
    """停止入场 and 考场口令 of a session; whoever looks after all rooms."""

    @extend_schema(request=EntryRequest, responses=EntryDone, operation_id="session_entry")
    def post(self, request: Request, session_uuid: UUID) -> Response:
        assert isinstance(request.user, User)
        session = session_for(request.user, session_uuid)
        policies.check_steer_session(request.user, session)
        form = EntryRequest(data=request.data)
        form.is_valid(raise_exception=True)
        if form.validated_data["act"] == "close":
            session = scheduling.close_entry(
                session_id=session.pk, reason=form.validated_data["reason"], by=request.user
            )
        else:
            wanted = form.validated_data["act"] == "code"
            session = scheduling.set_entry_code(session_id=session.pk, wanted=wanted, by=request.user)
        return Response({"entry_code": session.entry_code, "entry_closed_at": session.entry_closed_at})


class _Known:
    """Who was allowed to look a moment ago, by what the call was signed in with: a page asks every second."""

    SECONDS = 5.0
    MOST = 2_000

    def __init__(self) -> None:
        self.looks: dict[tuple[str, UUID], tuple[float, Session, set[int] | None]] = {}

    def get(self, key: tuple[str, UUID]) -> tuple[Session, set[int] | None] | None:
        found = self.looks.get(key)
        return found[1:] if found and time.monotonic() - found[0] < self.SECONDS else None

    def keep(self, key: tuple[str, UUID], session: Session, rooms: set[int] | None) -> None:
        if len(self.looks) >= self.MOST:
            self.looks.clear()
        self.looks[key] = (time.monotonic(), session, rooms)


class ConsoleView(APIView):
    """What the console shows, with ETag: an unchanged console is answered with 304.

    ``?since=`` with the ``at`` of an answer gives what has changed since. Rights are looked up every five seconds.
    """

    known = _Known()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.known.get(self._key(request, kwargs["session_uuid"]))
        if found is None or request.method != "GET":
            return super().dispatch(request, *args, **kwargs)
        return self._answer(request, *found)

    @extend_schema(
        parameters=[OpenApiParameter("since", str, description="the `at` of an earlier answer")],
        responses=ConsoleAnswer, operation_id="session_console",
    )  # fmt: skip
    def get(self, request: Request, session_uuid: UUID) -> HttpResponse:
        session = session_for(request.user, session_uuid)
        policies.check_view(request.user, session)
        rooms = policies.rooms_of_duty(request.user, session)
        self.known.keep(self._key(request, session_uuid), session, rooms)
        return self._answer(request, session, rooms)

    @staticmethod
    def _key(request: HttpRequest | Request, session_uuid: UUID) -> tuple[str, UUID]:
        cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        return f"{request.META.get('HTTP_AUTHORIZATION', '')}|{cookie}", session_uuid

    @staticmethod
    def _answer(request: HttpRequest | Request, session: Session, rooms: set[int] | None) -> HttpResponse:
        reading = snapshot.reading_of(session.pk)
        since = (
            parse_datetime(request.GET.get("since", "").replace(" ", "+")) if "since" in request.GET else None
        )
        if since is not None and since.tzinfo is None:
            since = None
        headers = {
            "X-Server-Time": (reading.at + dt.timedelta(seconds=time.monotonic() - reading.made)).isoformat(),
            "Cache-Control": "private, no-cache",
        }
        if since is None:
            headers["ETag"] = reading.etag(rooms)
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return HttpResponse(status=304, headers=headers)
        return HttpResponse(
            reading.text(session, rooms, since), content_type="application/json", headers=headers
        )
