"""The scorer of DATA: goldens, published numbers, following through, texts and what each criterion claims."""

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from itembank.practical import total
from itembank.practical.tasks import PracticalTask
from tests.practical.properties import earns_nothing, evidence_is_plain, levels_are_apart
from tests.practical.samples import golden
from tests.practical.scoring import evidence, points, run


def changed(task: PracticalTask, part: str, **values: Any) -> Any:
    """The model with some fields of one part filled in otherwise."""
    submission = golden(task, "model")
    submission[part].update(values)
    return submission


# ---- goldens ----------------------------------------------------------------------------------------


def test_the_published_points_are_met(m3: PracticalTask, a3: PracticalTask) -> None:
    """practical.md §5 M3 and A3, exactly. The weak M3 writes its click rate as a fraction: the unit of a field is
    fixed here, so the published “2.81” without a sign is right (`weak-without-sign`)."""
    assert [float(p) for p in points(m3, golden(m3, "model")).values()] == [5, 4, 8, 4]
    assert [float(p) for p in points(m3, golden(m3, "weak")).values()] == [4, 1, 1.25, 0]
    assert [float(p) for p in points(m3, golden(m3, "weak-without-sign")).values()] == [5, 1, 1.25, 0]
    assert [float(p) for p in points(a3, golden(a3, "model")).values()] == [6, 4, 5, 3, 3]
    assert [float(p) for p in points(a3, golden(a3, "weak")).values()] == [2, 2.5, 1.25, 0, 0]


def test_levels_of_the_goldens(task: PracticalTask) -> None:
    levels_are_apart(task)


def test_blank_is_nothing_in_every_criterion(task: PracticalTask) -> None:
    empty = {"n": {"总消费": " "}, "c": {"加否定": []}, "t": {"结论": "\n"}}
    earns_nothing(task, {"n": {}, "c": {}, "t": {}, "s": {}}, empty)


# ---- ablation ---------------------------------------------------------------------------------------
def mixed_denominators(s: Any) -> None:
    """Right sums, but every rate divided by the wrong total."""
    s["n"].update({"CTR": "0.10", "平均CPC": "0.06", "CVR": "0.10", "整体CPA": "2.04"})


def with_brand(s: Any) -> None:
    """Brand terms are not kept apart, terms without a conversion are not found."""
    s["n"].update({"非品牌CPA": "55.06", "零转化消费": "4405", "零转化占比": "100", "腾挪后新增转化": "88"})


def paid_counted(s: Any) -> None:
    """Paid notes are not filtered out."""
    s["n"].update(
        {
            "自然阅读": "55135",
            "封面点击率": "10.22",
            "互动率": "11.21",
            "转粉率": "0.98",
            "篇均阅读": "3445.94",
        }
    )


def topics_confused(s: Any) -> None:
    s["n"].update({"爆款门槛": "2662.14", "便当篇均涨粉": "18.6", "测评篇均涨粉": "16", "换题多涨粉": "57.9"})


def fields(part: str, value: Any) -> Callable[[Any], None]:
    """Every field of a part filled in alike."""

    def change(submission: Any) -> None:
        for name in submission[part]:
            submission[part][name] = value

    return change


HEARSAY = (
    "大家都很努力，数据也有高有低，希望以后多学习同行的好做法，争取越做越好。这一次的情况大体就是这样，没有太多可以补充的。"
    * 2
)
ABLATIONS = {
    "m3": {
        "N1": mixed_denominators,
        "N2": with_brand,
        "A1": lambda s: s["c"].update(
            {"加否定": ["3", "4"], "提价": ["8", "9"], "降价": ["3"], "收紧匹配": ["2"]}
        ),
        "T1": fields("t", HEARSAY),
    },
    "a3": {
        "N1": lambda s: s["n"].update(商品点击率="20", 客单价="13.05", UV价值="1.86", 净销售额="78300"),
        "N2": lambda s: s["n"].update(投放ROI="4.35", 退款率="0.069", 综合费率="15.3"),
        "A1": lambda s: s["c"].update(
            UV价值最高时段=["19:30"], 流失最严重时段=["21:00"], 下场加讲商品=["A"], 下场减讲商品=["E"]
        ),
        "T1": fields("t", HEARSAY),
        "T2": fields("t", HEARSAY),
    },
    "m5": {
        "N1": paid_counted,
        "N2": topics_confused,
        "A1": lambda s: s["c"].update(
            列为爆款=["07", "13"], 换封面标题=["06"], 重做正文=["13"], 减少的选题=["周末探店"]
        ),
        "T1": fields("t", HEARSAY),
    },
}


