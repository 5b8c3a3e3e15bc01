"""Ports on 127.0.0.1."""

from __future__ import annotations

import random
import socket

# Below Linux' range for outgoing connections: a client that retries while the server is down could otherwise
# be given the server's own port and connect to itself.
FIRST, LAST = 15000, 31999


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # old connections in TIME_WAIT do not count
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose(preferred: int | None = None) -> int:
    """The preferred port when it is free, else a random free one."""
    if preferred and is_free(preferred):
        return preferred
    generator = random.SystemRandom()
    while True:
        port = generator.randint(FIRST, LAST)
        if is_free(port):
            return port
