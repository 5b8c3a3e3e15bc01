"""What may be saved, what authors are told, and that the key stays hidden."""

import json
from fractions import Fraction
from typing import Any

import pytest

from itembank.practical.data.schema import BYTES_LIMIT
from itembank.practical.data.wording import covers, own_words, repeats
from itembank.practical.tasks import PracticalTask
from itembank.practical.wording import real_sentences
from tests.practical.properties import faults, names_in, nested
from tests.practical.samples import golden

# ---- what may be saved ------------------------------------------------------------------------------


BIG = {"s": {"搜索词报告": {f"K{row}": "1" for row in range(2, 19)}}}
BAD = {
    "not an object": (["x"], "格式"),
    "unknown part": ({"hack": 1}, "没有的栏目"),
    "unknown field": ({"n": {"利润": "1"}}, "“数值”里有本题没有的栏目"),
    "number as number": ({"n": {"总消费": 4405}}, "“总消费”的内容格式不对"),
    "long number": ({"n": {"总消费": "1" * 41}}, "40 字以内"),
    "huge number": ({"n": {"总消费": 10**5000}}, "无法识别的数值"),
    "unknown option": ({"c": {"加否定": ["11"]}}, "“加否定”选的不是本题的选项"),
    "twice": ({"c": {"加否定": ["4", "4"]}}, "“加否定”里同一项选了两次"),
    "text for options": ({"c": {"加否定": "4"}}, "“加否定”的内容格式不对"),
    "long text": ({"t": {"结论": "长" * 2001}}, "2000 字以内"),
    "unknown sheet": ({"s": {"别的表": {"A1": "1"}}}, "“草稿”里有本题没有的栏目"),
    "over the data": ({"s": {"搜索词报告": {"G2": "0"}}}, "G2 不是草稿区的单元格"),
    "over the heading": ({"s": {"搜索词报告": {"A1": "0"}}}, "A1 不是草稿区的单元格"),
    "outside": ({"s": {"搜索词报告": {"K2": "1", "P2": "1"}}}, "P2 不是草稿区的单元格"),
    "below": ({"s": {"搜索词报告": {"A20": "1"}}}, "A20 不是草稿区的单元格"),
    "no address": ({"s": {"搜索词报告": {"2K": "1"}}}, "格式不对"),
    "long cell": ({"s": {"搜索词报告": {"K2": "1" * 201}}}, "200 字以内"),
    "too large": ({"s": {"搜索词报告": {f"A{n}": "长" * 200 for n in range(100, 500)}}}, "64 KB"),
    "too deep": ({"n": nested(5000)}, "层次过深"),
}


@pytest.mark.parametrize(("submission", "words"), BAD.values(), ids=BAD.keys())
def test_what_the_workbench_cannot_write_is_refused(m3: PracticalTask, submission: Any, words: str) -> None:
    problems = m3.kind.validate_submission(m3.content, submission)
    assert any(words in p.message for p in problems), problems
    assert all(p.message.endswith("。") for p in problems)


def test_one_choice_only_where_one_is_asked_for(a3: PracticalTask) -> None:
    problems = a3.kind.validate_submission(a3.content, {"c": {"UV价值最高时段": ["20:30", "21:00"]}})
    assert [p.message for p in problems] == ["“UV 价值最高的时段”最多选 1 个，无法保存。请取消多余的选项。"]


def test_too_many_scratch_cells_are_refused(a3: PracticalTask) -> None:
    many = {
        sheet["title"]: {f"A{number}": "1" for number in range(100, 240)} for sheet in a3.content["sheets"]
    }
    assert any("400 格" in p.message for p in a3.kind.validate_submission(a3.content, {"s": many}))


def test_goldens_and_early_saves_are_accepted(task: PracticalTask, m3: PracticalTask) -> None:
    for submission in [{}, {"n": {}}, *(g["submission"] for g in task.goldens)]:
        assert task.kind.validate_submission(task.content, submission) == []
    assert m3.kind.validate_submission(m3.content, {**BIG, "n": {"总消费": ""}}) == []
    assert len(json.dumps(golden(task, "model"), ensure_ascii=False).encode()) < BYTES_LIMIT / 10


# ---- what authors are told --------------------------------------------------------------------------


def number(key: Any, name: str) -> Any:
    return next(item for one in key["numbers"] for item in one["items"] if item["id"] == name)


