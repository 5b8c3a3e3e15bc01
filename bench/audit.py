"""Second opinion on what was saved: chain and receipts recomputed from the contract, sharing no code with the server.

Canonical JSON here is ``json.dumps`` with sorted keys and no blanks: equal to RFC 8785 for the driver's own events
(ASCII names, integers below 2^53, no floats).
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def chain_faults(attempt: str, events: list[dict[str, Any]]) -> list[str]:
    """What is wrong with an exported chain: gaps, used keys, wrong links."""
    prev, faults = bytes(32), []
    for number, event in enumerate(events, 1):
        body = {"attempt": attempt, **{name: event[name] for name in ("key", "slot", "rev", "response")}}
        moment = dt.datetime.fromisoformat(event["received_at"]) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        micros = moment // dt.timedelta(microseconds=1)
        link = hashlib.sha256(
            prev
            + number.to_bytes(8, "big")
            + micros.to_bytes(8, "big")
            + hashlib.sha256(canonical(body)).digest()
        ).digest()
        if (event["seq"], event["prev"], event["hash"]) != (number, prev.hex(), link.hex()):
            faults.append(f"{attempt} seq {number}: the link differs")
        prev = link
    if len({event["key"] for event in events}) != len(events):
        faults.append(f"{attempt}: a key is stored twice")
    return faults


def journal_faults(
    lines: Iterable[str], stored: dict[str, list[dict[str, Any]]]
) -> tuple[int, int, list[str]]:
    """(answers acknowledged, refused revisions, faults): every acknowledged event is stored byte by byte as sent."""
    by_key = {(attempt, event["key"]): event for attempt, events in stored.items() for event in events}
    heads = {attempt: {event["hash"] for event in events} for attempt, events in stored.items()}
    acknowledged, superseded, faults = 0, 0, []
    for line in lines:
        entry = json.loads(line)
        if entry["answer"]["head"] not in heads[entry["attempt"]]:
            faults.append(f"{entry['attempt']}: an acknowledged head is not in the chain")
        for sent, ack in zip(entry["request"]["events"], entry["answer"]["acks"], strict=True):
            acknowledged += 1
            superseded += ack["state"] == "superseded"
            kept = by_key.get((entry["attempt"], sent["key"]))
            if kept is None:
                faults.append(f"{entry['attempt']} key {sent['key']}: acknowledged, not stored")
            elif (
                ack["key"] != sent["key"]
                or (kept["seq"], kept["state"]) != (ack["seq"], ack["state"])
                or any(canonical(kept[name]) != canonical(sent[name]) for name in ("slot", "rev", "response"))
            ):
                faults.append(f"{entry['attempt']} key {sent['key']}: stored otherwise than acknowledged")
    return acknowledged, superseded, faults


def receipt_faults(
    attempt: str, answer: dict[str, Any], sections: list[dict[str, Any]], events: list[dict[str, Any]],
    keys: list[dict[str, Any]],
) -> list[str]:  # fmt: skip
    """What is wrong with the receipt of a hand-in, against the exported events and the form as ``start`` gave it."""
    receipt = answer["receipt"]
    final: dict[str, dict[str, Any]] = {}
    for event in events[: receipt["events"]]:
        if event["state"] == "accepted":
            final[event["slot"]] = {name: event[name] for name in ("slot", "rev", "response")}
    slots = [item["slot"] for section in sections for item in section["items"]]
    expected = {
        "head": events[receipt["events"] - 1]["hash"] if receipt["events"] else "0" * 64,
        "form_sha256": hashlib.sha256(canonical(sections)).hexdigest(),
        "root": tree_hash([canonical(final[slot]) for slot in slots if slot in final]).hex(),
        "attempt": attempt,
    }
    faults = [f"{attempt}: receipt, {name}" for name, value in expected.items() if receipt[name] != value]
    (jwk,) = [key for key in keys if key["kid"] == receipt["kid"]]
    try:
        Ed25519PublicKey.from_public_bytes(unpadded(jwk["x"])).verify(
            unpadded(answer["signature"]), canonical(receipt)
        )
    except Exception:
        faults.append(f"{attempt}: receipt, signature")
    return faults


def tree_hash(leaves: list[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
