"""The public pages and the sheet to print: who sees them, what they show, how they look in a browser."""

import io
import re
import unicodedata

import pytest
from django.test import Client
from playwright.sync_api import expect
from pypdf import PdfReader

from lib.clock import database_now
from standards import queries
from standards.errata import add_erratum, withdraw_erratum
from standards.models import Requirement, Standard, WorkArea, WorkTask
from standards.printing import tables
from standards.services import load_standard
from tests import factories
from tests.looks import SMALL_TARGETS, assert_accessible, overflow

pytestmark = pytest.mark.django_db

ROOT = "/open/standards/"
HOME = f"{ROOT}530053/2.0/"


def load(data, *, is_public=True):
    load_standard(data=data, filename="s.txt", by="测试", at=database_now())
    standard = Standard.objects.latest("pk")
    Standard.objects.filter(pk=standard.pk).update(is_public=is_public)
    return standard


def note(standard, **fields):
    given = {
        "cite_code": "requirement:高级:2.4.4", "place_text": "和 related 数据", "printed": "related",
        "corrected": "相关", "note": "转录错误",
    }  # fmt: skip
    user = factories.staff(factories.organisation())
    return add_erratum(standard=standard, by=user, at=database_now(), **{**given, **fields})


def page(address, client=None, **query):
    answer = (client or Client()).get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def standard(seed):
    return load(seed)


PAGES = [f"{ROOT}530053/", HOME, f"{HOME}1/", f"{HOME}?q=账号", f"{HOME}print/"]


@pytest.mark.parametrize("address", PAGES)
def test_nobody_sees_what_is_not_public(seed, address):
    load(seed, is_public=False)
    staff = Client()
    staff.force_login(factories.staff(factories.organisation()))
    for client in (Client(), staff):
        hidden, unknown = client.get(address), client.get(address.replace("530053", "999999"))
        assert hidden.status_code == unknown.status_code == 404
        assert "没有找到这份标准的公开页面" in hidden.content.decode()
        assert "新媒体" not in hidden.content.decode()
    assert "目前没有公开全文的标准" in page(ROOT)


def test_the_page_is_off_until_somebody_turns_it_on(seed):
    load_standard(data=seed, filename="s.txt", by="测试", at=database_now())
    assert Client().get(HOME).status_code == 404


@pytest.mark.parametrize("address", [HOME, f"{HOME}2/", f"{HOME}?q=账号", f"{HOME}print/"])
def test_owner_version_and_rights_stand_on_every_page(standard, address):
    text = page(address)
    for words in (standard.rights_notice, standard.owner, "2.0 版（2021 年）", "530053", standard.title):
        assert words in text


def test_the_overview_has_every_chapter(standard):
    text = page(HOME)
    for anchor in ("term-3.1", "term-3.16", "normative-10", "reference-31", "majors", "level-3"):
        assert f'id="{anchor}"' in text
    for words in (
        "3 个工作领域 · 10 项工作任务 · 42 条要求",
        "KOL 投放优化师",
        "新版职业教育专业目录",
        "News Feed Ads",
    ):
        assert words in text
    assert text.count("没有列全") == 8
    assert text.count("注日期（2") == 10
    for level in standard.levels.all():
        assert level.grading_description in text


@pytest.mark.parametrize(("number", "count"), [(1, 42), (2, 61), (3, 69)])
def test_a_level_has_an_address_for_every_place(standard, number, count):
    text = page(f"{HOME}{number}/")
    assert len(re.findall(r'<li class="open-requirement" id="r[\d.]+"', text)) == count
    for anchor in ("a1", "t1.1", "r1.1.1"):
        assert text.count(f'id="{anchor}"') == 1
    level = standard.levels.get(number=number)
    assert level.grading_description in text
    assert level.occupation_description in text
    assert ("高级别涵盖低级别" in text) == (number > 1)


def test_a_level_the_standard_lacks_is_404(standard):
    assert Client().get(f"{HOME}4/").status_code == 404


