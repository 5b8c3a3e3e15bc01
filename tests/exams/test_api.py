"""The candidate API as the contract writes it."""

import pytest
from django.test import Client

from exams.enums import SessionState
from exams.models import Attempt
from lib.canonical import canonical_sha256
from tests import factories

pytestmark = pytest.mark.django_db


def url(attempt, tail=""):
    return f"/api/v1/attempts/{attempt.uuid}/{tail}"


def started(attempt):
    """(client with the attempt token, answer of start)."""
    client = factories.api(attempt.registration.candidate.user)
    answer = client.post(url(attempt, "start/"), {}, format="json").json()
    token = factories.api()
    token.credentials(HTTP_AUTHORIZATION=f"Bearer {answer['token']}")
    return token, answer


def test_login_with_ticket_and_id_number_leads_to_the_attempts():
    session = factories.session()
    registration = factories.registration(session)
    client = factories.api()
    answer = client.post(
        "/api/v1/auth/login/",
        {"ticket_number": registration.ticket_number, "id_number": registration.candidate.id_number.lower()},
        format="json",
    )
    assert answer.status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['token']}")
    (row,) = client.get("/api/v1/me/attempts/").json()
    assert row["state"] == "ready"
    assert set(row) == {"id", "state", "component", "session", "opens_at", "closes_at", "remaining_ms"}


@pytest.mark.parametrize(
    "wrong", [{"ticket_number": "T0", "id_number": "1"}, {"username": "nobody", "password": "x"}]
)
def test_a_wrong_pair_is_401_with_one_sentence(wrong):
    answer = factories.api().post("/api/v1/auth/login/", wrong, format="json")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "wrong_credentials"
    assert "请" in answer.json()["detail"]


def test_guessing_is_throttled_per_ticket_not_per_address():
    first, second = factories.registration(factories.session()), factories.registration(factories.session())
    client = factories.api()
    for _ in range(10):
        client.post(
            "/api/v1/auth/login/", {"ticket_number": first.ticket_number, "id_number": "1"}, format="json"
        )
    right = {"ticket_number": first.ticket_number, "id_number": first.candidate.id_number}
    assert client.post("/api/v1/auth/login/", right, format="json").status_code == 429
    other = {"ticket_number": second.ticket_number, "id_number": second.candidate.id_number}
    assert client.post("/api/v1/auth/login/", other, format="json").status_code == 200


def test_start_gives_the_form_without_keys_and_again_the_same():
    attempt = factories.attempt(started=False)
    client, answer = started(attempt)
    again = client.post(url(attempt, "start/"), {}, format="json").json()
    assert again["sections"] == answer["sections"]
    assert canonical_sha256(answer["sections"]) == attempt.form.sha256
    (section,) = answer["sections"]
    assert set(section["items"][0]) == {"slot", "interaction", "stimulus", "prompt", "choices", "max_score"}
    assert answer["head"] == "0" * 64
    assert answer["responses"] == {}


def test_saving_with_the_attempt_token_and_reading_back():
    attempt = factories.attempt(started=False)
    client, _ = started(attempt)
    event = factories.event("T01", ["c"])
    saved = client.post(url(attempt, "responses/"), {"events": [event]}, format="json")
    assert saved.status_code == 200
    assert saved.json()["acks"] == [
        {
            "key": event["key"],
            "seq": 1,
            "state": "accepted",
            "current": {"rev": 1, "response": {"choices": ["c"]}},
        }
    ]
    assert client.post(url(attempt, "start/"), {}, format="json").json()["responses"] == {
        "T01": {"rev": 1, "response": {"choices": ["c"]}}
    }
    assert client.get(url(attempt)).json()["head"] == saved.json()["head"]