def choice(key: Any, name: str) -> Any:
    return next(item for one in key["choices"] for item in one["items"] if item["id"] == name)


def three_followers(content: Any, key: Any) -> None:
    for name in ("CVR", "整体CPA", "平均CPC"):
        number(key, name).update(formula="[总消费] * 2", value="8810")
        next(f for s in content["sections"] for f in s["fields"] if f.get("id") == name)["unit"] = "元"


FAULTS = {
    "shape": lambda content, key: key.pop("follow"),
    "same_sheet": lambda content, key: content["sheets"].append(content["sheets"][0]),
    "ragged": lambda content, key: content["sheets"][0]["rows"][3].pop(),
    "cell": lambda content, key: content["sheets"][0]["rows"][3].__setitem__(4, "20000"),
    "unmatched": lambda content, key: key["choices"][0]["items"].pop(),
    "formula": lambda content, key: number(key, "CTR").update(formula="[整体CPA] * 2"),
    "value": lambda content, key: number(key, "CTR").update(value="2.18%"),
    "zero": lambda content, key: number(key, "总消费").update(formula="SUM(G2:G11) - 4405", value="0"),
    "tolerance": lambda content, key: number(key, "CTR").update(abs=0.2),
    "follow": three_followers,
    "no_option": lambda content, key: choice(key, "降价").update(want=["99"]),
    "ticked": lambda content, key: choice(key, "降价").update(want=[str(n) for n in range(1, 7)]),
    "lengths": lambda content, key: content["sections"][3]["fields"][0].update(least=400),
    "no_words": lambda content, key: key["texts"][0]["ideas"][0]["any"].append("…"),
    "too_much_text": lambda content, key: key["texts"][0].update(max=20),
    "not_judged": lambda content, key: key.pop("judged"),
}


@pytest.mark.parametrize(("code", "change"), FAULTS.items(), ids=FAULTS.keys())
def test_an_author_is_told_what_is_wrong(m3: PracticalTask, code: str, change: Any) -> None:
    assert code in faults(m3, change)


def test_faults_of_questions_with_one_answer(a3: PracticalTask) -> None:
    def two(content: Any, key: Any) -> None:
        choice(key, "UV价值最高时段")["want"].append("21:00")

    def same(content: Any, key: Any) -> None:
        content["sections"][2]["fields"][0]["options"][0]["value"] = "20:00"

    assert "one" in faults(a3, two)
    assert "same_option" in faults(a3, same)


def test_an_unusual_unit_mistake_of_the_author_is_found(a3: PracticalTask) -> None:
    """A percentage stated as a fraction is 100 times off."""
    assert "value" in faults(a3, lambda content, key: number(key, "退款率").update(value="0.069"))


# ---- the wanted choices follow from the tables --------------------------------------------------------
def table(task: PracticalTask, sheet: int = 0) -> list[dict[str, Any]]:
    found = task.content["sheets"][sheet]
    names = [column["title"] for column in found["columns"]]
    return [dict(zip(names, row, strict=True)) for row in found["rows"]]


def wanted(task: PracticalTask) -> dict[str, list[str]]:
    return {item["id"]: item["want"] for one in task.key["choices"] for item in one["items"]}


def test_the_actions_of_m3_follow_from_its_rules(m3: PracticalTask) -> None:
    want: dict[str, list[str]] = {"加否定": [], "提价": [], "降价": [], "收紧匹配": []}
    for row in table(m3):
        cost = Fraction(row["消费"], row["转化"]) if row["转化"] else None
        if cost is None and row["消费"] > 100:
            want["加否定"].append(row["序号"])
        elif cost is not None and cost < 80 and row["均位"] > 1.5 and row["类别"] != "品牌":
            want["提价"].append(row["序号"])
        elif cost is not None and cost > 80:
            want["降价" if row["质量度"] >= 6 else "收紧匹配"].append(row["序号"])
    assert want == wanted(m3)


