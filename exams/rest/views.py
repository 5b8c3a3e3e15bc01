"""The candidate API of the contract."""

import datetime as dt
import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from exams.delivery import clock, order, queries, receipts, saving, seen, services, timing, tokens
from exams.delivery.formcache import text_of_form
from exams.delivery.models import Attempt
from exams.enums import AttemptState
from exams.rest import serializers as shapes
from exams.rest.access import AUTHENTICATION, SeatHeld, caller
from lib.clock import database_now
from lib.refusals import Invalid, NotFound


def _status(attempt: Attempt, now: dt.datetime) -> dict[str, Any]:
    return {
        "head": attempt.head,
        "state": attempt.state,
        "server_time": now.isoformat(),
        "remaining_ms": clock.remaining_ms(attempt, now),
        "messages": queries.messages_of(attempt),
    }


def _named(attempt: Attempt, now: dt.datetime) -> dict[str, Any]:
    return {"id": str(attempt.uuid), "component": attempt.component, **_status(attempt, now)}


def _break_time(attempt: Attempt) -> dict[str, Any] | None:
    """What a candidate with break time may still take, until when a break lasts, and what is frozen."""
    if not attempt.registration.break_minutes:
        return None
    return {
        "seconds_left": timing.break_seconds_left(attempt),
        "until": attempt.paused_until and attempt.paused_until.isoformat(),
        "frozen": attempt.frozen,
    }


def _body(request: Request) -> dict[str, Any]:
    try:
        data = request.data
    except RecursionError:  # brackets without end
        raise ParseError from None
    return data if isinstance(data, dict) else {}


def _events(request: Request) -> Any:
    data = _body(request)
    if "events" not in data:
        raise Invalid(
            "请提交 events 列表。",
            errors=[{"field": "events", "code": "required", "message": "缺少 events。"}],
        )
    return data["events"]


class MyAttemptsView(APIView):
    """What a candidate has to sit, theory first."""

    @extend_schema(responses=shapes.AttemptSummary(many=True), operation_id="me_attempts")
    def get(self, request: Request) -> Response:
        assert isinstance(request.user, User)
        now = database_now()
        return Response(
            [queries.summary(attempt, now) for attempt in queries.attempts_of_user(request.user.pk)]
        )


class AttemptView(APIView):
    """State, time and messages of one attempt."""

    authentication_classes = AUTHENTICATION

    @extend_schema(responses=shapes.AttemptStatus, operation_id="attempt_status")
    def get(self, request: Request, attempt_uuid: UUID) -> Response:
        who = caller(request, attempt_uuid)
        attempt = queries.with_clock(Attempt.objects.filter(pk=who.attempt_id)).get()
        if isinstance(request.auth, SeatHeld):
            saving.refuse_lost_seat(
                attempt, who.device
            )  # before the sign of life: an idle page is none of the seat's
        now = database_now()
        services.seen(attempt_id=attempt.pk, at=now)
        return Response(_named(attempt, now))


class StartView(APIView):
    """Start or go on: the form without keys, a token bound to attempt and seat, and what the server holds."""

    authentication_classes = AUTHENTICATION

    @extend_schema(request=shapes.StartRequest, responses=shapes.StartAnswer, operation_id="attempt_start")
    def post(self, request: Request, attempt_uuid: UUID) -> HttpResponse:
        form = shapes.StartRequest(data=request.data if isinstance(request.data, dict) else {})
        form.is_valid(raise_exception=True)
        who = caller(request, attempt_uuid, tab=form.validated_data["tab"])
        attempt, now = services.start(
            attempt_id=who.attempt_id,
            device=who.device,
            take_over=form.validated_data["take_over"],
            by=who.user,
        )
        paused = attempt.paused_at is not None
        answer = json.dumps(
            {
                "attempt": str(attempt.uuid),
                "token": tokens.issue(str(attempt.uuid), attempt.device, attempt.form_id),
                **_status(attempt, now),
                "break_time": _break_time(attempt),
                "responses": queries.held_responses(attempt),
            },
            ensure_ascii=False,
        )
        # The form is the same for all who sit it: its text is at hand. A paused attempt hides it; the page asks again.
        sections = "[]" if paused else text_of_form(attempt.form_id)[0]
        return HttpResponse(
            f'{answer[:-1]},"order":{order.text_of(attempt)},"sections":{sections}}}',
            content_type="application/json",
        )


