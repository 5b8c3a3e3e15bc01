"""Shapes of the candidate API, for the schema. Checking of events is delivery's: it names every faulty key."""

from rest_framework import serializers

from exams.enums import AttemptState, Component, EventState, SessionState
from lib.shapes import Shape


class SessionShape(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=SessionState.choices)


class AttemptSummary(Shape):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    component = serializers.ChoiceField(choices=Component.choices)
    session = SessionShape()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    remaining_ms = serializers.IntegerField()


class StartRequest(Shape):
    take_over = serializers.BooleanField(required=False, default=False)
    tab = serializers.CharField(required=False, default="", max_length=40, allow_blank=True)


class ChoiceShape(Shape):
    id = serializers.CharField()
    text = serializers.CharField()


class ItemShape(Shape):
    slot = serializers.CharField()
    interaction = serializers.CharField()
    stimulus = serializers.CharField()
    prompt = serializers.JSONField()
    choices = ChoiceShape(many=True)
    max_score = serializers.FloatField()
    title = serializers.CharField(required=False)
    minutes = serializers.IntegerField(required=False)
    task = serializers.JSONField(required=False)


class SectionShape(Shape):
    title = serializers.CharField()
    items = ItemShape(many=True)


class MessageShape(Shape):
    id = serializers.UUIDField()
    text = serializers.CharField()
    sent_at = serializers.DateTimeField()


class BreakShape(Shape):
    seconds_left = serializers.IntegerField()
    until = serializers.DateTimeField(allow_null=True)
    frozen = serializers.ListField(child=serializers.CharField())


class OrderShape(Shape):
    items = serializers.ListField(child=serializers.CharField())
    choices = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class StartAnswer(Shape):
    attempt = serializers.UUIDField()
    token = serializers.CharField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    head = serializers.CharField()
    server_time = serializers.DateTimeField()
    remaining_ms = serializers.IntegerField()
    # Candidates with break time only.
    break_time = BreakShape(allow_null=True)
    # In which order this candidate is shown items and choices; null: as in the sections.
    order = OrderShape(allow_null=True)
    sections = SectionShape(many=True)
    responses = serializers.DictField(child=serializers.JSONField())
    messages = MessageShape(many=True)


class EventShape(Shape):
    key = serializers.UUIDField()
    slot = serializers.CharField()
    rev = serializers.IntegerField()
    response = serializers.JSONField()


class EventsRequest(Shape):
    events = EventShape(many=True)


class SeenRequest(Shape):
    slots = serializers.ListField(child=serializers.CharField())


class BreakRequest(EventsRequest):
    slots = serializers.ListField(child=serializers.CharField(), required=False)


class AckShape(Shape):
    key = serializers.UUIDField()
    seq = serializers.IntegerField()
    state = serializers.ChoiceField(choices=EventState.choices)
    current = serializers.JSONField(allow_null=True)


class SaveAnswer(Shape):
    acks = AckShape(many=True)
    head = serializers.CharField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    server_time = serializers.DateTimeField()
    remaining_ms = serializers.IntegerField()
    messages = MessageShape(many=True)


class AttemptStatus(Shape):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    component = serializers.ChoiceField(choices=Component.choices)
    head = serializers.CharField()
    server_time = serializers.DateTimeField()
    remaining_ms = serializers.IntegerField()
    messages = MessageShape(many=True)


class BreakAnswer(AttemptStatus):
    break_time = BreakShape(allow_null=True)


class SubmitAnswer(Shape):
    receipt = serializers.JSONField()
    signature = serializers.CharField()
    short_code = serializers.CharField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    messages = MessageShape(many=True)
