"""Certificates: issued once, printed exactly, verified by anybody, never telling more than they may."""

import io
import json
import threading

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.db import InternalError, connection, transaction
from django.test import Client

from accounts.enums import Role
from certificates import numbering, queries, services
from certificates.models import Certificate, CertificateDocument, Decision
from certificates.print.document import missing_glyphs, verify_url
from lib.leases import TaskState
from lib.refusals import Conflict, Forbidden, Invalid, NotFound
from tests import factories

pytestmark = pytest.mark.django_db
RARE = "王䶮㛃𬭎"


def decision(**options) -> Decision:
    return Decision.objects.get(result=factories.released_result(**options))


def issued(**options) -> Certificate:
    one = decision(**options)
    return services.issue(
        decision_id=one.pk, by=factories.staff(one.result.registration.session.organisation)
    )


def printed(certificate: Certificate) -> bytes:
    assert services.print_document(certificate.document.pk)
    return bytes(CertificateDocument.objects.get(certificate=certificate).pdf)


def test_a_released_result_becomes_a_decision_once():
    one = decision()
    assert services.decide(one.result_id) == one
    assert one.passed


def test_the_second_issue_is_refused_with_a_sentence():
    one = decision()
    admin = factories.staff(one.result.registration.session.organisation)
    services.issue(decision_id=one.pk, by=admin)
    with pytest.raises(Conflict) as caught:
        services.issue(decision_id=one.pk, by=admin)
    assert caught.value.code == "already_issued"
    assert Certificate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_issue_one():
    one = decision()
    admins = [factories.staff(one.result.registration.session.organisation) for _ in range(2)]
    barrier, refused = threading.Barrier(2), []

    def issue(admin):
        try:
            barrier.wait()
            services.issue(decision_id=one.pk, by=admin)
        except Conflict as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(admin,)) for admin in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["already_issued"]
    assert Certificate.objects.count() == 1


def test_after_a_revocation_a_new_one_may_be_issued():
    first = issued()
    admin = factories.staff(first.organisation)
    services.revoke(certificate_id=first.pk, reason="姓名有误", by=admin)
    second = services.issue(decision_id=first.decision_id, by=admin)
    assert second.number != first.number
    assert second.code != first.code


def test_no_certificate_before_the_end_of_the_publicity_or_without_passing():
    waiting = decision(publicity_days=5)
    with pytest.raises(Conflict, match="公示期"):
        services.issue(
            decision_id=waiting.pk, by=factories.staff(waiting.result.registration.session.organisation)
        )
    failed = decision(passed=False)
    with pytest.raises(Conflict, match="合格"):
        services.issue(
            decision_id=failed.pk, by=factories.staff(failed.result.registration.session.organisation)
        )
    assert not Certificate.objects.exists()


def test_who_may_issue():
    one = decision()
    org = one.result.registration.session.organisation
    with pytest.raises(Forbidden):
        services.issue(decision_id=one.pk, by=factories.staff(org, Role.REVIEWER))
    with pytest.raises(NotFound):
        services.issue(decision_id=one.pk, by=factories.staff(factories.organisation()))


def test_the_pdf_holds_rare_characters_and_a_code_that_leads_to_the_page():
    certificate = issued(name=RARE)
    pdf = printed(certificate)
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert RARE in text
    assert certificate.number in text
    assert certificate.candidate.id_number in text
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == verify_url(certificate.code)


def test_printing_again_gives_the_same_bytes_and_delivering_twice_prints_once():
    certificate = issued()
    first = printed(certificate)
    assert not services.print_document(certificate.document.pk)
    CertificateDocument.objects.update(state=TaskState.QUEUED, tries=0)
    assert printed(certificate) == first


def test_a_name_the_fonts_lack_is_refused_before_printing():
    assert missing_glyphs("张三·䶮") == ""
    one = decision(name="张\U0003fffd")
    with pytest.raises(Invalid) as caught:
        services.issue(decision_id=one.pk, by=factories.staff(one.result.registration.session.organisation))
    assert caught.value.code == "missing_glyph"


