"""The INBASKET workbench in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from itembank.practical import total
from itembank.practical.inbasket import KIND
from itembank.practical.tasks import PracticalTask
from tests.looks import assert_accessible
from tests.practical.bench import SIZES, SMALL_TARGETS, UNNAMED_CONTROLS, opened
from tests.practical.inbasket.entering import add_script, enter, handle, row
from tests.practical.inbasket.page import Bench
from tests.practical.samples import golden


@pytest.fixture
def bench(browser: Browser, tmp_path: Path) -> Iterator[Bench]:
    with opened(browser, tmp_path, KIND, Bench) as one:
        yield one


def test_entering_the_model_gives_the_model_and_full_marks(bench: Bench, task: PracticalTask) -> None:
    model = golden(task, "model")
    bench.open(task)
    assert bench.saved is None  # nothing is saved before anything was done
    enter(bench, task, model)
    assert bench.saved == model
    results = task.kind.score(task.content, task.key, task.world, bench.saved, None)
    assert total(results) == sum(r.max for r in results if r.mode == "auto")
    for state in bench.page.evaluate("window.saved"):
        assert task.kind.validate_submission(task.content, state) == []


def test_a_reload_in_the_middle_loses_nothing(bench: Bench, e3: PracticalTask) -> None:
    model = golden(e3, "model")
    bench.open(e3)
    for entry in model["handled"][:3]:
        handle(bench, e3, entry)
    bench.open(e3, response=bench.saved)
    assert bench.saved is None
    expect(bench.page.locator(".ib-queue .ib-row")).to_have_count(3)
    for entry in model["handled"][3:]:
        handle(bench, e3, entry)
    bench.tab("话术库")
    add_script(bench, e3, 1, model["library"][0])
    bench.open(e3, response=bench.saved)
    bench.tab("话术库")
    add_script(bench, e3, 2, model["library"][1])
    assert bench.saved == model


# ---- order ------------------------------------------------------------------------------------------
def test_the_order_by_buttons_keys_and_dragging(bench: Bench, e3: PracticalTask) -> None:
    model = golden(e3, "model")
    bench.open(e3, response=model)
    bench.button("“爱喝茶的老周”下移")
    assert bench.order() == ["m3", "m1", "m2", "m6", "m4", "m5"]
    expect(bench.page.get_by_role("button", name="“爱喝茶的老周”下移")).to_be_focused()
    expect(bench.page.get_by_role("status").first).to_have_text("“爱喝茶的老周”现在排在第 2 位，共 6 条。")
    bench.page.keyboard.press("Shift+Tab")  # its other button, then the row itself
    bench.page.keyboard.press("Shift+Tab")
    bench.page.keyboard.press("Alt+ArrowUp")
    assert bench.order() == ["m1", "m3", "m2", "m6", "m4", "m5"]
    bench.page.keyboard.press("Alt+ArrowUp")  # already first
    assert bench.order()[0] == "m1"
    row(bench, e3, "m1").locator(".ib-open").drag_to(
        row(bench, e3, "m5").locator(".ib-open"), target_position={"x": 40, "y": 50}
    )
    assert bench.order() == ["m3", "m2", "m6", "m4", "m5", "m1"]
    bench.page.get_by_role("button", name="撤销").click()
    assert bench.order() == ["m1", "m3", "m2", "m6", "m4", "m5"]
    assert bench.saved == model  # moving changes nothing else


def test_a_waiting_message_can_be_dragged_into_the_order(bench: Bench, e3: PracticalTask) -> None:
    bench.open(e3, response={"handled": [{"id": "m2"}]})
    bench.page.locator(".ib-open", has_text="城西探味").drag_to(
        row(bench, e3, "m2"), target_position={"x": 40, "y": 3}
    )
    assert bench.order() == ["m3", "m2"]
    bench.page.locator(".ib-open", has_text="运营小助手88").drag_to(
        row(bench, e3, "m2"), target_position={"x": 40, "y": 60}
    )
    assert bench.order() == ["m3", "m2", "m5"]


def test_a_message_goes_into_the_order_and_out_again(bench: Bench, e3: PracticalTask) -> None:
    bench.open(e3)
    bench.message("青团不甜")
    expect(bench.page.get_by_text("还没有排入处理顺序；")).to_be_visible()
    bench.button("排入处理顺序")
    assert bench.saved == {"handled": [{"id": "m2"}]}
    bench.fill("公开回复", "您好")
    expect(bench.page.get_by_text("处理顺序：第 1 位，共 1 条")).to_be_visible()
    bench.button("移出处理顺序")
    assert bench.saved == {}
    expect(bench.page.get_by_label("公开回复")).to_have_value("")
    bench.page.get_by_role("button", name="撤销").click()
    assert bench.saved == {"handled": [{"id": "m2", "reply": "您好"}]}


def test_emptying_a_field_removes_it(bench: Bench, e3: PracticalTask) -> None:
    bench.open(e3, response={"handled": [{"id": "m1", "type": "投诉", "reply": "您"}]})
    bench.page.get_by_label("公开回复", exact=True).click()
    bench.page.keyboard.press("Backspace")
    assert bench.saved == {"handled": [{"id": "m1", "type": "投诉"}]}
    bench.choose("问题类型", "请选择")
    assert bench.saved == {"handled": [{"id": "m1"}]}


# ---- undo, library ------------------------------------------------------------------------------------
def test_undo_shows_where_it_acted_and_redo_goes_back(bench: Bench, e3: PracticalTask) -> None:
    model = golden(e3, "model")
    bench.open(e3, response=model)
    bench.message("圆圆爱探店")
    bench.choose("问题类型", "咨询")
    bench.tab("话术库")
    bench.button("删除话术 1")
    assert len(bench.saved["library"]) == 1
    bench.page.keyboard.press("Control+Z")
    assert bench.saved == {**model, "handled": bench.saved["handled"]}
    while bench.saved != model:
        bench.page.get_by_role("button", name="撤销").click()
    expect(bench.page.get_by_role("heading", name="圆圆爱探店", exact=True)).to_be_visible()
    bench.page.get_by_role("button", name="恢复").click()
    assert bench.saved != model


def test_a_variable_is_inserted_ready_to_be_named(bench: Bench, e3: PracticalTask) -> None:
    bench.open(e3)
    bench.tab("话术库")
    bench.button("＋ 添加话术")
    bench.page.get_by_label("话术", exact=True).click()
    bench.page.keyboard.insert_text("请提供")
    bench.button("在话术 1里插入变量")
    bench.page.keyboard.insert_text("订单号")
    assert bench.saved == {"library": [{"a": "请提供{订单号}"}]}
    expect(bench.page.get_by_text("变量：{订单号}")).to_be_visible()
    bench.button("删除话术 1")
    assert bench.saved == {}


def test_a_script_can_be_inserted_where_the_cursor_stands(bench: Bench, e3: PracticalTask) -> None:
    script = e3.content["scripts"][0]
    bench.open(e3)
    bench.message("青团不甜")
    bench.fill("公开回复", "您好。")
    bench.page.keyboard.press("Home")
    bench.choose("插入话术", script["q"])
    bench.button("插入所选的话术")
    assert bench.saved["handled"][0]["reply"] == script["a"] + "您好。"


def test_the_counter_counts_as_the_scorer_does(bench: Bench, e3: PracticalTask) -> None:
    bench.open(e3)
    bench.fill("公开回复", "长" * 141)
    expect(bench.page.get_by_text("141 / 140，超出 1 字")).to_be_visible()


# ---- safety and looks ---------------------------------------------------------------------------------
def test_typed_markup_stays_text(bench: Bench, e3: PracticalTask) -> None:
    evil = "<img src=x onerror=alert(1)>{x}"
    bench.open(e3)
    bench.fill("公开回复", evil)
    bench.tab("话术库")
    add_script(bench, e3, 1, {"q": evil, "a": evil})
    bench.tab("消息")
    assert bench.page.locator("img").count() == 0
    expect(bench.page.get_by_label("公开回复", exact=True)).to_have_value(evil)


def test_nothing_on_the_desk_tells_whether_an_answer_is_right(bench: Bench, e3: PracticalTask) -> None:
    """A right and a wrong answer of the same form look the same."""
    seen = []
    for kind in ("投诉", "表扬"):
        bench.open(e3, response={"handled": [{"id": "m1", "type": kind, "prio": 1, "reply": "您好，谢谢。"}]})
        listed = bench.page.locator(".ib-inbox").inner_text().replace(kind, "…")
        seen.append((listed, bench.page.locator(".ib-main").inner_text()))
    assert seen[0] == seen[1]


def test_read_only_shows_everything_and_changes_nothing(bench: Bench, task: PracticalTask) -> None:
    bench.open(task, response=golden(task, "model"), read_only=True)
    for message in task.content["messages"]:
        bench.message(message["author"])
        assert bench.page.locator(".ib-main :is(input, textarea, select):enabled").count() == 0
    assert bench.page.locator(".ib-move, [draggable=true]").count() == 0
    bench.tab(task.content["labels"]["library"])
    assert bench.page.locator(".ib-main :is(input, textarea, select):enabled, .ib-main button").count() == 0
    assert bench.saved is None


def test_a_response_from_elsewhere_replaces_what_is_shown(bench: Bench, e3: PracticalTask) -> None:
    bench.open(e3)
    bench.page.evaluate("window.bench.setResponse({ handled: [{ id: 'm1', reply: '您好' }] })")
    expect(bench.page.get_by_label("公开回复", exact=True)).to_have_value("您好")
    expect(bench.page.locator(".ib-queue .ib-row")).to_have_count(1)
    assert bench.saved is None
    bench.page.evaluate("window.bench.destroy()")
    assert bench.page.locator("#root > *").count() == 0


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_every_pane_fits_and_can_be_reached_by_keyboard(
    bench: Bench, task: PracticalTask, size: tuple[int, int]
) -> None:
    width, height = size
    bench.page.set_viewport_size({"width": width, "height": height})
    model = golden(task, "model")
    model["handled"] = model["handled"][:4]
    bench.open(task, response=model)
    for message in task.content["messages"]:
        bench.page.locator(".ib-open", has_text=message["author"]).focus()
        bench.page.keyboard.press("Enter")
        heading = bench.page.get_by_role("heading", name=message["author"], exact=True)
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()
        assert bench.page.evaluate("document.documentElement.scrollWidth") <= width
        assert bench.page.evaluate(SMALL_TARGETS) == []
        assert bench.page.evaluate(UNNAMED_CONTROLS) == 0
    assert_accessible(bench.page)
    bench.button(f"{task.content['labels']['message']}列表")
    expect(bench.page.locator(".ib-open[aria-current]")).to_be_focused()
    bench.tab(task.content["labels"]["library"])
    assert bench.page.evaluate("document.documentElement.scrollWidth") <= width
    assert bench.page.evaluate(SMALL_TARGETS) == []
    assert bench.page.evaluate(UNNAMED_CONTROLS) == 0
    assert_accessible(bench.page)
