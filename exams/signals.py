"""News that travels up the house. The sweep is the safety net of every receiver."""

from django.dispatch import Signal

# attempt_id; sent inside the transaction of the hand-in.
attempt_submitted = Signal()
