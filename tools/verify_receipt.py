"""Verify a hand-in receipt without the server: Python's standard library and ``cryptography``, nothing of the platform.

    python verify_receipt.py RECEIPT.json --keys KEYS.json                    the signature, and every response in it
    python verify_receipt.py RECEIPT.json --keys KEYS.json --events E.jsonl   the chain of events as well
    python verify_receipt.py RECEIPT.json --prove T01 > proof.json            one response with its Merkle path
    python verify_receipt.py proof.json --keys KEYS.json                      that one response, without the others

RECEIPT.json is the file a candidate keeps after handing in, KEYS.json the platform's ``/.well-known/exam-receipt-keys``
as saved at any time, E.jsonl what ``manage.py export_events ATTEMPT`` prints. Formats: canonical JSON is RFC 8785, the
tree RFC 6962, the signature Ed25519; the chain is SHA-256(previous || sequence || received at || body).
Exit status 0 when everything given was proven, 1 when something was not, with one sentence each.
"""

import argparse
import base64
import datetime as dt
import hashlib
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Proof = list[tuple[str, str]]


class NotProven(Exception):
    """One sentence saying what does not hold."""


# Canonical JSON (RFC 8785) ----------------------------------------------------------------------------------------


def canonical(value: Any) -> str:
    """The canonical text: members sorted by UTF-16 code units, numbers as ECMAScript writes them."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(member)}" for key, member in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """ECMAScript's Number.prototype.toString; Python's repr finds the same shortest digits."""
    if not math.isfinite(value):
        raise NotProven("文件里有不是数的数值。")
    if value == 0:
        return "0"
    sign, (digits, point) = "-" if value < 0 else "", _digits(abs(value))
    if 0 < point <= 21:
        whole = digits[:point].ljust(point, "0")
        return sign + whole + (f".{digits[point:]}" if digits[point:] else "")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = point - 1
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{fraction}e{'+' if exponent > 0 else '-'}{abs(exponent)}"


def _digits(value: float) -> tuple[str, int]:
    """Shortest digits and the place of the point: 12.5 is ("125", 2)."""
    mantissa, _, exponent = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) if whole != "0" else len(digits) - len(fraction)
    return digits.rstrip("0") or "0", point + int(exponent or 0)


# The tree of responses (RFC 6962, section 2.1) ---------------------------------------------------------------------


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(response: dict[str, Any]) -> bytes:
    data = {name: response[name] for name in ("slot", "rev", "response")}
    return _sha256(b"\x00" + canonical(data).encode())


def root_and_path(leaves: Sequence[bytes], index: int | None = None) -> tuple[bytes, Proof]:
    """The root over leaf hashes, and for one of them its path: pairs of side and hash, from the leaf up."""
    if not leaves:
        return _sha256(b""), []
    if len(leaves) == 1:
        return leaves[0], []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    on_left = index is not None and index < split
    left, path = root_and_path(leaves[:split], index if on_left else None)
    right, other = root_and_path(leaves[split:], None if index is None or on_left else index - split)
    root = _sha256(b"\x01" + left + right)
    if index is None:
        return root, []
    return root, [*path, ("right", right.hex())] if on_left else [*other, ("left", left.hex())]


def root_of_path(leaf: bytes, path: Proof) -> str:
    """Follow a path from a leaf's hash to the root."""
    for side, other in path:
        pair = leaf + bytes.fromhex(other) if side == "right" else bytes.fromhex(other) + leaf
        leaf = _sha256(b"\x01" + pair)
    return leaf.hex()


# What is proven ----------------------------------------------------------------------------------------------------


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_signature(receipt: dict[str, Any], signature: str, keys: dict[str, Any]) -> None:
    """The receipt was signed by one of the published keys and not a letter of it was changed."""
    key = next((one for one in keys["keys"] if one["kid"] == receipt["kid"]), None)
    if key is None:
        raise NotProven(f"公布的密钥里没有回执所用的密钥 {receipt['kid']}，请重新下载密钥文件。")
    try:
        public = Ed25519PublicKey.from_public_bytes(_decoded(key["x"]))
        public.verify(_decoded(signature), canonical(receipt).encode())
    except (InvalidSignature, ValueError):
        raise NotProven("回执的签名不成立：回执被改动过，或不是本平台签发的。") from None


