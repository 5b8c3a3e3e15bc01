"""The author's desk: who may, nothing typed is lost, drafts and versions, what each page costs."""

import dataclasses
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from audit.models import AuditEvent
from certification.integrity import verify
from itembank import authoring
from itembank.desk import trying
from itembank.desk.queries import stamp, task_of
from itembank.desk.typed import FIELDS, PARTS, typed_of
from itembank.models import Item, ItemVersion
from itembank.practical.tasks import read_task
from itembank.views import level_key
from tests import factories
from tests.factories import browser
from tests.itembank.desk import CONSOLE, FILES, edit, form, save, text

pytestmark = pytest.mark.django_db


# ---- who may ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.AUTHOR, {"list": 200, "new": 200, "edit": 200, "review": 200, "save": 200, "decide": 403}),
        (Role.REVIEWER, {"list": 200, "new": 403, "edit": 403, "review": 200, "save": 403, "decide": 422}),
        (Role.ADMINISTRATOR, {"list": 200, "new": 403, "edit": 403, "review": 200, "save": 403, "decide": 403}),
        (Role.PROCTOR, dict.fromkeys(["list", "new", "edit", "review", "save", "decide"], 403)),
        ("stranger", {"list": 200, "new": 200, "edit": 404, "review": 404, "save": 404, "decide": 404}),
        ("candidate", dict.fromkeys(["list", "new", "edit", "review", "save", "decide"], 403)),
    ],
)  # fmt: skip
def test_who_may(bank, role, statuses):
    item = save(bank)
    who = {
        "stranger": lambda: factories.staff(factories.organisation(), Role.AUTHOR, Role.REVIEWER),
        "candidate": lambda: factories.candidate().user,
    }.get(role, lambda: factories.staff(bank.organisation, role))()
    client, own = browser(who), f"/items/practical/{item.uuid}/"
    assert {
        "list": client.get("/items/practical/").status_code,
        "new": client.get(f"/items/practical/new/?kind={item.interaction}").status_code,
        "edit": client.get(own).status_code,
        "review": client.get(f"{own}review/").status_code,
        "save": client.post(own, form(bank, act="check")).status_code,
        "decide": client.post(f"{own}review/", {"act": "return"}).status_code,
    } == statuses
    if role == "stranger":
        assert item.code not in text(client.get("/items/practical/"))
        for copied in (item.uuid, "nonsense"):
            assert client.get(f"/items/practical/new/?copy={copied}").status_code == 404
        foreign = form(bank, organisation=str(bank.organisation.uuid))
        assert client.post("/items/practical/new/", foreign).status_code == 404
    assert browser(None).get(own)["Location"].startswith("/staff/sign-in/")


# ---- nothing typed is lost -----------------------------------------------------------------------------------
def test_a_syntax_error_names_line_and_column_and_the_text_comes_back(bank):
    broken = '{\n "platform": "公众号"\n "account": 1}'
    answer = browser(bank.author).post(
        "/items/practical/new/", form(bank, content=broken, title="半成品&<b>")
    )
    page = text(answer)
    assert answer.status_code == 422
    assert "第 3 行第 2 列：这里缺少逗号" in page
    assert 'data-line="3" data-column="2"' in page
    assert "公众号&quot;\n &quot;account&quot;: 1}</textarea>" in page
    assert 'value="半成品&amp;&lt;b&gt;"' in page
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "含 空格"}, "编号用大写字母"), ({"title": " "}, "请填写标题"), ({"minutes": "0"}, "建议用时请填"),
        ({"minutes": "٣"}, "建议用时请填"), ({"max_score": "NaN"}, "满分请填"), ({"max_score": "0.1"}, "满分请填"),
        ({"max_score": "1e-999999999"}, "满分请填"), ({"level": ""}, "请选择等级"), ({"level": "none-1"}, "请选择等级"), ({"requirements": "9.9.9"}, "标准里没有职业技能要求 9.9.9"),
        ({"content": "[]"}, "任务内容整体应当写在 { } 里"), ({"goldens": "{}"}, "样例答案整体应当写在 [ ] 里"),
        ({"key": '{"a": 1, "a": 2}'}, "写了两次"), ({"key": "[" * 9000}, "嵌套超过"), ({"key": '{"a": 1e999}'}, "太大"),
        ({"key": '"\\ud800"'}, "无法保存的字符"), ({"title": "a\x00"}, "请填写标题"),
    ],
)  # fmt: skip
def test_every_fault_is_a_sentence_and_everything_typed_stands_there_again(bank, changes, sentence):
    data = form(bank, **changes)
    answer = browser(bank.author).post("/items/practical/new/", data)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert {name: answer.context["texts"][name] for name in changes} == changes
    assert answer.context["texts"]["goldens"] == data["goldens"]
    assert not ItemVersion.objects.exists()


