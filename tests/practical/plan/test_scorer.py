"""The scorer of PLAN: goldens, published numbers, evidence and properties."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.plan.conftest import FILES
from tests.practical.plan.rows import each
from tests.practical.properties import (
    JSON,
    each_text,
    earns_nothing,
    evidence_is_plain,
    levels_are_apart,
    nested,
    survives,
    unchanged_by,
)
from tests.practical.samples import golden
from tests.practical.scoring import evidence, points, run

TASKS = [read_task(path) for path in FILES.values()]


# ---- numbers ----------------------------------------------------------------------------------------


def test_a1_has_the_published_numbers(a1: PracticalTask) -> None:
    """practical.md §5 A1, every criterion exactly."""
    ids = ["P1", "P2", "P3", "P4", "P5", "P6"]
    model, weak = points(a1, golden(a1, "model")), points(a1, golden(a1, "weak"))
    assert [float(model[i]) for i in ids] == [3, 6, 4, 4, 3, 2]
    assert [float(weak[i]) for i in ids] == [1, 1, 0, 2, 0.75, 0]


def test_levels_of_the_goldens(task: PracticalTask) -> None:
    levels_are_apart(task)


def test_blank_is_nothing_in_every_criterion(task: PracticalTask) -> None:
    earns_nothing(task, {s["id"]: {} if s["kind"] == "form" else [{}, {}] for s in task.content["sections"]})


# ---- evidence ---------------------------------------------------------------------------------------
def test_evidence_is_a_plain_chinese_sentence(task: PracticalTask) -> None:
    ids = [c["id"] for s in task.content["sections"] for c in s["columns"] if len(c["id"]) > 4]
    evidence_is_plain(task, *ids)


def test_evidence_puts_the_numbers_into_the_formula(a1: PracticalTask, m5: PracticalTask) -> None:
    weak = golden(a1, "weak")
    assert "20000 人×10%×168 元＝336000，填写的目标成交额是 400000 元，相差 16%" in evidence(a1, weak, "P1")
    assert "空档：21:00～21:10" in evidence(a1, weak, "P2")
    assert "茶食组合 0 分钟" in evidence(a1, weak, "P2")
    assert "“林晚”一人兼任主播和场控" in evidence(a1, weak, "P3")
    assert "不在人员分工里：“阿杰”" in evidence(a1, weak, "P3")
    assert "第 2 行 300×20＝6000，填写的是 5000" in evidence(a1, weak, "P4")
    assert "“脚本”应先于“彩排”" in evidence(a1, weak, "P5")
    assert "“全网最低”" in evidence(a1, weak, "P6")
    assert "没有填写，这一项没有得分" in evidence(a1, {}, "P2")
    assert "唐宁 5 条（要求 2～4 条）" in evidence(m5, golden(m5, "pass"), "Q4")
    assert "不应有“绘本收藏爱好者”" in evidence(m5, golden(m5, "weak"), "Q1")
    assert "制造焦虑" in evidence(m5, golden(m5, "unlawful"), "Q5")


# ---- properties -------------------------------------------------------------------------------------
VALUES = JSON | st.sampled_from(
    [
        "19:30",
        "24:00",
        "2024-06-16 18:00",
        "2025-08-19",
        "林晚",
        "投流",
        "主播",
        1,
        0.04,
        "1,500",
        10**400,
        "٣:٣٠",
    ]
)
NAMES = sorted({c["id"] for t in TASKS for s in t.content["sections"] for c in s["columns"]})
TABLES = sorted({s["id"] for t in TASKS for s in t.content["sections"]} | {"budget_total", "channels_total"})
ROW = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)
SHAPED = st.dictionaries(st.sampled_from(TABLES), st.lists(ROW | JSON, max_size=4) | ROW | VALUES, max_size=6)


@given(submission=JSON | SHAPED)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_scored_and_checked_without_an_exception(submission: Any) -> None:
    for task in TASKS:
        survives(task, submission)


HOSTILE = [10**5000, float("nan"), float("inf"), nested(3000), "\ud800", "\x00", True]


@pytest.mark.parametrize("bad", HOSTILE, ids=["huge", "nan", "infinite", "deep", "surrogate", "null", "true"])
def test_hostile_values_in_every_cell(task: PracticalTask, bad: Any) -> None:
    row = dict.fromkeys(NAMES, bad)
    for submission in (
        {s["id"]: row if s["kind"] == "form" else [row, row, dict(row)] for s in task.content["sections"]},
        dict.fromkeys(TABLES, bad),
    ):
        assert all(r.score == 0 for r in run(task, submission) if r.score is not None)
        assert task.kind.validate_submission(task.content, submission)


def tables_of(task: PracticalTask) -> list[str]:
    return [s["id"] for s in task.content["sections"] if s["kind"] == "table"]


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_answers_made_of_right_parts_stay_within_the_model(data: st.DataObject) -> None:
    """Any selection of the model's rows earns no more than the model, and one more row never earns less."""
    task = data.draw(st.sampled_from(TASKS))
    model = golden(task, "model")
    some = {
        name: [row for row in value if data.draw(st.booleans())] if isinstance(value, list) else value
        for name, value in model.items()
    }
    before, best = points(task, some), points(task, model)
    assert all(before[c] <= best[c] for c in best)
    name = data.draw(st.sampled_from(tables_of(task)))
    left = [row for row in model[name] if row not in some[name]]
    if left:
        some[name] = [row for row in model[name] if row in some[name] or row is left[0]]
        after = points(task, some)
        assert all(after[c] >= before[c] for c in before), name


