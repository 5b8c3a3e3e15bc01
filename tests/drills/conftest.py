"""How much of the attempt's state machine is run: little in `make test`, a thousand runs of fifty steps in `make drill`."""

from hypothesis import settings

settings.register_profile("drill", deadline=None, max_examples=1000, stateful_step_count=50)
