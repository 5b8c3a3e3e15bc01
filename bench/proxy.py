"""nginx in front of a product, with the settings of deploy/nginx.conf but for TLS and addresses."""

import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.product.running import CHECKOUT, free_port

# What differs on one machine without certificates: (line of deploy/nginx.conf, its stand-in).
SECURE_ONLY = [
    ("  server { listen 80; return 301 https://$host$request_uri; }\n", ""),
    ("    listen 443 ssl;\n    http2 on;\n", "    listen 127.0.0.1:{port};\n"),
    ("    ssl_certificate tls/server.crt;\n", ""),
    ("    ssl_certificate_key tls/server.key;\n", ""),
    ("    ssl_protocols TLSv1.2 TLSv1.3;\n", ""),
    ("X-Forwarded-Proto https;", "X-Forwarded-Proto http;"),
    ("server web:8000;", "server 127.0.0.1:{web};"),
    ("include mime.types;", "include /etc/nginx/mime.types; access_log off;"),
]


@dataclass(frozen=True)
class Proxy:
    port: int
    pid: int


@contextmanager
def nginx(web_port: int, folder: Path) -> Iterator[Proxy]:
    """Start nginx before the product on ``web_port``; ``folder`` takes its configuration and temporary files."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        raise SystemExit("nginx is not installed: apt-get install nginx-light, or measure without --nginx.")
    port = free_port()
    text = (CHECKOUT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for line, instead in SECURE_ONLY:
        assert line in text, f"deploy/nginx.conf changed: {line!r}"
        text = text.replace(line, instead.format(port=port, web=web_port))
    folder.mkdir(parents=True)
    # It may start as root and give its workers to another user, who needs a way to the temporary files.
    folder.chmod(0o755)
    config = folder / "nginx.conf"
    head = f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
    config.write_text(head + text, encoding="utf-8")
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(config)])
    try:
        _wait(port)
        yield Proxy(port, process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise RuntimeError("nginx does not answer")
