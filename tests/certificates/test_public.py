"""The public page: understands what people type, tells nothing it must not, brings its own rare characters."""

import datetime as dt
import io
import re

import pytest
from django.test import Client
from fontTools.ttLib import TTFont

from certificates import queries, services
from certificates.models import Certificate
from tests.certificates.making import administrator, issued, printed

pytestmark = pytest.mark.django_db


def test_a_code_is_understood_however_it_is_typed():
    certificate = issued()
    code, grouped = certificate.code, queries.grouped(certificate.code)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    for typed in (code, grouped.lower(), f" {code[:7]} {code[7:]} ", wide, grouped.replace("-", "—"),
                  f"https://example.cn/verify/{code}", f"http://example.cn/verify/{grouped}/?from=1"):  # fmt: skip
        answer = Client().get("/verify/", {"code": typed})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/verify/{code}"), typed
    for path in (f"/verify/{code}", f"/verify/{code}/", f"/verify/{grouped.lower()}"):
        assert Client().get(path).status_code == 200


@pytest.mark.parametrize("typed", ["", "---", "证书", "x" * 300, "\0"])
def test_what_is_no_code_gets_a_sentence(typed):
    answer = Client().get("/verify/", {"code": typed})
    assert answer.status_code == 400
    assert "查验码" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/verify/---", "/verify/%00", "/verify/%ED%A0%80", "/verify/证书", "/verify/" + "Z" * 500]
)
def test_odd_addresses_are_404_with_the_sentence(path):
    answer = Client().get(path)
    assert (answer.status_code, "请对照证书左下角" in answer.content.decode()) == (404, True)


def test_the_page_says_what_the_level_means_and_hides_the_rest():
    certificate = issued(name="张三丰")
    sha256 = Certificate.objects.get(pk=certificate.pk).snapshot_sha256
    printed(certificate)
    answer = Client().get(f"/verify/{certificate.code}")
    page = answer.content.decode()
    for words in (
        "有效",
        certificate.number,
        certificate.level.grading_description,
        certificate.organisation.name,
        "查询时间",
    ):
        assert words in page
    assert re.search(r'<meta name="robots" content="noindex', page)
    assert "no-store" in answer.headers["Cache-Control"]
    for secret in (
        "张三丰",
        certificate.candidate.id_number,
        certificate.candidate.masked_id_number,
        "综合成绩",
    ):
        assert secret not in page
    body = Client().get(f"/api/v1/certificates/{certificate.code}/")
    assert "no-store" in body.headers["Cache-Control"]
    assert body.json()["snapshot_sha256"] == sha256
    assert len(body.json()["document_sha256"]) == 64


def test_the_answer_about_a_name_never_holds_the_name():
    certificate = issued(name="张三丰")
    url = f"/verify/{certificate.code}"
    assert "张三丰" not in Client().post(url, {"name": "张三"}).content.decode()
    page = Client().post(url, {"name": "张 三 丰"})
    assert "一致：" in page.content.decode()
    assert "张三丰" not in page.content.decode().replace('value="张 三 丰"', "")
    empty = Client().post(url, {"name": ""})
    assert (empty.status_code, "请输入持证人的姓名全称" in empty.content.decode()) == (400, True)


def test_a_form_from_elsewhere_is_refused():
    certificate = issued()
    assert (
        Client(enforce_csrf_checks=True).post(f"/verify/{certificate.code}", {"name": "张三"}).status_code
        == 403
    )


def test_one_place_that_tries_names_does_not_lock_out_another():
    certificate = issued(name="张三")
    url = f"/verify/{certificate.code}"
    for _ in range(10):
        Client().post(url, {"name": "李四"}, REMOTE_ADDR="192.0.2.1")
    assert Client().post(url, {"name": "张三"}, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert "一致：" in Client().post(url, {"name": "张三"}, REMOTE_ADDR="192.0.2.2").content.decode()
    # Without a proxy the header could be forged: it opens nothing.
    forged = Client().post(
        url, {"name": "张三"}, REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": "192.0.2.9"}
    )
    assert forged.status_code == 429


def test_many_places_together_are_stopped_too(monkeypatch):
    certificate = issued(name="张三")
    monkeypatch.setattr("certificates.views.NAME_RATE_ANYWHERE", "5/hour")
    url = f"/verify/{certificate.code}"
    answers = [
        Client().post(url, {"name": "李四"}, REMOTE_ADDR=f"192.0.2.{one}").status_code for one in range(6)
    ]
    assert answers == [200] * 5 + [429]


def test_the_api_counts_tries_like_the_page_and_answers_alike():
    certificate = issued(name="张三丰")
    url = f"/api/v1/certificates/{certificate.code}/"
    wrong_name = Client().get(url, {"number": certificate.number, "name": "李四"}).json()
    wrong_number = Client().get(url, {"number": "1", "name": "张三丰"}).json()
    assert {**wrong_name, "queried_at": ""} == {**wrong_number, "queried_at": ""}
    for _ in range(8):
        Client().get(url, {"number": "1", "name": "张三丰"})
    late = Client().get(url, {"number": certificate.number, "name": "张三丰"})
    assert (late.status_code, late.json()["code"]) == (429, "too_many")
    assert Client().get(url).status_code == 200


def test_a_rare_surname_brings_its_own_font_and_nothing_of_the_rest_of_the_name():
    certificate = issued(name="䶮㛃")
    css = Client().get(f"/verify/{certificate.code}/name.css")
    (address,) = re.findall(r'url\("([^"]+)"\)', css.content.decode())
    font = TTFont(io.BytesIO(Client().get(address).content))
    assert ord("䶮") in font.getBestCmap()
    assert ord("㛃") not in font.getBestCmap()
    common = issued(name="张三")
    assert Client().get(f"/verify/{common.code}/name.css").content == b""
    assert Client().get("/verify/UNKNOWN/name.css").status_code == 404


def test_the_day_of_a_revocation_is_the_day_in_shanghai():
    certificate = issued()
    services.revoke(certificate_id=certificate.pk, reason="制证有误", by=administrator(certificate))
    certificate.refresh_from_db()
    certificate.revoked_at = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)
    assert queries.public_view(certificate, certificate.revoked_at)["revoked_on"] == "2026-11-23"
