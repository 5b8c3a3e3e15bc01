"""Upload → preview → confirm, and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import OrganisationKind, Role
from audit.models import AuditEvent
from lib.clock import database_now
from standards.models import Standard, StandardUpload
from standards.services import load_standard
from tests import factories
from tests.factories import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return factories.organisation()


@pytest.fixture
def client(organisation):
    return browser(factories.staff(organisation, name="林主任"))


def send(client, data: bytes, name: str = "标准.txt"):
    return client.post("/standards/upload/", {"file": SimpleUploadedFile(name, data)})


def preview(client, data: bytes, name: str = "标准.txt") -> tuple[str, str]:
    answer = send(client, data, name)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], client.get(answer["Location"]).content.decode()


def test_nothing_is_written_before_it_is_confirmed(client, organisation, seed):
    address, page = preview(client, seed)
    for words in ("可以载入：这是一份新的标准", "原文疑点（10）", "1. 社交网络自媒体运营", ">69<"):
        assert words in page
    assert not Standard.objects.exists()
    answer = client.post(f"{address}confirm/", follow=True)
    assert "标准已载入" in answer.content.decode()
    standard = Standard.objects.get()
    assert (standard.keeper, standard.loaded_by, standard.source_name) == (organisation, "林主任", "标准.txt")
    assert not StandardUpload.objects.exists()
    event = AuditEvent.objects.get(action="standard.created")
    assert event.actor_name == "林主任"


def test_a_second_click_loads_nothing_twice(client, seed):
    address, _ = preview(client, seed)
    assert client.post(f"{address}confirm/").status_code == 302
    assert client.post(f"{address}confirm/").status_code == 404
    assert Standard.objects.count() == 1


def test_every_fault_is_shown_and_the_file_cannot_be_confirmed(client, changed):
    data = changed(
        ("1.1.3 能及时完成自媒体帐号的申请开通操作。", "1.1.3 "), ("表 3 新媒体营销职业", "表 3 直播电商职业")
    )
    address, page = preview(client, data)
    assert "不能载入：文件中有 2 处错误" in page
    assert "要求 1.1.3 只有编号，没有内容，请补上。" in page
    assert "直播电商" in page
    assert "确认载入</button>" not in page
    client.post(f"{address}confirm/")
    assert not Standard.objects.exists()
    assert StandardUpload.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        ("今天的会议记录\n".encode(), "记录.txt", "不像职业技能等级标准"),
        (b"PK", "表.xlsx", "不能读取“.xlsx”格式的文件"),
        ("标准\n".encode() + b"\xff\xff\n", "坏.txt", "第 2 行有不能识别的字节"),
    ],
)
def test_what_is_no_standard_says_why(client, data, name, words):
    _, page = preview(client, data, name)
    assert "不能载入" in page
    assert words in page


def test_an_empty_or_missing_file_is_said_at_the_field(client):
    for answer in (send(client, b""), client.post("/standards/upload/", {})):
        assert answer.status_code == 422
    assert "请选择一个文件" in client.post("/standards/upload/", {}).content.decode()
    assert "文件是空的" in send(client, b"").content.decode()


def test_a_new_version_shows_the_difference_and_its_impact(client, organisation, seed, changed):
    load_standard(data=seed, filename="s.txt", by="测试", at=database_now())
    level = Standard.objects.get().levels.get(name="初级")
    version = factories.item(organisation, level, requirement="1.3.4")
    data = changed(("2.0 版", "3.0 版"), ("能熟练查询后台多种", "能熟练查询并导出后台多种"))
    address, page = preview(client, data)
    for words in ("530053 的新版本 3.0", "<ins>并导出</ins>", version.item.code):
        assert words in page
    client.post(f"{address}confirm/")
    assert Standard.objects.count() == 2
    # The same file once more would change nothing.
    _, page = preview(client, data)
    assert "载入不会有任何改动" in page


def test_a_changed_version_in_use_is_refused_with_the_difference(client, organisation, seed, changed):
    load_standard(data=seed, filename="s.txt", by="测试", at=database_now())
    factories.item(organisation, Standard.objects.get().levels.get(name="初级"))
    address, page = preview(client, changed(("能熟练查询后台多种", "能熟练查询并导出后台多种")))
    assert "已经在使用，内容不能再改" in page
    assert "<ins>并导出</ins>" in page
    client.post(f"{address}confirm/")
    assert "并导出" not in Standard.objects.get().source_text


def test_a_version_that_came_into_use_after_the_preview_is_refused_at_the_end(
    client, organisation, seed, changed
):
    load_standard(data=seed, filename="s.txt", by="测试", at=database_now())
    address, page = preview(client, changed(("能熟练查询后台多种", "能熟练查询并导出后台多种")))
    assert "还没有被使用" in page
    factories.item(organisation, Standard.objects.get().levels.get(name="初级"))
    page = client.post(f"{address}confirm/", follow=True).content.decode()
    assert "没有载入" in page
    assert "并导出" not in Standard.objects.get().source_text
    assert StandardUpload.objects.count() == 1


def test_the_same_file_again_is_the_same_upload(client, seed):
    first, _ = preview(client, seed)
    second, _ = preview(client, seed)
    assert first == second
    assert "标准.txt" in client.get("/standards/").content.decode()
    client.post(f"{first}discard/")
    assert not StandardUpload.objects.exists()
    assert client.get(first).status_code == 404


def test_who_may_load(organisation, client, seed):
    address, _ = preview(client, seed)
    colleague = browser(factories.staff(organisation))
    assert colleague.get(address).status_code == 200
    others = [
        (factories.staff(organisation, Role.AUTHOR, Role.REVIEWER, Role.PROCTOR), 403, 403),
        (factories.staff(factories.organisation(kind=OrganisationKind.SCHOOL)), 403, 403),
        (factories.candidate().user, 403, 403),
        # An administrator of another body may load, but this upload is none of his business.
        (factories.staff(factories.organisation()), 200, 404),
    ]
    for person, form, foreign in others:
        assert browser(person).get("/standards/upload/").status_code == form
        assert browser(person).get(address).status_code == foreign
        for act in ("confirm", "discard"):
            assert browser(person).post(f"{address}{act}/").status_code == foreign
    assert not Standard.objects.exists()
    assert colleague.post(f"{address}confirm/").status_code == 302
    assert Standard.objects.get().keeper == organisation


def test_a_standard_has_one_keeper(client, organisation, seed, changed):
    address, _ = preview(client, seed)
    client.post(f"{address}confirm/")
    stranger = browser(factories.staff(factories.organisation()))
    _, page = preview(stranger, changed(("2.0 版", "3.0 版")))
    assert f"由“{organisation.name}”管理" in page
    assert "确认载入</button>" not in page
    assert Standard.objects.count() == 1
