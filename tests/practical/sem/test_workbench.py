"""The SEM workbench in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from itembank.practical import total
from itembank.practical.sem import KIND
from itembank.practical.tasks import PracticalTask
from tests.practical.bench import SIZES, SMALL_TARGETS, UNNAMED_CONTROLS, opened
from tests.practical.samples import golden
from tests.practical.sem.entering import add_words, fill_all, fill_unit
from tests.practical.sem.page import Bench

TABS = ("单元设置", "关键词", "创意", "否定词")


@pytest.fixture
def bench(browser: Browser, tmp_path: Path) -> Iterator[Bench]:
    with opened(browser, tmp_path, KIND, Bench) as one:
        yield one


def test_entering_the_model_gives_the_model_and_its_points(bench: Bench, task: PracticalTask) -> None:
    model = golden(task, "model")
    bench.open(task)
    assert bench.saved is None  # nothing is saved before anything was done
    fill_all(bench, task, model)
    assert bench.saved == model
    expected = next(g["total"] for g in task.goldens if g["name"] == "model")
    assert total(task.kind.score(task.content, task.key, task.world, bench.saved, None)) == expected
    states = bench.page.evaluate("window.saved")
    assert len(states) > 50
    for state in states:
        assert task.kind.validate_submission(task.content, state) == []


def test_a_reload_in_the_middle_loses_nothing(bench: Bench, m6: PracticalTask) -> None:
    model = golden(m6, "model")
    half = {**model, "campaigns": model["campaigns"][:2]}
    bench.open(m6)
    fill_all(bench, m6, half)
    kept = bench.saved
    bench.open(m6, response=kept)
    assert bench.saved is None
    last = model["campaigns"][2]
    bench.page.locator(".sem-nav").get_by_role("button", name="＋ 新建计划").click()
    bench.page.keyboard.insert_text(last["name"])
    bench.fill("计划日预算", f"{last['daily_budget']:g}")
    add_words(bench, "计划的否定词", {"phrase": "短语否定"}, last["negatives"])
    for unit in last["groups"]:
        bench.button("＋ 新建单元")
        fill_unit(bench, m6, unit)
        bench.node(last["name"])
    assert bench.saved == model


def test_words_are_picked_from_the_planner(bench: Bench, m1: PracticalTask) -> None:
    bench.open(m1, response={"campaigns": [{"name": "礼盒词", "groups": [{"name": "礼盒"}]}]})
    bench.node("关键词规划师")
    volumes = bench.main.locator(".sem-data tbody tr td:nth-child(3)").all_inner_texts()
    assert [int(v.replace(",", "")) for v in volumes] == sorted(
        (row["volume"] for row in m1.content["planner"]), reverse=True
    )
    bench.fill("包含", "礼盒 送")
    bench.fill("不包含", "绿茶")
    expect(bench.main.locator(".sem-data tbody tr")).to_have_count(2)
    bench.main.get_by_label("选中列出的全部搜索词").check()
    expect(bench.main.get_by_text("已选 2 个")).to_be_visible()
    bench.choose("匹配方式", "精确匹配")
    bench.button("添加所选（2）")
    words = bench.saved["campaigns"][0]["groups"][0]["keywords"]
    assert {(word["text"], word["match"]) for word in words} == {
        ("龙井礼盒送长辈", "exact"),
        ("茶叶礼盒送长辈", "exact"),
    }
    expect(bench.main.get_by_role("row", name="龙井礼盒送长辈")).to_contain_text("礼盒")
    bench.fill("包含", "招聘")
    bench.fill("不包含", "")
    bench.main.get_by_label("选中“龙井茶叶招聘”").check()
    bench.choose("加到", "礼盒词")
    bench.button("添加所选（1）")
    assert bench.saved["campaigns"][0]["negatives"] == [{"text": "龙井茶叶招聘", "match": "phrase"}]


def test_the_table_sorts_by_each_column(bench: Bench, m6: PracticalTask) -> None:
    bench.open(m6)
    bench.node("搜索词报告")
    rows = m6.content["report"]["rows"]
    heads = bench.main.locator(".sem-data thead")
    for label, name, column in (("点击", "clicks", 4), ("预约单", "conversions", 6)):
        for order in ("descending", "ascending"):
            heads.get_by_role("button", name=label, exact=True).click()
            shown = bench.main.locator(f".sem-data tbody tr td:nth-child({column})").all_inner_texts()
            assert [int(v) for v in shown] == sorted((r[name] for r in rows), reverse=order == "descending")
            expect(bench.main.locator(f"th[aria-sort={order}]")).to_contain_text(label)


def test_limits_are_visible_and_hold(bench: Bench, m1: PracticalTask) -> None:
    bench.open(m1)
    add = bench.page.locator(".sem-nav").get_by_role("button", name="＋ 新建计划")
    for number in range(4):
        add.click()
        bench.page.keyboard.insert_text(f"计划{number}")
    expect(bench.page.get_by_label("已用限额")).to_contain_text("计划 4/4")
    expect(add).to_be_disabled()
    bench.button("＋ 新建单元")
    bench.page.keyboard.insert_text("大单元")
    bench.tab("关键词")
    bench.main.get_by_label("关键词", exact=True).click()
    bench.page.keyboard.insert_text("、".join(f"词{i}" for i in range(17)) + "，词0")
    bench.page.keyboard.press("Control+Enter")
    assert len(bench.saved["campaigns"][3]["groups"][0]["keywords"]) == 15
    expect(bench.page.locator(".pc-status")).to_contain_text("2 个超出限额")
    expect(bench.main.get_by_label("关键词", exact=True)).to_have_count(0)


def test_lengths_wildcards_and_preview(bench: Bench, m1: PracticalTask) -> None:
    unit = {"name": "礼盒", "landing": "lp_gift", "keywords": [{"text": "龙井礼盒", "match": "phrase"}]}
    bench.open(m1, response={"campaigns": [{"name": "礼盒词", "groups": [unit]}]})
    bench.page.locator(".sem-units .sem-node").click()
    bench.tab("创意")
    bench.button("＋ 添加创意")
    card = bench.main.get_by_role("region", name="创意 1")
    card.get_by_role("button", name="插入通配符").click()
    expect(card.locator(".pc-count").first).to_have_text("3 / 25，至少 4 字")
    bench.page.keyboard.insert_text("茶叶礼盒")
    bench.page.keyboard.press("End")
    bench.page.keyboard.insert_text("产地直发")
    expect(card.locator(".pc-count").first).to_have_text("8 / 25")
    preview = card.get_by_role("group", name="创意 1的预览")
    expect(preview).to_contain_text("龙井礼盒产地直发")
    expect(preview).to_contain_text("礼盒专题页")
    card.get_by_label("描述").click()
    bench.page.keyboard.insert_text("长" * 43)
    expect(card.locator(".pc-count").last).to_have_text("43 / 40，超出 3 字")
    assert bench.saved["campaigns"][0]["groups"][0]["creatives"] == [
        {"title": "{茶叶礼盒}产地直发", "desc": "长" * 43}
    ]


@pytest.mark.parametrize(
    ("typed", "kept", "note"),
    [
        ("3.2", 3.2, ""),
        ("３．５", 3.5, ""),
        ("15", 15, "超过上限 12 元"),
        ("1e5", None, "两位小数"),
        ("-1", None, "两位小数"),
        ("0.125", None, "两位小数"),
        ("", None, ""),
    ],
)
def test_money(bench: Bench, m1: PracticalTask, typed: str, kept: float | None, note: str) -> None:
    bench.open(m1, response={"campaigns": [{"groups": [{"bid": 9}]}]})
    bench.page.locator(".sem-units .sem-node").click()
    bench.tab("单元设置")
    box = bench.main.get_by_label("单元出价")
    box.fill("")
    box.press_sequentially(typed)
    expected: dict[str, Any] = {} if kept is None else {"bid": kept}
    assert bench.saved["campaigns"] == [{"groups": [expected]}]
    expect(bench.main.locator(".pc-note").first).to_contain_text(note)


def test_deletions_can_be_undone_by_button_and_by_keyboard(bench: Bench, m1: PracticalTask) -> None:
    model = golden(m1, "model")
    bench.open(m1, response=model)
    bench.node("礼盒词")
    bench.button("删除这个计划")
    assert len(bench.saved["campaigns"]) == 2
    bench.page.keyboard.press("Control+Z")
    assert bench.saved == model
    expect(
        bench.page.get_by_role("heading", name="计划：礼盒词")
    ).to_be_visible()  # undo shows where it acted
    bench.button("删除否定词“怎么”")
    bench.button("“功效”是短语否定，改为精确否定")
    bench.page.locator(".sem-units .sem-node").nth(2).click()
    bench.button("删除关键词“高山绿茶”")
    bench.tab("创意")
    bench.button("删除创意 1")
    assert bench.saved != model
    for _ in range(4):
        bench.page.get_by_role("button", name="撤销").click()
    assert bench.saved == model
    bench.page.get_by_role("button", name="恢复").click()
    assert bench.saved != model


def test_negatives_and_creatives_are_copied(bench: Bench, m1: PracticalTask) -> None:
    model = golden(m1, "model")
    bare = golden(m1, "model")
    for plan in bare["campaigns"][1:]:
        del plan["negatives"]
    del bare["campaigns"][2]["groups"][0]["creatives"]
    bench.open(m1, response=bare)
    bench.node("品牌词")
    bench.button("复制到其他计划")
    bench.page.locator(".sem-units .sem-node").nth(2).click()
    bench.tab("创意")
    bench.choose("从其他单元复制创意", "礼盒词 / 礼盒（2 条）")
    bench.button("复制过来")
    assert bench.saved == model


def test_words_typed_but_not_added_are_kept_and_the_focus_goes_on(bench: Bench, m1: PracticalTask) -> None:
    bench.open(m1, response={"campaigns": [{"name": "龙井词", "groups": [{"name": "龙井"}]}]})
    bench.page.locator(".sem-units .sem-node").click()
    bench.main.get_by_label("关键词", exact=True).click()
    bench.page.keyboard.insert_text("明前龙井")
    bench.node("关键词规划师")
    assert bench.saved["campaigns"][0]["groups"][0]["keywords"] == [{"text": "明前龙井", "match": "phrase"}]
    bench.page.locator(".sem-units .sem-node").click()
    bench.main.get_by_label("关键词", exact=True).click()
    bench.page.keyboard.insert_text("高山绿茶")
    bench.main.get_by_label("“明前龙井”的出价").click()
    expect(bench.main.get_by_label("“高山绿茶”的出价")).to_be_visible()  # added after a moment
    expect(bench.main.get_by_label("“明前龙井”的出价")).to_be_focused()


def test_a_slow_click_lands(bench: Bench, m1: PracticalTask) -> None:
    """Words waiting to be added must not move the page between pressing and letting go."""
    bench.open(m1, response={"campaigns": [{"name": "龙井词", "groups": [{"name": "龙井"}]}]})
    bench.page.locator(".sem-units .sem-node").click()
    bench.main.get_by_label("关键词", exact=True).click()
    bench.page.keyboard.insert_text("明前龙井")
    spot = bench.main.get_by_role("button", name="去关键词规划师选词").bounding_box()
    assert spot
    bench.page.mouse.move(spot["x"] + 20, spot["y"] + 20)
    bench.page.mouse.down()
    bench.page.wait_for_timeout(500)
    bench.page.mouse.up()
    expect(bench.page.get_by_role("heading", name="关键词规划师")).to_be_focused()
    assert len(bench.saved["campaigns"][0]["groups"][0]["keywords"]) == 1


def test_nothing_tells_how_well_the_account_would_do(bench: Bench, task: PracticalTask) -> None:
    """No mark, no simulated figure and no theme reaches the browser."""
    bench.open(task, response=golden(task, "model"))
    names = {theme["name"] for theme in task.world["themes"].values()} - {"品牌词"}
    for page in ("账户概览", "关键词规划师"):
        bench.node(page)
        shown = bench.main.inner_text()
        assert not any(word in shown for word in ("质量分", "得分", "预计", *names))
    assert "world" not in bench.page.evaluate("fetch('/task.json').then((r) => r.text())")


def test_typed_markup_stays_text(bench: Bench, m1: PracticalTask) -> None:
    evil = "<img src=x onerror=alert(1)>"
    bench.open(m1, response={"campaigns": [{"name": evil, "groups": [{"name": evil}]}]})
    bench.page.locator(".sem-units .sem-node").click()
    bench.main.get_by_label("关键词", exact=True).click()
    bench.page.keyboard.insert_text(evil)
    bench.page.keyboard.press("Control+Enter")
    bench.tab("创意")
    bench.button("＋ 添加创意")
    bench.page.keyboard.insert_text(evil)
    assert bench.page.locator("img").count() == 0
    expect(bench.main.locator(".sem-ad-title")).to_have_text(evil)


def test_read_only_shows_everything_and_changes_nothing(bench: Bench, task: PracticalTask) -> None:
    bench.open(task, response=golden(task, "model"), read_only=True)
    for page in ("账户概览", "关键词规划师", golden(task, "model")["campaigns"][1]["name"]):
        bench.node(page)
        assert bench.main.locator(":is(select, textarea):enabled").count() == 0
        assert bench.main.get_by_role("button", name="删除").count() == 0
    bench.page.locator(".sem-units .sem-node").first.click()
    for tab in TABS:
        bench.tab(tab)
        assert bench.main.locator(":is(input, select, textarea):enabled").count() == 0
        assert bench.main.get_by_role("button", name="删除").count() == 0
    assert bench.saved is None


def test_a_response_from_elsewhere_replaces_what_is_shown(bench: Bench, m1: PracticalTask) -> None:
    bench.open(m1, response=golden(m1, "model"))
    bench.page.locator(".sem-units .sem-node").last.click()
    bench.page.evaluate("window.bench.setResponse({ daily_budget: 500 })")
    expect(bench.main.get_by_label("账户日预算")).to_have_value("500")
    assert bench.saved is None
    bench.page.evaluate("window.bench.destroy()")
    assert bench.page.locator("#root > *").count() == 0


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_every_page_fits_and_can_be_reached_by_keyboard(
    bench: Bench, task: PracticalTask, size: tuple[int, int]
) -> None:
    width, height = size
    bench.page.set_viewport_size({"width": width, "height": height})
    bench.open(task, response=golden(task, "model"))
    nav = bench.page.locator(".sem-nav")

    def check() -> None:
        assert bench.page.evaluate("document.documentElement.scrollWidth") <= width
        assert bench.page.evaluate(SMALL_TARGETS) == []
        assert bench.page.evaluate(UNNAMED_CONTROLS) == 0

    for number in range(nav.locator(".sem-node").count()):
        if not nav.is_visible():
            bench.page.get_by_role("button", name="账户结构").focus()
            bench.page.keyboard.press("Enter")
        nav.locator(".sem-node").nth(number).focus()
        bench.page.keyboard.press("Enter")
        expect(bench.main.locator("h3")).to_be_focused()
        check()
    for tab in TABS:
        bench.main.locator(".sem-tabs").get_by_role("button", name=tab).focus()
        bench.page.keyboard.press("Enter")
        check()
