"""What a PLAN scorer claims to measure: without the skill the points go, and tricks earn little."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.plan.conftest import FILES
from tests.practical.plan.rows import each
from tests.practical.samples import golden
from tests.practical.scoring import evidence, points


# ---- a skill taken away -------------------------------------------------------------------------------
def no_calculation(s: Any) -> None:
    s["goal"].update(cvr=0.12, gmv=500000)


def no_running_order(s: Any) -> None:
    """Everything in the order it came to mind: all talk first, no opening, no end, pauses, no interaction."""
    each(s["segments"], kind="讲品", interaction="")
    s["segments"] = s["segments"][1:-1]
    s["segments"][0]["end"] = "19:45"


def no_division_of_labour(s: Any) -> None:
    each(s["staff"], name="林晚", duty="都管")


def no_budgeting(s: Any) -> None:
    s["budget"].pop()
    each(s["budget"], amount=lambda row: row["amount"] + 999)


def no_preparation(s: Any) -> None:
    """All on the day, in no order, and half of it forgotten."""
    s["prep"] = s["prep"][2:4]
    each(s["prep"], deadline="2024-06-16 20:00")


def no_precaution(s: Any) -> None:
    each(s["risks"], action="及时处理")


def no_view_of_users(s: Any) -> None:
    each(s["personas"], group="周边商户", need="喜欢看绘本和有趣的内容推荐", slot="12:00–13:30")


def no_columns(s: Any) -> None:
    each(s["pillars"], group="周边商户", share=0.5)


def no_difference(s: Any) -> None:
    each(s["pillars"], difference="我们的内容更用心、更有温度、更有趣")


def no_scheduling(s: Any) -> None:
    """A post whenever somebody had the time: same hour, same channel, same person, all in the first week."""
    each(s["calendar"], time="09:00", platform="抖音", owner="唐宁", date="2025-08-19", pillar="睡前十分钟")


def no_topics(s: Any) -> None:
    each(s["calendar"], topic="今天给大家推荐一本好看的绘本")


def no_channels(s: Any) -> None:
    each(s["channels"], channel="商场广播", action="发布内容并持续推广品牌", metric="曝光人次")


ABLATIONS: dict[str, dict[str, Callable[[Any], None]]] = {
    "a1": {
        "P1": no_calculation,
        "P2": no_running_order,
        "P3": no_division_of_labour,
        "P4": no_budgeting,
        "P5": no_preparation,
        "P6": no_precaution,
    },
    "m5": {
        "Q1": no_view_of_users,
        "Q2": no_columns,
        "Q3": no_difference,
        "Q4": no_scheduling,
        "Q5": no_topics,
        "Q6": no_channels,
    },
}


def test_every_criterion_has_an_ablation() -> None:
    for name, path in FILES.items():
        assert ABLATIONS[name].keys() == points(read_task(path), {}).keys()


@pytest.mark.parametrize(
    ("name", "criterion"), [(name, criterion) for name, ones in ABLATIONS.items() for criterion in ones]
)
def test_without_the_skill_half_of_the_criterion_is_lost(name: str, criterion: str) -> None:
    task = read_task(FILES[name])
    without = golden(task, "model")
    full = points(task, without)[criterion]
    ABLATIONS[name][criterion](without)
    assert points(task, without)[criterion] <= full / 2


# ---- tricks -----------------------------------------------------------------------------------------
def test_one_segment_for_the_whole_show_earns_nothing(a1: PracticalTask) -> None:
    whole = {"segments": [{"start": "19:30", "end": "21:30", "kind": "开场", "content": "全程讲解所有商品"}]}
    assert points(a1, whole)["P2"] == 0


def test_laying_segments_over_one_another_does_not_help(a1: PracticalTask) -> None:
    assert points(a1, golden(a1, "overlap"))["P2"] <= 3


def test_an_opening_laid_over_a_wrong_start_is_no_opening(a1: PracticalTask) -> None:
    wrong = golden(a1, "pass")
    before = points(a1, wrong)["P2"]
    opening = {"start": "19:30", "end": "19:35", "kind": "开场", "content": "打招呼", "interaction": "福袋"}
    late = {"start": "20:15", "end": "20:20", "kind": "互动", "content": "抽奖", "interaction": "抽奖"}
    for row in (opening, late):
        wrong["segments"].append(row)
        assert points(a1, wrong)["P2"] <= before


def test_one_preparation_about_everything_serves_no_need(a1: PracticalTask) -> None:
    heap = {"task": "脚本、设备、网络、彩排、上架、预热", "owner": "林晚", "deadline": "2024-06-12 18:00"}
    assert points(a1, {"prep": [heap] * 6})["P5"] <= Decimal("0.75")


def test_one_precaution_for_every_risk_is_paid_once(a1: PracticalTask) -> None:
    trick = golden(a1, "model")
    each(trick["risks"], action="由客服第一时间向观众说明情况并做好记录")
    assert points(a1, trick)["P6"] <= Decimal("0.75")
    trick["risks"][1]["action"] += "，同时注意观察后续的情况变化并随时汇报"
    assert points(a1, trick)["P6"] <= Decimal("0.75")


def test_hotspots_must_be_taken_up_in_time(m5: PracticalTask) -> None:
    late = golden(m5, "model")
    next(row for row in late["calendar"] if "七夕" in row["topic"])["date"] = "2025-08-20"
    assert "缺少“七夕”" in evidence(m5, late, "Q5")


def test_the_calendar_is_held_against_the_planned_shares(m5: PracticalTask) -> None:
    other = golden(m5, "model")
    other["pillars"][0]["share"], other["pillars"][2]["share"] = 0.2, 0.5
    assert "计划 20%，实际 50%" in evidence(m5, other, "Q4")