def test_versions_know_each_other_and_hidden_ones_stay_hidden(standard, changed):
    load(changed(("2.0 版", "2.1 版")))
    load(changed(("2.0 版", "3.0 版")), is_public=False)
    old, new = page(HOME), page(f"{ROOT}530053/2.1/")
    assert "您看到的是较早的版本" in old
    assert f'href="{ROOT}530053/2.1/"' in old
    assert "最新公开版本</span>" in new
    assert f'href="{HOME}"' in new
    assert "3.0 版" not in old + new
    assert Client().get(f"{ROOT}530053/")["Location"] == f"{ROOT}530053/2.1/"
    assert page(ROOT).count('class="card"') == 1


def test_errata_stand_beside_their_place_without_the_name_of_the_writer(standard):
    erratum = note(standard)
    note(standard, cite_code="term:3.8", place_text="想用户", printed="想用户", corrected="向用户")
    for address in (f"{HOME}3/", f"{HOME}print/"):
        text = page(address)
        assert "“related”应为“相关”（转录错误）" in text
        assert "执行效果和 related 数据" in text
        assert erratum.by.display_name not in text
    assert "应为“向用户”" in page(HOME)
    withdraw_erratum(erratum=erratum, reason="误填", by=erratum.by, at=database_now())
    assert "“related”应为" not in page(f"{HOME}3/")


@pytest.mark.parametrize(
    ("query", "address", "marked"),
    [
        ("账户", "2/#r", "帐户"),
        ("NEWS feed", "#term-3.16", "News"),
        ("kol", "2/#occupations", "KOL"),
        ("茶艺与茶营销", "#majors", "茶艺与茶营销"),
        ("31282", "#normative-1", "31282"),
        ("电子商务法", "#reference-", "电子商务法"),
    ],
)
def test_search_looks_everywhere(standard, query, address, marked):
    text = page(HOME, q=query)
    assert f'href="{HOME}{address}' in text
    assert f"<mark>{marked}</mark>" in text


def test_search_finds_a_number_however_it_is_typed(standard):
    assert page(HOME, q="１.１.１").count("#r1.1.1") == 3


def test_search_folds_and_escapes_and_says_when_nothing_is_there(standard):
    assert page(HOME, q="账号").count("<mark>") == page(HOME, q="帐号").count("<mark>") > 20
    nothing = page(HOME, q="<script>alert(1)</script>")
    assert "没有找到" in nothing
    assert "<script>alert" not in nothing
    assert 'name="robots" content="noindex"' in nothing
    assert page(HOME, q="   ") == page(HOME)
    assert "没有找到" in page(HOME, q="没" * 500)


