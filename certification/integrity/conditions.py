"""Under which conditions a candidate sat: breaks, and the order in which the items were shown."""

from audit.models import AuditEvent
from certification.integrity.trail import told_of
from exams.delivery import order
from exams.models import Break, Session


def breaks() -> str | None:
    """Every break is told by the trail with what it froze, and the other way round."""
    for one in Break.objects.select_related("attempt").order_by("pk").iterator():
        told = told_of(f"attempt:{one.attempt.uuid}")
        event = next(
            (event for event in told if event.action == "attempt.break" and event.at == one.began_at), None
        )
        if event is None or event.data != {"allowed": one.allowed_seconds, "slots": one.slots}:
            return f"break {one.pk} of attempt {one.attempt.uuid}"
    for event in AuditEvent.objects.filter(action="attempt.break").iterator():
        uuid, at = event.target.partition(":")[2], event.at
        if not Break.objects.filter(attempt__uuid=uuid, began_at=at).exists():
            return f"audit {event.stream} seq {event.seq}: its break is not there"
    return None


def orders() -> str | None:
    """The item orders of a session's candidates are those that were drawn when it was published."""
    for session in Session.objects.order_by("pk").iterator():
        told = [one for one in told_of(f"session:{session.uuid}") if one.action == "session.publish"]
        if told and told[0].data.get("orders", "") != order.digest(session.pk):
            return f"session {session.uuid}: item orders differ from those of its publication"
    return None
