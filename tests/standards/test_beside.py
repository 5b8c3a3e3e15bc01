"""What people keep beside the text: errata shown wherever the text is, and the states of the rules it names."""

import datetime as dt

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import NotSupportedError, ProgrammingError

from accounts.enums import Role
from lib.clock import database_now
from lib.refusals import Conflict, Invalid
from standards import queries
from standards.errata import add_erratum, errata_of, label_of, place_of, withdraw_erratum
from standards.models import Erratum, NormativeReference, ReferenceCheck, Standard
from standards.parsing.designation import read_designation
from standards.rules import newest_checks, record_check
from standards.services import load_standard
from tests import factories
from tests.factories import browser

pytestmark = pytest.mark.django_db

PLACE = "requirement:高级:2.4.4"


@pytest.fixture
def standard(seed):
    load_standard(data=seed, filename="s.txt", by="测试", at=database_now())
    return Standard.objects.get()


@pytest.fixture
def erratum(standard):
    return add(standard)


def add(standard, **changes):
    fields = {
        "cite_code": PLACE,
        "place_text": place_of(standard, PLACE).text,
        "printed": "related 数据",
        "corrected": "相关数据",
        "note": "转录有误",
        "by": factories.staff(factories.organisation(), name="林主任"),
        "at": database_now(),
    }
    return add_erratum(standard=standard, **{**fields, **changes})


def test_an_erratum_stands_beside_the_text_and_changes_no_word(standard, erratum):
    assert errata_of(standard) == {PLACE: [erratum]}
    requirement = queries.requirement_by_code("530053", "2.0", "高级", "2.4.4")
    assert "执行效果和 related 数据" in requirement.text


@pytest.mark.parametrize(
    ("place", "label", "starts"),
    [
        ("requirement:初级:1.1.3", "初级要求 1.1.3", "能及时完成"),
        ("task:高级:5.3", "高级工作任务 5.3", "HTML5 营销"),
        ("area:中级:4", "中级工作领域 4", "社交网络自媒体内容推广"),
        ("term:3.8", "术语 3.8", "内容营销 Content Marketing"),
        ("reference:5", "参考文献 5", "中央网络安全"),
        ("normative:GB/T 31282-2014", "规范性引用文件 GB/T 31282-2014", "GB/T 31282-2014 品牌"),
    ],
)
def test_every_place_of_the_text_can_be_noted(standard, place, label, starts):
    assert label_of(place) == label
    assert place_of(standard, place).text.startswith(starts)


@pytest.mark.parametrize(
    "place", ["requirement:初级:9.9.9", "area:初级:x", "nonsense", "term:", "task:特级:1.1"]
)
def test_a_place_the_version_lacks_is_none(standard, place):
    assert place_of(standard, place) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"printed": "没有这些字"}, "照抄"),
        ({"printed": ""}, "照抄"),
        ({"corrected": ""}, "应为"),
        ({"corrected": "related 数据"}, "相同"),
        ({"corrected": "长" * 501}, "最多 500 个字"),
    ],
)
def test_an_erratum_that_does_not_fit_is_refused(standard, changes, words):
    with pytest.raises(Invalid, match=words):
        add(standard, **changes)
    assert not Erratum.objects.exists()


