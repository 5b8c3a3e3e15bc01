"""News that travels up the house. The sweep is the safety net of every receiver."""

from django.dispatch import Signal

# attempts and their receipts, in the same order; sent inside the transaction of the hand-in.
attempts_submitted = Signal()

# candidate; sent before a registration is made. A receiver that knows why it must not be refuses.
candidate_registering = Signal()

# attempt and by; sent inside the transaction that opened a handed-in attempt again or voided one. A receiver that cannot
# have that any more refuses.
attempt_withdrawn = Signal()

# attempt and its new receipt; sent inside the transaction that took late answers into what was handed in. A receiver that
# cannot have that any more refuses (lib.refusals).
attempt_amended = Signal()
