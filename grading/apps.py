from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from exams.models import Attempt


class GradingConfig(AppConfig):
    name = "grading"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "评分"

    def ready(self) -> None:
        from exams.signals import attempts_submitted

        attempts_submitted.connect(_open_runs, dispatch_uid="grading.open_runs")


def _open_runs(attempts: Sequence["Attempt"], **_: Any) -> None:
    from grading.services import open_runs

    open_runs([(attempt, attempt.head) for attempt in attempts])
