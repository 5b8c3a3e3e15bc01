"""The list and the tree: who may see them, what they show, what they cost."""

import pytest
from django.test import Client

from accounts.enums import Role
from itembank import services as itembank
from lib.clock import database_now
from standards import queries
from standards.models import Standard
from standards.services import load_standard
from tests import factories

pytestmark = pytest.mark.django_db


def load(data: bytes) -> Standard:
    load_standard(data=data, filename="s.txt", by="测试", at=database_now())
    return Standard.objects.latest("pk")


@pytest.fixture
def staff_client():
    client = Client()
    client.force_login(factories.staff(factories.organisation()))
    return client


@pytest.fixture
def address(seed):
    return f"/standards/{load(seed).uuid}/"


def test_staff_only(address):
    client = Client()
    for page in ("/standards/", address):
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/staff/sign-in/?next=")
    client.force_login(factories.candidate().user)
    for page in ("/standards/", address):
        assert client.get(page).status_code == 403


def test_the_list_names_every_version(staff_client, seed):
    assert "还没有载入标准" in staff_client.get("/standards/").content.decode()
    load(seed)
    page = staff_client.get("/standards/").content.decode()
    assert "新媒体营销职业技能等级标准" in page
    assert "172 条" in page


def test_an_unknown_standard_is_404(staff_client):
    assert staff_client.get("/standards/00000000-0000-4000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize(
    ("level", "count"), [("初级", 42), ("中级", 61), ("高级", 69), ("", 42), ("特级", 42)]
)
def test_a_level_shows_its_requirements_with_anchors(staff_client, address, level, count):
    page = staff_client.get(address, {"level": level}).content.decode()
    assert page.count('<li class="requirement" id="r') == count
    assert 'id="r1.1.1"' in page


def test_a_doubtful_requirement_says_so_and_keeps_its_wording(staff_client, address):
    page = staff_client.get(address, {"level": "高级"}).content.decode()
    assert "执行效果和 related 数据" in page
    # 2.4.4, 2.3.2 and three texts that stand twice.
    assert page.count(">原文疑点</a>") == 5


@pytest.mark.parametrize(
    ("query", "count"), [("账号", None), ("帐号", None), ("html5", 6), ("HTML5 平台", 2), ("没有这个词", 0)]
)
def test_search_folds_spelling_and_case(staff_client, address, query, count):
    page = staff_client.get(address, {"q": query}).content.decode()
    wanted = staff_client.get(address, {"q": "帐号"}).content.decode().count('class="requirement"')
    assert page.count('class="requirement"') == (wanted if count is None else count)
    assert wanted > 20


def test_search_marks_what_it_found_and_escapes_what_was_typed(staff_client, address):
    page = staff_client.get(address, {"q": "账户"}).content.decode()
    assert "<mark>帐户</mark>" in page
    page = staff_client.get(address, {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("terms", ["3.16", "News Feed Ads"]),
        ("occupations", ["KOL 投放优化师", "根据营销需求实现营销效果。"]),
        ("majors", ["茶艺与茶营销", "新版职业教育专业目录", "20 个专业"]),
        ("references", ["GB/T 31282-2014", "[31]"]),
        ("drafting", ["新华网股份有限公司", "孔原"]),
        ("anomalies", ["related", "想", "2.4.4"]),
    ],
)
def test_the_other_chapters(staff_client, address, section, words):
    page = staff_client.get(address, {"section": section}).content.decode()
    for word in words:
        assert word in page


def test_the_tree_costs_the_same_however_many_standards_there_are(
    staff_client, address, changed, django_assert_num_queries, django_assert_max_num_queries
):
    staff_client.get(address)
    with django_assert_max_num_queries(15) as one:
        staff_client.get(address)
    load(changed(("2.0 版", "2.1 版")))
    load(changed(("2.0 版", "3.0 版")))
    with django_assert_num_queries(len(one)):
        staff_client.get(address)
    # A search shows every level and counts no items.
    with django_assert_num_queries(len(one) - 1):
        staff_client.get(address, {"q": "帐号"})


def test_the_tree_query_is_constant(seed, django_assert_num_queries):
    standard = load(seed)
    with django_assert_num_queries(6):
        tree = queries.Tree(standard)
        for level in tree.levels:
            list(level.occupations.all())
            for area in level.areas.all():
                for task in area.tasks.all():
                    for requirement in task.requirements.all():
                        assert (
                            requirement.cite_code,
                            requirement.notes,
                            requirement.level.standard,
                        ) is not None
    with django_assert_num_queries(6):
        for chapter in (
            tree.terms,
            tree.normative_references,
            tree.bibliography,
            tree.majors,
            tree.anomalies,
        ):
            assert len(chapter) == len(list(chapter))
        assert (len(tree.drafting_units), len(tree.drafters)) == (10, 18)


def test_coverage_is_a_heat_map_of_ones_own_bank(seed):
    standard = load(seed)
    organisation, level = factories.organisation(), standard.levels.get(name="初级")
    for _ in range(3):
        factories.item(organisation, level, requirement="1.1.1")
    factories.item(organisation, level, requirement="1.1.2", interaction="true_false")
    factories.item(factories.organisation(), level, requirement="1.1.3")
    draft = {
        "code": "DRAFT-1", "interaction": "true_false", "requirements": ["1.1.4"], "prompt": "题干",
        "choices": [{"id": "true", "text": "对"}, {"id": "false", "text": "错"}], "key": ["true"],
    }  # fmt: skip
    itembank.write_version(
        organisation=organisation, level=level, requirements={one.code: one for one in level.requirements.all()},
        data=draft, by=factories.staff(organisation, Role.AUTHOR), at=database_now(),
    )  # fmt: skip
    client = factories.browser(factories.staff(organisation, Role.AUTHOR))
    page = client.get(f"/standards/{standard.uuid}/?section=coverage").content.decode()
    assert "40 条没有已发布的试题" in page
    assert "4 题 · 15 条要求没有试题" in page
    assert "单选题 3" in page
    # A draft is told and covers nothing yet.
    assert "判断题 1（草稿）" in page
    tree = client.get(f"/standards/{standard.uuid}/").content.decode()
    assert "单选题 3" in tree
    assert tree.count("还没有试题") == 39


def test_who_keeps_no_bank_sees_no_coverage(seed):
    standard = load(seed)
    client = factories.browser(factories.staff(factories.organisation(), Role.SUPERVISOR))
    page = client.get(f"/standards/{standard.uuid}/?section=coverage").content.decode()
    assert "题目覆盖" not in page
    assert "还没有试题" not in page


def test_two_hundred_standards_cost_the_list_no_more_queries(
    staff_client, seed, django_assert_max_num_queries
):
    load(seed)
    for number in range(200):
        Standard.objects.create(
            code=f"9{number:05d}", version="1.0", title=f"职业{number}职业技能等级标准", source_name="t.txt",
            source_sha256="0" * 64, source_text="", content_sha256="0" * 64, loaded_at=database_now(),
        )  # fmt: skip
    with django_assert_max_num_queries(15):
        page = staff_client.get("/standards/").content.decode()
    assert "第 1 页，共 5 页" in page
    page = staff_client.get("/standards/", {"q": "新媒体"}).content.decode()
    assert "530053" in page
    assert "900001" not in page
