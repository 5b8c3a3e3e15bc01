"""Celery tasks: id in, load, one service."""

from celery import shared_task

from grading import services


@shared_task(name="grading.score_run", soft_time_limit=45, time_limit=55)
def score_run(run_id: int) -> None:
    """Score one run. The database row decides; delivering this twice is harmless."""
    services.execute(run_id)