def test_a_withdrawn_erratum_is_shown_no_more_and_stays_on_record(standard, erratum):
    by = factories.staff(factories.organisation())
    withdraw_erratum(erratum=erratum, reason="看错了", by=by, at=database_now())
    assert errata_of(standard) == {}
    with pytest.raises(Conflict):
        withdraw_erratum(erratum=erratum, reason="再撤", by=by, at=database_now())
    page = browser(by).get(f"/standards/{standard.uuid}/errata/").content.decode()
    assert "看错了" in page
    assert "已撤回" in page


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_keeps_every_erratum(erratum, statement):
    with (
        pytest.raises((InternalError, NotSupportedError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("standards_erratum"))


def test_errata_survive_another_load_of_a_version_nobody_uses(standard, erratum, changed):
    outcome = load_standard(
        data=changed(("能熟练查询后台多种", "能熟练查询并导出后台多种")),
        filename="s.txt",
        by="测试",
        at=database_now(),
    )
    assert outcome.outcome == "replaced"
    tree = queries.Tree(Standard.objects.get())
    noted = [one for one in tree.levels[2].requirements.all() if one.code == "2.4.4"]
    level = next(level for level in tree.levels if level.name == "高级")
    shown = [
        requirement
        for area in level.areas.all()
        for task in area.tasks.all()
        for requirement in task.requirements.all()
        if requirement.notes
    ]
    assert [one.code for one in shown] == ["2.4.4"] == [one.code for one in noted]


def test_errata_are_shown_wherever_the_text_is(standard, erratum):
    organisation = factories.organisation()
    level = standard.levels.get(name="高级")
    version = factories.item(organisation, level, requirement="2.4.4")
    client = browser(factories.staff(organisation))
    for address in (
        f"/standards/{standard.uuid}/?level=高级",
        f"/standards/{standard.uuid}/?q=related",
        f"/standards/{standard.uuid}/errata/",
        f"/items/{version.item.code}/",
    ):
        assert "“related 数据”应为“相关数据”" in client.get(address).content.decode(), address


def test_the_form_beside_a_requirement(standard):
    client = browser(factories.staff(factories.organisation()))
    address = f"/standards/{standard.uuid}/errata/?at={PLACE}"
    assert "执行效果和 related 数据" in client.get(address).content.decode()
    answer = client.post(address, {"printed": "没有", "corrected": "相关", "note": ""})
    assert answer.status_code == 422
    assert "照抄这一条里的文字" in answer.content.decode()
    answer = client.post(address, {"printed": "related", "corrected": "相关", "note": ""}, follow=True)
    assert "“related”应为“相关”" in answer.content.decode()
    assert client.get(f"/standards/{standard.uuid}/errata/?at=requirement:初级:9.9.9").status_code == 404
    assert client.post(f"/standards/{standard.uuid}/errata/", {}).status_code == 404


def test_who_may_write_beside_the_text(standard, erratum):
    keeper = factories.organisation()
    Standard.objects.update(keeper=keeper)
    acts = [
        (f"/standards/{standard.uuid}/errata/?at={PLACE}", {"printed": "related", "corrected": "相关"}),
        (f"/standards/{standard.uuid}/errata/{erratum.uuid}/withdraw/", {"reason": "重复"}),
        (
            f"/standards/{standard.uuid}/rule/?at=reference:9",
            {"state": "repealed", "checked_on": "2026-01-02"},
        ),
        (f"/standards/{standard.uuid}/public/", {"public": "on"}),
    ]
    strangers = [
        factories.staff(keeper, Role.AUTHOR, Role.PROCTOR, Role.SUPERVISOR),
        factories.staff(factories.organisation()),
        factories.candidate().user,
    ]
    for person in strangers:
        for address, data in acts:
            assert browser(person).post(address, data).status_code == 403, address
    assert (Erratum.objects.count(), ReferenceCheck.objects.count()) == (1, 0)
    assert not Standard.objects.get().is_public
    for address, data in acts:
        assert browser(factories.staff(keeper)).post(address, data).status_code == 302, address
    assert (Erratum.objects.count(), ReferenceCheck.objects.count()) == (2, 1)
    assert Standard.objects.get().is_public


# Rules -------------------------------------------------------------------------------------------------------------


def check(document="GB/T 31282-2014", **changes):
    organisation = factories.organisation()
    fields = {
        "state": "replaced",
        "checked_on": dt.date(2026, 11, 1),
        "replaced_by": "GB/T 31282-2025",
        "note": "",
        "organisation": organisation,
        "by": factories.staff(organisation),
        "at": database_now(),
        "today": dt.date(2026, 11, 23),
    }
    return record_check(document=document, **{**fields, **changes})


def test_the_newest_check_is_the_state(standard):
    check(state="current", checked_on=dt.date(2026, 3, 1), replaced_by="")
    later = check()
    check(state="current", checked_on=dt.date(2025, 3, 1), replaced_by="")
    assert newest_checks(["GB/T 31282-2014"]) == {"GB/T 31282-2014": later}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "old"}, "请选择状态"),
        ({"checked_on": dt.date(2026, 11, 24)}, "不能晚于今天"),
        ({"checked_on": None}, "请填写核对日期"),
        ({"replaced_by": " "}, "代替它的文件"),
    ],
)
def test_a_check_that_says_too_little_is_refused(changes, words):
    with pytest.raises(Invalid, match=words):
        check(**changes)
    assert not ReferenceCheck.objects.exists()


def test_items_that_rest_on_a_replaced_rule_are_found(standard):
    organisation = factories.organisation()
    level = standard.levels.get(name="初级")
    reference = NormativeReference.objects.get(code="GB/T 31282")
    entry = {
        "code": "RULE-1", "interaction": "true_false", "requirements": ["1.1.1"], "prompt": "题干",
        "choices": [{"id": "true", "text": "对"}, {"id": "false", "text": "错"}], "key": ["true"],
        "cites": [reference.cite_code],
    }  # fmt: skip
    factories.item(organisation, level, data=entry)
    factories.item(organisation, level)
    check()
    client = browser(factories.staff(organisation))
    page = client.get(f"/standards/{standard.uuid}/?section=references").content.decode()
    assert "被代替" in page
    assert "2026-11-01 核对" in page
    assert page.count("需复核") == 1
    page = client.get("/items/", {"cites": reference.cite_code}).content.decode()
    assert "RULE-1" in page
    assert "共 1 题" in page


def test_checking_a_rule_on_its_page(standard):
    client = browser(factories.staff(factories.organisation()))
    address = f"/standards/{standard.uuid}/rule/?at=reference:9"
    assert "互联网广告管理暂行办法 2016" in client.get(address).content.decode()
    answer = client.post(address, {"state": "replaced", "checked_on": "2026-11-01", "replaced_by": ""})
    assert answer.status_code == 422
    assert "请填写代替它的文件" in answer.content.decode()
    client.post(
        address,
        {"state": "replaced", "checked_on": "2026-11-01", "replaced_by": "互联网广告管理办法（2023）"},
    )
    assert "互联网广告管理办法（2023）" in client.get(address).content.decode()
    assert client.get(f"/standards/{standard.uuid}/rule/?at=reference:99").status_code == 404


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中华人民共和国广告法.北京：法律出版社，2018.", ("中华人民共和国广告法", "", "2018")),
        (
            "中央网络安全和信息化委员会办公室.互联网新闻信息服务管理规定[S].2017. h",
            ("互联网新闻信息服务管理规定", "", "2017"),
        ),
        (
            "《教育部关于公布2020年度结果的通知》（教高函〔2021〕1号）",
            ("教育部关于公布2020年度结果的通知", "教高函〔2021〕1号", "2021"),
        ),
        ("没有年份的书", ("没有年份的书", "", "")),
        ("某办法〔2021〕" + "1" * 300 + "号", ("某办法〔2021〕" + "1" * 241, "", "")),
        ("", ("", "", "")),
    ],
)
def test_an_entry_of_the_bibliography_is_taken_apart(text, expected):
    named = read_designation(text)
    assert (named.title, named.code, named.year) == expected
    assert named.dated == bool(expected[2])
