"""The scorer of INBASKET: goldens, published numbers, properties and attacks."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.practical import total
from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.inbasket.conftest import FILES
from tests.practical.properties import JSON, earns_nothing, evidence_is_plain, levels_are_apart, survives
from tests.practical.samples import golden
from tests.practical.scoring import evidence, points, run

TASKS = [read_task(path) for path in FILES.values()]


def entry(submission: Any, name: str) -> Any:
    return next(one for one in submission["handled"] if one["id"] == name)


# ---- numbers ----------------------------------------------------------------------------------------


def test_e3_has_the_published_numbers(e3: PracticalTask) -> None:
    """practical.md §5 E3, within a quarter point per criterion."""
    ids = ["I1", "I2", "I3", "I4", "I5", "I6"]
    model, weak = points(e3, golden(e3, "model")), points(e3, golden(e3, "weak"))
    assert [float(model[i]) for i in ids] == [3, 3, 3, 9, 3, 2]
    published = [1.5, 1.5, 0.75, 2.0, 0.5, 0.0]
    assert all(abs(float(weak[i]) - points) <= 0.25 for i, points in zip(ids, published, strict=True))


def test_levels_of_the_goldens(task: PracticalTask) -> None:
    levels_are_apart(task)


def test_blank_is_nothing_in_every_criterion(task: PracticalTask) -> None:
    named = {"handled": [{"id": message["id"]} for message in task.content["messages"]]}
    earns_nothing(task, {"handled": [], "library": []}, named)


def test_a_third_of_the_highest_level_is_judged(a5: PracticalTask) -> None:
    judged = sum(r.max for r in run(a5, {}) if r.mode == "judge")
    assert Decimal("0.3") <= judged / a5.max_score <= Decimal("0.4")


# ---- evidence ---------------------------------------------------------------------------------------
def test_evidence_is_a_plain_chinese_sentence(task: PracticalTask) -> None:
    ids = [message["id"] for message in task.content["messages"]]
    evidence_is_plain(task, *ids, "prio", "handled", "must")


def test_evidence_names_what_is_missing_and_what_is_forbidden(e3: PracticalTask) -> None:
    weak = golden(e3, "weak")
    assert "“爱喝茶的老周”选的是“咨询”" in evidence(e3, weak, "I1")
    assert "没有最先处理的有：“爱喝茶的老周”“城西探味”" in evidence(e3, weak, "I3")
    assert "“城西探味”没有说明会核实" in evidence(e3, weak, "I4")
    assert "“运营小助手88”不应回复" in evidence(e3, weak, "I4")
    assert "“爱喝茶的老周”公开索要身份证或银行卡" in evidence(e3, weak, "I5")
    assert "没有处理的有：“圆圆爱探店”" in evidence(e3, weak, "I5")
    assert "10 字，应为 20～140 字" in evidence(e3, weak, "I6")


def test_the_words_of_the_desk_are_used(a5: PracticalTask) -> None:
    said = " ".join(r.evidence for r in run(a5, golden(a5, "pass")))
    assert "牵头岗位" in said
    assert "公屏与提词" in said
    assert "级别正确" in said
    assert "流转部门" not in said


# ---- properties -------------------------------------------------------------------------------------
VALUES = JSON | st.sampled_from(
    ["m1", "e4", "c5", "投诉", "回复", "抱歉，请把订单号私信给我们", 1, 3, "{订单号}"]
)
ENTRIES = st.lists(
    st.dictionaries(
        st.sampled_from(["id", "type", "route", "prio", "action", "reply", "q", "a"]), VALUES, max_size=6
    )
    | JSON,
    max_size=5,
)
SHAPED = st.dictionaries(st.sampled_from(["handled", "library"]), ENTRIES | JSON, max_size=2)


@given(submission=JSON | SHAPED)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_scored_and_checked_without_an_exception(submission: Any) -> None:
    for task in TASKS:
        survives(task, submission)


@given(data=st.data())
@settings(max_examples=60)
def test_answers_made_of_right_parts_stay_within_the_model(data: st.DataObject) -> None:
    """Any selection of the model's parts, in any order, earns no more than the model, and more parts never
    earn less."""
    task = data.draw(st.sampled_from(TASKS))
    model = golden(task, "model")
    kept = [
        {key: value for key, value in one.items() if key == "id" or data.draw(st.booleans())}
        for one in data.draw(st.permutations(model["handled"]))
    ]
    some = {"handled": kept, "library": model["library"][: data.draw(st.integers(0, 3))]}
    before, best = points(task, some), points(task, model)
    assert all(before[c] <= best[c] for c in best)
    grown = copy.deepcopy(some)
    one = data.draw(st.sampled_from(grown["handled"]))
    one.update(entry(model, one["id"]))
    after = points(task, grown)
    assert all(after[c] >= before[c] for c in before)


WORDS = ["，全国最好的", "。国家级品质" + "长" * 300, "，滚开", "，加微信聊", "。可以降血压哦"]


@pytest.mark.parametrize("words", WORDS)
def test_adding_a_violation_never_raises_anything(task: PracticalTask, words: str) -> None:
    """Also where the replies are copies of one another: a second fault must not hide the first."""
    copies = golden(task, "model")
    for one in copies["handled"]:
        if "reply" in one:
            one["reply"] = copies["handled"][0]["reply"]
    for submission in [copies, *(g["submission"] for g in task.goldens)]:
        before = points(task, submission)
        places = [(p, n) for p in ("handled", "library") for n in range(len(submission.get(p, [])))]
        for part, number in places:
            for name in ("reply", "q", "a"):
                worse = copy.deepcopy(submission)
                place = worse[part][number]
                if name in place or (part == "handled" and name == "reply"):
                    place[name] = place.get(name, "") + words
                    after = points(task, worse)
                    assert all(after[c] <= before[c] for c in before), (part, number, name)


def test_taking_anything_away_from_the_model_never_raises_and_each_part_counts(task: PracticalTask) -> None:
    model = golden(task, "model")
    full = points(task, model)
    for part in ("handled", "library"):
        for number in range(len(model[part])):
            less = copy.deepcopy(model)
            del less[part][number]
            after = points(task, less)
            assert all(after[c] <= full[c] for c in full)
            assert after != full
    for field in ("type", "route", "prio", "reply"):
        less = copy.deepcopy(model)
        for one in less["handled"]:
            one.pop(field, None)
        assert total(run(task, less)) < total(run(task, model)), field


def test_every_idea_and_every_prohibition_is_alive(task: PracticalTask) -> None:
    """Deleting one idea, topic or prohibition of the key must be able to change a score."""
    for event in task.key["events"]:
        if event.get("silent"):
            continue
        for group in event["must"]:
            bare = golden(task, "model")
            entry(bare, event["id"])["reply"] = f"您好，这件事我们的说法是{group['any'][0]}。"
            assert group["say"] not in evidence(task, bare, task.key["replies"]["id"])
        for group in [*event["never"], *task.key["never"]]:
            for phrase in group["any"]:
                bad = golden(task, "model")
                entry(bad, event["id"])["reply"] += f"。{phrase}"
                assert group["say"] in evidence(task, bad, task.key["compliance"]["id"]), phrase


# ---- tricks -----------------------------------------------------------------------------------------
def test_one_template_for_all_earns_little(task: PracticalTask) -> None:
    """The reference gave a universal template most of the marks; copies count a quarter."""
    trick = golden(task, "model")
    for one in trick["handled"]:
        if "reply" in one:
            one["reply"] = "您好，非常抱歉，感谢您的反馈，请您私信联系我们，今天内会有同事核实处理。"
    replies = task.key["replies"]
    silent = sum(event.get("silent", False) for event in task.key["events"])
    assert points(task, trick)[replies["id"]] <= Decimal(str(replies["max"])) * (
        Decimal(silent) / len(task.key["events"]) + Decimal("0.25")
    )
    assert "大体相同，只计四分之一" in evidence(task, trick, replies["id"])


def test_a_template_with_a_name_filled_in_is_still_a_template(e3: PracticalTask) -> None:
    trick = golden(e3, "model")
    base = "您好{}，您的问题我们已经收到，正在为您核实，请把订单号私信给我们，今天18点前会有同事联系您。"
    entry(trick, "m1")["reply"] = base.format("老周")
    entry(trick, "m3")["reply"] = base.format("城西探味")
    said = evidence(e3, trick, "I4")
    assert "与给“城西探味”的回复大体相同" in said
    assert "与给“爱喝茶的老周”的回复大体相同" in said


def test_repeating_the_message_answers_nothing(e3: PracticalTask) -> None:
    echo = golden(e3, "model")
    entry(echo, "m6")["reply"] = e3.content["messages"][5]["text"]
    assert "“周末去哪儿玩”没有感谢、没有提到被表扬的茶艺师" in evidence(e3, echo, "I4")


def test_a_heap_of_keywords_is_no_reply(e3: PracticalTask) -> None:
    heap = golden(e3, "model")
    entry(heap, "m1")["reply"] = "抱歉，订单号，私信，今天，换货"
    assert "“爱喝茶的老周”没有致歉" in evidence(e3, heap, "I4")
    entry(heap, "m1")["reply"] = "抱歉，坏了 5 个，请把订单号私信给我们，今天就办"
    assert "“爱喝茶的老周”" not in evidence(e3, heap, "I4")


def test_a_warning_is_not_a_demand(e3: PracticalTask) -> None:
    careful = golden(e3, "model")
    entry(careful, "m1")["reply"] += "为保护您的隐私，请勿在评论里写身份证号。"
    assert points(e3, careful)["I5"] == 3
    entry(careful, "m1")["reply"] = "抱歉，请把身份证号和订单号发来，今天就给您办。"
    assert points(e3, careful)["I5"] == 2


def test_good_advice_is_not_a_superlative(a5: PracticalTask) -> None:
    advice = golden(a5, "model")
    entry(advice, "e4")["reply"] = "非常抱歉！您最好先拔掉插头，订单号私信给我们，售后专员30分钟内联系您。"
    assert points(a5, advice)["I6"] == 2
    entry(advice, "e9")["reply"] += "全网最好。"
    assert points(a5, advice)["I6"] < 2


def test_an_over_long_reply_counts_half(e3: PracticalTask) -> None:
    long = golden(e3, "model")
    entry(long, "m2")["reply"] += "欢迎您带家人朋友一起来坐坐。" * 10
    assert points(e3, long)["I4"] == Decimal("8.25")
    assert "最多 140 字，只计一半" in evidence(e3, long, "I4")


def test_spam_is_not_answered_but_removed(e3: PracticalTask) -> None:
    answered = golden(e3, "model")
    entry(answered, "m5")["reply"] = "别发广告了"
    assert points(e3, answered)["I4"] == Decimal("7.5")
    left = golden(e3, "model")
    del entry(left, "m5")["action"]
    assert points(e3, left)["I4"] == Decimal("7.5")
    assert "没有处理的有：“运营小助手88”" in evidence(e3, left, "I5")


def test_the_order_counts_only_for_what_was_handled(e3: PracticalTask) -> None:
    lazy = golden(e3, "model")
    del entry(lazy, "m1")["reply"]
    assert points(e3, lazy)["I3"] == Decimal("1.5")
    late = golden(e3, "model")
    late["handled"].append(late["handled"].pop(0))
    assert points(e3, late)["I3"] == Decimal("1.5")
    assert "没有最先处理的有：“爱喝茶的老周”。" in evidence(e3, late, "I3")


def test_a_message_handed_in_twice_counts_once(e3: PracticalTask) -> None:
    twice = golden(e3, "weak")
    twice["handled"] += golden(e3, "model")["handled"]
    once = golden(e3, "weak")
    once["handled"].append(entry(golden(e3, "model"), "m4"))
    assert points(e3, twice) == points(e3, once)


def test_a_true_flag_is_not_the_number_one(e3: PracticalTask) -> None:
    flags = golden(e3, "model")
    for one in flags["handled"]:
        one["prio"] = True if one["prio"] == 1 else "3"
    assert points(e3, flags)["I3"] == Decimal("1.5")


# ---- library ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "script", "fault"),
    [
        ("节假日", "您好，{节日}期间门店营业时间为{开始}至{结束}，欢迎来坐坐。", "应为 4～30 字"),
        ("节假日营业时间", "营业时间{开始}至{结束}", "应为 20～140 字"),
        ("节假日营业时间", "", "没有写话术"),
        ("节假日营业时间", "您好，端午期间门店营业时间为九点到二十一点，欢迎来坐坐。", "没有可替换的变量"),
        ("节假日营业时间", "{开始}{结束}您好您好您好您好您好您好您好您好", "几乎没有内容"),
        (
            "节假日营业时间",
            "您好，{节日}期间门店照常营业，时间是每天{开始}到{结束}，欢迎来坐坐。",
            "照搬了一条回复",
        ),
        ("怎么预约座位", "您好，请在小程序里选择{日期}和座位，提交后会收到预约成功的通知。", "已有的内容"),
        (
            "怎么招呼熟人",
            "您好，{姓名}，我们会把您说的话转给同事，下次到店请找她打个招呼。",
            "与本题的情形无关",
        ),
        ("节假日营业时间", "您好，{节日}照常营业，全国最好的茶在等您，请在小程序里预约。", "广告用语"),
        ("节假日营业时间", "您好，{节日}照常营业，详情请加微信{号码}，我们随时为您解答。", "个人微信"),
    ],
)
def test_what_makes_a_script_unusable(e3: PracticalTask, question: str, script: str, fault: str) -> None:
    done = golden(e3, "model")
    done["library"][1] = {"q": question, "a": script}
    assert points(e3, done)["I6"] == 1
    assert fault in evidence(e3, done, "I6")


def test_two_scripts_on_the_same_matter_count_once(e3: PracticalTask) -> None:
    done = golden(e3, "model")
    done["library"][1] = {
        "q": "茶叶破损能换吗",
        "a": "请您把{订单号}和外包装照片私信过来，核对以后{时限}内给您补寄新的。",
    }
    assert points(e3, done)["I6"] == 1
    assert "同一件事" in evidence(e3, done, "I6")


def test_a_bad_script_does_not_take_from_the_good_ones(e3: PracticalTask) -> None:
    done = golden(e3, "model")
    done["library"].insert(0, {"q": "坏的", "a": "坏的"})
    assert points(e3, done)["I6"] == 2
