"""The author's desk: the gate and the second person, trials, tables, skeletons."""

import json

import pytest
from jsonschema import Draft202012Validator

from accounts.enums import Role
from audit.models import AuditEvent
from certification.integrity import verify
from itembank import authoring
from itembank.desk import trying
from itembank.desk.queries import stamp
from itembank.desk.reading import BadJson, read_json
from itembank.enums import ItemVersionState
from itembank.models import Item, ItemVersion
from itembank.practical import kind, kind_names
from itembank.practical.layout import ordered
from itembank.practical.skeleton import skeleton
from itembank.practical.tasks import read_task
from lib.refusals import Conflict, Invalid
from tests import factories
from tests.factories import browser
from tests.itembank.desk import CONSOLE, FILES, edit, form, save, text
from tests.practical.samples import golden

pytestmark = pytest.mark.django_db


# ---- the gate and the second person ------------------------------------------------------------------------------
def test_the_gate_keeps_a_task_from_review_and_says_why_but_the_draft_is_kept(bank):
    data = form(bank, act="submit", max_score="99")
    answer = browser(bank.author).post("/items/practical/new/", data)
    assert answer.status_code == 422
    assert "没有送审：发布检查发现 1 个问题" in text(answer)
    assert "与满分 99 分不一致" in text(answer)
    version = ItemVersion.objects.get()
    assert (version.state, version.max_score) == ("draft", 99)
    # The page goes on with the draft that is kept now: sent again it is saved, not refused as a second one.
    assert f'action="/items/practical/{version.item.uuid}/"' in text(answer)
    data |= {"max_score": form(bank)["max_score"], "based_on": answer.context["based_on"]}
    assert browser(bank.author).post(f"/items/practical/{version.item.uuid}/", data).status_code == 302
    version.refresh_from_db()
    assert version.state == ItemVersionState.IN_REVIEW


def test_the_gate_asks_what_a_kind_asks_beyond(bank):
    stem = "sem-m1"
    task = read_task(FILES[stem])
    key = json.loads(json.dumps(task.key))
    outcome = next(one for one in key["criteria"] if "anchors" in one)
    outcome["anchors"]["bound"] += 1
    item = save(bank, stem, key=json.dumps(key, ensure_ascii=False))
    with pytest.raises(authoring.GateClosed, match="1 个问题"):
        authoring.submit(item=item, by=bank.author)


def test_a_part_of_the_key_that_no_sample_answer_feels_is_named_beside_the_editor(bank):
    goldens = [one for one in json.loads(form(bank)["goldens"]) if one["name"] != "no-services"]
    data = form(bank, act="check", goldens=json.dumps(goldens, ensure_ascii=False))
    answer = browser(bank.author).post("/items/practical/new/", data)
    assert "没有一份样例答案用到评分项“名称与简介”的检查项“账号简介”的要点" in text(answer)
    assert 'data-path="key.fields.1.checks.1.must.1"' in text(answer)


def test_the_gate_runs_once_in_a_request(bank, monkeypatch):
    runs = []
    real = trying.gate_problems
    monkeypatch.setattr(trying, "gate_problems", lambda task: runs.append(1) or real(task))
    browser(bank.author).post("/items/practical/new/", form(bank, act="submit", max_score="99"))
    assert len(runs) == 1
    item = Item.objects.get()
    browser(bank.reviewer).get(f"/items/practical/{item.uuid}/review/")
    assert len(runs) == 1


def test_another_person_publishes_or_sends_back_with_a_reason(bank):
    item = save(bank)
    page = f"/items/practical/{item.uuid}/review/"
    both = factories.staff(bank.organisation, Role.AUTHOR, Role.REVIEWER)
    edit(item, both, form(bank, title="我来写"), act="submit")
    seen = stamp(authoring.newest(item))
    for act in ("publish", "return"):
        own = browser(both).post(page, {"act": act, "seen": seen, "reason": "自己的题"})
        assert (own.status_code, "命题人不能" in text(own)) == (422, True)
    assert "正在审核" in text(browser(both).get(f"/items/practical/{item.uuid}/", follow=True))
    assert edit(item, bank.author, form(bank)).status_code == 409
    mute = browser(bank.reviewer).post(page, {"act": "return", "reason": " "})
    assert (mute.status_code, "请填写退回原因" in text(mute) or "请填写原因" in text(mute)) == (422, True)
    assert browser(bank.reviewer).post(page, {"act": "return", "reason": "情境太短"}).status_code == 302
    assert "审题乙 退回修改：</strong>情境太短" in text(browser(both).get(f"/items/practical/{item.uuid}/"))
    edit(item, both, form(bank, title="我再写"), act="submit")
    stale = browser(bank.reviewer).post(page, {"act": "publish", "seen": seen})
    assert (stale.status_code, "没有发布" in text(stale)) == (409, True)
    seen = stamp(authoring.newest(item))
    assert browser(bank.reviewer).post(page, {"act": "publish", "seen": seen}).status_code == 302
    version = authoring.newest(item)
    assert (version.state, version.author, version.reviewer) == ("published", both, bank.reviewer)
    acts = (
        AuditEvent.objects.filter(action__startswith="item.").order_by("seq").values_list("action", "reason")
    )
    assert list(acts) == [
        ("item.save_draft", ""), ("item.save_draft", ""), ("item.submit", ""), ("item.send_back", "情境太短"),
        ("item.save_draft", ""), ("item.submit", ""), ("item.publish", ""),
    ]  # fmt: skip
    assert {name: bad for name, bad in verify().items() if bad} == {}


