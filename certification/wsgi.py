"""WSGI entry point (gunicorn certification.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certification.settings")
django = get_wsgi_application()

from certification.entry import Entry  # noqa: E402 - the rooms can be imported once Django is set up

application = Entry(django)
