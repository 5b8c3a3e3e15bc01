"""The proctor's part of the contract: acts and console."""

import hashlib
import json
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from exams.enums import AttemptState
from exams.scheduling.queries import session_for
from lib.clock import database_now
from proctoring import policies, queries, services


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


class ConsoleView(APIView):
    """What the console shows, with ETag: an unchanged console is answered with 304."""

    @extend_schema(responses=ConsoleAnswer, operation_id="session_console")
    def get(self, request: Request, session_uuid: UUID) -> Response:
        session = session_for(request.user, session_uuid)
        policies.check_view(request.user, session)
        body = queries.console(session, database_now(), policies.rooms_of_duty(request.user, session))
        etag = '"' + hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32] + '"'
        now = {
            "X-Server-Time": database_now().isoformat(),
            "ETag": etag,
            "Cache-Control": "private, no-cache",
        }
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers=now)
        return Response(body, headers=now)
