"""The CONSOLE workbench in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from itembank.practical import total
from itembank.practical.console import KIND
from itembank.practical.console.replies import ready_rules, reply_to
from itembank.practical.tasks import PracticalTask
from tests.practical.bench import SIZES, SMALL_TARGETS, UNNAMED_CONTROLS, opened
from tests.practical.console.entering import fill_all
from tests.practical.console.page import Bench
from tests.practical.samples import golden

REPLY = """async ([rules, message, limits]) =>
  (await import("/static/js/practical/console/replies.js")).replyTo(rules, message, limits)"""


@pytest.fixture
def bench(browser: Browser, tmp_path: Path) -> Iterator[Bench]:
    with opened(browser, tmp_path, KIND, Bench) as one:
        yield one


def test_entering_the_model_gives_the_model_and_full_marks(bench: Bench, task: PracticalTask) -> None:
    model = golden(task, "model")
    bench.open(task)
    assert bench.saved is None  # nothing is saved before anything was done
    fill_all(bench, task, model)
    assert bench.saved == model
    assert total(task.kind.score(task.content, task.key, task.world, bench.saved, None)) == 25
    assert task.kind.validate_submission(task.content, bench.saved) == []


def test_every_state_on_the_way_can_be_saved(bench: Bench, e1: PracticalTask) -> None:
    bench.open(e1)
    fill_all(bench, e1, golden(e1, "model"))
    states = bench.page.evaluate("window.saved")
    assert len(states) > 30
    for state in states:
        assert e1.kind.validate_submission(e1.content, state) == []


def test_what_was_saved_comes_back_and_emptying_removes_the_key(bench: Bench, e1: PracticalTask) -> None:
    model = golden(e1, "model")
    bench.open(e1, response=model)
    bench.screen("名称与简介")
    expect(bench.page.get_by_label("账号名称", exact=True)).to_have_value(model["name"])
    bench.page.get_by_label("账号名称", exact=True).click()
    bench.page.keyboard.press("Control+A")
    bench.page.keyboard.press("Delete")
    bench.screen("功能与推广")
    for name in ("原创声明", "投票"):
        bench.page.get_by_role("switch", name=name).click()
    left = {key: value for key, value in model.items() if key != "name"}
    left["func"] = {key: value for key, value in model["func"].items() if key not in ("original", "vote")}
    assert bench.saved == left


def test_deletions_can_be_undone_by_button_and_by_keyboard(bench: Bench, e1: PracticalTask) -> None:
    model = golden(e1, "model")
    bench.open(e1, response=model)
    bench.screen("关键词回复")
    bench.button("删除规则 2")
    assert len(bench.saved["rules"]) == 2
    bench.page.keyboard.press("Control+Z")
    assert bench.saved == model
    bench.button("删除关键词“在哪”")
    bench.screen("自定义菜单")
    bench.button("删除一级菜单 3 的二级菜单 1")
    assert bench.saved["menu"][2] == {"name": "联系我们"}
    bench.button("删除一级菜单 1")
    for _ in range(3):
        bench.page.get_by_role("button", name="撤销").click()
    assert bench.saved == model
    expect(bench.page.get_by_role("heading", name="关键词回复")).to_be_visible()  # undo shows where it acted
    bench.page.get_by_role("button", name="恢复").click()
    assert bench.saved["rules"] != model["rules"]


def test_moving_rules_and_menus_changes_their_order(bench: Bench, e1: PracticalTask) -> None:
    model = golden(e1, "model")
    bench.open(e1, response=model)
    bench.screen("关键词回复")
    bench.button("规则 1下移")
    assert [r["reply"] for r in bench.saved["rules"]] == [model["rules"][i]["reply"] for i in (1, 0, 2)]
    bench.screen("自定义菜单")
    bench.button("一级菜单 2 的二级菜单 2上移")
    assert [leaf["name"] for leaf in bench.saved["menu"][1]["sub"]] == ["往期回顾", "课程表"]
    bench.button("一级菜单 3上移")
    assert [entry["name"] for entry in bench.saved["menu"]] == ["预约品茶", "联系我们", "周末茶课"]


def test_a_second_level_replaces_the_target_and_its_removal_leaves_no_trace(
    bench: Bench, e1: PracticalTask
) -> None:
    bench.open(e1, response={"menu": [{"name": "预约", "type": "click", "target": "客服"}]})
    bench.screen("自定义菜单")
    bench.button("在一级菜单 1下添加二级菜单")
    assert bench.saved["menu"] == [{"name": "预约", "sub": [{"name": ""}]}]
    bench.button("删除一级菜单 1 的二级菜单 1")
    assert bench.saved["menu"] == [{"name": "预约"}]
    bench.button("删除一级菜单 1")
    assert bench.saved == {}


def test_a_keyword_typed_but_not_added_is_kept(bench: Bench, e1: PracticalTask) -> None:
    bench.open(e1)
    bench.screen("关键词回复")
    bench.button("＋ 添加规则")
    bench.page.keyboard.insert_text("地址")
    bench.screen("自定义菜单")
    assert bench.saved["rules"] == [{"keywords": [{"text": "地址", "match": "full"}], "reply": ""}]


def test_the_simulator_answers_as_the_scorer_does(bench: Bench, task: PracticalTask) -> None:
    messages = [case["message"] for case in task.key["probes"]["cases"]] + [
        "９：００ 开门吗",
        "地 址",
        "ＡBC",
        "",
    ]
    bench.open(task)
    for entry in task.goldens:
        rules = entry["submission"].get("rules")
        ready = ready_rules(rules, task.content["limits"])
        for message in messages:
            ours = reply_to(ready, message)
            theirs = bench.page.evaluate(REPLY, [rules, message, task.content["limits"]])
            assert (ours is None) == (theirs is None), message
            if ours:
                assert (fold_marks(theirs["text"]), theirs["sendable"]) == (
                    fold_marks(ours.text),
                    ours.sendable,
                )


def fold_marks(text: str) -> str:
    """The phone shows what was typed; the scorer keeps one form of full-width marks."""
    return text.translate(str.maketrans("，！：（）；？", ",!:();?"))


def test_trying_a_message_shows_the_reply_and_no_marks(bench: Bench, e1: PracticalTask) -> None:
    model = golden(e1, "model")
    bench.open(e1, response=model)
    bench.screen("关键词回复")
    for message, shown in (("怎么走", model["rules"][0]["reply"]), ("会下雨吗", "没有规则符合")):
        bench.page.get_by_label("试发一条消息").click()
        bench.page.keyboard.insert_text(message)
        bench.page.keyboard.press("Enter")
        expect(bench.page.get_by_role("log")).to_contain_text(shown)
    assert bench.saved is None  # trying is not answering
    bench.screen("自定义菜单")
    phone = bench.page.get_by_role("region", name="手机预览")
    phone.get_by_role("button", name="周末茶课").click()
    phone.get_by_role("button", name="课程表").click()
    expect(bench.page.get_by_role("log")).to_contain_text("打开图文：茶课课程表")


def test_typed_markup_stays_text(bench: Bench, e1: PracticalTask) -> None:
    evil = "<img src=x onerror=alert(1)>"
    bench.open(e1)
    bench.screen("名称与简介")
    bench.fill("账号名称", evil)
    bench.screen("关键词回复")
    bench.button("＋ 添加规则")
    bench.page.keyboard.insert_text(evil)
    bench.page.keyboard.press("Enter")
    assert bench.page.locator("img").count() == 0
    expect(bench.page.locator(".pc-phone-name")).to_have_text(evil)


def test_read_only_shows_everything_and_changes_nothing(bench: Bench, task: PracticalTask) -> None:
    bench.open(task, response=golden(task, "model"), read_only=True)
    for screen in task.content["screens"]:
        bench.screen(screen["title"])
        assert bench.page.locator(".pc-editor :is(input, textarea, select):enabled").count() == 0
        assert bench.page.locator(".pc-editor button").count() == 0
    assert bench.saved is None


def test_a_response_from_elsewhere_replaces_what_is_shown(bench: Bench, e1: PracticalTask) -> None:
    bench.open(e1)
    bench.screen("名称与简介")
    bench.page.evaluate("window.bench.setResponse({ name: '云栖茶社' })")
    expect(bench.page.get_by_label("账号名称", exact=True)).to_have_value("云栖茶社")
    assert bench.saved is None
    bench.page.evaluate("window.bench.destroy()")
    assert bench.page.locator("#root > *").count() == 0


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_every_screen_fits_and_can_be_reached_by_keyboard(
    bench: Bench, task: PracticalTask, size: tuple[int, int]
) -> None:
    width, height = size
    bench.page.set_viewport_size({"width": width, "height": height})
    bench.open(task, response=golden(task, "model"))
    for screen in task.content["screens"]:
        bench.page.locator(".pc-nav").get_by_role("button", name=screen["title"]).focus()
        bench.page.keyboard.press("Enter")
        expect(bench.page.get_by_role("heading", name=screen["title"], exact=True)).to_be_focused()
        assert bench.page.evaluate("document.documentElement.scrollWidth") <= width
        assert bench.page.evaluate(SMALL_TARGETS) == []
        assert bench.page.evaluate(UNNAMED_CONTROLS) == 0
