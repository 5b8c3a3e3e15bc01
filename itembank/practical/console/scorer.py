"""Pure scorer of CONSOLE: the finished state of the back office against the key.

Every criterion is `max × passed ÷ checks`, rounded once to quarter points. What is right merely because
nothing was done (a switch left off, silence to an unwanted message, a menu within its limits) counts
only beside something that was done right: an untouched workbench earns nothing anywhere.
"""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from itembank.practical import advertising
from itembank.practical.base import CriterionScore
from itembank.practical.console.replies import Reply, ready_rules, reply_to
from itembank.practical.points import scored
from itembank.practical.text import (
    as_dict,
    as_list,
    as_text,
    clean,
    dig,
    fold,
    mentions_any,
    shown,
)

BLANK = "这一部分没有填写，没有得分。"


def score(content: Any, key: Any, world: Any, submission: Any, measured: Any) -> list[CriterionScore]:
    """Scores in the order of the criteria's ids. `world` and `measured` are not used by this kind."""
    done, law = as_dict(submission), key["law"]
    results = [_fields(criterion, done, law) for criterion in key["fields"]]
    if "probes" in key:
        results.append(_probes(key["probes"], done, content["limits"]))
    if "menu" in key:
        results.append(_menu(key["menu"], done, content["limits"], law))
    if "tags" in key:
        results.append(_tags(key["tags"], done, content))
    return sorted(results, key=lambda r: (len(r.id), r.id))


# ---- forms ---------------------------------------------------------------------------------------
def _fields(criterion: dict[str, Any], done: dict[str, Any], law: str) -> CriterionScore:
    checks = criterion["checks"]
    faults = [(check, _fault(check, dig(done, check["path"]), law)) for check in checks]
    if not any(_filled(dig(done, check["path"])) for check in checks):
        return scored(criterion, Fraction(0), BLANK)
    wrong = [fault for _, fault in faults if fault is not None]
    acted = any(fault is None and check["kind"] != "off" for check, fault in faults)
    nothing = "要填写或开启的没有一项正确，这一部分不计分"
    return _passed(criterion, "项设置", wrong, len(checks), "" if acted else nothing)


def _passed(criterion: dict[str, Any], what: str, faults: list[str], of: int, nothing: str) -> CriterionScore:
    """The share of checks without a fault; `nothing` says why they count nothing all the same."""
    passed = of - len(faults)
    parts = [f"{of} {what}中 {passed} 项符合要求"]
    parts += [f"不符合的有：{'；'.join(faults)}"] * bool(faults) + [nothing] * bool(nothing)
    evidence = "。".join(parts) + "。"
    if nothing:
        return scored(criterion, Fraction(0), evidence)
    return scored(criterion, Fraction(passed, of), evidence, f"{passed} ÷ {of}")


def _filled(value: Any) -> bool:
    return value is True or bool(fold(value)) or bool(as_list(value))


def _fault(check: dict[str, Any], value: Any, law: str) -> str | None:
    """None when the check passes, otherwise what is wrong in the candidate's own words."""
    label, kind = check["label"], check["kind"]
    if kind == "on":
        return None if value is True else f"“{label}”没有开启"
    if kind == "off":
        return None if value is not True else f"“{label}”不应开启"
    if kind == "set":
        chosen = _parts(value)
        return None if chosen == {fold(v) for v in check["values"]} else _wrong(label, value)
    if kind == "text":
        return _text_fault(check, value, law)
    wanted = check["values"] if kind == "in" else [check["value"]]
    return None if fold(value) in {fold(w) for w in wanted} else _wrong(label, value)


def _parts(value: Any) -> set[str]:
    """Chosen options, handed in as a list or as one text joined by “+”."""
    pieces = as_list(value) or clean(value).split("+")
    return {fold(piece) for piece in pieces if fold(piece)}


def _wrong(label: str, value: Any) -> str:
    said = shown("、".join(as_text(v) for v in value) if isinstance(value, list) else value)
    return f"“{label}”填的是“{said}”，与要求不一致" if said else f"“{label}”没有填写"


def _text_fault(check: dict[str, Any], value: Any, law: str) -> str | None:
    label, text = check["label"], clean(value)
    if not text:
        return f"“{label}”没有填写"
    if not check["min"] <= len(text) <= check["max"]:
        return f"“{label}”有 {len(text)} 字，应为 {check['min']}～{check['max']} 字"
    for group in check["must"]:
        if not mentions_any(text, group["any"]):
            return f"“{label}”{group['say']}"
    unlawful = _unlawful(text, law)
    return f"“{label}”{unlawful}" if unlawful else None


def _unlawful(text: str, law: str) -> str | None:
    found = advertising.violations(text, law)
    return f"出现“{shown(found[0].term)}”，违反{found[0].why}" if found else None


# ---- behaviour of the reply rules ----------------------------------------------------------------
def _probes(criterion: dict[str, Any], done: dict[str, Any], limits: dict[str, Any]) -> CriterionScore:
    cases, answers = criterion["cases"], criterion["answers"]
    rules = ready_rules(done.get("rules"), limits)
    replies = [reply_to(rules, case["message"]) for case in cases]
    everywhere = _catch_all(cases, replies)
    faults = [
        _probe_fault(case, reply, answers, everywhere) for case, reply in zip(cases, replies, strict=True)
    ]
    if not as_list(done.get("rules")):
        return scored(criterion, Fraction(0), "没有设置关键词回复，没有得分。")
    wrong = "；".join(fault for fault in faults if fault is not None)
    passed = sum(fault is None for fault in faults)
    evidence = f"试发 {len(cases)} 条消息，{passed} 条得到应有的结果。" + (
        f"其余：{wrong}。" if wrong else ""
    )
    if not any(fault is None and case["want"] for case, fault in zip(cases, faults, strict=True)):
        evidence += "没有一条该回复的消息得到正确回复，这一部分不计分。"
        return scored(criterion, Fraction(0), evidence)
    return scored(criterion, Fraction(passed, len(cases)), evidence, f"{passed} ÷ {len(cases)}")


