"""Celery tasks: id in, load, one service."""

from celery import shared_task

from certificates import services


@shared_task(name="certificates.print_certificate", soft_time_limit=25, time_limit=35)
def print_certificate(document_id: int) -> None:
    """Print one certificate. The database row decides; delivering this twice is harmless."""
    services.print_document(document_id)