@pytest.mark.parametrize("column", ["snapshot", "number", "code"])
def test_the_database_refuses_to_change_a_certificate(column):
    certificate = issued()
    with pytest.raises(InternalError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**{column: "x"})
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_certificate")


def test_anybody_sees_state_and_masked_name_and_nothing_more():
    certificate = issued(name="张三丰")
    printed(certificate)
    page = Client().get(f"/verify/{certificate.code}").content.decode()
    assert "有效" in page
    assert "张**" in page
    assert "演示样张，无效" in page
    body = Client().get(f"/api/v1/certificates/{queries.grouped(certificate.code).lower()}/").json()
    assert (body["state"], body["name"], body["number"]) == ("valid", "张**", certificate.number)
    for text in (page, json.dumps(body, ensure_ascii=False)):
        assert "张三丰" not in text
        assert certificate.candidate.id_number not in text


def test_full_name_and_number_together_unmask_and_a_wrong_one_does_not():
    certificate = issued(name="张三丰")
    url = f"/api/v1/certificates/{certificate.code}/"
    right = {"number": certificate.number, "name": "张三丰"}
    assert Client().get(url, right).json()["name"] == "张三丰"
    assert Client().get(url, {**right, "name": "张三"}).json()["name"] == "张**"
    assert Client().get(url, {**right, "number": "1"}).json()["name"] == "张**"


def test_typing_a_name_answers_and_is_throttled():
    certificate = issued(name="张三")
    url = f"/verify/{certificate.code}"
    client = Client()
    assert "一致：" in client.post(url, {"name": " 张 三 "}).content.decode()
    assert "不一致：" in client.post(url, {"name": "李四"}).content.decode()
    for _ in range(8):
        client.post(url, {"name": "李四"})
    answer = client.post(url, {"name": "张三"})
    assert answer.status_code == 429
    assert "次数过多" in answer.content.decode()


def test_an_unknown_code_is_404_with_a_sentence_that_says_what_to_do():
    answer = Client().get("/verify/AAAAA-BBBBB")
    assert answer.status_code == 404
    assert "请对照证书左下角的查验码" in answer.content.decode()
    problem = Client().get("/api/v1/certificates/AAAAABBBBB/")
    assert (problem.status_code, problem.json()["code"]) == (404, "not_found")


def test_a_revoked_certificate_says_so():
    certificate = issued()
    services.revoke(
        certificate_id=certificate.pk, reason="制证有误", by=factories.staff(certificate.organisation)
    )
    assert "已作废" in Client().get(f"/verify/{certificate.code}").content.decode()
    assert Client().get(f"/api/v1/certificates/{certificate.code}/").json()["state"] == "revoked"


def test_numbers_follow_the_pattern_and_carry_a_check_digit():
    values = {"standard": "530053", "level": 1, "year": 2026, "batch": 1, "site": "1101"}
    number = numbering.render("{standard}{level}{year:2}{batch:2}{site}{serial:5}{check}", values, 7)
    assert number == "53005312601110100007" + "3"
    # A single wrong digit changes the check digit.
    wrong = "6" + number[1:-1]
    assert numbering.check_digit(wrong) != number[-1]


@pytest.mark.parametrize("pattern", ["{standard}", "{check}{serial}", "{serial}号", "{serial}{check}{check}"])
def test_a_pattern_that_cannot_give_good_numbers_is_refused(pattern):
    with pytest.raises(Invalid):
        numbering.check_pattern(pattern)


def test_the_sweep_finds_what_was_lost():
    certificate = issued()
    CertificateDocument.objects.update(created_at=certificate.issued_at.replace(year=2020))
    assert services.sweep() == 1
    assert queries.first_broken_certificate() is None
