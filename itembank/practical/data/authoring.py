"""Faults of a DATA task that schemas alone cannot see: a formula without a value, a key that asks for what the
sheet does not hold, an answer that can be had without working it out."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from itembank.practical.base import Problem
from itembank.practical.data.evaluation import Book, Scope, evaluate
from itembank.practical.data.fields import choice_fields, number_fields, text_fields
from itembank.practical.data.formula import FormulaError, parse, used_answers
from itembank.practical.data.numbers import plain, read_number
from itembank.practical.data.schema import CONTENT, KEY
from itembank.practical.data.scorer import tolerance_of
from itembank.practical.schemas import shape_problems
from itembank.practical.text import fold

MOST_TEXT = Fraction(3, 10)  # share of a task's points that texts may earn without people


def check_task(content: Any, key: Any) -> list[Problem]:
    """Sentences for the author; empty when the task can be used."""
    shape = [*shape_problems("content", CONTENT, content), *shape_problems("key", KEY, key)]
    if shape:
        return shape
    unmatched = [*_sheets(content), *_unmatched(content, key)]
    if unmatched:
        return unmatched  # the other checks look at a field and its key together
    return [*_numbers(content, key), *_choices(content, key), *_texts(content, key)]


def _sheets(content: Any) -> Iterator[Problem]:
    titles = Counter(sheet["title"] for sheet in content["sheets"])
    for sheet in content["sheets"]:
        where = f"content.sheets.{sheet['title']}"
        if titles[sheet["title"]] > 1:
            yield Problem(where, "same_sheet", f"有两张工作表都叫“{sheet['title']}”，请改名。")
        for number, row in enumerate(sheet["rows"], 2):
            if len(row) != len(sheet["columns"]):
                yield Problem(where, "ragged", f"“{sheet['title']}”第 {number} 行的格数与表头不一致。")
                continue
            for column, cell in zip(sheet["columns"], row, strict=True):
                if isinstance(cell, bool) or isinstance(cell, str) is not (column["show"] == "text"):
                    text = f"“{sheet['title']}”第 {number} 行的“{column['title']}”与这一列的类型不一致。"
                    yield Problem(where, "cell", text)


def _unmatched(content: Any, key: Any) -> Iterator[Problem]:
    """Every field has one key of its own type."""
    pairs = (
        ("数值", number_fields(content), [item["id"] for one in key["numbers"] for item in one["items"]]),
        ("选择", choice_fields(content), [item["id"] for one in key["choices"] for item in one["items"]]),
        ("文字", text_fields(content), [one["field"] for one in key["texts"]]),
    )
    for label, fields, keyed in pairs:
        shown = [field["id"] for field in fields]
        for name in sorted({*shown, *keyed}):
            if shown.count(name) != 1 or keyed.count(name) != 1:
                text = f"{label}栏目“{name}”与评分标准没有一一对应，请各写一次。"
                yield Problem("key", "unmatched", text)


# ---- numbers -------------------------------------------------------------------------------------
def _numbers(content: Any, key: Any) -> Iterator[Problem]:
    items = {item["id"]: item for one in key["numbers"] for item in one["items"]}
    scope = Scope(Book.of(content), found := {})
    for field in number_fields(content):
        item, where = items[field["id"]], f"key.numbers.{field['id']}"
        try:
            truth = evaluate(parse(item["formula"]), scope)
        except FormulaError as error:
            yield Problem(where, "formula", f"“{field['label']}”的公式算不出结果：{error}。")
            continue
        found[field["id"]] = truth
        yield from _value(field, item, key, truth)
    if len(found) == len(items):
        yield from _correcting_costs(content, key)


def _value(field: dict[str, Any], item: dict[str, Any], key: Any, truth: Fraction) -> Iterator[Problem]:
    where, unit = f"key.numbers.{field['id']}", field["unit"]
    margin = tolerance_of(item, key, truth, unit)
    stated = read_number(item["value"], unit)
    if stated is None or abs(stated - truth) > margin:
        text = f"“{field['label']}”写的是 {item['value']}，按公式应为 {plain(truth, unit)}，请改正其中一个。"
        yield Problem(where, "value", text)
    if abs(truth) <= 2 * margin:
        text = f"“{field['label']}”的结果是零，或误差范围大到填零也算对，请换一个问题或缩小误差范围。"
        yield Problem(where, "zero", text)
    elif 20 * margin > abs(truth):
        yield Problem(where, "tolerance", f"“{field['label']}”的误差范围超过结果的 5%，请缩小。")


def _correcting_costs(content: Any, key: Any) -> Iterator[Problem]:
    """A person who corrects an early number must not lose more by what followed from the wrong one."""
    worth = {
        item["id"]: Fraction(str(one["max"])) / len(one["items"])
        for one in key["numbers"]
        for item in one["items"]
    }
    following: dict[str, Fraction] = {}
    for item in (item for one in key["numbers"] for item in one["items"]):
        for name in used_answers(parse(item["formula"])):
            following[name] = following.get(name, Fraction(0)) + worth[item["id"]]
    share = Fraction(str(key["follow"]["share"]))
    for field in number_fields(content):
        name = field["id"]
        if following.get(name, Fraction(0)) * share > worth[name]:
            text = f"以“{field['label']}”为根据的数值过多，考生改正它反而会丢分，请减少。"
            yield Problem(f"key.numbers.{name}", "follow", text)


# ---- choices and texts ---------------------------------------------------------------------------
def _choices(content: Any, key: Any) -> Iterator[Problem]:
    fields = {field["id"]: field for field in choice_fields(content)}
    for item in (item for one in key["choices"] for item in one["items"]):
        field, where = fields[item["id"]], f"key.choices.{item['id']}"
        values = [option["value"] for option in field["options"]]
        label = field["label"]
        if len({fold(value) for value in values}) != len(values):
            yield Problem(where, "same_option", f"“{label}”有两个选项的值相同。")
        for value in item["want"]:
            if value not in values or item["want"].count(value) > 1:
                yield Problem(where, "no_option", f"“{label}”的答案“{value}”不在选项里，或写了两次。")
        if field.get("one") and len(item["want"]) != 1:
            yield Problem(where, "one", f"“{label}”只能选一个，答案也只能有一个。")
        if len(values) < 2 * len(item["want"]):
            yield Problem(where, "ticked", f"“{label}”的正确选项超过一半，全选也能得分。请增加其他选项。")


def _texts(content: Any, key: Any) -> Iterator[Problem]:
    fields = {field["id"]: field for field in text_fields(content)}
    for one in key["texts"]:
        field, where = fields[one["field"]], f"key.texts.{one['id']}"
        if field["least"] >= field["most"]:
            yield Problem(where, "lengths", f"“{field['label']}”的最少字数应小于最多字数。")
        for idea in one["ideas"]:
            if any(not fold(phrase.replace("…", "")) for phrase in idea["any"]):
                yield Problem(where, "no_words", f"“{field['label']}”的要点“{idea['say']}”里有空的说法。")
    every = [one for part in ("numbers", "choices", "texts", "judged") for one in key.get(part, [])]
    points = sum((Fraction(str(one["max"])) for one in every), Fraction(0))
    texts = sum((Fraction(str(one["max"])) for one in key["texts"]), Fraction(0))
    if texts > MOST_TEXT * points:
        yield Problem("key.texts", "too_much_text", "机器评的文字超过本题总分的 30%，请减少分值。")
    if key["texts"] and not key.get("judged"):
        yield Problem("key.judged", "not_judged", "有文字说明的题须有由考评员评定的评分项。")
