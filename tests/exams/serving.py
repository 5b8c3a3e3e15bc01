"""The product's own web server (gunicorn, its entry, real threads) on the tests' database, and a plain HTTP client."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from exams.delivery import tokens
from exams.models import Attempt
from tests.product.running import CHECKOUT, free_port


@contextlib.contextmanager
def web_server() -> Iterator[int]:
    """A gunicorn with one worker, so that all saves meet in one lane; its port."""
    port = free_port()
    address = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(address._replace(path="/" + connection.settings_dict["NAME"])),
        "SECRET_KEY": settings.SECRET_KEY,
        "IDENTITY_KEY": settings.IDENTITY_KEY,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "certification.wsgi", "-b", f"127.0.0.1:{port}", "--worker-class", "gthread",
         "--threads", "16", "--graceful-timeout", "1", "--no-control-socket", "--log-level", "critical"],
        cwd=CHECKOUT, env=environment,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while True:
            try:
                call(port, "GET", "/healthz")
                break
            except OSError:
                assert time.monotonic() < end, "the web server does not answer"
                assert process.poll() is None, "the web server died"
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def call(
    port: int, method: str, path: str, body: Any = None, *, token: str = "", raw: bytes | None = None
) -> tuple[int, Any, dict[str, str]]:
    """(status, JSON, headers) of one call; ``raw`` is sent as it is."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    line.request(method, path, raw if raw is not None else json.dumps(body), headers)
    answer = line.getresponse()
    data = answer.read()
    line.close()
    return answer.status, json.loads(data) if data else None, dict(answer.getheaders())


class Seat:
    """A candidate at a started attempt, with its token."""

    def __init__(self, port: int, attempt: Attempt) -> None:
        self.port, self.attempt = port, attempt
        self.path = f"/api/v1/attempts/{attempt.uuid}/responses/"
        self.token = tokens.issue(str(attempt.uuid), attempt.device, attempt.form_id)

    def save(self, *events: dict[str, Any], token: str = "") -> tuple[int, Any, dict[str, str]]:
        return call(self.port, "POST", self.path, {"events": list(events)}, token=token or self.token)

    def saved(self, *events: dict[str, Any]) -> dict[str, Any]:
        """The answer of a save that must succeed."""
        status, answer, _ = self.save(*events)
        assert status == 200, answer
        return answer
