from typing import Any

from django.apps import AppConfig


class GradingConfig(AppConfig):
    name = "grading"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "评分"

    def ready(self) -> None:
        from exams.signals import attempt_submitted

        attempt_submitted.connect(_open_runs, dispatch_uid="grading.open_runs")


def _open_runs(attempt_id: int, **_: Any) -> None:
    from grading.services import open_runs

    open_runs(attempt_id)
