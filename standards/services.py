from collections.abc import Callable
from standards.models import Standard
in_use_checks: list[Callable[[Standard], bool]] = []
