"""The candidate's pages with Django's client: order of the steps, refusals, nothing of the form before its start."""

import json

import pytest
from django.test import Client

from exams.delivery import receipts
from exams.enums import AttemptState, SessionState
from exams.models import Attempt, FormItem
from tests import factories
from tests.sit.conftest import sign_in_data, signed_in

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_sign_in_leads_through_check_and_rules_to_the_waiting_page():
    registration = factories.registration(factories.session(names=["王䶮"]))
    client = Client()
    response = client.post("/sit/", sign_in_data(registration))
    assert response["Location"] == "/sit/check/"
    page = text(client.get("/sit/check/"))
    assert "王䶮" in page
    assert registration.ticket_number in page
    assert registration.candidate.masked_id_number in page
    assert registration.candidate.id_number not in page
    assert client.post("/sit/check/")["Location"] == "/sit/rules/"
    assert client.post("/sit/rules/", {"promise": "on"})["Location"] == "/sit/wait/"
    registration.refresh_from_db()
    assert registration.promised_at is not None
    assert "开始答题" in text(client.get("/sit/wait/"))


def test_ticket_and_id_number_are_read_as_people_type_them():
    registration = factories.registration(factories.session())
    data = sign_in_data(registration)
    typed = {"ticket_number": f" {data['ticket_number'].lower()} ", "id_number": data["id_number"].lower()}
    client = Client()
    assert client.post("/sit/", typed).status_code == 302
    assert registration.ticket_number in text(client.get("/sit/check/"))


def test_the_ticket_decides_which_of_two_exams_is_sat():
    first, second = factories.session(), factories.session()
    person = factories.registration(first).candidate
    other = factories.registration(second)
    type(other).objects.filter(pk=other.pk).update(candidate=person)
    client = Client()
    client.post("/sit/", sign_in_data(factories.registration(first)))
    assert first.name in text(client.get("/sit/check/"))
    assert second.name not in text(client.get("/sit/check/"))


@pytest.mark.parametrize("wrong", [{"id_number": "110101199001010015"}, {"ticket_number": "T99999999"}])
def test_a_wrong_pair_gets_one_sentence_and_changes_nothing(wrong):
    registration = factories.registration(factories.session())
    client = Client()
    response = client.post("/sit/", {**sign_in_data(registration), **wrong})
    assert response.status_code == 401
    assert "准考证号或证件号码不对" in text(response)
    assert client.get("/sit/check/")["Location"] == "/sit/"


def test_empty_fields_are_named():
    response = Client().post("/sit/", {"ticket_number": "", "id_number": ""})
    assert response.status_code == 422
    assert "请输入准考证号" in text(response)
    assert "请输入证件号码" in text(response)


def test_too_many_tries_are_throttled_for_this_ticket_only():
    session = factories.session(candidates=2)
    data = sign_in_data(factories.registration(session))
    client = Client()
    for _ in range(10):
        assert client.post("/sit/", {**data, "id_number": "wrong"}).status_code == 401
    response = client.post("/sit/", data)
    assert response.status_code == 429
    assert "尝试次数过多" in text(response)
    assert client.post("/sit/", sign_in_data(factories.registration(session, 1))).status_code == 302


@pytest.mark.parametrize("path", ["check/", "rules/", "wait/", "name-font.css", "name-font.woff2"])
def test_without_sign_in_every_page_leads_to_the_entrance(path):
    response = Client().get(f"/sit/{path}")
    assert (response.status_code, response["Location"]) == (302, "/sit/")


def test_no_step_can_be_skipped():
    session = factories.session()
    registration = factories.registration(session)
    attempt = factories.attempt(session, started=False)
    client = signed_in(registration, promised=False)
    assert client.get("/sit/rules/")["Location"] == "/sit/check/"
    assert client.get("/sit/wait/")["Location"] == "/sit/check/"
    assert client.get(f"/sit/attempts/{attempt.uuid}/")["Location"] == "/sit/check/"
    client.post("/sit/check/")
    assert client.get("/sit/wait/")["Location"] == "/sit/rules/"
    response = client.post("/sit/rules/", {})
    assert response.status_code == 422
    assert "请先勾选承诺" in text(response)
    registration.refresh_from_db()
    assert registration.promised_at is None


def test_at_another_machine_a_promise_given_before_is_enough():
    registration = factories.registration(factories.session())
    signed_in(registration)
    assert Client().post("/sit/", sign_in_data(registration))["Location"] == "/sit/wait/"


def test_signed_in_already_goes_to_the_next_step():
    client = signed_in(factories.registration(factories.session()), promised=False)
    assert client.get("/sit/")["Location"] == "/sit/check/"


