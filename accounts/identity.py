"""Identity numbers: encrypted at rest (AES-256-GCM), found by a keyed hash, shown masked."""

import base64
import hashlib
import hmac
import os
import unicodedata

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

MIDDLE_DOTS = "•・‧∙⋅･"


def _key(purpose: bytes) -> bytes:
    return hmac.new(settings.IDENTITY_KEY.encode(), b"identity/" + purpose, hashlib.sha256).digest()


def normalise_number(number: str) -> str:
    """Full-width to half-width, no blanks, upper case: brackets and letter case as people type them."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def number_hash(number: str) -> str:
    """Keyed SHA-256 (hex) of the normalised number, for look-up and uniqueness."""
    return hmac.new(_key(b"lookup"), normalise_number(number).encode(), hashlib.sha256).hexdigest()


def encrypt_number(number: str) -> str:
    """AES-256-GCM with a fresh nonce, as base64 text."""
    nonce = os.urandom(12)
    sealed = AESGCM(_key(b"encrypt")).encrypt(nonce, normalise_number(number).encode(), None)
    return base64.b64encode(nonce + sealed).decode()


def decrypt_number(sealed: str) -> str:
    """The number kept by :func:`encrypt_number`; raises InvalidTag when the key is another."""
    raw = base64.b64decode(sealed)
    return AESGCM(_key(b"encrypt")).decrypt(raw[:12], raw[12:], None).decode()


def mask_number(number: str) -> str:
    """First three and last four characters stay (never the birth date alone)."""
    if len(number) <= 7:
        return number[:1] + "*" * max(len(number) - 1, 3)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def normalise_name(name: str) -> str:
    """NFC, every middle dot as U+00B7, no blank between Chinese characters or around dots."""
    text = unicodedata.normalize("NFC", name).strip()
    for dot in MIDDLE_DOTS:
        text = text.replace(dot, "·")
    out: list[str] = []
    for index, char in enumerate(text):
        if char.isspace():
            left = text[index - 1] if index else ""
            right = text[index + 1 : index + 2]
            if _wide(left) or _wide(right):
                continue
        out.append(char)
    return "".join(out)


def _wide(char: str) -> bool:
    return bool(char) and (char == "·" or unicodedata.east_asian_width(char) in "WF" or ord(char) > 0x2E80)


def mask_name(name: str) -> str:
    """张* / 张** / 阿***·***: the first character of the first part stays."""
    if "·" in name:
        return name[:1] + "***·***"
    return name[:1] + "*" * max(len(name) - 1, 1)
