"""What a real site must have: ``manage.py check --deploy --database default --fail-level ERROR`` before it starts.

Browsers keep answers (IndexedDB under a WebCrypto key, service worker) in secure contexts only, so a site on plain HTTP
would break the promise that nothing is lost; a database that acknowledges before it has written breaks it too.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Remark
from django.db import connections

# PostgreSQL settings without which an acknowledged answer can be lost by a crash.
DURABLE = {
    "fsync": {"on"},
    "synchronous_commit": {"on", "remote_write", "remote_apply"},
    "full_page_writes": {"on"},
}


@register(Tags.security, deploy=True)
def site(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """HTTPS, host names and keys."""
    found: list[CheckMessage] = []
    if not settings.SECURE:
        found.append(
            Error(
                "网站用的是明文 HTTP：浏览器不允许在本机保存作答，断网时会丢失答案。",
                hint="在 HTTPS 后面运行，并设置 INSECURE_HTTP=0。",
                id="certification.E001",
            )
        )
    if not settings.PUBLIC_URL.startswith("https://"):
        found.append(
            Error(
                f"印在证书上的网址 {settings.PUBLIC_URL} 不是 https 开头。",
                hint="把 PUBLIC_URL 设为网站的正式网址。",
                id="certification.E002",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error("网站接受任何主机名。", hint="把 ALLOWED_HOSTS 设为网站的域名。", id="certification.E003")
        )
    if settings.IDENTITY_KEY == settings.SECRET_KEY:
        found.append(
            Error(
                "加密证件信息的 IDENTITY_KEY 与 SECRET_KEY 相同。",
                hint="为 IDENTITY_KEY 单独设置一个密钥，并随备份保管。",
                id="certification.E004",
            )
        )
    if settings.CHECKPOINT_DIR.is_relative_to(settings.DATA_DIR):
        found.append(
            Remark(
                "校验记录与数据在同一个目录，能改数据的人也能删掉它。",
                hint="把 CHECKPOINT_DIR 设到另一台机器的只追加目录，或定期复制过去。",
                id="certification.W001",
            )
        )
    return found


@register(Tags.database, deploy=True)
def durability(
    app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """The database writes before it acknowledges."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            for name, good in DURABLE.items():
                cursor.execute("SELECT current_setting(%s)", [name])
                value = cursor.fetchone()[0]
                if value not in good:
                    found.append(
                        Error(
                            f"数据库的 {name} 是 {value}：断电或崩溃会丢失已确认的作答。",
                            hint=f"在 PostgreSQL 的配置里改为 {name} = on。",
                            id="certification.E005",
                        )
                    )
    return found
