"""The sealed rescue file: what a candidate answered while the machine had no network, handed in from another one.

A key pair per session; the private keys lie outside the database, one PEM file each. The format is that of
``static/js/player/rescue.js``.
"""

import base64
import binascii
import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit.services import record
from exams.delivery import saving
from exams.delivery.events import MAX_EVENTS, IncomingEvent, read_events
from exams.delivery.locking import lock_attempt
from exams.delivery.models import Attempt, RescueUpload
from exams.enums import AttemptState, EventState
from exams.scheduling.models import Session
from lib.canonical import sha256_hex
from lib.refusals import Conflict, Invalid

MAX_BYTES = 8 * 1024 * 1024
NOT_OURS = "这不是本场考试的应急文件，或者文件已损坏。请让考生在原来的电脑上重新下载，不要打开或修改它。"


def public_key(session: Session) -> str:
    """The session's public key as base64 of its SPKI form; made when first asked for."""
    key = _private_key(str(session.uuid)).public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def _private_key(session_uuid: str) -> ec.EllipticCurvePrivateKey:
    target = Path(settings.RESCUE_KEY_DIR) / f"{session_uuid}.pem"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = ec.generate_private_key(ec.SECP256R1())
        # A file of its own for every caller, threads of one process too: a draft written by two is a key lost by one.
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".draft-") as draft:
            draft.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            draft.flush()
            os.fsync(draft.fileno())
            with contextlib.suppress(FileExistsError):  # somebody else was first: that key is the key
                os.link(draft.name, target)
    key = load_pem_private_key(target.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


@dataclass(frozen=True)
class Opened:
    """What a rescue file holds: the attempt it names and its events, oldest first, not checked yet."""

    attempt: str
    events: list[Any]
    sha256: str


def open_file(session: Session, data: bytes) -> Opened:
    """Open a file sealed to this session; anything else is refused with one sentence."""
    if len(data) > MAX_BYTES:
        raise Invalid("文件太大，不是应急文件。请选择考生下载的“应急文件”。", code="too_large")
    try:
        sealed = json.loads(data)
        attempt = sealed["attempt"]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(sealed["key"]))
        shared = _private_key(str(session.uuid)).exchange(ec.ECDH(), theirs)
        info = f"exam-rescue-1/{attempt}".encode()
        key = HKDF(SHA256(), 32, salt=bytes(32), info=info).derive(shared)
        events = json.loads(
            AESGCM(key).decrypt(_bytes(sealed["iv"]), _bytes(sealed["data"]), attempt.encode())
        )
        if sealed["v"] != 1 or not isinstance(events, list):
            raise ValueError("not a list of events")
    except (ValueError, KeyError, TypeError, AttributeError, InvalidTag, RecursionError) as error:
        raise Invalid(NOT_OURS, code="not_a_rescue_file") from error
    return Opened(attempt=attempt, events=events, sha256=sha256_hex(data))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError) as error:
        raise ValueError("not base64") from error


@transaction.atomic
def merge(*, attempt_id: int, opened: Opened, reason: str, by: User) -> RescueUpload:
    """Put a file's events into the attempt's chain: each at most once, none over a newer revision, late ones held.

    The same file again changes nothing and returns what it did the first time. Faulty events are counted and left out;
    the good ones are stored all the same.
    """
    attempt = lock_attempt(attempt_id)
    before = RescueUpload.objects.filter(attempt=attempt, sha256=opened.sha256).first()
    if before is not None:
        return before
    if attempt.state in (AttemptState.READY, AttemptState.VOIDED):
        raise Conflict(
            "这名考生还没有开始答题，或者答题已作废，不能使用应急文件。",
            code="wrong_state",
            state=attempt.state,
        )
    good, faulty = _good(attempt, opened.events)
    known = attempt.events
    counts = dict.fromkeys([*EventState.values, "known", "faulty"], 0) | {"faulty": faulty}
    for at in range(0, len(good), MAX_EVENTS):
        acks, refused = saving.append_as_proctor(attempt, good[at : at + MAX_EVENTS])
        counts["faulty"] += refused
        for ack in acks:
            counts["known" if ack["seq"] <= known else ack["state"]] += 1
    kept = RescueUpload.objects.create(
        attempt=attempt, sha256=opened.sha256, counts=counts, reason=reason, uploaded_by=by.display_name,
        uploaded_at=attempt.read_at,
    )  # fmt: skip
    record(
        stream=attempt.registration.session.stream, by=by, at=attempt.read_at, action="attempt.rescue",
        target=f"attempt:{attempt.uuid}", reason=reason, data={"sha256": opened.sha256, **counts},
    )  # fmt: skip
    return kept


def _good(attempt: Attempt, raw: list[Any]) -> tuple[list[IncomingEvent], int]:
    """(the events that fit the form, how many do not)."""
    good: list[IncomingEvent] = []
    faulty = 0
    for one in raw:
        try:
            good += read_events(str(attempt.uuid), attempt.form_id, [one])
        except Invalid:
            faulty += 1
    return good, faulty