def test_digits_of_a_chinese_keyboard_change_nothing(task: PracticalTask) -> None:
    wide = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789:-"}
    unchanged_by(task, lambda s: each_text(s, lambda t: t.translate(wide)))


def test_empty_rows_and_typed_numbers_change_nothing(task: PracticalTask) -> None:
    model = golden(task, "model")
    for name in tables_of(task):
        model[name] = [{}, *model[name], {"unknown": 1}]
    for row in model.get("budget", []):
        row.update({name: f"{row[name]:,}" for name in ("qty", "unit", "amount") if name in row})
    assert points(task, model) == points(task, golden(task, "model"))


@pytest.mark.parametrize("words", ["，全国最好的", "。可以降血压哦", "，全国第一品牌" + "长" * 300])
def test_adding_a_violation_never_raises_anything(task: PracticalTask, words: str) -> None:
    texts = [
        (s["id"], c["id"]) for s in task.content["sections"] for c in s["columns"] if c["type"] == "text"
    ]
    copies = golden(task, "model")
    for table, column in texts:
        each(copies[table], **{column: copies[table][0].get(column, "")})
    for submission in [copies, *(g["submission"] for g in task.goldens)]:
        before = points(task, submission)
        for table, column in texts:
            for number in range(len(submission.get(table, []))):
                worse = copy.deepcopy(submission)
                worse[table][number][column] = worse[table][number].get(column, "") + words
                after = points(task, worse)
                assert all(after[c] <= before[c] for c in before), (table, column, number)


def test_wrong_rows_never_raise_anything(a1: PracticalTask) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        (
            "segments",
            {
                "start": "19:30",
                "end": "21:30",
                "kind": "讲品",
                "product": "白茶饼",
                "content": "全场讲白茶饼",
            },
        ),
        ("segments", {"start": "22:00", "end": "21:00", "kind": "收尾", "content": "时间写反了"}),
        ("staff", {"role": "场控", "name": "林晚", "duty": "主播兼任场控，两边都看"}),
        ("staff", {"role": "客服", "name": "小南"}),
        ("budget", {"item": "机动", "qty": 2, "unit": 3, "amount": 5}),
        ("prep", {"task": "脚本设备网络彩排上架预热", "owner": "无名氏", "deadline": "2024-06-09 10:00"}),
        ("risks", {"risk": "黑粉差评", "action": "我们是全国第一品牌，不怕差评，直接删掉评论"}),
    ]
    for one in a1.goldens:
        before = points(a1, one["submission"])
        for table, row in wrong:
            worse = copy.deepcopy(one["submission"])
            worse[table] = [*worse.get(table, []), row]
            if worse[table] == [row]:
                continue  # the only row of a table is no addition to a plan
            after = points(a1, worse)
            assert all(after[c] <= before[c] for c in before), (one["name"], table, row)


def test_each_row_of_the_model_counts(task: PracticalTask) -> None:
    model = golden(task, "model")
    full = points(task, model)
    for table in tables_of(task):
        without = copy.deepcopy(model)
        del without[table]
        assert sum(points(task, without).values()) < sum(full.values()), table
    for table in ("segments", "calendar", "staff", "budget", "prep", "risks", "personas", "pillars"):
        for number in range(len(model.get(table, []))):
            less = copy.deepcopy(model)
            del less[table][number]
            after = points(task, less)
            assert all(after[c] <= full[c] for c in full)
            assert after != full or table == "prep", (table, number)