def test_the_login_token_saves_too_but_another_login_is_another_device():
    attempt = factories.attempt(started=False)
    user = attempt.registration.candidate.user
    login = factories.api(user)
    login.post(url(attempt, "start/"), {}, format="json")
    assert (
        login.post(url(attempt, "responses/"), {"events": [factories.event()]}, format="json").status_code
        == 200
    )
    elsewhere = factories.api(user)
    answer = elsewhere.post(url(attempt, "responses/"), {"events": [factories.event()]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "other_device")
    assert elsewhere.post(url(attempt, "start/"), {}, format="json").status_code == 409
    assert elsewhere.post(url(attempt, "start/"), {"take_over": True}, format="json").status_code == 200
    assert (
        login.post(url(attempt, "responses/"), {"events": [factories.event()]}, format="json").status_code
        == 409
    )


def test_a_second_tab_of_the_same_login_is_told():
    attempt = factories.attempt(started=False)
    client = factories.api(attempt.registration.candidate.user)
    assert client.post(url(attempt, "start/"), {"tab": "one"}, format="json").status_code == 200
    assert client.post(url(attempt, "start/"), {"tab": "two"}, format="json").json()["code"] == "other_device"
    assert client.post(url(attempt, "start/"), {"tab": "one"}, format="json").status_code == 200


def test_faulty_events_are_422_with_their_keys():
    attempt = factories.attempt(started=False)
    client, _ = started(attempt)
    bad = factories.event("T99")
    answer = client.post(url(attempt, "responses/"), {"events": [factories.event(), bad]}, format="json")
    assert answer.status_code == 422
    assert [row["key"] for row in answer.json()["errors"]] == [bad["key"]]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"events":[{"key":',
        b"[]",
        b'{"events": 7}',
        b"{}",
        b'{"events":[{"response":"\\ud800"}]}',
        b"\xff\xfe",
    ],
)
def test_garbage_gets_a_problem_document_and_changes_nothing(raw):
    attempt = factories.attempt(started=False)
    client, _ = started(attempt)
    answer = client.post(url(attempt, "responses/"), data=raw, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert Attempt.objects.get(pk=attempt.pk).events == 0


def test_submit_answers_with_receipt_and_signature_and_repeats_as_the_same():
    attempt = factories.attempt(started=False)
    client, _ = started(attempt)
    first = client.post(url(attempt, "submit/"), {"events": [factories.event()]}, format="json").json()
    assert set(first["receipt"]) == {
        "v",
        "attempt",
        "form_sha256",
        "events",
        "head",
        "root",
        "submitted_at",
        "kid",
    }
    again = client.post(url(attempt, "submit/"), {"events": [factories.event("T02")]}, format="json").json()
    assert (again["receipt"], again["signature"]) == (first["receipt"], first["signature"])
    saved = client.post(
        url(attempt, "responses/"), {"events": [factories.event("T03")]}, format="json"
    ).json()
    assert saved["acks"][0]["state"] == "held"


def test_before_the_start_not_a_byte_of_the_form_leaves():
    attempt = factories.attempt(factories.session(state=SessionState.PUBLISHED), started=False)
    answer = factories.api(attempt.registration.candidate.user).post(
        url(attempt, "start/"), {}, format="json"
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_open"
    assert "sections" not in answer.json()


def test_owner_stranger_staff_and_nobody():
    attempt = factories.attempt(started=False)
    stranger = factories.attempt(started=False).registration.candidate.user
    staff = factories.staff(attempt.registration.session.organisation)
    for tail, method in (("", "get"), ("start/", "post"), ("responses/", "post"), ("submit/", "post")):
        body = {} if method == "get" else {"data": {"events": []}, "format": "json"}
        assert getattr(factories.api(), method)(url(attempt, tail), **body).status_code == 401
        assert getattr(factories.api(stranger), method)(url(attempt, tail), **body).status_code == 404
        assert getattr(factories.api(staff), method)(url(attempt, tail), **body).status_code == 403


def test_listing_attempts_costs_the_same_for_one_and_three(django_assert_max_num_queries):
    user = factories.registration(factories.session()).candidate.user
    client = factories.api(user)
    with django_assert_max_num_queries(4):
        client.get("/api/v1/me/attempts/")


def test_receipt_keys_are_public():
    answer = Client().get("/.well-known/exam-receipt-keys")
    assert answer.status_code == 200
    assert {(key["kty"], key["crv"]) for key in answer.json()["keys"]} == {("OKP", "Ed25519")}


def test_a_token_whose_seat_was_taken_is_told_so_by_the_status_too():
    attempt = factories.attempt(factories.session(), started=False)
    user = attempt.registration.candidate.user
    first, second = factories.api(user), factories.api(user)
    began = first.post(url(attempt, "start/"), {"tab": "one"}, format="json").json()
    seat = factories.api()
    seat.credentials(HTTP_AUTHORIZATION=f"Bearer {began['token']}")
    assert seat.get(url(attempt)).status_code == 200
    second.post(url(attempt, "start/"), {"tab": "two", "take_over": True}, format="json")
    before = Attempt.objects.get(pk=attempt.pk).last_seen_at
    refused = seat.get(url(attempt))
    assert (refused.status_code, refused.json()["code"]) == (409, "other_device")
    assert Attempt.objects.get(pk=attempt.pk).last_seen_at == before
    factories.hand_in(Attempt.objects.get(pk=attempt.pk))
    assert seat.get(url(attempt)).json()["state"] == "submitted"
