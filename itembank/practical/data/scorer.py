"""Pure scorer of DATA: numbers, choices and conclusions against what follows from the task's own table.

Right numbers are worked out from the sheets by the formulas of the key. The same formulas with the
candidate's own earlier numbers tell whether a wrong number is consistent with an earlier error.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from itembank.practical.base import CriterionScore
from itembank.practical.data.evaluation import Book, Scope, evaluate
from itembank.practical.data.evidence import working
from itembank.practical.data.fields import brief_of, choice_fields, number_fields, text_fields
from itembank.practical.data.formula import FormulaError, Node, parse, used_answers
from itembank.practical.data.numbers import plain, read_number, with_unit
from itembank.practical.data.wording import covers, own_words, repeats
from itembank.practical.points import counted, judged, percent, said, scored
from itembank.practical.text import as_dict, as_list, clean, shown
from itembank.practical.wording import real_sentences


@dataclass(frozen=True)
class Given:
    """One number of the key with what was answered."""

    label: str
    unit: str
    expected: str  # the right number and how it comes about
    typed: Any
    own: Fraction | None
    right: bool
    follows: str | None  # the sum with the own earlier numbers, where the wrong number agrees with it


def score(content: Any, key: Any, world: Any, submission: Any, measured: Any) -> list[CriterionScore]:
    """Scores in the order of the key: numbers, choices, texts, what people judge. `world` and `measured` are
    not used by this kind."""
    done = as_dict(submission)
    numbers = _numbers(content, key, as_dict(done.get("n")))
    results = [_number_criterion(one, numbers, key["follow"]) for one in key["numbers"]]
    results += [_choice_criterion(one, content, as_dict(done.get("c"))) for one in key["choices"]]
    results += [_text_criterion(one, content, as_dict(done.get("t"))) for one in key["texts"]]
    return results + [_judged(one, content, as_dict(done.get("t"))) for one in key.get("judged", [])]


# ---- numbers -------------------------------------------------------------------------------------
def truths(content: Any, key: Any) -> dict[str, Fraction]:
    """The right numbers by name, in the order of the fields. Raises FormulaError on a faulty key."""
    formulas = {item["id"]: item["formula"] for one in key["numbers"] for item in one["items"]}
    scope = Scope(Book.of(content), found := {})
    for field in number_fields(content):
        if field["id"] in formulas:
            found[field["id"]] = evaluate(parse(formulas[field["id"]]), scope)
    return found


def _numbers(content: Any, key: Any, typed: dict[str, Any]) -> dict[str, Given]:
    right, book = truths(content, key), Book.of(content)
    fields = {field["id"]: field for field in number_fields(content)}
    units = {name: field["unit"] for name, field in fields.items()}
    own = {name: read_number(typed.get(name), units[name]) for name in right}
    usable = Scope(book, _usable(right, own, Fraction(str(key["follow"]["within"]))))
    found = {}
    for item in (item for one in key["numbers"] for item in one["items"]):
        name, node, unit = item["id"], parse(item["formula"]), units[item["id"]]
        is_right = _near(own[name], right[name], item, key, unit)
        followed = _follows(node, usable)
        agrees = not is_right and followed is not None and _near(own[name], followed, item, key, unit)
        found[name] = Given(
            label=fields[name]["label"],
            unit=unit,
            expected=_with_working(node, Scope(book, right), units, with_unit(clean(item["value"]), unit)),
            typed=typed.get(name),
            own=own[name],
            right=is_right,
            follows=working(node, usable, units) if agrees else None,
        )
    return found


def _with_working(node: Node, scope: Scope, units: dict[str, str], value: str) -> str:
    return " = ".join(part for part in (working(node, scope, units), value) if part)


def _near(value: Fraction | None, wanted: Fraction, item: dict[str, Any], key: Any, unit: str) -> bool:
    return value is not None and abs(value - wanted) <= tolerance_of(item, key, wanted, unit)


def tolerance_of(item: dict[str, Any], key: Any, wanted: Fraction, unit: str) -> Fraction:
    """How far a number may be off the wanted one. An absolute tolerance is written in the unit of the field."""
    rel, absolute = (Fraction(str(item.get(part, key["tolerance"][part]))) for part in ("rel", "abs"))
    return rel * abs(wanted) + (absolute / 100 if unit == "%" else absolute)


def _usable(
    right: dict[str, Fraction], own: dict[str, Fraction | None], within: Fraction
) -> dict[str, Fraction]:
    """Own numbers that may be followed: of the sign and roughly the size of the right ones."""
    return {
        name: value
        for name, value in own.items()
        if value is not None and right[name] and 1 / within <= value / right[name] <= within
    }


def _follows(node: Node, scope: Scope) -> Fraction | None:
    if not used_answers(node):
        return None
    try:
        return evaluate(node, scope)
    except FormulaError:
        return None  # an earlier number is missing, or is nonsense


def _number_criterion(
    criterion: dict[str, Any], numbers: dict[str, Given], follow: dict[str, Any]
) -> CriterionScore:
    items = [numbers[item["id"]] for item in criterion["items"]]
    if not any(one.own is not None or clean(one.typed) for one in items):
        return scored(criterion, Fraction(0), "没有填写数值，没有得分。")
    part = Fraction(str(follow["share"]))
    right, agreeing = sum(one.right for one in items), sum(one.follows is not None for one in items)
    evidence = f"{len(items)} 项数值中有 {right} 项正确。"
    if faults := [_number_fault(one, part) for one in items if not one.right]:
        evidence += f"其余：{'；'.join(faults)}。"
    working = (
        f"({right} + {agreeing} × {percent(part)}) ÷ {len(items)}" if agreeing else f"{right} ÷ {len(items)}"
    )
    return scored(criterion, (right + agreeing * part) / len(items), evidence, working)


def _number_fault(one: Given, part: Fraction) -> str:
    if one.own is None:
        found = f"填的是“{shown(one.typed)}”，不是数值" if clean(one.typed) else "没有填写"
    else:
        found = f"填的是 {plain(one.own, one.unit)}"
    if one.follows is not None:
        found += f"，与前面填的数值一致（{one.follows}），按 {plain(part, '%')} 计分"
    return f"“{one.label}”{found}，应为 {one.expected}"


# ---- choices -------------------------------------------------------------------------------------
def _choice_criterion(criterion: dict[str, Any], content: Any, done: dict[str, Any]) -> CriterionScore:
    fields = {field["id"]: field for field in choice_fields(content)}
    if not any(as_list(done.get(item["id"])) for item in criterion["items"]):
        return scored(criterion, Fraction(0), "没有作出选择，没有得分。")
    outcomes = [
        _choice(fields[item["id"]], item["want"], done.get(item["id"])) for item in criterion["items"]
    ]
    faults = [f"{fault}{counted(share)}" for share, fault in outcomes if fault]
    earned = sum((share for share, _ in outcomes), Fraction(0))
    evidence = f"{len(outcomes)} 题中有 {len(outcomes) - len(faults)} 题全对。"
    if faults:
        evidence += f"其余：{'；'.join(faults)}。"
    working = f"{said(earned)} ÷ {len(outcomes)}"
    return scored(criterion, earned / len(outcomes), evidence, working)


def _choice(field: dict[str, Any], want: list[str], answer: Any) -> tuple[Fraction, str]:
    """The share of one question, each wrong choice taking one right choice away, and what was wrong."""
    labels = {option["value"]: option["label"] for option in field["options"]}
    chosen = {value for value in map(clean, as_list(answer)) if value}
    wrong = [value for value in labels if value in chosen and value not in want]
    missed = [value for value in labels if value in want and value not in chosen]
    foreign = len(chosen - labels.keys())
    share = max(Fraction(len(want) - len(missed) - len(wrong) - foreign, len(want)), Fraction(0))
    parts = [f"选错了{_named(labels, wrong)}"] if wrong else []
    parts += ["选了本题没有的选项"] if foreign else []
    parts += [f"没有选{_named(labels, missed)}"] if missed else []
    return share, f"“{field['label']}”{'，'.join(parts)}" if parts else ""


def _named(labels: dict[str, str], values: list[str]) -> str:
    return "、".join(f"“{labels[value]}”" for value in values)


# ---- texts ---------------------------------------------------------------------------------------
def _text_criterion(criterion: dict[str, Any], content: Any, done: dict[str, Any]) -> CriterionScore:
    field = next(one for one in text_fields(content) if one["id"] == criterion["field"])
    typed = clean(done.get(criterion["field"]))
    if not typed:
        return scored(criterion, Fraction(0), f"没有写{field['label']}，没有得分。")
    own = own_words(typed, brief_of(content))
    parts = real_sentences(own, criterion["sentence"])
    missing = [idea["say"] for idea in criterion["ideas"] if not covers(parts, idea["any"])]
    wanted = len(criterion["ideas"])
    share = Fraction(wanted - len(missing), wanted)
    evidence = f"写了 {len(typed)} 字，{wanted} 个要点写到 {wanted - len(missing)} 个。"
    evidence += f"没有写到：{'；'.join(missing)}。" if missing else ""
    faults, working = [], f"{wanted - len(missing)} ÷ {wanted}"
    if len(own) < field["least"]:
        share *= Fraction(len(own), field["least"])
        copied = "（照抄题目的不算）" if len(own) < len(typed) else ""
        faults.append(f"自己写的有 {len(own)} 字{copied}，至少 {field['least']} 字，按比例折算")
        working += f" × {len(own)} ÷ {field['least']}"
    if repeats(own):
        left = Fraction(str(criterion["repeated"]))
        share *= left
        faults.append(f"重复的话过多，按 {percent(left)} 计")
        working += f" × {percent(left)}"
    if len(typed) > field["most"]:
        left = Fraction(str(criterion["too_long"]))
        share *= left
        faults.append(f"最多 {field['most']} 字，超过的按 {percent(left)} 计")
        working += f" × {percent(left)}"
    return scored(criterion, share, evidence + (f"{'；'.join(faults)}。" if faults else ""), working)


def _judged(criterion: dict[str, Any], content: Any, done: dict[str, Any]) -> CriterionScore:
    written = [
        f"{field['label']} {len(text)} 字"
        for field in text_fields(content)
        if (text := clean(done.get(field["id"])))
    ]
    return judged(criterion, f"本题写了：{'、'.join(written)}。" if written else "")