def test_the_judgements_of_a3_follow_from_its_tables(a3: PracticalTask) -> None:
    periods, goods = table(a3, 1), table(a3, 2)
    ranked = sorted(goods, key=lambda one: Fraction(one["支付额"], one["讲解"]), reverse=True)
    value = max(periods, key=lambda one: Fraction(one["支付额"], one["UV"]))
    loss = max(periods, key=lambda one: Fraction(one["在线起"] - one["在线止"], one["在线起"]))
    assert wanted(a3) == {
        "UV价值最高时段": [value["时段"]],
        "流失最严重时段": [loss["时段"]],
        "下场加讲商品": sorted(one["编号"] for one in ranked[:2]),
        "下场减讲商品": [ranked[-1]["编号"]],
    }
    totals = {row["指标"]: row["数值"] for row in table(a3)}
    assert sum(row["UV"] for row in periods) == totals["独立观众 UV"]
    assert sum(row["支付额"] for row in periods) == sum(row["支付额"] for row in goods) == totals["支付金额"]
    for column, name in (("曝光", "商品曝光"), ("点击", "商品点击"), ("支付人数", "支付人数")):
        assert sum(row[column] for row in goods) == totals[name]


def test_the_judgements_of_m5_follow_from_its_table(m5: PracticalTask) -> None:
    natural = [row for row in table(m5) if row["流量"] == "自然"]
    hit = 2 * Fraction(sum(row["阅读"] for row in natural), len(natural))
    want: dict[str, list[str]] = {"列为爆款": [], "换封面标题": [], "重做正文": []}
    for row in natural:
        rate = Fraction(row["阅读"], row["曝光"])
        acts = Fraction(row["点赞"] + row["收藏"] + row["评论"], row["阅读"])
        if row["阅读"] >= hit:
            want["列为爆款"].append(row["编号"])
        if rate < Fraction(6, 100) and Fraction(row["收藏"], row["阅读"]) >= Fraction(8, 100):
            want["换封面标题"].append(row["编号"])
        if rate >= Fraction(1, 10) and acts < Fraction(6, 100):
            want["重做正文"].append(row["编号"])

    def best(column: str, top: str, below: str | None, choose: Any) -> str:
        def value(name: str) -> Fraction:
            rows = [row for row in natural if row[column] == name]
            return Fraction(sum(r[top] for r in rows), sum(r[below] for r in rows) if below else len(rows))

        return str(choose(sorted({row[column] for row in natural}), key=value))

    want["主推时段"] = [best("时段", "阅读", None, max)]
    want["减少的选题"] = [best("选题", "涨粉", "阅读", min)]
    assert want == wanted(m5)


# ---- the key stays hidden ---------------------------------------------------------------------------


def test_content_shows_nothing_of_the_key(task: PracticalTask) -> None:
    seen = json.dumps(task.content, ensure_ascii=False)
    for one in task.key["texts"]:
        assert all(idea["say"] not in seen for idea in one["ideas"])
    for one in task.key["numbers"]:
        assert all(item["formula"] not in seen for item in one["items"])
    forbidden = {
        "want",
        "formula",
        "value_of",
        "ideas",
        "say",
        "any",
        "rubric",
        "codes",
        "tolerance",
        "follow",
    }
    assert not names_in(task.content) & forbidden


# ---- wording ----------------------------------------------------------------------------------------
def test_a_phrase_may_have_gaps_and_has_borders() -> None:
    assert covers(["把预算的六成转给它"], ["预算…转"])
    assert not covers(["把它转给预算部门"], ["预算…转"])
    assert covers(["商品 C 的点击率只有 8%"], ["C…点击"])
    assert not covers(["CPC 点击单价"], ["C…点击"])
    assert covers(["从 21:30 开始"], ["21:30"])
    assert not covers(["121:30"], ["21:30", "…", ""])


def test_real_sentences() -> None:
    assert real_sentences("否定、提价、降价、落地页。省下的钱给好词；短", 4) == ["省下的钱给好词"]
    assert real_sentences("提高 5 个点，再看，三天，不急，好", 4) == []


def test_own_words() -> None:
    brief = ["上午的例会要讨论哪些词该否定、哪些该加价。", "支付额为退款前的金额。"]
    assert own_words("上午的例会要讨论哪些词该否定，我认为三个。", brief) == ",我认为三个。"
    assert own_words("支付额为退款前的金额。好", brief) == "。好"
    assert own_words("哪些词该否定我来说", brief) == "哪些词该否定我来说"


def test_repeating() -> None:
    assert repeats("第一句话说的是这个。第二句话是别的事情。第一句话说的是这个。")
    assert repeats("要把没有转化的词都加进否定词里面" * 3)
    assert not repeats("整体成本五十五元。品牌词占了大半。其余的词成本九十二元，高于目标。")
