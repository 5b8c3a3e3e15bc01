"""Word and PDF are read in a process of their own with little memory and time: a hostile file takes down nothing else.

The child is this module run as a program; it imports no Django. It gets the file on stdin and answers with one JSON
object: ``{"lines", "places", "doubts"}`` or ``{"kind", "message"}`` of the one error.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from standards.parsing.document import Document
from standards.parsing.findings import Notes
from standards.parsing.readers.recognised import Refused
from standards.parsing.readers.text import text_blocks

SECONDS = 9
MEMORY = 480 * 1024 * 1024
_ROOT = Path(__file__).resolve().parents[3]
_TOO_MUCH = "文件太大或太复杂，在 {seconds} 秒、{memory} MB 之内没有读完，不像一份标准。请另存为文本后再试。"


def read_word(data: bytes, notes: Notes) -> Document | None:
    """A Word file; numbers count the lines of the recognised text."""
    return _read("word", data, notes)


def read_pdf(data: bytes, notes: Notes) -> Document | None:
    """A PDF; numbers count the lines of the recognised text."""
    return _read("pdf", data, notes)


def _read(kind: str, data: bytes, notes: Notes) -> Document | None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, kind, str(MEMORY), str(int(SECONDS) + 1)],
            input=data,
            capture_output=True,
            cwd=_ROOT,
            timeout=SECONDS,
            check=False,
            # Allocator arenas per thread would count against the limit without being used.
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if answer is None:
        message = _TOO_MUCH.format(seconds=SECONDS, memory=MEMORY // 1024 // 1024)
        notes.error("too_complex", message)
        return None
    if "kind" in answer:
        notes.error(answer["kind"], answer["message"])
        return None
    text = "\n".join(answer["lines"])
    for number, message in answer["doubts"]:
        notes.warn("tracked_change", f"第 {number} 行{message}", line=number)
    return Document(text, text_blocks(text), dict(enumerate(answer["places"], 1)))


def main(kind: str, memory: int, seconds: int) -> None:
    """The child: limits (bytes, seconds of CPU) first, then the libraries, then the file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        if kind == "word":
            from standards.parsing.readers.word import recognise
        else:
            from standards.parsing.readers.pdf import recognise
        found = recognise(sys.stdin.buffer.read())
        answer = {"lines": found.lines, "places": found.places, "doubts": found.doubts}
    except Refused as refusal:
        answer = {"kind": refusal.kind, "message": refusal.message}
    except MemoryError:
        sys.exit(1)
    json.dump(answer, sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