def test_more_than_a_megabyte_is_refused_with_a_sentence(bank):
    data = form(bank, key=json.dumps({"a": "茶" * 350_000}, ensure_ascii=False))
    answer = browser(bank.author).post("/items/practical/new/", data)
    assert answer.status_code == 422
    assert "合计超过 1 MB" in text(answer)
    assert answer.context["texts"]["key"] == data["key"]


def test_checking_saves_nothing_and_lists_what_the_kind_finds_with_its_place(bank):
    task = read_task(FILES[CONSOLE])
    key = json.loads(json.dumps(task.key))
    key["fields"][0]["checks"][0]["path"] = "nowhere"
    answer = browser(bank.author).post(
        "/items/practical/new/", form(bank, act="check", key=json.dumps(key, ensure_ascii=False))
    )
    assert answer.status_code == 200
    assert f"key.fields.{key['fields'][0]['id']}" in text(answer)
    assert "但界面上没有这一栏" in text(answer)
    assert not Item.objects.exists()
    unknown = browser(bank.author).post(
        "/items/practical/new/", form(bank, act="check", requirements="7.7.7")
    )
    assert (unknown.status_code, "没有职业技能要求 7.7.7" in text(unknown)) == (422, True)


def test_an_unfinished_draft_is_kept_and_no_page_breaks_on_it(bank):
    item = save(bank, content='{"scenario": 3}', key="{}", goldens="[1]", requirements="")
    for who, path in (
        (bank.author, f"/items/practical/{item.uuid}/"), (bank.reviewer, f"/items/practical/{item.uuid}/review/"),
        (bank.author, f"/items/{item.code}/"), (bank.author, "/items/practical/"), (bank.author, "/items/"),
    ):  # fmt: skip
        assert browser(who).get(path).status_code == 200, path


def test_a_scorer_that_cannot_work_with_a_task_is_a_finding_not_a_fault_of_the_page(bank, monkeypatch):
    def fails(task):
        raise ZeroDivisionError

    monkeypatch.setattr(trying, "gate_problems", fails)
    answer = browser(bank.author).post("/items/practical/new/", form(bank, act="check"))
    assert "评分程序处理不了这份任务" in text(answer)


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(bank):
    item = save(bank)
    opened = stamp(authoring.newest(item))
    colleague = factories.staff(bank.organisation, Role.AUTHOR, name="同事丙")
    assert edit(item, colleague, form(bank, title="同事的标题")).status_code == 302
    answer = browser(bank.author).post(
        f"/items/practical/{item.uuid}/", form(bank, title="我的标题", based_on=opened)
    )
    assert answer.status_code == 409
    assert "同事丙已保存过" in text(answer)
    assert 'value="我的标题"' in text(answer)
    # A second click does not overwrite either: the page still stands on what was opened.
    assert answer.context["based_on"] == opened
    assert authoring.newest(item).title == "同事的标题"


