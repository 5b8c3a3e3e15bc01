"""Signed checkpoints outside the database: what existed once cannot vanish or change unnoticed.

A hash chain shows every change inside it, but not that its newest links were cut off together with the count of them,
and nothing in a table shows that a row was never there. So the scheduler writes, every few seconds and only when
something is new, one line to a file in CHECKPOINT_DIR: the heads of the chains that grew and a hash of every new row of
the tables below, signed with the receipts' key and chained to the line before. A line is written after the commit of
what it tells, so a checkpoint may lag behind the database, never lead: a database that is behind its checkpoints was set
back or cut. The file belongs on another machine; what is copied there cannot be changed here (docs/decisions/0007).
"""

import contextlib
import datetime as dt
import fcntl
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max, Model

from audit.models import AuditEvent
from certificates.models import CertificateDocument
from exams.delivery import receipts
from exams.models import (
    Attempt,
    AttemptMessage,
    Break,
    ConnectionGap,
    LateDecision,
    Receipt,
    RescueUpload,
    ResponseEvent,
    SeenSlot,
    TimeGrant,
)
from grading.models import ItemScore, LiveScorer, Rating, ScorerTrial
from lib.canonical import canonical_bytes, canonical_text, sha256_hex
from lib.clock import database_now
from lib.leases import TaskState

logger = logging.getLogger("certification.checkpoints")

# Rows that never change once they are there: (model, the columns that say what it is, the moment it came to be).
ROWS: dict[str, tuple[type[Model], tuple[str, ...], str]] = {
    "receipt": (Receipt, ("attempt_id", "number", "body", "signature"), "created_at"),
    "grant": (TimeGrant, ("attempt_id", "seconds", "kind", "reason", "granted_by"), "granted_at"),
    "seen": (SeenSlot, ("attempt_id", "slot", "seen_at"), "seen_at"),
    "break": (Break, ("attempt_id", "began_at", "allowed_seconds", "slots"), "began_at"),
    "message": (AttemptMessage, ("attempt_id", "text", "sent_by", "sent_at"), "sent_at"),
    "rescue": (RescueUpload, ("attempt_id", "sha256", "counts", "reason", "uploaded_by"), "uploaded_at"),
    "gap": (ConnectionGap, ("attempt_id", "lost_at", "back_at"), "back_at"),
    "late": (LateDecision, ("event_id", "state", "reason", "decided_by"), "decided_at"),
    "score": (ItemScore, ("run_id", "slot", "item_version_id", "points", "criteria"), "run__done_at"),
    "rating": (Rating, ("task_id", "levels", "remark", "rated_by"), "rated_at"),
    "trial": (
        ScorerTrial,
        ("item_version_id", "scorer_version", "replaces", "reason", "started_by"),
        "started_at",
    ),
    "live": (LiveScorer, ("trial_id", "reason", "made_live_by"), "made_live_at"),
    "document": (CertificateDocument, ("certificate_id", "sha256"), "done_at"),
}
# Moments are taken inside a transaction that commits later: look this far back for rows that were not there last time.
OVERLAP = dt.timedelta(minutes=2)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def log_file() -> Path:
    return Path(settings.CHECKPOINT_DIR) / "checkpoints.jsonl"


