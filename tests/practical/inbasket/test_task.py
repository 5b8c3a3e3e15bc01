"""What may be saved, what authors are told, and that the key stays hidden."""

import json
from typing import Any

import pytest

from itembank.practical.inbasket.schema import BYTES_LIMIT
from itembank.practical.inbasket.wording import own_words
from itembank.practical.tasks import PracticalTask
from itembank.practical.wording import contained, covers, letters, says
from tests.practical.properties import faults, names_in, nested
from tests.practical.samples import golden

# ---- what may be saved ------------------------------------------------------------------------------


BAD = {
    "not an object": (["x"], "格式"),
    "unknown part": ({"hack": 1}, "没有的栏目"),
    "unknown field": ({"handled": [{"id": "m1", "score": 9}]}, "没有的栏目"),
    "no id": ({"handled": [{"type": "投诉"}]}, "“处理顺序”的内容格式不对"),
    "unknown message": ({"handled": [{"id": "m99"}]}, "“消息”选的不是本题的选项"),
    "unknown type": ({"handled": [{"id": "m1", "type": "好评"}]}, "“问题类型”选的不是本题的选项"),
    "priority out of range": ({"handled": [{"id": "m1", "prio": 4}]}, "“优先级”"),
    "priority as text": ({"handled": [{"id": "m1", "prio": "1"}]}, "“优先级”"),
    "text for list": ({"handled": "x"}, "“处理顺序”"),
    "long reply": ({"handled": [{"id": "m1", "reply": "长" * 2001}]}, "2000 字以内"),
    "long question": ({"library": [{"q": "长" * 201}]}, "200 字以内"),
    "too many": ({"handled": [{"id": "m1"}] * 7}, "6 条以内"),
    "too many scripts": ({"library": [{}] * 21}, "20 条以内"),
    "twice": (
        {"handled": [{"id": "m1"}, {"id": "m2"}, {"id": "m1"}]},
        "“爱喝茶的老周”在处理顺序里出现了两次",
    ),
    "too large": ({"library": [{"a": "长" * 2000}] * 20}, "64 KB"),
    "too deep": ({"handled": nested(5000)}, "层次过深"),
}


@pytest.mark.parametrize(("submission", "words"), BAD.values(), ids=BAD.keys())
def test_what_the_workbench_cannot_write_is_refused(e3: PracticalTask, submission: Any, words: str) -> None:
    problems = e3.kind.validate_submission(e3.content, submission)
    assert any(words in p.message for p in problems), problems
    assert all(p.message.endswith("。") for p in problems)


def test_goldens_and_early_saves_are_accepted(task: PracticalTask) -> None:
    first = task.content["messages"][0]["id"]
    early = [{}, {"handled": [{"id": first}]}, {"library": [{}]}, {"library": [{"q": "", "a": ""}]}]
    for submission in [*early, *(g["submission"] for g in task.goldens)]:
        assert task.kind.validate_submission(task.content, submission) == []
    assert len(json.dumps(golden(task, "model"), ensure_ascii=False).encode()) < BYTES_LIMIT / 10


# ---- what authors are told --------------------------------------------------------------------------


def event(key: Any, name: str) -> Any:
    return next(one for one in key["events"] if one["id"] == name)


FAULTS = {
    "shape": lambda content, key: key.pop("library"),
    "unmatched": lambda content, key: key["events"].pop(),
    "same_author": lambda content, key: content["messages"][0].update(author="青团不甜"),
    "no_option": lambda content, key: event(key, "m1")["types"].append("求助"),
    "no_priority": lambda content, key: event(key, "m2").update(prio=4),
    "no_pack": lambda content, key: key.update(law="1999-01-01"),
    "silent": lambda content, key: event(key, "m5")["must"].append({"any": ["您好"], "say": "没有问好"}),
    "no_point": lambda content, key: event(key, "m2").update(must=[]),
    "no_action": lambda content, key: key.update(
        actions={"id": "I9", "name": "动作", "codes": ["1.4.1"], "max": 1}
    ),
    "deadline": lambda content, key: event(key, "m1").update(arrives=60, deadline=30),
    "contradiction": lambda content, key: event(key, "m3")["never"].append(
        {"any": ["核实", "了解情况", "调查", "核查", "查明"], "say": "自相矛盾"}
    ),
    "echo": lambda content, key: content["messages"][5].update(text="小林真好呀"),
    "urgent": lambda content, key: [one.update(prio=2) for one in key["events"]],
    "order": lambda content, key: content["messages"].insert(1, content["messages"].pop(2)),
    "one_answer": lambda content, key: [one.update(routes=["客服"]) for one in key["events"][:4]],
    "topics": lambda content, key: key["library"].update(topics=key["library"]["topics"][:1]),
    "lengths": lambda content, key: key["library"].update(script=[20, 100]),
}


