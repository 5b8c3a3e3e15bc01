"""应急文件: what a proctor hands in for a candidate is stored once, overwrites nothing newer, and opens for its session only."""

import base64
import json
import os
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.enums import Role
from audit.queries import first_broken_event, trail
from certification import integrity
from exams.delivery import rescue, saving, services
from exams.models import Attempt, RescueUpload, Response, ResponseEvent
from lib.canonical import parse
from lib.refusals import Invalid, NotFound
from proctoring import services as steering
from tests import factories

pytestmark = pytest.mark.django_db


def seal(session, attempt, events, **changed):
    """A second implementation of static/js/player/rescue.js, from its description alone."""
    theirs = load_der_public_key(base64.b64decode(rescue.public_key(session)))
    ours = ec.generate_private_key(ec.SECP256R1())
    info = f"exam-rescue-1/{attempt}".encode()
    key = HKDF(SHA256(), 32, salt=bytes(32), info=info).derive(ours.exchange(ec.ECDH(), theirs))
    iv = os.urandom(12)
    data = AESGCM(key).encrypt(iv, json.dumps(events).encode(), str(attempt).encode())
    point = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    file = {"v": 1, "attempt": str(attempt), "key": point, "iv": iv, "data": data} | changed
    return json.dumps(
        {
            name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
            for name, value in file.items()
        }
    ).encode()


def upload(session, data, by, reason="网络中断"):
    return steering.rescue(session=session, data=data, reason=reason, by=by)


@pytest.fixture
def room():
    """(session, attempt, proctor)"""
    session = factories.session(candidates=2)
    return session, factories.attempt(session), factories.proctor(session)


def held(attempt):
    return {
        row.slot: (row.rev, parse(row.response)["choices"])
        for row in Response.objects.filter(attempt=attempt)
    }


def test_new_answers_are_stored_known_ones_not_again_and_newer_ones_stay(room):
    session, attempt, proctor = room
    known = factories.event("T01", ["a"])
    newer = factories.event("T02", ["d"], rev=5)
    saving.save_responses(attempt_id=attempt.pk, raw_events=[known, newer], device=attempt.device)
    events = [known, factories.event("T02", ["b"], rev=2), factories.event("T03", ["c"])]
    kept = upload(session, seal(session, attempt.uuid, events), proctor)
    assert {name: number for name, number in kept.counts.items() if number} == {
        "known": 1, "superseded": 1, "accepted": 1,
    }  # fmt: skip
    assert held(attempt) == {"T01": (1, ["a"]), "T02": (5, ["d"]), "T03": (1, ["c"])}
    told = trail(session.stream).get(action="attempt.rescue")
    assert (told.reason, told.data["accepted"]) == ("网络中断", 1)
    assert (integrity.sitting.response_chains(), integrity.sitting.projections(), first_broken_event()) == (
        None,
    ) * 3


def test_the_same_file_again_changes_nothing(room):
    session, attempt, proctor = room
    data = seal(session, attempt.uuid, [factories.event("T01", ["b"])])
    assert upload(session, data, proctor) == upload(session, data, proctor)
    assert (RescueUpload.objects.count(), ResponseEvent.objects.count()) == (1, 1)


def test_what_comes_after_the_hand_in_is_held(room):
    session, attempt, proctor = room
    services.end(attempt_id=attempt.pk, reason="考试结束", by=proctor)
    kept = upload(session, seal(session, attempt.uuid, [factories.event("T01", ["b"])]), proctor)
    assert (kept.counts["held"], held(attempt)) == (1, {})


def test_faulty_answers_are_counted_and_keep_nobody_out(room):
    session, attempt, proctor = room
    used = factories.event("T01", ["a"])
    saving.save_responses(attempt_id=attempt.pk, raw_events=[used], device=attempt.device)
    events = [
        {**used, "response": {"choices": ["c"]}},
        factories.event("T99"),
        "nonsense",
        factories.event("T02", ["b"]),
    ]
    kept = upload(session, seal(session, attempt.uuid, events), proctor)
    assert (kept.counts["faulty"], kept.counts["accepted"]) == (3, 1)
    assert held(attempt) == {"T01": (1, ["a"]), "T02": (1, ["b"])}


