"""Canonical JSON (RFC 8785) and the hashes built on it."""

import hashlib
import json
from typing import Any

import rfc8785

MAX_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical form (a lone surrogate, an integer beyond 2^53, not JSON)."""


def canonical_bytes(value: Any) -> bytes:
    """Return the RFC 8785 form of a JSON value as UTF-8 bytes; raise NotCanonical when it has none."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError, ValueError) as error:
        raise NotCanonical(str(error)) from error


def canonical_text(value: Any) -> str:
    """Like :func:`canonical_bytes`, as text."""
    return canonical_bytes(value).decode()


def sha256_hex(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def canonical_sha256(value: Any) -> str:
    """Lower-case hex SHA-256 of the canonical JSON of ``value``."""
    return sha256_hex(canonical_bytes(value))


def parse(text: str) -> Any:
    """Read canonical text back."""
    return json.loads(text)
