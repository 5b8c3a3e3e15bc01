"""News of the certificates room."""

from django.dispatch import Signal

# decision_id; sent inside the transaction of the decision.
decision_made = Signal()