def test_each_criterion_is_lost_with_the_skill_it_claims(task: PracticalTask) -> None:
    table = ABLATIONS[task.code.rsplit("-", 1)[1].lower()]
    full = points(task, golden(task, "model"))
    assert set(table) == set(full)
    for criterion, change in table.items():
        submission = golden(task, "model")
        change(submission)
        assert points(task, submission)[criterion] * 2 <= full[criterion], criterion


# ---- numbers ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["2.81", "2.81%", "２．８１", " 2.81 ％ ", "2.805", "+2.81"])
def test_a_percentage_with_or_without_its_sign(m3: PracticalTask, typed: str) -> None:
    assert points(m3, changed(m3, "n", CTR=typed))["N1"] == 5


@pytest.mark.parametrize("typed", ["0.0281", "281", "2.78", "2.81‰", "百分之二", "2.81元", "-2.81", ""])
def test_a_percentage_100_times_off_is_wrong(m3: PracticalTask, typed: str) -> None:
    assert points(m3, changed(m3, "n", CTR=typed))["N1"] == 4


@pytest.mark.parametrize("typed", ["4405", "4,405", "4405.00", "¥4405", "4405 元", "0.4405万", 4405, 4405.0])
def test_an_amount_in_any_usual_form(m3: PracticalTask, typed: Any) -> None:
    assert points(m3, changed(m3, "n", 总消费=typed))["N1"] == 5


def test_an_own_error_is_followed_through(m3: PracticalTask) -> None:
    wrong = changed(m3, "n", 零转化消费="534", 零转化占比="12.12", 腾挪后新增转化="10.68")
    assert points(m3, wrong)["N2"] == 2  # 1 + 0 + ½ + ½
    said = evidence(m3, wrong, "N2")
    assert "填的是 534 元，应为 819 元" in said
    assert "填的是 12.12%，与前面填的数值一致（534 ÷ 4405），按 50% 计分，应为 819 ÷ 4405 = 18.59%" in said
    # A right number stays right beside a wrong one, and is not asked to follow it.
    assert points(m3, changed(m3, "n", 零转化消费="534"))["N2"] == 3


def test_nonsense_is_not_followed(m3: PracticalTask, a3: PracticalTask) -> None:
    for spent, share in (("0", "0"), ("8.19", "0.186"), ("-819", "-18.6"), ("44050", "1000"), ("", "18")):
        assert points(m3, changed(m3, "n", 零转化消费=spent, 零转化占比=share))["N2"] == 2, spent
    assert points(a3, changed(a3, "n", 净销售额="0", 综合费率="0"))["N2"] == 3


def test_the_share_of_a_followed_number_is_the_authors(m3: PracticalTask) -> None:
    wrong = changed(m3, "n", 零转化消费="534", 零转化占比="12.12", 腾挪后新增转化="10.68")
    m3.key["follow"]["share"] = 0.25
    assert points(m3, wrong)["N2"] == Decimal("1.5")
    m3.key["follow"].update(share=0.5, within=1.2)
    assert points(m3, wrong)["N2"] == 1


def test_correcting_a_number_never_costs(task: PracticalTask) -> None:
    """Also where others were worked out from the wrong one."""
    for name in golden(task, "model")["n"]:
        for one in task.goldens:
            submission = copy.deepcopy(one["submission"])
            submission.setdefault("n", {})[name] = golden(task, "model")["n"][name]
            assert total(run(task, submission)) >= total(run(task, one["submission"])), (one["name"], name)


def test_evidence_shows_the_sum_with_its_numbers(m3: PracticalTask, m5: PracticalTask) -> None:
    said = evidence(m3, golden(m3, "weak"), "N1")
    assert said == (
        "5 项数值中有 4 项正确。其余：“点击率 CTR”填的是 0.0281%，应为 2160 ÷ 77000 = 2.81%。"
        "得分率：4 ÷ 5 = 80%。"
    )
    assert "“总消费”填的是“很多”，不是数值，应为 4405 元" in evidence(
        m3, changed(m3, "n", 总消费="很多"), "N1"
    )
    assert "“总消费”没有填写，应为 4405 元" in evidence(m3, changed(m3, "n", 总消费=""), "N1")
    assert "(1480 + 3146 + 273) ÷ 37270 = 13.14%" in evidence(m5, golden(m5, "weak"), "N1")