class _Known:
    """What the lines so far have told, by reading the file once per process and each new line as it is written."""

    def __init__(self) -> None:
        self.offset = 0
        self.number, self.last, self.at = 0, "0" * 64, LONG_AGO
        self.heads: dict[str, list[Any]] = {}  # attempt -> [events, head]
        self.streams: dict[str, list[Any]] = {}  # stream -> [seq, hash]
        self.rows: dict[str, dict[str, str]] = {name: {} for name in ROWS}  # table -> id -> hash
        self.restores: list[dict[str, Any]] = []
        self.fault: str | None = None

    def read(self, file: Any) -> None:
        file.seek(self.offset)
        for line in file:
            if not line.endswith(b"\n"):
                break  # cut short by a crash while it was written: nothing was promised by it
            self.offset += len(line)
            self.fault = self.fault or self._take(line)

    def _take(self, line: bytes) -> str | None:
        try:
            one = json.loads(line)
            body = {name: value for name, value in one.items() if name != "signature"}
            good = one["n"] == self.number + 1 and one["prev"] == self.last
            good = good and receipts.signed_by_us(canonical_bytes(body), one["signature"], one["kid"])
        except (ValueError, KeyError, TypeError):
            good = False
        if not good:
            return f"checkpoint {self.number + 1}: not ours, or out of its order"
        self.number, self.last, self.at = one["n"], sha256_hex(line), dt.datetime.fromisoformat(one["at"])
        if "restore" in one:
            self._forget(one["restore"])
        self.heads.update(one["attempts"])
        self.streams.update(one["audit"])
        for name, rows in one["rows"].items():
            self.rows[name].update(rows)
        return None

    def _forget(self, told: dict[str, Any]) -> None:
        """A restore: what it says is gone is no longer expected."""
        self.restores.append(told)
        for uuid in told["behind"]:
            self.heads.pop(uuid, None)
        for stream in told["streams"]:
            self.streams.pop(stream, None)
        for name, keys in told["gone"].items():
            for key in keys:
                self.rows[name].pop(key, None)


_files: dict[Path, _Known] = {}


