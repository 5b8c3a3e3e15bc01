"""The Celery application.

The database is the queue of record: a task is a row with a lease, the broker only rings the bell. Late
acknowledgement and prefetch 1 keep one dying worker from taking more than its own task with it.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certification.settings")

app = Celery("certification")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