def test_only_the_session_it_was_sealed_for_opens_it(room):
    session, attempt, proctor = room
    other = factories.session(session.organisation)
    data = seal(session, attempt.uuid, [factories.event("T01")])
    with pytest.raises(Invalid, match="不是本场考试的应急文件"):
        upload(other, data, factories.proctor(other))
    stray = seal(session, factories.attempt(other).uuid, [factories.event("T01")])
    with pytest.raises(NotFound, match="不在本场次"):
        upload(session, stray, proctor)
    assert not ResponseEvent.objects.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"", lambda data: b"[]", lambda data: b"{}", lambda data: data[:-40], lambda data: b"\xff\xfe\x00",
        lambda data: data.replace(b'"v": 1', b'"v": 2'), lambda data: b"[" * 100_000,
        lambda data: json.dumps({**json.loads(data), "iv": "AAAA"}).encode(),
        lambda data: json.dumps({**json.loads(data), "key": base64.b64encode(bytes(65)).decode()}).encode(),
        lambda data: json.dumps({**json.loads(data), "attempt": 7}).encode(),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_with_one_sentence(room, damage):
    session, attempt, proctor = room
    with pytest.raises(Invalid):
        upload(session, damage(seal(session, attempt.uuid, [factories.event("T01")])), proctor)
    assert not RescueUpload.objects.exists()


def test_somebody_elses_attempt_cannot_be_named_in_a_file_made_for_another(room):
    session, attempt, proctor = room
    other = factories.attempt(session, index=1)
    data = json.loads(seal(session, attempt.uuid, [factories.event("T01")]))
    with pytest.raises(Invalid):
        upload(session, json.dumps({**data, "attempt": str(other.uuid)}).encode(), proctor)


def post(user, session, data):
    address = f"/sessions/{session.uuid}/rescue/"
    file = SimpleUploadedFile("应急文件.json", data, "application/json")
    return factories.browser(user).post(address, {"file": file, "reason": "网络中断"})


def test_who_may_hand_in_a_rescue_file():
    session = factories.session(candidates=2, rooms=2)
    attempt = factories.attempt(session)
    data = seal(session, attempt.uuid, [factories.event("T01")])
    own, other = attempt.registration.room, factories.registration(session, 1).room
    refused = [
        (factories.staff(session.organisation, Role.SUPERVISOR), 403),
        (factories.staff(session.organisation, Role.AUTHOR), 403),
        (factories.proctor(session, room=other), 403),
        (factories.proctor(factories.session()), 404),
        (attempt.registration.candidate.user, 403),
        (None, 302),
    ]
    for user, status in refused:
        assert post(user, session, data).status_code == status, user
    assert not ResponseEvent.objects.exists()
    page = post(factories.proctor(session, room=own), session, data)
    assert page.status_code == 302
    assert held(attempt) == {"T01": (1, ["a"])}


def test_the_page_says_what_became_of_it_and_lists_it(room):
    session, attempt, proctor = room
    client = factories.browser(proctor)
    address = f"/sessions/{session.uuid}/rescue/"
    file = SimpleUploadedFile("f.json", seal(session, attempt.uuid, [factories.event("T01")]))
    page = client.post(address, {"file": file, "reason": "网络中断"}, follow=True)
    assert "1 条已收下" in page.content.decode()
    assert client.post(address, {"reason": "网络中断"}).status_code == 422
    file = SimpleUploadedFile("f.json", seal(session, attempt.uuid, []))
    assert "请填写原因" in client.post(address, {"file": file, "reason": ""}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_proctors_with_the_same_file_at_once_store_it_once():
    session = factories.session()
    attempt, proctors = factories.attempt(session), [factories.proctor(session) for _ in range(2)]
    data = seal(session, attempt.uuid, [factories.event("T01"), factories.event("T02")])
    barrier, found = threading.Barrier(2), []

    def run(by):
        barrier.wait()
        found.append(upload(session, data, by).pk)
        connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in proctors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 2
    assert len(set(found)) == 1
    assert Attempt.objects.get(pk=attempt.pk).events == 2
