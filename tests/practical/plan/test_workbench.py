"""The PLAN workbench in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from itembank.practical import total
from itembank.practical.plan import KIND
from itembank.practical.tasks import PracticalTask
from tests.looks import assert_accessible
from tests.practical.bench import SIZES, SMALL_TARGETS, UNNAMED_CONTROLS, opened
from tests.practical.plan.page import Bench
from tests.practical.samples import golden


@pytest.fixture
def bench(browser: Browser, tmp_path: Path) -> Iterator[Bench]:
    with opened(browser, tmp_path, KIND, Bench) as one:
        yield one


def section(task: PracticalTask, name: str) -> Any:
    return next(one for one in task.content["sections"] if one["id"] == name)


# ---- entering an answer as a person does --------------------------------------------------------------
def test_entering_the_model_gives_the_model_and_full_marks(bench: Bench, task: PracticalTask) -> None:
    model = golden(task, "model")
    bench.open(task)
    assert bench.saved is None  # nothing is saved before anything was done
    bench.enter(task, model)
    assert bench.saved == model
    results = task.kind.score(task.content, task.key, task.world, bench.saved, None)
    assert total(results) == sum(r.max for r in results if r.mode == "auto")
    for state in bench.page.evaluate("window.saved.filter((_, index) => index % 7 === 0)"):
        assert task.kind.validate_submission(task.content, state) == []


def test_a_reload_in_the_middle_loses_nothing(bench: Bench, a1: PracticalTask) -> None:
    model = golden(a1, "model")
    sections = a1.content["sections"]
    bench.open(a1)
    for one in sections[:2]:
        bench.enter_section(one, model)
    bench.section("直播流程")
    bench.enter_row(section(a1, "segments"), 1, model["segments"][0])
    bench.open(a1, response=bench.saved)
    assert bench.saved is None
    bench.section("直播流程")
    for number, row in enumerate(model["segments"][1:], 2):
        bench.enter_row(section(a1, "segments"), number, row)
    for one in sections[3:]:
        bench.enter_section(one, model)
    assert bench.saved == model


# ---- typing -----------------------------------------------------------------------------------------
def test_numbers_times_and_shares_are_kept_as_what_they_are(bench: Bench, a1: PracticalTask) -> None:
    bench.open(a1)
    bench.fill("访客数（UV）", "２４，０００")
    bench.fill("支付转化率", "4.2")
    assert bench.saved == {"goal": {"uv": 24000, "cvr": 0.042}}
    bench.fill("客单价", "一百六")
    bench.page.keyboard.press("Tab")
    expect(bench.page.get_by_text("请填写数字")).to_be_visible()
    assert bench.saved["goal"]["aov"] == "一百六"  # kept, so that a reload loses nothing
    bench.section("直播流程")
    bench.button("＋ 添加一段")
    bench.page.keyboard.insert_text("1930")
    bench.page.keyboard.press("Tab")
    bench.page.keyboard.insert_text("１９：３８")
    bench.page.keyboard.press("Tab")
    assert bench.saved["segments"] == [{"start": "19:30", "end": "19:38"}]
    bench.fill("第 1 段开始", "")
    bench.page.keyboard.press("Control+A")
    bench.page.keyboard.insert_text("七点半")
    bench.page.keyboard.press("Tab")
    expect(bench.page.get_by_text("请写成 19:30")).to_be_visible()
    bench.open(a1, response=bench.saved)
    expect(bench.page.get_by_label("支付转化率")).to_have_value("4.2")
    expect(bench.page.get_by_label("客单价")).to_have_value("一百六")


def test_emptying_a_cell_removes_it(bench: Bench, a1: PracticalTask) -> None:
    bench.open(
        a1,
        response={"goal": {"uv": 1}, "budget_total": 5, "segments": [{"kind": "开场", "owners": ["林晚"]}]},
    )
    bench.page.get_by_label("访客数（UV）").click()
    bench.page.keyboard.press("Backspace")
    assert "goal" not in bench.saved
    bench.section("预算")
    bench.page.get_by_label("预算合计").click()
    bench.page.keyboard.press("Backspace")
    bench.section("直播流程")
    bench.choose("第 1 段环节", "请选择")
    bench.tick("第 1 段负责人", ["林晚（已不在表中）"])
    assert bench.saved == {"segments": [{}]}
    bench.row_act(1, "删除")
    assert bench.saved == {}
    expect(bench.page.get_by_role("button", name="＋ 添加一段")).to_be_focused()


def test_people_are_picked_from_the_staff_table(bench: Bench, a1: PracticalTask) -> None:
    bench.open(a1, response={"segments": [{"start": "19:30", "owners": ["阿杰"]}], "prep": [{}]})
    bench.section("人员分工")
    bench.enter_row(section(a1, "staff"), 1, {"role": "主播", "name": "林晚"})
    bench.section("直播流程")
    expect(bench.page.locator(".pl-many summary")).to_have_text("阿杰（已不在表中）")
    bench.tick("第 1 段负责人", ["林晚"])
    assert bench.saved["segments"][0]["owners"] == ["林晚", "阿杰"]
    bench.section("筹备倒排")
    assert bench.page.get_by_label("第 1 项负责人").locator("option").all_inner_texts() == ["请选择", "林晚"]


# ---- rows -------------------------------------------------------------------------------------------
def test_rows_are_moved_by_buttons_keys_and_dragging(bench: Bench, a1: PracticalTask) -> None:
    model = golden(a1, "model")
    bench.open(a1, response=model)
    bench.section("预算")

    def items() -> list[str]:
        return [row["item"][:2] for row in bench.saved["budget"]]

    bench.row_act(1, "下移")
    assert items() == ["福袋", "投流", "灯光", "人员", "预备"]
    expect(bench.page.get_by_role("status").first).to_have_text("第 1 项现在是第 2 项。")
    expect(bench.row(2).locator(".pl-handle")).to_be_focused()
    bench.page.get_by_label("第 2 项数量").focus()
    bench.page.keyboard.press("Alt+ArrowDown")
    expect(bench.page.get_by_label("第 3 项数量")).to_be_focused()
    assert items() == ["福袋", "灯光", "投流", "人员", "预备"]
    bench.row(5).locator(".pl-handle").drag_to(bench.row(1), target_position={"x": 200, "y": 4})
    assert items() == ["预备", "福袋", "灯光", "投流", "人员"]
    bench.row(1).locator(".pl-handle").drag_to(bench.row(3), target_position={"x": 200, "y": 45})
    assert items() == ["福袋", "灯光", "预备", "投流", "人员"]
    for _ in range(4):
        bench.page.get_by_role("button", name="撤销").click()
    assert bench.saved == model


def test_rows_are_inserted_copied_and_removed(bench: Bench, a1: PracticalTask) -> None:
    bench.open(a1, response={"budget": [{"item": "投流", "qty": 1}, {"item": "样茶"}]})
    bench.section("预算")
    bench.row_act(1, "在下方插入")
    expect(bench.page.get_by_label("第 2 项项目")).to_be_focused()
    bench.page.keyboard.insert_text("灯光")
    bench.row_act(1, "复制")
    assert [row.get("item") for row in bench.saved["budget"]] == ["投流", "投流", "灯光", "样茶"]
    bench.row_act(2, "删除")
    expect(bench.row(2).locator(".pl-handle")).to_be_focused()
    assert [row.get("item") for row in bench.saved["budget"]] == ["投流", "灯光", "样茶"]
    bench.row(2).locator(".pl-handle").click()
    bench.page.keyboard.press("Escape")
    expect(bench.page.locator(".pl-menu:visible")).to_have_count(0)


def test_enter_goes_down_a_column(bench: Bench, a1: PracticalTask) -> None:
    bench.open(a1, response={"budget": [{"qty": 1}, {"qty": 2}]})
    bench.section("预算")
    bench.page.get_by_label("第 1 项数量").focus()
    bench.page.keyboard.press("Enter")
    expect(bench.page.get_by_label("第 2 项数量")).to_be_focused()


def test_a_full_table_takes_no_more_rows(bench: Bench, a1: PracticalTask) -> None:
    bench.open(a1, response={"risks": [{}] * 12})
    bench.section("风险预案")
    expect(bench.page.get_by_role("button", name="＋ 添加一条")).to_be_disabled()
    bench.row(1).locator(".pl-handle").click()
    expect(bench.page.get_by_role("button", name="第 1 条复制")).to_be_disabled()


# ---- what counts along --------------------------------------------------------------------------------
def test_totals_and_time_line_follow_every_change(bench: Bench, a1: PracticalTask) -> None:
    bench.open(a1, response=golden(a1, "model"))
    bench.section("预算")
    totals = bench.page.locator(".pl-totals")
    expect(totals).to_contain_text("27 400 元")
    bench.page.get_by_label("第 1 项金额").fill("15000.5")
    expect(totals).to_contain_text("27 400.5 元")
    bench.section("直播流程")
    expect(totals).to_contain_text("120 分钟")
    expect(totals).to_contain_text("明前龙井礼盒 34 分钟")
    assert bench.page.locator(".pl-bar").count() == 8
    bench.page.get_by_label("第 8 段结束").fill("21:20")
    assert bench.page.locator(".pl-bar").count() == 7  # it would end before it begins
    expect(bench.row(8).locator(".pl-long")).to_have_text("—")


def test_the_calendar_shows_the_posts_of_a_day(bench: Bench, m5: PracticalTask) -> None:
    bench.open(m5, response=golden(m5, "model"))
    bench.section("内容排期")
    expect(bench.page.locator(".pl-totals")).to_contain_text("抖音 6 · 视频号 2 · 小红书 2")
    bench.choose("第 1 条日期", "8月20日 周三")
    day = bench.page.locator(".pl-day", has_text="8月20日")
    expect(day).to_contain_text("20:30 抖音")


def test_nothing_on_screen_tells_whether_an_answer_is_right(bench: Bench, a1: PracticalTask) -> None:
    """Right and wrong numbers of the same form look the same."""
    seen = []
    for total_written in (300, 900):
        rows = [{"item": "投流", "qty": 3, "unit": 100, "amount": 300}]
        bench.open(a1, response={"budget": rows, "budget_total": total_written})
        bench.section("预算")
        marks = bench.page.locator("[aria-invalid=true], .pc-note:not(:empty)").count()
        seen.append((bench.page.locator(".pl").inner_text(), marks))
    assert seen[0] == seen[1]


# ---- undo, safety and looks -----------------------------------------------------------------------------
def test_undo_shows_where_it_acted_and_redo_goes_back(bench: Bench, a1: PracticalTask) -> None:
    model = golden(a1, "model")
    bench.open(a1, response=model)
    bench.section("风险预案")
    bench.row_act(1, "删除")
    bench.section("目标推算")
    bench.page.keyboard.press("Control+Z")
    expect(bench.page.get_by_role("heading", name="风险预案", exact=True)).to_be_visible()
    assert bench.saved == model
    bench.page.get_by_role("button", name="恢复").click()
    assert len(bench.saved["risks"]) == 2


def test_typed_markup_stays_text(bench: Bench, a1: PracticalTask) -> None:
    evil = "<img src=x onerror=alert(1)>"
    rows = [{"start": "19:30", "end": "20:00", "content": evil, "owners": [evil], "interaction": evil}]
    bench.open(a1, response={"segments": rows, "staff": [{"duty": evil}]})
    bench.section("直播流程")
    assert bench.page.locator("img").count() == 0
    expect(bench.page.get_by_label("第 1 段内容要点")).to_have_value(evil)


def test_read_only_shows_everything_and_changes_nothing(bench: Bench, task: PracticalTask) -> None:
    bench.open(task, response=golden(task, "model"), read_only=True)
    for one in task.content["sections"]:
        bench.section(one["title"])
        assert bench.page.locator(".pl-main :is(input, textarea, select):enabled").count() == 0
        assert bench.page.locator(".pl-main :is(button, summary, [draggable=true])").count() == 0
    assert bench.saved is None


def test_a_response_from_elsewhere_replaces_what_is_shown(bench: Bench, a1: PracticalTask) -> None:
    bench.open(a1)
    bench.page.evaluate("window.bench.setResponse({ goal: { uv: 7 }, budget: [{ item: '投流' }] })")
    expect(bench.page.get_by_label("访客数（UV）")).to_have_value("7")
    bench.section("预算")
    expect(bench.page.get_by_label("第 1 项项目")).to_have_value("投流")
    assert bench.saved is None
    bench.page.evaluate("window.bench.destroy()")
    assert bench.page.locator("#root > *").count() == 0


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_every_section_fits_and_can_be_reached_by_keyboard(
    bench: Bench, task: PracticalTask, size: tuple[int, int]
) -> None:
    width, height = size
    bench.page.set_viewport_size({"width": width, "height": height})
    bench.open(task, response=golden(task, "model"))
    tabs = bench.page.get_by_role("navigation", name="方案栏目").get_by_role("button")
    for index, one in enumerate(task.content["sections"]):
        tabs.nth(index).focus()
        bench.page.keyboard.press("Enter")
        heading = bench.page.get_by_role("heading", name=one["title"], exact=True)
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()
        if one["kind"] == "table":
            bench.row(1).locator(".pl-handle").press("Enter")
            assert bench.page.evaluate(SMALL_TARGETS) == []
            bench.page.keyboard.press("Escape")
        assert bench.page.evaluate("document.documentElement.scrollWidth") <= width
        assert bench.page.evaluate(SMALL_TARGETS) == []
        assert bench.page.evaluate(UNNAMED_CONTROLS) == 0
        assert_accessible(bench.page)
