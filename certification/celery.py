"""The Celery application.

The database is the queue of record: a task is a row with a lease, the broker only rings the bell. Late
acknowledgement and prefetch 1 keep one dying worker from taking more than its own task with it.
"""

import os
import resource

from celery import Celery
from celery.signals import task_prerun, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certification.settings")

app = Celery("certification")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def _look_after_connections(**_: object) -> None:
    """Connections are kept from task to task (CELERY_DB_REUSE_MAX): one that died or is too old is replaced first."""
    from django.db import close_old_connections

    close_old_connections()


@worker_process_init.connect
def _bound_memory(**_: object) -> None:
    """A task that eats memory fails by itself (MemoryError) before it takes others with it."""
    from django.conf import settings

    limit = settings.WORKER_MEMORY_MB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