def check_responses(receipt: dict[str, Any], responses: list[dict[str, Any]]) -> None:
    """The responses beside the receipt are the ones it covers."""
    root, _ = root_and_path([leaf_hash(one) for one in responses])
    if root.hex() != receipt["root"]:
        raise NotProven("文件里的作答与回执不符：有作答被改动、增加或删除过。")


def check_events(receipt: dict[str, Any], lines: list[str]) -> None:
    """The first ``events`` links of the chain lead to the receipt's head."""
    head, seq = "0" * 64, 0
    for line in lines[: receipt["events"]]:
        event, seq = json.loads(line), seq + 1
        if event["seq"] != seq:
            raise NotProven(f"作答记录的第 {seq} 条缺失或次序不对。")
        body = {"attempt": receipt["attempt"]} | {
            name: event[name] for name in ("key", "slot", "rev", "response")
        }
        link = (
            bytes.fromhex(head)
            + seq.to_bytes(8, "big")
            + _microseconds(event["received_at"]).to_bytes(8, "big")
            + _sha256(canonical(body).encode())
        )
        head = _sha256(link).hex()
        if head != event["hash"]:
            raise NotProven(f"作答记录的第 {seq} 条被改动过。")
    if seq != receipt["events"] or head != receipt["head"]:
        raise NotProven(f"回执包含 {receipt['events']} 条作答记录，文件里的记录与它接不上。")


def _microseconds(text: str) -> int:
    since = dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)  # noqa: UP017
    return since // dt.timedelta(microseconds=1)


def prove(kept: dict[str, Any], slot: str) -> dict[str, Any]:
    """One response with its path: proves itself without showing the others."""
    responses = kept["responses"]
    index = next((number for number, one in enumerate(responses) if one["slot"] == slot), None)
    if index is None:
        raise NotProven(f"回执里没有题位 {slot} 的作答。")
    _, path = root_and_path([leaf_hash(one) for one in responses], index)
    return {
        "receipt": kept["receipt"],
        "signature": kept["signature"],
        "proof": {"response": responses[index], "path": path},
    }


def verify(kept: dict[str, Any], keys: dict[str, Any], events: list[str] | None) -> list[str]:
    """What was proven, a sentence each.

    :raises NotProven: at the first thing that does not hold.
    """
    receipt = kept["receipt"]
    check_signature(receipt, kept["signature"], keys)
    proven = [f"签名成立：{_beijing(receipt['submitted_at'])}交卷，共 {receipt['events']} 条作答记录。"]
    if "responses" in kept:
        check_responses(receipt, kept["responses"])
        proven.append(f"{len(kept['responses'])} 道题的最终作答与回执一致。")
    if "proof" in kept:
        proof = kept["proof"]
        if root_of_path(leaf_hash(proof["response"]), proof["path"]) != receipt["root"]:
            raise NotProven("这道题的作答与回执不符。")
        proven.append(f"题位 {proof['response']['slot']} 的最终作答与回执一致。")
    if events is not None:
        check_events(receipt, events)
        proven.append("作答记录逐条相连，与回执一致。")
    return proven


def _beijing(text: str) -> str:
    moment = dt.datetime.fromisoformat(text).astimezone(dt.timezone(dt.timedelta(hours=8)))
    return f"北京时间 {moment:%Y-%m-%d %H:%M:%S} "


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("receipt", type=Path)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--events", type=Path)
    parser.add_argument("--prove", metavar="SLOT")
    options = parser.parse_args(arguments)
    try:
        kept = json.loads(options.receipt.read_text(encoding="utf-8"))
        if options.prove:
            print(json.dumps(prove(kept, options.prove), ensure_ascii=False, indent=1))
            return 0
        if options.keys is None:
            parser.error("--keys is needed to verify")
        keys = json.loads(options.keys.read_text(encoding="utf-8"))
        events = options.events.read_text(encoding="utf-8").splitlines() if options.events else None
        for sentence in verify(kept, keys, events):
            print(sentence)
    except NotProven as reason:
        print(f"没有通过：{reason}")
        return 1
    except (OSError, ValueError, KeyError, TypeError) as reason:
        print(f"没有通过：文件读不出来或缺少内容（{reason!r}），请核对文件。")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