def write() -> int:
    """Write one checkpoint when anything is new; the number of chains and rows it tells of (the sweep's act)."""
    folder = Path(settings.CHECKPOINT_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _opened() as (file, known):
        if known.fault:
            logger.error("%s: no further checkpoints are written to %s", known.fault, log_file())
            return 0
        now = database_now()
        new = _new(known, known.at - OVERLAP)
        count = sum(map(len, (new["attempts"], new["audit"], *new["rows"].values())))
        if count:
            _append(file, known, now, new)
    return count


@contextlib.contextmanager
def _opened() -> Iterator[tuple[Any, _Known]]:
    """The file, held against other writers, and everything it has told so far."""
    with log_file().open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # one writer; a second process waits and then reads what was written
        known = _files.setdefault(log_file(), _Known())
        if log_file().stat().st_size < known.offset:
            known = _files[log_file()] = _Known()  # somebody put another file here
        known.read(file)
        yield file, known


def _append(file: Any, known: _Known, now: dt.datetime, told: dict[str, Any]) -> None:
    file.truncate(known.offset)
    body = {
        "v": 1, "n": known.number + 1, "at": now.isoformat(), "prev": known.last, **told,
        "kid": receipts.signing_kid(),
    }  # fmt: skip
    signed = {**body, "signature": receipts.sign(canonical_bytes(body))}
    file.seek(known.offset)
    file.write(canonical_text(signed).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())
    known.read(file)


def accept_restore(*, reason: str, backup: str, made_at: str) -> dict[str, tuple[int, int]]:
    """After a restore: a signed line that says what was there and is not any more, and why; from then on the checks
    expect what the backup held.

    Returns the attempts that fell behind: (links signed before, links now).
    """
    log_file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _opened() as (file, known):
        if known.fault:
            logger.error("%s: the restore is not told in %s", known.fault, log_file())
            return {}
        found = _Missing.from_checkpoints(known)
        now_there = {
            str(uuid): events
            for uuid, events in Attempt.objects.filter(uuid__in=found.attempts).values_list("uuid", "events")
        }
        told = {
            "reason": reason, "backup": backup, "made_at": made_at, "streams": found.streams, "gone": found.rows,
            "behind": {uuid: known.heads[uuid] for uuid in found.attempts},
        }  # fmt: skip
        behind = {uuid: (known.heads[uuid][0], now_there.get(uuid, 0)) for uuid in found.attempts}
        known._forget(told)
        known.restores.pop()  # told again when the line is read
        _append(file, known, database_now(), {**_new(known, LONG_AGO), "restore": told})
    return behind


def continues(earlier: Path) -> bool:
    """Whether the file here, if any, goes on from that of a backup."""
    if not log_file().exists():
        return True
    with log_file().open("rb") as here, earlier.open("rb") as there:
        return all(line == here.readline() for line in there if line.endswith(b"\n"))


def still_behind() -> list[dict[str, Any]]:
    """Restores, each with the attempts whose chain is still shorter than it was signed before: (links then, links now)."""
    known = _read()
    wanted = {uuid for told in known.restores for uuid in told["behind"]}
    now = {
        str(uuid): events
        for uuid, events in Attempt.objects.filter(uuid__in=wanted).values_list("uuid", "events")
    }
    return [
        {
            "reason": told["reason"], "backup_of": told["made_at"],
            "behind": {
                uuid: [links, now.get(uuid, 0)]
                for uuid, (links, _) in told["behind"].items()
                if now.get(uuid, 0) < links
            },
        }
        for told in known.restores
    ]  # fmt: skip


def _read() -> _Known:
    known = _Known()
    if log_file().exists():
        with log_file().open("rb") as file:
            known.read(file)
    return known


def _new(known: _Known, since: dt.datetime) -> dict[str, Any]:
    """What the checkpoints have not told yet of everything that moved since then."""
    heads = {
        str(uuid): [events, head]
        for uuid, events, head in Attempt.objects.filter(last_seen_at__gte=since, events__gt=0).values_list(
            "uuid", "events", "head"
        )
    }
    newest = AuditEvent.objects.filter(at__gte=since).values("stream").annotate(seq=Max("seq"))
    streams = {
        stream: [seq, digest]
        for one in newest
        for stream, seq, digest in AuditEvent.objects.filter(
            stream=one["stream"], seq=one["seq"]
        ).values_list("stream", "seq", "hash")
    }
    rows = {
        name: {
            key: digest
            for key, digest in _hashes(name, **{f"{moment}__gte": since})
            if key not in known.rows[name]
        }
        for name, (_, _, moment) in ROWS.items()
    }
    return {
        # Chains only grow. One that is shorter than it was, or as long and different, is no news but a fault: what was
        # signed stands, and the verification says so.
        "attempts": {uuid: head for uuid, head in heads.items() if head[0] > known.heads.get(uuid, [0])[0]},
        "audit": {
            stream: tail for stream, tail in streams.items() if tail[0] > known.streams.get(stream, [0])[0]
        },
        "rows": {name: found for name, found in rows.items() if found},
    }


def _hashes(name: str, **which: Any) -> Iterator[tuple[str, str]]:
    """(id, first 32 hex digits of a hash over its columns) of rows of a table."""
    model, columns, _ = ROWS[name]
    found = model._default_manager.filter(**which)
    if model is CertificateDocument:
        found = found.filter(state=TaskState.DONE)
    for pk, *values in found.values_list("pk", *columns).iterator(chunk_size=2000):
        text = canonical_text([value if isinstance(value, list | dict) else str(value) for value in values])
        yield str(pk), sha256_hex(text.encode())[:32]


@dataclass
class _Missing:
    """What the checkpoints tell of and is not there any more, or is another."""

    attempts: list[str]
    streams: list[str]
    rows: dict[str, list[str]]

    @classmethod
    def from_checkpoints(cls, known: _Known) -> "_Missing":
        found = cls([], [], {})
        for uuid, (events, head) in known.heads.items():
            if not ResponseEvent.objects.filter(attempt__uuid=uuid, seq=events, hash=head).exists():
                found.attempts.append(uuid)
        for stream, (seq, digest) in known.streams.items():
            if not AuditEvent.objects.filter(stream=stream, seq=seq, hash=digest).exists():
                found.streams.append(stream)
        for name, rows in known.rows.items():
            now = dict(_hashes(name))
            gone = [pk for pk, digest in rows.items() if now.get(pk) != digest]
            if gone:
                found.rows[name] = gone
        return found


def since_signed() -> str | None:
    """Everything the checkpoints tell of is still there and the same; the lines themselves are ours and complete."""
    known = _read()
    if known.fault:
        return known.fault
    found = _Missing.from_checkpoints(known)
    for uuid in found.attempts:
        return f"attempt {uuid}: {known.heads[uuid][0]} events were there, the chain is cut or changed"
    for stream in found.streams:
        return f"audit {stream}: {known.streams[stream][0]} events were there, the chain is cut or changed"
    for name, keys in found.rows.items():
        there = {str(pk) for pk in ROWS[name][0]._default_manager.values_list("pk", flat=True)}
        return f"{name} {keys[0]}: {'changed' if keys[0] in there else 'gone'} since it was signed"
    return None
