"""Shared fixtures. Tests run on a real PostgreSQL and a real Valkey of their own, beside any demo that runs."""

import os
import threading

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from itembank.practical import kind
from tests import scorers
from tests.chromium import chromium

# How long an example takes says how busy the machine is; speed is measured in bench/.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files():
    """Pages under test name static files as they lie in the checkout; nothing is collected."""
    from django.conf import settings

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _empty_cache():
    """Throttles count in the shared cache: each test starts with none."""
    cache.clear()


@pytest.fixture
def install_scorer(monkeypatch):
    """``install_scorer(version, score)``: a release of the program with a newer scorer of the in-basket, until the end of
    the test."""
    with monkeypatch.context() as patched:
        yield lambda version, score, **more: scorers.install(patched, version, score, **more)
    kind.cache_clear()


@pytest.fixture(autouse=True)
def _checkpoints_of_its_own(settings, tmp_path):
    """Checkpoints outlive the database they tell of; a test's database does not."""
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


@pytest.fixture(autouse=True)
def _a_console_that_reads_each_time(settings):
    """Tests change facts and look at once; that a reading is shared for a moment is tested where it matters."""
    settings.CONSOLE_SNAPSHOT_SECONDS = 0


@pytest.fixture
def live_server(transactional_db, live_server):
    """The server, and after the test the end of every request that still ran: the database is emptied next, and a
    request in the middle of its statements would deadlock with that."""
    yield live_server
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(30)
            assert not thread.is_alive(), "a request still runs after its page was closed"


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium."""
    # Playwright keeps an event loop in this thread; Django would take our ORM calls for calls from async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as found:
        yield found