# ---- drafts and versions ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("stem", sorted(FILES))
def test_every_sample_task_survives_the_desk_unchanged(bank, stem):
    item = save(bank, stem)
    wanted = dataclasses.replace(read_task(FILES[stem]), cites=())
    assert task_of(authoring.newest(item)) == wanted
    answer = browser(bank.author).get(f"/items/practical/{item.uuid}/")
    assert answer.context["faults"] == []
    shown, written = answer.context["texts"], typed_of(wanted, answer.context["texts"]["level"]).texts
    for name in FIELDS:
        assert shown[name] == written[name]
    for name in PARTS:  # names that a schema leaves free may stand in another order
        assert (shown[name] and json.loads(shown[name])) == (written[name] and json.loads(written[name]))


def test_a_draft_is_saved_again_and_a_published_one_gets_a_next_version(bank):
    item = save(bank)
    assert edit(item, bank.author, form(bank, title="第二稿")).status_code == 302
    assert list(item.versions.values_list("number", "title")) == [(1, "第二稿")]
    assert (
        edit(item, bank.author, form(bank, title="第二稿")).status_code == 302
    )  # the same again writes nothing
    assert AuditEvent.objects.filter(action="item.save_draft").count() == 2
    authoring.submit(item=item, by=bank.author)
    authoring.approve(item=item, seen=stamp(authoring.newest(item)), by=bank.reviewer)
    page = text(browser(bank.author).get(f"/items/{item.code}/"))
    assert "修改为新版本" in page
    assert edit(item, bank.author, form(bank, title="新一版")).status_code == 302
    assert list(item.versions.order_by("number").values_list("number", "title", "state")) == [
        (1, "第二稿", "published"),
        (2, "新一版", "draft"),
    ]
    refused = edit(item, bank.author, form(bank, code="OTHER-1"))
    assert "编号和等级不能再改" in text(refused)
    assert {name: bad for name, bad in verify().items() if bad} == {}


def test_code_and_level_may_change_before_the_first_publication_and_codes_are_unique(bank):
    item, other = save(bank), save(bank, code="OTHER-2")
    assert edit(item, bank.author, form(bank, code="OTHER-1")).status_code == 302
    item.refresh_from_db()
    assert item.code == "OTHER-1"
    assert "已经有试题使用" in text(edit(item, bank.author, form(bank, code=other.code)))
    again = browser(bank.author).post("/items/practical/new/", form(bank, code=other.code))
    assert (again.status_code, "已经有试题使用" in text(again)) == (409, True)


def test_true_is_another_draft_than_1(bank):
    item = save(bank, content='{"a": 1}')
    edit(item, bank.author, form(bank, content='{"a": true}'))
    assert authoring.newest(item).content == {"a": True}


def test_a_requirement_of_a_lower_level_is_named_with_it(bank):
    upper = level_key(bank.level.standard.levels.get(name="中级"))
    item = save(bank, level=upper, requirements="1.1.1、初级/1.1.2")
    version = authoring.newest(item)
    assert task_of(version).requirements == ("1.1.1", "初级/1.1.2")
    assert {link.requirement.level.name for link in version.requirement_links.all()} == {"初级", "中级"}


# ---- what pages cost -------------------------------------------------------------------------------------------------
def test_pages_cost_the_same_whatever_there_is(bank):
    def cost(who, path):
        client = browser(who)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    item = save(bank)
    pages = [(bank.author, "/items/practical/"), (bank.author, f"/items/practical/{item.uuid}/"),
             (bank.reviewer, f"/items/practical/{item.uuid}/review/")]  # fmt: skip
    first = [cost(*page) for page in pages]
    for number in range(3):
        save(bank, code=f"MORE-{number}")
    edit(item, bank.author, form(bank, requirements="1.1.1、1.1.2、1.1.3、1.1.4、1.1.5、1.1.6、1.2.1、1.2.2"))
    assert [cost(*page) for page in pages] == first
    assert max(first) <= 14
