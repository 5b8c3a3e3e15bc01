"""The front hall: settings, urls, the Celery application and the role home pages."""

from certification.celery import app as celery_app

__all__ = ["celery_app"]