@pytest.mark.parametrize(("code", "change"), FAULTS.items(), ids=FAULTS.keys())
def test_an_author_is_told_what_is_wrong(e3: PracticalTask, code: str, change: Any) -> None:
    assert code in faults(e3, change)


def test_a_key_can_say_when_a_message_arrives(task: PracticalTask) -> None:
    """The key of a timed desk has the same form."""

    def timed(content: Any, key: Any) -> None:
        for number, one in enumerate(key["events"]):
            one.update(arrives=number * 30, deadline=number * 30 + 90)

    assert faults(task, timed) == set()

    def half(content: Any, key: Any) -> None:
        key["events"][0]["arrives"] = 5
        key["events"][0].pop("deadline", None)

    assert faults(task, half) == {"shape"}


# ---- the key stays hidden ---------------------------------------------------------------------------


def test_content_shows_nothing_of_the_key(task: PracticalTask) -> None:
    seen = json.dumps(task.content, ensure_ascii=False)
    groups = [g for one in task.key["events"] for g in [*one["must"], *one["never"]]]
    for group in groups:
        assert group["say"] not in seen
    forbidden = {"must", "never", "say", "any", "silent", "wanted", "topics", "rubric", "codes", "deadline"}
    assert not names_in(task.content) & forbidden
    assert {name for m in task.content["messages"] for name in m} <= {
        "id", "platform", "channel", "author", "time", "about", "facts", "text",
    }  # fmt: skip


def test_a_right_option_is_not_given_away_by_its_place(task: PracticalTask) -> None:
    """Options must not stand in the order in which the messages want them."""
    for options, part in (("types", "types"), ("routes", "routes")):
        places = [task.content[options].index(one[part][0]) for one in task.key["events"]]
        assert places != sorted(places)


# ---- wording ----------------------------------------------------------------------------------------
def test_a_phrase_counts_in_a_sentence_only() -> None:
    assert covers("您好，我们会核实。", ["核实"])
    assert not covers("核实", ["核实"])
    assert not covers("抱歉、核实、私信、今天", ["核实"])
    assert not covers("每天19:00打烊", ["9:00"])


def test_what_is_warned_of_is_not_said() -> None:
    assert says("我们会起诉你", ["起诉"])
    assert not says("我们绝不会起诉您", ["起诉"])
    assert says("不用担心，我们会起诉他", ["起诉"])
    assert not says("您好", ["", "起诉"])


@pytest.mark.parametrize(
    "reply", ["不过多半是保存不当", "您怕不是保存不当", "这不仅是保存不当", "不妨说是保存不当"]
)
def test_not_every_word_with_a_negation_denies(reply: str) -> None:
    assert says(reply, ["保存不当"])


def test_share_of_a_text_in_another() -> None:
    assert contained("abc", "axbxc") == 1
    assert contained("abcd", "bd") == pytest.approx(0.5)
    assert contained("", "abc") == 0
    assert letters(" Ａb，。！c ") == "abc"


def test_quotations_are_cut_and_cannot_join() -> None:
    assert own_words("茶艺师小林太温柔了，泡的", "茶艺师小林太温柔了，泡的九曲红梅绝了！").strip() == ""
    assert own_words("谢谢您夸小林", "茶艺师小林太温柔了") == "谢谢您夸小林"
    assert "\n" in own_words("订端午当天你们营业吗单号", "端午当天你们营业吗？")
