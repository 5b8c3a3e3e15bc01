"""Staff pages and the database's own rules."""

import re

import pytest
from django.db import InternalError, connection, transaction

from accounts.enums import Role
from certificates import services
from certificates.models import Certificate, Decision
from tests import factories
from tests.certificates.making import administrator, decision, issued, printed
from tests.pages.test_staff_pages import browser

pytestmark = pytest.mark.django_db


def test_several_are_issued_at_once_and_each_refusal_is_told():
    session = factories.session(candidates=3, names=["张三", "李四", "王\U0003fffd"])
    for index in range(3):
        factories.released_result(session, index=index)
    admin = factories.staff(session.organisation)
    decisions = list(Decision.objects.values_list("pk", flat=True))
    page = browser(admin).post("/certificates/issue/", {"decision": decisions}, follow=True).content.decode()
    assert "已颁发 2 份证书" in page
    assert "无法印刷" in page
    assert Certificate.objects.count() == 2


def test_who_must_wait_is_listed_with_the_reason():
    one = decision(publicity_days=5)
    page = browser(administrator(one)).get("/certificates/").content.decode()
    assert "公示期到" in page
    assert "disabled" in page


@pytest.mark.parametrize("chosen", ["²", "x", "9" * 18, "-1"])
def test_odd_choices_change_nothing(chosen):
    one = decision()
    answer = browser(administrator(one)).post("/certificates/issue/", {"decision": chosen})
    assert answer.status_code in (302, 404)
    assert not Certificate.objects.exists()


def test_a_supervisor_reads_and_does_nothing_else():
    certificate = issued()
    printed(certificate)
    client = browser(factories.staff(certificate.organisation, Role.SUPERVISOR))
    assert "颁发所选证书" not in client.get("/certificates/").content.decode()
    page = client.get(f"/certificates/{certificate.uuid}/").content.decode()
    assert "作废这份证书" not in page
    assert client.get(f"/certificates/{certificate.uuid}/pdf/").status_code == 403
    assert client.get("/certificates/pattern/").status_code == 403
    for act in ("revoke", "print"):
        answer = client.post(f"/certificates/{certificate.uuid}/{act}/", {"reason": "制证有误"})
        assert answer.status_code == 403
    assert client.post("/certificates/issue/", {"decision": certificate.decision_id}).status_code == 403


def test_a_stranger_finds_nothing():
    certificate = issued()
    client = browser(factories.staff(factories.organisation()))
    for act in ("revoke", "print"):
        assert (
            client.post(f"/certificates/{certificate.uuid}/{act}/", {"reason": "制证有误"}).status_code == 404
        )
    assert client.post("/certificates/issue/", {"decision": certificate.decision_id}).status_code == 404
    assert certificate.number not in client.get("/certificates/").content.decode()


def test_the_owner_downloads_and_other_candidates_do_not():
    certificate = issued()
    path = f"/sit/certificates/{certificate.uuid}/pdf/"
    owner = browser(certificate.candidate.user)
    assert owner.get(path).status_code == 404
    pdf = printed(certificate)
    assert owner.get(path).content == pdf
    assert certificate.number in owner.get("/sit/certificates/").content.decode()
    assert browser(factories.candidate(name="李四").user).get(path).status_code == 404
    assert browser(None).get(path).status_code == 302
    assert browser(administrator(certificate)).get(path).status_code == 403


def test_a_revocation_needs_a_reason_and_happens_once():
    certificate = issued()
    client = browser(administrator(certificate))
    url = f"/certificates/{certificate.uuid}/revoke/"
    assert "请填写作废原因" in client.post(url, {"reason": " "}, follow=True).content.decode()
    assert "已作废" in client.post(url, {"reason": "姓名有误"}, follow=True).content.decode()
    # Whoever lost a certificate is not given the next one by a careless click.
    assert re.search(r'aria-label="选择张三"\s*>', client.get("/certificates/").content.decode())
    assert "不能变为" in client.post(url, {"reason": "再来一次"}, follow=True).content.decode()
    certificate.refresh_from_db()
    assert (certificate.state, certificate.revocation_reason) == ("revoked", "姓名有误")


def test_the_database_keeps_what_is_void_void():
    certificate = issued()
    services.revoke(certificate_id=certificate.pk, reason="制证有误", by=administrator(certificate))
    for change in ({"state": "valid"}, {"revocation_reason": "别的"}):
        with pytest.raises(InternalError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**change)


def test_the_database_refuses_to_empty_the_table():
    issued()
    with connection.cursor() as cursor:
        # Off in the product; the suite's own connections have it on for their flush.
        cursor.execute("SET LOCAL certification.allow_truncate = off; SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(InternalError, match="certificates must not be truncated"), transaction.atomic():
            cursor.execute("TRUNCATE certificates_certificate CASCADE")


def test_rare_characters_of_the_listed_names_come_along():
    certificate = issued(name="王䶮")
    client = browser(administrator(certificate))
    address = "/certificates/names.css?c=4DAE"
    assert address in client.get("/certificates/").content.decode()
    assert "names.woff2?c=4DAE" in client.get(address).content.decode()
    assert client.get("/certificates/names.woff2?c=4DAE").content.startswith(b"wOF2")
    # Only rare characters are cut, whatever is asked for.
    assert client.get("/certificates/names.css?c=5F20-D800-FFFFF-x").status_code == 200
    assert browser(None).get(address).status_code == 302
