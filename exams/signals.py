"""News that travels up the house. The sweep is the safety net of every receiver."""

from django.dispatch import Signal

# attempts; sent inside the transaction of the hand-in.
attempts_submitted = Signal()
