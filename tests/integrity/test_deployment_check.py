"""The deployment check refuses what would lose answers, and lets a real site pass."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from certification.deploycheck import durability

pytestmark = pytest.mark.django_db
REAL = {
    "SECURE": True, "PUBLIC_URL": "https://exam.example.cn", "ALLOWED_HOSTS": ["exam.example.cn"],
    "IDENTITY_KEY": "i" * 60, "SECRET_KEY": "s8d7f6g5h4j3k2l1" * 4, "CHECKPOINT_DIR": Path("/elsewhere"),
    "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SECURE_HSTS_SECONDS": 31536000,
}  # fmt: skip


def check():
    call_command(
        "check",
        deploy=True,
        databases=["default"],
        fail_level="WARNING",
        stdout=io.StringIO(),
        stderr=io.StringIO(),
    )


def test_a_real_site_passes(settings, monkeypatch):
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # of the browser tests in this process
    for name, value in REAL.items():
        setattr(settings, name, value)
    check()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECURE", False, "明文 HTTP"),
        ("PUBLIC_URL", "http://exam.example.cn", "不是 https 开头"),
        ("ALLOWED_HOSTS", ["*"], "任何主机名"),
        ("IDENTITY_KEY", REAL["SECRET_KEY"], "与 SECRET_KEY 相同"),
    ],
)
def test_what_is_missing_is_refused_in_one_sentence(settings, name, value, words):
    for one, good in (REAL | {name: value}).items():
        setattr(settings, one, good)
    with pytest.raises(SystemCheckError, match=words):
        check()


def test_a_database_that_acknowledges_too_early_is_refused():
    assert durability(databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert [one.id for one in durability(databases=["default"])] == ["certification.E005"]