class ResponsesView(APIView):
    """Save a batch of events; durable before it answers."""

    authentication_classes = AUTHENTICATION

    @extend_schema(request=shapes.EventsRequest, responses=shapes.SaveAnswer, operation_id="attempt_save")
    def post(self, request: Request, attempt_uuid: UUID) -> HttpResponse:
        who = caller(request, attempt_uuid)
        answer = saving.save_responses(
            attempt_id=who.attempt_id, raw_events=_events(request), device=who.device
        )
        return HttpResponse(answer, content_type="application/json")


class SubmitView(APIView):
    """Hand in: all or nothing, idempotent; answers with the receipt."""

    authentication_classes = AUTHENTICATION

    @extend_schema(request=shapes.EventsRequest, responses=shapes.SubmitAnswer, operation_id="attempt_submit")
    def post(self, request: Request, attempt_uuid: UUID) -> Response:
        who = caller(request, attempt_uuid)
        attempt, receipt = services.submit(
            attempt_id=who.attempt_id, raw_events=_events(request), device=who.device, by=who.user
        )
        return Response(queries.hand_in_answer(attempt, receipt))


class SeenView(APIView):
    """Note what was shown to a candidate with break time: after a break it is frozen."""

    authentication_classes = AUTHENTICATION

    @extend_schema(request=shapes.SeenRequest, responses=shapes.SeenRequest, operation_id="attempt_seen")
    def post(self, request: Request, attempt_uuid: UUID) -> Response:
        who = caller(request, attempt_uuid)
        attempt = Attempt.objects.select_related("registration").get(pk=who.attempt_id)
        saving.refuse_lost_seat(attempt, who.device)
        slots = seen.known_slots(attempt.form_id, _body(request).get("slots"))
        if attempt.registration.break_minutes and attempt.state == AttemptState.IN_PROGRESS:
            seen.note(attempt_id=attempt.pk, slots=slots, at=database_now())
        return Response({"slots": slots})


class BreakView(APIView):
    """休息: the clock stands still, the last answers are saved, what was seen is frozen."""

    authentication_classes = AUTHENTICATION

    @extend_schema(request=shapes.BreakRequest, responses=shapes.BreakAnswer, operation_id="attempt_break")
    def post(self, request: Request, attempt_uuid: UUID) -> Response:
        who = caller(request, attempt_uuid)
        attempt = timing.take_break(
            attempt_id=who.attempt_id, raw_events=_events(request), slots=_body(request).get("slots", []),
            device=who.device, by=who.user,
        )  # fmt: skip
        return Response({**_named(attempt, attempt.read_at), "break_time": _break_time(attempt)})


class EndBreakView(APIView):
    """Back from a break."""

    authentication_classes = AUTHENTICATION

    @extend_schema(request=None, responses=shapes.BreakAnswer, operation_id="attempt_end_break")
    def post(self, request: Request, attempt_uuid: UUID) -> Response:
        who = caller(request, attempt_uuid)
        attempt = timing.end_break(attempt_id=who.attempt_id, device=who.device, by=who.user)
        return Response({**_named(attempt, attempt.read_at), "break_time": _break_time(attempt)})


class UploadsView(APIView):
    """Files for upload items; no item of today takes any."""

    authentication_classes = AUTHENTICATION

    @extend_schema(request=None, responses={409: shapes.Shape}, operation_id="attempt_upload")
    def post(self, request: Request, attempt_uuid: UUID) -> Response:
        caller(request, attempt_uuid)
        raise NotFound("这份试卷没有需要上传文件的试题。")


@require_safe
def receipt_keys(request: HttpRequest) -> JsonResponse:
    """/.well-known/exam-receipt-keys: the public keys that verify receipts."""
    response = JsonResponse(receipts.public_keys(), content_type="application/jwk-set+json")
    response["Cache-Control"] = "public, max-age=300"
    return response
