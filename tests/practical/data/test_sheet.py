"""The sheet of the DATA workbench in a real browser: formulas, selection, sorting, filtering."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from itembank.practical.data import KIND
from itembank.practical.data.formula import parse, used_answers
from itembank.practical.data.numbers import read_number
from itembank.practical.data.scorer import truths
from itembank.practical.tasks import PracticalTask
from tests.practical.bench import opened
from tests.practical.data import test_formula
from tests.practical.data.page import Bench

# The same formulas through the browser's own engine, in a cell beside the data.
COMPUTE = """async ({ content, formulas }) => {
  const { createBook } = await import("/static/js/practical/data/book.js");
  const { title, columns } = content.sheets[0];
  const { addressOf } = await import("/static/js/practical/data/formula.js");
  const place = addressOf(1, columns.length);
  return formulas.map((formula) => {
    const book = createBook(content, () => ({ [title]: { [place]: "=" + formula.replace(/^=/, "") } }));
    const value = book.value(title, 1, columns.length);
    return value instanceof Error ? "#" + value.message : value;
  });
}"""
READ = """async (typed) => {
  const { readNumber } = await import("/static/js/practical/data/numbers.js");
  return typed.map(([text, unit]) => readNumber(text, unit)?.value ?? null);
}"""


@pytest.fixture
def bench(browser: Browser, tmp_path: Path) -> Iterator[Bench]:
    with opened(browser, tmp_path, KIND, Bench) as one:
        yield one


# ---- one language in the key and in the sheet ---------------------------------------------------------
def computed(bench: Bench, content: Any, formulas: list[str]) -> list[Any]:
    found: list[Any] = bench.page.evaluate(COMPUTE, {"content": content, "formulas": formulas})
    return found


def test_the_sheet_computes_as_the_key_does(bench: Bench, task: PracticalTask) -> None:
    bench.open(task)
    right = truths(task.content, task.key)
    formulas = {
        item["id"]: item["formula"]
        for one in task.key["numbers"]
        for item in one["items"]
        if not used_answers(parse(item["formula"]))
    }
    values = computed(bench, task.content, list(formulas.values()))
    assert values == pytest.approx([float(right[name]) for name in formulas])


def test_both_engines_give_the_same_values_and_refuse_the_same(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    sheets = [
        {"title": title, "spare": {"columns": 2, "rows": 4}, **sheet}
        for title, sheet in test_formula.SHEETS.items()
    ]
    content = {"sheets": [{**s, "columns": [{**c, "show": "text"} for c in s["columns"]]} for s in sheets]}
    values = computed(bench, content, list(test_formula.VALUES))
    assert values == pytest.approx([float(Fraction(str(v))) for v in test_formula.VALUES.values()])
    faulty = [
        one for one in test_formula.FAULTS if one != "sum(C2:C5)"
    ]  # small letters are read in the sheet
    for formula, value in zip(faulty, computed(bench, content, faulty), strict=True):
        assert str(value).startswith("#"), formula


def test_both_sides_read_typed_numbers_alike(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    typed = [(text, unit) for unit in ("%", "元", "元/次") for text in (
        "2.81", "2.81%", "２．８１％", "4,405", "44,05", "¥12", "￥12", "0.5万", "3亿元", "12 元", "12元/次", ".5", "5.",
        "−3", "+3", "1e3", "约12", "", "--1", "12%%", "9" * 40, "9" * 41,
    )]  # fmt: skip
    for (text, unit), value in zip(typed, bench.page.evaluate(READ, typed), strict=True):
        wanted = read_number(text, unit)
        if unit == "%" and wanted is not None:
            wanted *= 100  # the browser keeps the unit of the field
        assert value == (None if wanted is None else pytest.approx(float(wanted))), (text, unit)


# ---- writing ----------------------------------------------------------------------------------------
def test_a_formula_is_written_filled_down_and_taken_back(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.type_into("K1", "转化成本")
    bench.type_into("K2", "=g2/h2")
    assert bench.at == "K3"  # Enter goes on below
    bench.page.keyboard.press("ArrowUp")
    bench.button("向下填充")
    assert bench.scratch["搜索词报告"]["K11"] == "=G11/H11"
    assert len(bench.scratch["搜索词报告"]) == 11
    expect(bench.cell("K3")).to_have_text("108")
    expect(bench.cell("K5")).to_have_text("#除数为零")
    bench.cell("K5").click()
    expect(bench.page.get_by_text("K5：除数是零或空白，不能相除。")).to_be_visible()
    bench.page.get_by_role("button", name="撤销").click()
    assert bench.scratch == {"搜索词报告": {"K1": "转化成本", "K2": "=g2/h2"}}


def test_what_is_half_typed_is_kept_and_can_be_filled_at_once(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.cell("K2").click()
    bench.page.keyboard.type("=G2/F2")
    bench.button("向下填充")  # without Enter first
    assert len(bench.scratch["搜索词报告"]) == 10
    bench.cell("L2").click()
    bench.page.keyboard.type("=G2")
    bench.page.evaluate("dispatchEvent(new Event('pagehide'))")  # the page is left in the middle of a word
    assert bench.scratch["搜索词报告"]["L2"] == "=G2"
    bench.cell("M2").click()
    bench.page.keyboard.type("毛利")
    bench.page.get_by_label("总消费", exact=True).click()
    assert bench.scratch["搜索词报告"]["M2"] == "毛利"


def test_cells_are_pointed_at_while_a_formula_is_typed(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.cell("K2").click()
    bench.page.keyboard.type("=")
    bench.cell("G2").click()
    bench.page.keyboard.type("/SUM(")
    bench.cell("G2").hover()
    bench.page.mouse.down()
    bench.cell("G4").hover()
    bench.page.mouse.up()
    bench.page.keyboard.type(")")
    bench.page.keyboard.press("Enter")
    assert bench.scratch == {"搜索词报告": {"K2": "=G2/SUM(G2:G4)"}}


def test_only_rows_in_sight_are_pointed_at(bench: Bench, m5: PracticalTask) -> None:
    bench.open(m5)
    bench.column("F")
    bench.page.get_by_label("付费推广").click()
    assert 8 not in bench.rows()
    bench.cell("M2").click()
    bench.page.keyboard.type("=SUM(")
    bench.cell("H7").hover()
    bench.page.mouse.down()
    bench.cell("H9").hover()
    bench.page.mouse.up()
    bench.page.keyboard.type(")")
    bench.page.keyboard.press("Enter")
    assert bench.scratch == {"笔记数据": {"M2": "=SUM(H7,H9)"}}


def test_keys_of_a_spreadsheet(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    keys = bench.page.keyboard
    bench.cell("A2").click()
    keys.press("Control+End")
    assert bench.at == "N19"
    keys.press("Control+Home")
    assert bench.at == "A1"
    keys.press("End")
    assert bench.at == "N1"
    keys.type("=1+1")
    keys.press("Tab")  # while typing Tab goes on to the right; here the sheet ends
    keys.press("F2")
    keys.type("0")
    keys.press("Escape")  # gives up what was typed
    assert bench.scratch == {"搜索词报告": {"N1": "=1+1"}}
    keys.press("Control+C")
    keys.press("ArrowDown")
    keys.press("Control+V")
    keys.press("Shift+ArrowUp")
    assert set(bench.scratch["搜索词报告"]) == {"N1", "N2"}
    keys.press("Delete")
    assert bench.saved == {}
    keys.press("Tab")
    assert bench.at == ""  # the grid is no trap


def test_an_input_method_begins_in_the_cell(bench: Bench, m3: PracticalTask) -> None:
    """Chinese is composed from the first letter on; Enter then takes over the word, not the cell."""
    bench.open(m3)
    bench.cell("K1").click()
    ime = bench.page.context.new_cdp_session(bench.page)
    ime.send("Input.imeSetComposition", {"text": "chengben", "selectionStart": 8, "selectionEnd": 8})
    expect(bench.cell("K1").locator("input")).to_have_css("opacity", "1")
    ime.send("Input.insertText", {"text": "成本"})
    assert bench.saved is None  # the cell is still open
    bench.page.keyboard.press("Enter")
    assert bench.scratch == {"搜索词报告": {"K1": "成本"}}
    assert bench.at == "K2"


def test_a_copied_formula_moves_its_addresses(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3, response={"s": {"搜索词报告": {"K2": '=$G2*H$2+SUMIF(B2:B3,"G2",G2:G3)'}}})
    bench.cell("K2").click()
    bench.page.keyboard.press("Control+C")
    bench.cell("L4").click()
    bench.page.keyboard.press("Control+V")
    assert bench.scratch["搜索词报告"]["L4"] == '=$G4*I$2+SUMIF(C4:C5,"G2",H4:H5)'


def test_the_data_cannot_be_written_over(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.cell("G2").click()
    bench.page.keyboard.type("9")
    expect(bench.page.get_by_role("status").first).to_contain_text("这里是题目数据，不能修改")
    bench.page.keyboard.press("Delete")
    bench.page.keyboard.press("Control+C")
    bench.page.keyboard.press("ArrowDown")
    bench.page.keyboard.press("Control+V")
    assert bench.page.get_by_label("G3 的内容或算式").get_attribute("readonly") is not None
    assert bench.saved is None


def test_the_formula_bar_writes_too(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.cell("K2").click()
    bench.page.get_by_label("K2 的内容或算式").click()
    bench.page.keyboard.insert_text("＝SUM（G2：G11）")
    bench.page.keyboard.press("Enter")
    expect(bench.cell("K2")).to_have_text("4405")
    assert bench.at == "K2"
    bench.page.get_by_label("K2 的内容或算式").click()
    bench.page.keyboard.insert_text("+1")
    bench.page.keyboard.press("Escape")
    assert bench.scratch == {"搜索词报告": {"K2": "＝SUM（G2：G11）"}}


def test_another_sheet_and_a_circle(bench: Bench, a3: PracticalTask) -> None:
    bench.open(a3)
    bench.type_into("D2", "=SUM(商品!G2:G6)")
    expect(bench.cell("D2")).to_have_text("78300")
    bench.type_into("E2", "=F2")
    bench.type_into("F2", "=E2+1")
    expect(bench.cell("E2")).to_have_text("#循环引用")
    expect(bench.cell("F2")).to_have_text("#循环引用")


# ---- looking ----------------------------------------------------------------------------------------
def test_sums_of_the_selection(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.cell("G2").click()
    bench.page.keyboard.press("Shift+Control+ArrowDown")
    expect(bench.page.get_by_text("求和 4405　平均 440.5　计数 10　最小 126　最大 1080")).to_be_visible()
    bench.type_into("K2", "=SUM(F2:F11)/SUM(E2:E11)")
    bench.cell("K2").click()
    expect(bench.page.get_by_text("0.02805 = 2.8052%")).to_be_visible()


def test_sorting_keeps_the_numbers_of_rows(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3, response={"s": {"搜索词报告": {"K2": "=G2/H2", "K3": "=G3/H3", "K5": "=G5/H5"}}})
    bench.column("G")
    bench.page.get_by_role("button", name="降序").click()
    assert bench.rows()[:4] == [2, 7, 3, 4]
    expect(bench.cell("K3")).to_have_text("108")  # still of the same search term
    bench.page.get_by_role("button", name="原来的顺序").click()
    assert bench.rows() == list(range(2, 12))
    bench.column("K")  # also by what was worked out; what has no value stands last
    bench.page.get_by_role("button", name="升序").click()
    assert bench.rows()[:3] == [2, 3, 4]
    bench.page.get_by_role("button", name="降序").click()
    assert bench.rows()[:2] == [3, 2]
    bench.button("恢复原样")
    assert bench.rows() == list(range(2, 12))
    assert bench.saved is None  # looking is not answering


def test_filters_add_up_and_are_named(bench: Bench, m3: PracticalTask) -> None:
    bench.open(m3)
    bench.column("H")
    bench.choose("只看", "等于")
    bench.fill("数值", "0")
    assert bench.rows() == [5, 6, 11]
    bench.column("G")
    bench.choose("只看", "大于")
    bench.fill("数值", "200")
    assert bench.rows() == [5, 6]
    bench.column("B")
    bench.fill("只看包含", "二手")
    assert bench.rows() == [6]
    expect(
        bench.page.get_by_text("“转化”等于 0；“消费”大于 200；“搜索词”包含“二手”；显示 1 行，共 10 行")
    ).to_be_visible()
    bench.page.keyboard.press("Escape")
    expect(bench.page.get_by_role("button", name="B 列 搜索词")).to_be_focused()
    bench.button("恢复原样")
    assert len(bench.rows()) == 10


def test_filling_down_while_filtered_leaves_hidden_rows_alone(bench: Bench, m5: PracticalTask) -> None:
    bench.open(m5)
    bench.column("F")
    bench.page.get_by_label("付费推广").click()
    bench.type_into("M2", "=H2/G2")
    bench.cell("M2").click()
    bench.page.keyboard.press("Control+D")
    cells = bench.scratch["笔记数据"]
    assert len(cells) == 14
    assert "M8" not in cells
    assert cells["M17"] == "=H17/G17"
