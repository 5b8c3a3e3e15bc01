"""What the embedded servers tell the person in front of the terminal."""

from __future__ import annotations

import sys


class EmbeddedError(RuntimeError):
    """The servers cannot be used; the message is one plain Chinese sentence for whoever started us."""


def notice(text: str) -> None:
    """Say something on stderr: stdout belongs to the JSON of the commands."""
    sys.stderr.write(f"[环境] {text}\n")
    sys.stderr.flush()