def test_staff_are_refused_and_candidates_do_not_reach_staff_pages():
    session = factories.session()
    client = Client()
    client.force_login(factories.staff(session.organisation))
    assert client.get("/sit/check/").status_code == 403
    assert signed_in(factories.registration(session)).get("/staff/").status_code == 403


def test_another_candidates_attempt_is_not_found():
    session = factories.session(candidates=2)
    theirs = factories.attempt(session, index=1)
    client = signed_in(factories.registration(session))
    for path in (f"attempts/{theirs.uuid}/", f"done/{theirs.uuid}/", f"done/{theirs.uuid}/receipt.json"):
        assert client.get(f"/sit/{path}").status_code == 404


def test_no_byte_of_the_form_is_in_any_page():
    session = factories.session()
    attempt = factories.attempt(session, started=False)
    client = signed_in(factories.registration(session))
    pages = [text(client.get(path)) for path in ("/sit/wait/", f"/sit/attempts/{attempt.uuid}/")]
    client.post(f"/api/v1/attempts/{attempt.uuid}/start/", content_type="application/json")
    pages.append(text(client.get(f"/sit/attempts/{attempt.uuid}/")))
    for item in FormItem.objects.filter(form=attempt.form).select_related("item_version"):
        for page in pages:
            assert item.item_version.content["prompt"] not in page
            assert "解析" not in page
    assert all("rationale" not in page for page in pages)


def test_done_shows_what_was_handed_in_and_gives_the_receipt():
    session = factories.session(items=3)
    attempt = factories.attempt(session)
    client = signed_in(factories.registration(session))
    assert client.get(f"/sit/done/{attempt.uuid}/")["Location"] == f"/sit/attempts/{attempt.uuid}/"
    assert client.get(f"/sit/done/{attempt.uuid}/receipt.json").status_code == 404
    factories.hand_in(attempt)
    assert client.get(f"/sit/attempts/{attempt.uuid}/")["Location"] == f"/sit/done/{attempt.uuid}/"
    page = text(client.get(f"/sit/done/{attempt.uuid}/"))
    receipt = attempt.receipts.get()
    assert receipts.short_code(receipt) in page
    assert "已交卷" in page
    file = client.get(f"/sit/done/{attempt.uuid}/receipt.json")
    assert "attachment" in file["Content-Disposition"]
    assert json.loads(file.content) == {
        "receipt": json.loads(receipt.body),
        "signature": receipt.signature,
        "responses": receipts.final_responses(attempt),
    }


def test_an_absent_candidate_gets_no_receipt_page():
    session = factories.session()
    attempt = factories.attempt(session, started=False)
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.EXPIRED)
    client = signed_in(factories.registration(session))
    assert client.get(f"/sit/done/{attempt.uuid}/")["Location"] == "/sit/wait/"
    assert client.get("/sit/wait/").status_code == 200


def test_before_publishing_the_waiting_page_says_so():
    client = signed_in(factories.registration(factories.session(state=SessionState.DRAFT)))
    assert "考场还在准备" in text(client.get("/sit/wait/"))


def test_a_rare_name_has_its_own_small_font():
    client = signed_in(factories.registration(factories.session(names=["陈𬭎"])))
    assert "/sit/name-font.woff2" in text(client.get("/sit/name-font.css"))
    font = client.get("/sit/name-font.woff2").content
    assert font[:4] == b"wOF2"
    assert len(font) < 20_000


def test_a_name_every_system_can_show_needs_no_font():
    client = signed_in(factories.registration(factories.session(names=["阿依古丽·买买提"])))
    assert client.get("/sit/name-font.css").content == b""


def test_receipt_keys_are_public():
    keys = Client().get("/.well-known/exam-receipt-keys").json()["keys"]
    assert {"kty", "crv", "kid", "x"} <= set(keys[0])


def test_staff_sign_in_and_out():
    person = factories.staff(factories.organisation())
    client = Client()
    assert client.get("/staff/")["Location"] == "/staff/sign-in/?next=/staff/"
    wrong = client.post("/staff/sign-in/", {"username": person.username, "password": "wrong"})
    assert wrong.status_code == 401
    assert "用户名或密码不对" in text(wrong)
    data = {"username": person.username, "password": factories.PASSWORD}
    assert client.post("/staff/sign-in/", {**data, "next": "//evil.example/"})["Location"] == "/staff/"
    assert client.post("/staff/sign-in/", {**data, "next": "/standards/"})["Location"] == "/standards/"
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/staff/").status_code == 302


def test_a_candidate_leaves_to_the_entrance_for_the_next():
    client = signed_in(factories.registration(factories.session()))
    assert client.post("/sign-out/")["Location"] == "/sit/"
    assert client.get("/sit/wait/")["Location"] == "/sit/"
