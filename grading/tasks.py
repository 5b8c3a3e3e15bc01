"""Celery tasks: id in, load, one service."""

from celery import shared_task

from grading import services


@shared_task(name="grading.score_run", soft_time_limit=20, time_limit=30)
def score_run(run_id: int) -> None:
    """Score one run. The database row decides; delivering this twice is harmless.

    A scorer takes milliseconds: whoever runs into the limits loops, and is told so three times before a person looks.
    """
    services.execute(run_id)