def test_who_wrote_along_does_not_approve_it(bank):
    """The author is who saved last; an earlier hand in the same version may not be the second person."""
    both = factories.staff(bank.organisation, Role.AUTHOR, Role.REVIEWER)
    item = save(bank, by=both)
    edit(item, bank.author, form(bank, title="改过的标题"), act="submit")
    seen = stamp(authoring.newest(item))
    with pytest.raises(Invalid, match="您保存过这一版"):
        authoring.approve(item=item, seen=seen, by=both)
    assert authoring.newest(item).state == ItemVersionState.IN_REVIEW
    assert authoring.approve(item=item, seen=seen, by=bank.reviewer).state == ItemVersionState.PUBLISHED


def test_publishing_checks_the_gate_again(bank, monkeypatch):
    item = save(bank)
    authoring.submit(item=item, by=bank.author)
    ItemVersion.objects.update(max_score=50)
    with pytest.raises(authoring.GateClosed, match="没有发布"):
        authoring.approve(item=item, seen=stamp(authoring.newest(item)), by=bank.reviewer)
    with pytest.raises(Conflict, match="没有发布"):
        authoring.approve(item=item, seen="", by=bank.reviewer)
    with pytest.raises(Invalid, match="命题人不能"):
        authoring.send_back(item=item, reason="不好", by=bank.author)


# ---- trial, tables, skeletons --------------------------------------------------------------------------------------
def tried(client, path, body):
    return client.post(path, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("name", ["model", "weak", "blank"])
def test_a_trial_gives_what_the_scorer_gives(bank, name):
    item, task = save(bank), read_task(FILES[CONSOLE])
    work = golden(task, name)
    wanted = [one.as_json() for one in task.kind.score(task.content, task.key, None, work, None)]
    typed = {**form(bank), "submission": work}
    for client, path in (
        (browser(bank.author), "/items/practical/try/"),
        (browser(bank.reviewer), f"/items/practical/{item.uuid}/try/"),
    ):
        found = tried(client, path, typed).json()
        assert found["criteria"] == wanted
        assert found["total"] == sum(one["score"] for one in wanted)


def test_a_trial_says_what_keeps_it_from_being_scored(bank):
    client = browser(bank.author)
    found = tried(client, "/items/practical/try/", form(bank, content="{")).json()
    assert "第 1 行" in found["problems"][0]
    found = tried(client, "/items/practical/try/", form(bank, key="{}")).json()
    assert found["problems"]
    found = tried(client, "/items/practical/try/", {**form(bank), "submission": {"nowhere": 1}}).json()
    assert found["sentence"].startswith("考试时这份作业存不进去")
    for bad in (b"[", b"[]", b"\xff"):
        assert client.post("/items/practical/try/", bad, content_type="application/json").status_code == 422
    assert tried(browser(bank.reviewer), "/items/practical/try/", form(bank)).status_code == 403


def test_the_tables_mark_differences_with_sign_and_word(bank):
    goldens = json.loads(form(bank)["goldens"])
    first = next(iter(goldens[0]["scores"]))
    goldens[0]["scores"][first] += 1
    goldens[1]["scores"]["NO"] = 1
    page = text(browser(bank.author).post(
        "/items/practical/new/", form(bank, act="check", goldens=json.dumps(goldens, ensure_ascii=False))
    ))  # fmt: skip
    assert "≠ 不符：应得" in page
    assert "≠ 没有评分项 NO" in page
    assert "一条回复写上全部答案，答所有问题" in page
    assert "✓ 守住" in page


@pytest.mark.parametrize("name", kind_names())
def test_a_new_task_begins_with_what_its_schemas_ask_for(bank, name):
    one, parts = kind(name), skeleton(kind(name))
    for part in parts.keys() - {"goldens"}:
        schema = getattr(one.schema, part)
        assert list(Draft202012Validator(schema).iter_errors(parts[part])) == []
        assert ordered(json.loads(json.dumps(parts[part], sort_keys=True)), schema) == parts[part]
    answer = browser(bank.author).get("/items/practical/new/", {"kind": f"practical.{name}"})
    assert answer.status_code == 200
    assert one.workbench_module in text(answer)


def test_a_task_is_copied_without_its_code(bank):
    item = save(bank)
    answer = browser(bank.author).get("/items/practical/new/", {"copy": item.uuid})
    texts = answer.context["texts"]
    assert (texts["code"], json.loads(texts["key"])) == ("", read_task(FILES[CONSOLE]).key)
    assert texts["title"].endswith("（副本）")


def test_strict_json_keeps_what_scorers_can_hold():
    assert read_json('{"a": [1, 2.5, null, "\\\\u0000"]}') == {"a": [1, 2.5, None, "\\u0000"]}
    for bad in ("NaN", "[1e999]", "9" * 5000, '"\\u0000"', "[" * 50 + "]" * 50):
        with pytest.raises(BadJson):
            read_json(bad)