def test_caches_ask_again_and_unchanged_pages_are_not_sent_again(standard):
    client = Client()
    for address in (ROOT, HOME, f"{HOME}3/", f"{HOME}print/"):
        first = client.get(address)
        assert first["Cache-Control"] == "no-cache, public"
        assert client.get(address, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    etag = client.get(f"{HOME}3/")["ETag"]
    note(standard)
    assert client.get(f"{HOME}3/", HTTP_IF_NONE_MATCH=etag).status_code == 200
    Standard.objects.update(is_public=False)
    assert client.get(f"{HOME}3/", HTTP_IF_NONE_MATCH=etag).status_code == 404
    client.force_login(factories.candidate().user)
    assert "private" in client.get(ROOT)["Cache-Control"]
    assert client.post(ROOT).status_code == 405


@pytest.mark.parametrize("address", [HOME, f"{HOME}3/", f"{HOME}?q=账号", f"{HOME}print/"])
def test_a_page_costs_the_same_however_much_there_is(
    standard, changed, address, django_assert_num_queries, django_assert_max_num_queries
):
    client = Client()
    with django_assert_max_num_queries(14) as one:
        client.get(address)
    load(changed(("2.0 版", "2.1 版")))
    note(standard)
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_staff_print_what_is_not_public(seed):
    standard = load(seed, is_public=False)
    address = f"/standards/{standard.uuid}/print/"
    assert Client().get(address).status_code == 302
    client = Client()
    client.force_login(factories.staff(factories.organisation()))
    text = page(address, client)
    assert text.count("<tr>") == 172 + 3
    for kind in ("tsv", "json", "xlsx"):
        assert f'href="/standards/{standard.uuid}/export.{kind}"' in text
    assert text.count('scope="rowgroup"') == 13
    assert sum(int(span) for span in re.findall(r'scope="row" rowspan="(\d+)"', text)) == 172
    assert client.get("/standards/00000000-0000-4000-8000-000000000000/print/").status_code == 404


def test_what_has_nothing_below_it_keeps_its_line(standard):
    level = standard.levels.get(number=1)
    WorkArea.objects.create(level=level, number=9, name="空领域", printed_name="空领域")
    area = level.areas.get(number=1)
    WorkTask.objects.create(area=area, ordinal=9, code="1.9", name="空任务", printed_name="空任务")
    first, *_, last = tables(queries.Tree(standard))[0].areas
    assert (first.rows[0].area_span, len(first.rows)) == (18, 18)
    assert first.rows[-1].task.name == "空任务"
    assert [(row.area.name, row.task, row.requirement) for row in last.rows] == [("空领域", None, None)]
    text = page(f"{HOME}print/")
    assert "/export." not in text
    assert "空领域" in text
    assert "空任务" in text
    assert first.fits_a_page
    Requirement.objects.filter(task__area=area).update(text="长" * 400)
    assert not tables(queries.Tree(standard))[0].areas[0].fits_a_page


@pytest.mark.django_db(transaction=True)
class TestBrowser:
    """With Chromium."""

    def test_pages_fit_phones_and_desks_and_are_accessible(self, browser, live_server, standard, changed):
        load(changed(("2.0 版", "2.1 版")))
        note(standard)
        context = browser.new_context(locale="zh-CN")
        faults = []
        sight = context.new_page()
        sight.on("console", lambda message: faults.append(message.text))
        for address in (ROOT, HOME, f"{HOME}3/", f"{HOME}?q=账号", f"{HOME}?q=没有这个词", f"{HOME}print/"):
            sight.goto(live_server.url + address)
            for width, height in ((1366, 768), (390, 844)):
                sight.set_viewport_size({"width": width, "height": height})
                assert overflow(sight) <= 0, (address, width)
                assert sight.evaluate(SMALL_TARGETS) == []
                assert_accessible(sight)
        assert faults == []
        context.close()

    def test_everything_works_without_scripts(self, browser, live_server, standard):
        context = browser.new_context(java_script_enabled=False, locale="zh-CN")
        sight = context.new_page()
        sight.goto(live_server.url + HOME)
        sight.get_by_label("在这份标准中查找").fill("二维码")
        sight.keyboard.press("Enter")
        expect(sight.get_by_role("heading", name="查找“二维码”")).to_be_visible()
        sight.locator(".open-entries a").first.click()
        expect(sight.locator(":target")).to_be_visible()
        expect(sight.get_by_role("heading", level=1)).to_contain_text("高级")
        sight.goto(f"{live_server.url}{HOME}print/")
        expect(sight.get_by_role("button", name="打印")).to_be_hidden()
        context.close()

    def test_the_sheet_prints_on_a4_with_the_table_head_on_every_page(self, browser, live_server, standard):
        context = browser.new_context(locale="zh-CN")
        sight = context.new_page()
        sight.goto(f"{live_server.url}{HOME}print/")
        expect(sight.get_by_role("button", name="打印")).to_be_visible()
        pages = PdfReader(io.BytesIO(sight.pdf(prefer_css_page_size=True))).pages
        context.close()
        assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) in ((595, 842), (596, 842))
        # Extracted text has the radicals' own characters (⼯) in place of some common ones (工).
        texts = [unicodedata.normalize("NFKC", "".join(one.extract_text().split())) for one in pages]
        assert 14 <= len(texts) <= 20
        with_rows = [text for text in texts if re.search(r"\d\.\d\.\d[能掌了熟]", text)]
        assert len(with_rows) >= 9
        assert all("工作领域工作任务职业技能要求" in text for text in with_rows)
        assert "打印" not in texts[0]
        assert "不得印刷、销售" in texts[0]
        assert "不得印刷、销售" in texts[-1]
