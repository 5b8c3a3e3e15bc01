"""News of the grading room: a result was released. certificates listens; its sweep is the safety net."""

from django.dispatch import Signal

# result_id; sent inside the transaction of the release.
result_released = Signal()
