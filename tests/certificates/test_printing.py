"""The certificate on paper: one sheet whatever is printed, exact text, marked as sample only for demo bodies."""

import io
from zoneinfo import ZoneInfo

import pypdf
import pypdfium2
import pytest
import zxingcpp

from accounts.models import Candidate, Organisation
from certificates import services
from certificates.models import CertificateDocument
from certificates.print import document
from exams.models import Batch, Site
from lib import leases
from lib.leases import TaskState
from lib.refusals import Conflict, Forbidden, Invalid
from standards.models import Level, Occupation, Standard
from tests import factories
from tests.certificates.making import administrator, decision, issued, printed
from tests.pages.test_staff_pages import browser

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    (page,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return page.extract_text()


def test_the_sheet_carries_what_the_rule_asks_for():
    session = factories.session(factories.organisation(is_demo=False), names=["王䶮㛃𬭎"])
    certificate = issued(of=session)
    pdf = printed(certificate)
    text = text_of(pdf)
    standard = session.scheme.level.standard
    day = certificate.issued_at.astimezone(ZoneInfo("Asia/Shanghai"))
    for words in (
        "职业技能等级证书", "王䶮㛃𬭎", "居民身份证", certificate.candidate.id_number, standard.title, standard.code, "初级",
        session.organisation.name, session.site.name, session.batch.name, certificate.number,
        f"{day.year}年{day.month}月{day.day}日", document.verify_url(certificate.code),
    ):  # fmt: skip
        assert words in text
    assert "演示样张" not in text
    assert b"pdfaid:part" in pdf


def test_a_demo_body_prints_samples_only():
    assert "演示样张，无效" in text_of(printed(issued()))


def test_the_longest_words_stay_on_one_sheet_and_the_code_stays_readable():
    one = decision()
    session = one.result.registration.session
    Candidate.objects.filter(pk=one.result.registration.candidate_id).update(name="阿依古丽·买买提" * 7)
    Organisation.objects.filter(pk=session.organisation_id).update(
        name="联创新世纪品牌管理股份有限公司评价中心" * 10
    )
    Site.objects.filter(pk=session.site_id).update(name="职业技术学院第三实训中心" * 10)
    Batch.objects.filter(pk=session.batch_id).update(name="全国统一认定第十二批次" * 10)
    Standard.objects.filter(pk=session.scheme.level.standard_id).update(title="新媒体营销与直播电商运营" * 10)
    for index in range(12):
        Occupation.objects.create(
            standard=session.scheme.level.standard,
            level=session.scheme.level,
            cite_code=f"O{index}",
            ordinal=index + 1,
            name=f"互联网营销师（第{index}方向）",
        )
    certificate = services.issue(decision_id=one.pk, by=administrator(one))
    pdf = printed(certificate)
    text = text_of(pdf).replace("\n", "")
    assert "阿依古丽·买买提" * 7 in text
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == document.verify_url(certificate.code)


def test_a_candidates_text_is_never_program_text():
    certificate = issued(name="#panic[x]*_$")
    assert "#panic[x]*_$" in text_of(printed(certificate))


def test_another_process_prints_the_same_bytes():
    certificate = issued()
    first = printed(certificate)
    document._compiler.cache_clear()
    assert document.render_pdf(certificate) == first


def test_a_site_name_the_font_lacks_is_refused_too():
    one = decision()
    Site.objects.update(name="考点\U0003fffd")
    with pytest.raises(Invalid, match="考点名称") as caught:
        services.issue(decision_id=one.pk, by=administrator(one))
    assert caught.value.code == "missing_glyph"
    assert Level.objects.exists()


def test_a_file_the_machine_gave_up_is_printed_again_by_a_person(monkeypatch):
    certificate = issued()

    def broken(_):
        raise RuntimeError("no paper")

    monkeypatch.setattr(services, "render_pdf", broken)
    for _ in range(leases.MAX_TRIES):
        assert not services.print_document(certificate.document.pk)
    assert not services.print_document(certificate.document.pk)
    kept = CertificateDocument.objects.get(certificate=certificate)
    assert (kept.state, "no paper" in kept.failure) == (TaskState.FLAGGED, True)
    monkeypatch.undo()

    client = browser(administrator(certificate))
    page = client.get(f"/certificates/{certificate.uuid}/").content.decode()
    assert "重新生成文件" in page
    assert "reload.js" not in page
    assert client.get(f"/certificates/{certificate.uuid}/pdf/").status_code == 404
    with pytest.raises(Forbidden):
        services.print_again(
            certificate_id=certificate.pk, by=factories.staff(certificate.organisation, "supervisor")
        )
    assert client.post(f"/certificates/{certificate.uuid}/print/").status_code == 302
    assert printed(certificate).startswith(b"%PDF")
    with pytest.raises(Conflict):
        services.print_again(certificate_id=certificate.pk, by=administrator(certificate))
