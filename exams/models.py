"""The exams room's models: assembly (what is sat), scheduling (who sits when), delivery (the sitting), machines (试机)."""

from exams.assembly.models import Blueprint, BlueprintCell, Form, FormItem
from exams.delivery.models import (
    Attempt,
    AttemptMessage,
    Break,
    ConnectionGap,
    ItemOrder,
    LateDecision,
    Receipt,
    RescueUpload,
    Response,
    ResponseEvent,
    SeenSlot,
    TimeGrant,
)
from exams.machines.models import MachineCheck
from exams.scheduling.models import (
    Batch,
    Registration,
    Room,
    Scheme,
    SchemeComponent,
    Session,
    SessionForm,
    SessionProctor,
    Site,
)

__all__ = [
    "Attempt", "AttemptMessage", "Batch", "Blueprint", "BlueprintCell", "Break", "ConnectionGap", "Form", "FormItem", "ItemOrder", "LateDecision", "MachineCheck", "Receipt", "Registration", "RescueUpload",
    "Response", "ResponseEvent", "Room", "Scheme", "SchemeComponent", "SeenSlot", "Session", "SessionForm", "SessionProctor",
    "Site", "TimeGrant",
]  # fmt: skip