# ---- choices ----------------------------------------------------------------------------------------
def test_a_wrong_tick_takes_a_right_one_away(m3: PracticalTask) -> None:
    for chosen, lost in (
        (["4", "5", "10", "3"], "0.75"),
        (["4", "5"], "0.75"),
        (["4", "3"], "2"),
        (["4", "5", "10", "4"], "0"),
        ([" 4 ", "５", "10"], "0"),
        (["4", "5", "10", "99"], "0.75"),
        ([str(number) for number in range(1, 11)], "2"),
    ):
        assert 8 - points(m3, changed(m3, "c", 加否定=chosen))["A1"] == Decimal(lost), chosen


def test_ticking_everything_earns_nothing(task: PracticalTask) -> None:
    every = next(a for a in task.kind.attacks(task.content, task.key, {}) if a.name == "选项全选")
    assert total(run(task, every.submission)) == 0


def test_evidence_of_choices_names_the_options(a3: PracticalTask) -> None:
    said = evidence(a3, golden(a3, "weak"), "A1")
    assert "“UV 价值最高的时段”选错了“21:00”，没有选“20:30”" in said
    assert "“下一场应当减讲的商品”没有选“C 茶具”" in said


# ---- texts ------------------------------------------------------------------------------------------
def text(m3: PracticalTask, words: str) -> Decimal:
    return points(m3, changed(m3, "t", 结论=words))["T1"]


def test_a_heap_of_keywords_says_nothing(m3: PracticalTask) -> None:
    assert text(m3, "否定、质量度、品牌词、提价、预算、落地页。" * 8) == 0
    assert text(m3, "否定。质量度。品牌词。提价。" * 12) == 0


def test_a_short_text_counts_in_proportion(m3: PracticalTask) -> None:
    assert text(
        m3, "没有转化的三个搜索词都要加否定，品牌词分开考核，落地页要改，省下的钱给成本低的词提价。"
    ) == Decimal("1.5")
    assert "至少 120 字，按比例折算" in evidence(
        m3, changed(m3, "t", 结论="没有转化的搜索词要加否定。"), "T1"
    )


def test_repeating_halves(m3: PracticalTask) -> None:
    model = golden(m3, "model")["t"]["结论"]
    assert text(m3, model + model) == 2
    without_stops = "零转化词都要加否定而品牌词要分开看落地页要改再给好词提价" * 5
    assert text(m3, without_stops) == 2
    assert "重复的话过多" in evidence(m3, changed(m3, "t", 结论=without_stops), "T1")


def test_copying_the_task_concludes_nothing(m3: PracticalTask, a3: PracticalTask) -> None:
    assert text(m3, "".join(m3.content["tasks"] + m3.content["scenario"])) == 0
    plan = changed(a3, "t", 改进方案="。".join(line for m in a3.content["materials"] for line in m["lines"]))
    assert points(a3, plan)["T2"] == 0
    assert "照抄题目的不算" in evidence(a3, plan, "T2")


def test_words_may_stand_apart_within_one_sentence(m3: PracticalTask) -> None:
    filler = "整体成本五十五元低于目标，不过图片这一类词没有带来任何一个转化，需要逐个看清楚再处理，" * 3
    assert (
        text(m3, filler + "把预算里的六成转给可升降。") == text(m3, filler + "给可升降提价三毛钱看看。") > 0
    )
    assert text(m3, filler + "这个预算太高。都转走才好。") == 0


def test_a_text_beyond_its_limit_loses_a_fifth(m5: PracticalTask) -> None:
    assert points(m5, golden(m5, "too-long"))["T1"] == Decimal("3.25")
    assert "最多 400 字" in evidence(m5, golden(m5, "too-long"), "T1")


# ---- evidence ---------------------------------------------------------------------------------------
def test_evidence_is_a_plain_chinese_sentence(task: PracticalTask) -> None:
    evidence_is_plain(task, "SUM", "AVERAGE", "[", "want", "ideas")
