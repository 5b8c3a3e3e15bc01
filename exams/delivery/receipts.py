"""Receipts: canonical JSON over the chain and the final responses, signed with Ed25519.

Signing keys live outside the database, one PEM file per key id; old public keys stay published.
"""

import base64
import datetime as dt
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from exams.delivery.models import Attempt, Receipt
from lib.canonical import canonical_bytes, canonical_text, parse, sha256_hex
from lib.merkle import tree_hash


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _key_files() -> list[Path]:
    return sorted(Path(settings.RECEIPT_KEY_DIR).glob("*.pem"))


def ensure_signing_key() -> Path:
    """The newest key file; the first process to need one makes it (several at once agree on the first made)."""
    files = _key_files()
    if files:
        return files[-1]
    folder = Path(settings.RECEIPT_KEY_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    target = folder / "0001.pem"
    draft = folder / f".draft-{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    try:
        os.link(draft, target)
    except FileExistsError:
        pass  # another process was first: its key is the key
    finally:
        draft.unlink()
    return target


@lru_cache
def _load(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return key


def _kid(key: Ed25519PrivateKey) -> str:
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return sha256_hex(raw)[:16]


def public_keys() -> dict[str, Any]:
    """The JWKS document of all signing keys, old ones included."""
    ensure_signing_key()
    keys = []
    for path in _key_files():
        key = _load(path)
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        keys.append(
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": _kid(key),
                "x": _b64url(raw),
            }
        )
    return {"keys": keys}


def final_responses(attempt: Attempt) -> list[dict[str, Any]]:
    """``{"slot","rev","response"}`` of what was answered, in form order: what the receipt's root covers."""
    held = {row.slot: row for row in attempt.responses.all()}
    rows = [
        held[item["slot"]]
        for section in parse(attempt.form.sections)
        for item in section["items"]
        if item["slot"] in held
    ]
    return [{"slot": row.slot, "rev": row.rev, "response": parse(row.response)} for row in rows]


def merkle_root(attempt: Attempt) -> str:
    """RFC 6962 tree hash (hex) over the final responses in form order; items never answered are left out."""
    return tree_hash([canonical_bytes(one) for one in final_responses(attempt)]).hex()


def issue(attempt: Attempt, *, at: dt.datetime) -> Receipt:
    """Write the next receipt of an attempt inside the caller's transaction (the attempt's row is locked)."""
    last = attempt.receipts.order_by("-number").first()
    key = _load(ensure_signing_key())
    body: dict[str, Any] = {
        "v": 1,
        "attempt": str(attempt.uuid),
        "form_sha256": attempt.form.sha256,
        "events": attempt.events,
        "head": attempt.head,
        "root": merkle_root(attempt),
        "submitted_at": at.isoformat(),
        "kid": _kid(key),
    }
    if last is not None:
        body["supersedes"] = sha256_hex(last.body.encode())
    text = canonical_text(body)
    return Receipt.objects.create(
        attempt=attempt,
        number=last.number + 1 if last else 1,
        body=text,
        signature=_b64url(key.sign(text.encode())),
        created_at=at,
    )


def short_code(receipt: Receipt) -> str:
    """A code a candidate can read out: the first twelve hex digits of the receipt's hash, in fours."""
    digest = sha256_hex(receipt.body.encode())[:12].upper()
    return "-".join(digest[index : index + 4] for index in (0, 4, 8))


def verifies(receipt: Receipt) -> bool:
    """Whether the signature of a receipt is one of ours over exactly this text."""
    raw = base64.urlsafe_b64decode(receipt.signature + "=" * (-len(receipt.signature) % 4))
    kid = parse(receipt.body)["kid"]
    for path in _key_files():
        key = _load(path)
        if _kid(key) == kid:
            try:
                key.public_key().verify(raw, receipt.body.encode())
            except InvalidSignature:
                return False
            return True
    return False