def _catch_all(cases: list[dict[str, Any]], replies: list[Reply | None]) -> set[str]:
    """Replies sent whatever the topic was, unwanted topics included: nobody configured an answer there."""
    topics = {case["want"] for case in cases}
    reached: dict[str, set[Any]] = {}
    for case, reply in zip(cases, replies, strict=True):
        if reply:
            reached.setdefault(fold(reply.text), set()).add(case["want"])
    return {text for text, seen in reached.items() if len(topics) > 1 and seen == topics}


def _probe_fault(
    case: dict[str, Any], reply: Reply | None, answers: dict[str, list[str]], everywhere: set[str]
) -> str | None:
    message, want = f"“{case['message']}”", case["want"]
    if want is None:
        return None if reply is None else f"{message}不应触发自动回复"
    if reply is None:
        return f"{message}没有收到应有的回复"
    if fold(reply.text) in everywhere:
        return f"{message}收到的是对所有问题都一样的回复"
    if not reply.sendable:
        return f"{message}对应的回复超过字数上限，发不出去"
    given = {name for name, phrases in answers.items() if mentions_any(reply.text, phrases)}
    if want not in given:
        return f"{message}收到的回复答非所问"
    return None if given == {want} else f"{message}收到的回复混进了别的问题的答案"


# ---- menu ----------------------------------------------------------------------------------------
def _menu(
    criterion: dict[str, Any], done: dict[str, Any], limits: dict[str, Any], law: str
) -> CriterionScore:
    entries = [as_dict(entry) for entry in as_list(done.get("menu"))]
    if not entries:
        return scored(criterion, Fraction(0), "没有设置自定义菜单，没有得分。")
    leaves = [as_dict(leaf) for entry in entries for leaf in (as_list(entry.get("sub")) or [entry])]
    reached = [
        any(
            fold(leaf.get("type")) == fold(must["type"])
            and mentions_any(as_text(leaf.get("target")), must["any"])
            for leaf in leaves
        )
        for must in criterion["must"]
    ]
    shape = [
        None if len(entries) <= limits["menu"] else f"一级菜单有 {len(entries)} 个，最多 {limits['menu']} 个",
        _names_fault("一级菜单", [entry.get("name") for entry in entries], limits["menu_name"], law),
        _second_level_fault(entries, limits, law),
    ]
    faults = [fault for fault in shape if fault]
    faults += [must["say"] for must, ok in zip(criterion["must"], reached, strict=True) if not ok]
    number = len(shape) + len(reached)
    nothing = "" if any(reached) else "没有一个菜单指向要求的内容，这一部分不计分"
    return _passed(criterion, "项检查", faults, number, nothing)


def _second_level_fault(entries: list[dict[str, Any]], limits: dict[str, Any], law: str) -> str | None:
    for entry in entries:
        below = as_list(entry.get("sub"))
        if len(below) > limits["sub"]:
            return f"“{shown(entry.get('name'))}”下有 {len(below)} 个二级菜单，最多 {limits['sub']} 个"
        fault = _names_fault(
            "二级菜单", [as_dict(leaf).get("name") for leaf in below], limits["sub_name"], law
        )
        if fault:
            return fault
    return None


def _names_fault(level: str, names: Iterable[Any], longest: int, law: str) -> str | None:
    for name in names:
        text = clean(name)
        if not text:
            return f"有{level}没有名称"
        if len(text) > longest:
            return f"{level}“{shown(text)}”有 {len(text)} 字，最多 {longest} 字"
        unlawful = _unlawful(text, law)
        if unlawful:
            return f"{level}名称{unlawful}"
    return None


# ---- tags ----------------------------------------------------------------------------------------
def _tags(criterion: dict[str, Any], done: dict[str, Any], content: dict[str, Any]) -> CriterionScore:
    wanted = {user: fold(tag) for user, tag in criterion["wanted"].items()}
    chosen = {user: fold(as_dict(done.get("tags")).get(user)) for user in wanted}
    if not any(chosen.values()):
        return scored(criterion, Fraction(0), "没有给用户打标签，没有得分。")
    uses, hits = Counter(chosen.values()), Counter(tag for user, tag in chosen.items() if tag == wanted[user])
    # A tag wrong more often than right was scattered, not chosen; what it hit by chance does not count.
    scattered = {tag for tag in hits if 2 * hits[tag] < uses[tag]}
    passed = sum(number for tag, number in hits.items() if tag not in scattered)
    screens = [screen for screen in content["screens"] if screen["type"] == "tags"]
    names = {user["id"]: user["name"] for screen in screens for user in screen["users"]}
    wrong = [names.get(user, user) for user in wanted if chosen[user] != wanted[user]]
    evidence = f"{len(wanted)} 位用户中 {len(wanted) - len(wrong)} 位的标签正确"
    if wrong:
        evidence += f"。标签不正确或没有打的有：{'、'.join(wrong)}"
    tags = [tag for screen in screens for tag in screen["tags"] if fold(tag) in scattered]
    if tags:
        lost = len(wanted) - len(wrong) - passed
        evidence += f"。“{'”“'.join(tags)}”打给的人多数不对，其中打对的 {lost} 位不计分"
    return scored(criterion, Fraction(passed, len(wanted)), f"{evidence}。", f"{passed} ÷ {len(wanted)}")
