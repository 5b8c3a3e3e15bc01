from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from accounts.models import User
    from exams.models import Attempt, Receipt


class GradingConfig(AppConfig):
    name = "grading"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "评分"

    def ready(self) -> None:
        from exams.signals import attempt_amended, attempt_withdrawn, attempts_submitted

        attempts_submitted.connect(_open_runs, dispatch_uid="grading.open_runs")
        attempt_withdrawn.connect(_take_back, dispatch_uid="grading.take_back")
        attempt_amended.connect(_score_again, dispatch_uid="grading.score_again")


def _open_runs(attempts: Sequence["Attempt"], receipts: Sequence["Receipt"], **_: Any) -> None:
    from exams.queries import root_of
    from grading.services import open_runs

    open_runs([(attempt, root_of(receipt)) for attempt, receipt in zip(attempts, receipts, strict=True)])


def _take_back(attempt: "Attempt", by: "User", **_: Any) -> None:
    from grading.services import take_back

    take_back(registration_id=attempt.registration_id, by=by, what="改变这名考生的答题")


def _score_again(attempt: "Attempt", receipt: "Receipt", by: "User", **_: Any) -> None:
    from exams.queries import root_of
    from grading.services import score_again

    score_again(attempt=attempt, root=root_of(receipt), by=by)
