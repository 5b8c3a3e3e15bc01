"""The DATA workbench in a real browser: answers, undo, looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from itembank.practical import total
from itembank.practical.data import KIND
from itembank.practical.data.fields import choice_fields
from itembank.practical.tasks import PracticalTask
from tests.looks import assert_accessible
from tests.practical.bench import SIZES, SMALL_TARGETS, UNNAMED_CONTROLS, opened
from tests.practical.data.page import Bench
from tests.practical.samples import golden


@pytest.fixture
def bench(browser: Browser, tmp_path: Path) -> Iterator[Bench]:
    with opened(browser, tmp_path, KIND, Bench) as one:
        yield one


# ---- entering an answer as a person does --------------------------------------------------------------
def enter(bench: Bench, task: PracticalTask, model: dict[str, Any]) -> None:
    """The whole answer sheet, from top to bottom."""
    for section in task.content["sections"]:
        for field in section["fields"]:
            enter_field(bench, field, model)


def enter_field(bench: Bench, field: dict[str, Any], model: dict[str, Any]) -> None:
    if field["type"] == "number":
        bench.fill(field["label"], model["n"][field["id"]])
    elif field["type"] == "text":
        bench.fill(field["label"], model["t"][field["id"]])
    elif field["type"] == "grid":
        labels = {option["value"]: option["label"] for option in field["options"]}
        for question in field["questions"]:
            for value in reversed(model["c"][question["id"]]):  # the order of ticking must not matter
                bench.page.get_by_label(f"{labels[value]}：{question['label']}", exact=True).focus()
                bench.page.keyboard.press("Space")
    else:
        group = bench.page.get_by_role("group", name=field["label"])
        for option in field["options"]:
            if option["value"] in model["c"][field["id"]]:
                group.get_by_label(option["label"], exact=True).click()


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


def test_entering_by_keyboard_alone(bench: Bench, a3: PracticalTask) -> None:
    model = golden(a3, "model")
    bench.open(a3)
    bench.page.locator("td[tabindex='0']").focus()
    box = bench.page.get_by_label("商品点击率", exact=True)
    for _ in range(12):  # the help below the sheet, then the answers
        bench.page.keyboard.press("Tab")
        if box.evaluate("node => node === document.activeElement"):
            break
    for name in model["n"]:
        bench.page.keyboard.insert_text(model["n"][name])
        bench.page.keyboard.press("Tab")
    bench.page.keyboard.press("Space")  # the first period, then on to the third
    bench.page.keyboard.press("ArrowDown")
    bench.page.keyboard.press("ArrowDown")
    assert bench.saved == {"n": model["n"], "c": {"UV价值最高时段": ["20:30"]}}


def test_a_reload_in_the_middle_loses_nothing(bench: Bench, m3: PracticalTask) -> None:
    model = golden(m3, "model")
    fields = [field for section in m3.content["sections"] for field in section["fields"]]
    bench.open(m3)
    for field in fields[:5]:
        enter_field(bench, field, model)
    bench.type_into("K2", "=G2/H2")
    before = bench.saved
    assert before["s"] == {"搜索词报告": {"K2": "=G2/H2"}}
    bench.open(m3, response=before)
    assert bench.saved is None
    expect(bench.cell("K2")).to_have_text("60")
    for field in fields[5:]:
        enter_field(bench, field, model)
    assert bench.saved == {**model, "s": before["s"]}
    bench.open(m3, response=bench.saved)
    expect(bench.page.get_by_text("已填 14 / 14 项")).to_be_visible()


# ---- fields -----------------------------------------------------------------------------------------
def test_a_number_that_cannot_be_read_is_pointed_out(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    said = bench.page.get_by_text("这里要填一个数")
    bench.fill("总消费", "约四千")
    expect(said).to_be_visible()
    bench.page.get_by_label("总消费", exact=True).press("Control+A")
    bench.page.keyboard.insert_text("0.44万")
    expect(said).to_be_hidden()
    expect(bench.page.get_by_text("即 4400 元")).to_be_visible()
    assert bench.saved == {"n": {"总消费": "0.44万"}}


def test_emptying_and_unticking_removes_the_key(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3, response={"n": {"总消费": "1"}, "c": {"降价": ["2"]}, "t": {"结论": "好"}})
    bench.page.get_by_label("总消费", exact=True).click()
    bench.page.keyboard.press("Backspace")
    bench.page.get_by_label("儿童桌椅价格：降价", exact=True).click()
    bench.page.get_by_label("优化说明", exact=True).click()
    bench.page.keyboard.press("Backspace")
    assert bench.saved == {}


def test_the_counter_counts_as_the_scorer_does(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.fill("优化说明", "长" * 100)
    expect(bench.page.get_by_text("还差 20 字到 120 字。")).to_be_visible()
    bench.fill("优化说明", "长" * 301)
    expect(bench.page.get_by_text("401 / 400，超出 1 字")).to_be_visible()


def test_undo_shows_where_it_acted_and_redo_goes_back(bench: Bench, a3: PracticalTask) -> None:
    model = golden(a3, "model")
    bench.open(a3, response=model)
    bench.sheet("商品")
    bench.type_into("H2", "=G2/C2")
    bench.sheet("整场")
    bench.page.get_by_role("group", name="下一场应当减讲的商品").get_by_label("E 茶点礼包").click()
    changed = bench.saved
    bench.page.keyboard.press("Control+Z")
    assert bench.saved["c"] == model["c"]
    expect(
        bench.page.get_by_role("group", name="下一场应当减讲的商品").get_by_label("E 茶点礼包")
    ).not_to_be_checked()
    bench.page.get_by_role("button", name="撤销").click()
    assert bench.saved == model
    expect(bench.page.get_by_role("button", name="商品", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(bench.cell("H2")).to_have_text("")
    bench.page.get_by_role("button", name="恢复").click()
    expect(bench.cell("H2")).to_have_text("540")
    bench.page.get_by_role("button", name="恢复").click()
    assert bench.saved == changed


# ---- safety and looks ---------------------------------------------------------------------------------
def test_typed_markup_stays_text(bench: Bench, m3: PracticalTask) -> None:
    evil = "<img src=x onerror=alert(1)>"
    bench.open(m3)
    bench.fill("优化说明", evil)
    bench.fill("总消费", evil)
    bench.type_into("K1", evil)
    bench.type_into("K2", '=SUMIF(B2:B11,"<b>x</b>",G2:G11)')
    expect(bench.cell("K1")).to_have_text(evil)
    bench.column("K")
    assert bench.page.locator("img, b").count() == 0


def test_nothing_tells_whether_an_answer_is_right(bench: Bench, m3: PracticalTask) -> None:
    """A right and a wrong answer of the same form look the same."""
    seen = []
    for total_cost, chosen in (("4405", ["4"]), ("9999", ["8"])):
        bench.open(m3, response={"n": {"总消费": total_cost}, "c": {"加否定": chosen}})
        seen.append(bench.page.locator(".da-answers").inner_text())
    assert seen[0] == seen[1]


def test_read_only_shows_everything_and_changes_nothing(bench: Bench, task: PracticalTask) -> None:
    first = task.content["sheets"][0]
    spare = f"{chr(65 + len(first['columns']))}2"
    bench.open(
        task, response={**golden(task, "model"), "s": {first["title"]: {spare: "=1+1"}}}, read_only=True
    )
    assert bench.page.locator(".da-answers :is(input, textarea, select):enabled").count() == 0
    expect(bench.cell(spare)).to_have_text("2")
    bench.cell(spare).click()
    for key in ("Delete", "5", "Enter", "Control+V", "Control+D"):
        bench.page.keyboard.press(key)
    bench.cell(spare).dblclick()
    assert bench.page.locator(".da-edit, .is-editing").count() == 0
    expect(bench.page.get_by_label(f"{spare} 的内容或算式")).to_have_value("=1+1")
    bench.page.keyboard.press("Control+C")
    bench.column("A")
    bench.page.get_by_role("button", name="降序").click()
    assert bench.rows()[0] != 2 or len(first["rows"]) == 1
    assert bench.saved is None


def test_a_response_from_elsewhere_replaces_what_is_shown(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.page.evaluate(
        "window.bench.setResponse({ n: { CVR: '3.7' }, c: { 降价: ['2'] }, s: { 搜索词报告: { K2: '=1+2' } } })"
    )
    expect(bench.page.get_by_label("转化率 CVR", exact=True)).to_have_value("3.7")
    expect(bench.page.get_by_label("儿童桌椅价格：降价", exact=True)).to_be_checked()
    expect(bench.cell("K2")).to_have_text("3")
    assert bench.saved is None
    bench.page.evaluate("window.bench.destroy()")
    assert bench.page.locator("#root > *").count() == 0


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_every_pane_fits_and_is_accessible(bench: Bench, task: PracticalTask, size: tuple[int, int]) -> None:
    width, height = size
    bench.page.set_viewport_size({"width": width, "height": height})
    bench.open(task, response=golden(task, "model"))
    for pane in ("数据表", "答题"):
        bench.pane(pane)
        if pane == "数据表":
            for letter in "AC":
                bench.column(letter)
                check_looks(bench, width)
        check_looks(bench, width)
    every = bench.page.locator(".da-answers :is(input, textarea)")
    assert every.count() >= len(choice_fields(task.content))
    every.last.focus()
    expect(every.last).to_be_in_viewport()


def check_looks(bench: Bench, width: int) -> None:
    assert bench.page.evaluate("document.documentElement.scrollWidth") <= width
    assert bench.page.evaluate(SMALL_TARGETS) == []
    assert bench.page.evaluate(UNNAMED_CONTROLS) == 0
    assert_accessible(bench.page)
