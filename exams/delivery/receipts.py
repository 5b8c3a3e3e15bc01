"""Receipts: canonical JSON over the chain and the final responses, signed with Ed25519.

Signing keys live outside the database, one PEM file per key id; old public keys stay published.
"""

import base64
import datetime as dt
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
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

from exams.delivery.formcache import slots_of_form, text_of_form
from exams.delivery.models import Attempt, Receipt
from lib.canonical import canonical_text, parse, sha256_hex
from lib.merkle import tree_hash
from lib.rows import rows


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _key_files() -> list[Path]:
    return sorted(Path(settings.RECEIPT_KEY_DIR).glob("*.pem"))


def ensure_signing_key() -> Path:
    """The newest key file; the first process to need one makes it (several at once agree on the first made)."""
    files = _key_files()
    if files:
        return files[-1]
    return _make_key(1)


def rotate_signing_key() -> str:
    """Make the key that signs from now on, in every process; old ones stay published. Its key id."""
    number = int(ensure_signing_key().stem) + 1
    return _kid(_load(_make_key(number)))


def _make_key(number: int) -> Path:
    """The key file with this number; several processes at once agree on the first one made."""
    folder = Path(settings.RECEIPT_KEY_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    target = folder / f"{number:04d}.pem"
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


@lru_cache
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
    return [parse(leaf.decode()) for leaf in _leaves([attempt])[attempt.pk]]


def merkle_root(attempt: Attempt) -> str:
    """RFC 6962 tree hash (hex) over the final responses in form order; items never answered are left out."""
    return tree_hash(_leaves([attempt])[attempt.pk]).hex()


@lru_cache(maxsize=4096)
def _in_json(slot: str) -> str:
    return canonical_text(slot)


def _leaves(attempts: Sequence[Attempt]) -> dict[int, list[bytes]]:
    """Canonical JSON of ``{"slot","rev","response"}`` of each final response in form order, by attempt id.

    Responses are kept as canonical text and go in as they are.
    """
    held: dict[int, dict[str, bytes]] = {attempt.pk: {} for attempt in attempts}
    found = rows(
        "SELECT attempt_id, slot, rev, response FROM exams_response WHERE attempt_id = ANY (%s)", list(held)
    )
    for attempt_id, slot, rev, text in found:
        leaf = f'{{"response":{text},"rev":{rev},"slot":{_in_json(slot)}}}'
        held[attempt_id][slot] = leaf.encode()
    return {
        attempt.pk: [
            held[attempt.pk][slot] for slot in slots_of_form(attempt.form_id) if slot in held[attempt.pk]
        ]
        for attempt in attempts
    }


ISSUE = """
INSERT INTO exams_receipt (attempt_id, number, body, signature, created_at)
SELECT n.*, %s FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) n RETURNING attempt_id, id"""


def issue(attempts: Sequence[Attempt], *, at: dt.datetime) -> list[Receipt]:
    """Write the next receipt of each attempt inside the caller's transaction, which holds their rows; in their order."""
    earlier = rows(
        "SELECT attempt_id, number, body FROM exams_receipt WHERE attempt_id = ANY (%s) ORDER BY number",
        [attempt.pk for attempt in attempts],
    )
    newest = {attempt_id: (number, body) for attempt_id, number, body in earlier}
    key = _load(ensure_signing_key())
    leaves = _leaves(attempts)
    made = []
    for attempt in attempts:
        number, superseded = newest.get(attempt.pk, (0, None))
        body: dict[str, Any] = {
            "v": 1,
            "attempt": str(attempt.uuid),
            "form_sha256": text_of_form(attempt.form_id)[1],
            "events": attempt.events,
            "head": attempt.head,
            "root": tree_hash(leaves[attempt.pk]).hex(),
            "submitted_at": at.isoformat(),
            "kid": _kid(key),
        }
        if superseded is not None:
            body["supersedes"] = sha256_hex(superseded.encode())
        text = canonical_text(body)
        made.append(
            Receipt(
                attempt=attempt, number=number + 1, body=text,
                signature=_b64url(key.sign(text.encode())), created_at=at,
            )
        )  # fmt: skip
    keep = [(one.attempt_id, one.number, one.body, one.signature) for one in made]
    ids = dict(rows(ISSUE, at, *map(list, zip(*keep, strict=True))))
    for receipt in made:
        receipt.pk = ids[receipt.attempt_id]
    return made


def short_code(receipt: Receipt) -> str:
    """A code a candidate can read out: the first twelve hex digits of the receipt's hash, in fours."""
    digest = sha256_hex(receipt.body.encode())[:12].upper()
    return "-".join(digest[index : index + 4] for index in (0, 4, 8))


def qr_code(receipt: Receipt) -> str:
    """What the short code stands for, as a picture to photograph (data URI of an SVG): attempt and hash of the receipt."""
    text = f"exam-receipt:1:{receipt.attempt.uuid}:{sha256_hex(receipt.body.encode())}"
    uri: str = segno.make(text, error="m").svg_data_uri(scale=4, border=2)
    return uri


def verifies(receipt: Receipt) -> bool:
    """Whether the signature of a receipt is one of ours over exactly this text."""
    return signed_by_us(receipt.body.encode(), receipt.signature, parse(receipt.body)["kid"])


def signing_kid() -> str:
    """The id of the key that signs now."""
    return _kid(_load(ensure_signing_key()))


def sign(data: bytes) -> str:
    """base64url Ed25519 signature with the key that signs now."""
    return _b64url(_load(ensure_signing_key()).sign(data))


def signed_by_us(data: bytes, signature: str, kid: str) -> bool:
    """Whether this is our signature over exactly these bytes, by the key with this id, old keys included."""
    for path in _key_files():
        key = _load(path)
        if _kid(key) == kid:
            try:
                raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
                key.public_key().verify(raw, data)
            except (InvalidSignature, ValueError):
                return False
            return True
    return False
