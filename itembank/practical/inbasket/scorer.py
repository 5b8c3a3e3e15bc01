"""Pure scorer of INBASKET: what was done with each message, in which order, against the key.

A message is handled when it got its reply, or its action where no reply may be given. What is right merely
because nothing was said (no forbidden word) counts only beside replies that answer something, so an
untouched desk earns nothing.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from itembank.practical.base import CriterionScore
from itembank.practical.inbasket.scripts import usable_scripts
from itembank.practical.inbasket.wording import own_words
from itembank.practical.points import counted, judged, percent, said, scored
from itembank.practical.text import as_dict, as_list, clean, fold, shown
from itembank.practical.wording import contained, covers, letters, says, unlawful

ALIKE = Fraction(7, 10)  # a reply of which more stands in another reply is a template …
TEMPLATE = Fraction(1, 4)  # … and counts only so much; so does one that must not be sent at all
TOO_LONG = Fraction(1, 2)
NOTHING = "没有处理任何一条，没有得分。"
FORGIVEN = 3  # so many forbidden things leave nothing of the criterion


@dataclass(frozen=True)
class Case:
    """One message with its key and what was done with it."""

    event: dict[str, Any]
    name: str
    entry: dict[str, Any]
    reply: str
    forbidden: tuple[str, ...]  # what the reply says and must not say

    @property
    def handled(self) -> bool:
        """Whether the user got an answer; an action alone is one only where no reply may be given."""
        return bool(self.reply or (self.event.get("silent") and fold(self.entry.get("action"))))


@dataclass(frozen=True)
class Coverage:
    """How much of what a message needs was answered, and what was missing."""

    share: Fraction
    faults: tuple[str, ...]


def score(content: Any, key: Any, world: Any, submission: Any, measured: Any) -> list[CriterionScore]:
    """Scores in the order of the criteria's ids. `world` and `measured` are not used by this kind."""
    done = as_dict(submission)
    entries = _entries(content, done)
    cases = _cases(content, key, entries)
    coverage = _coverage(content, cases)
    results = [
        _choices(key["classification"], cases, content["labels"]["type"], "type", "types"),
        _choices(key["routing"], cases, content["labels"]["route"], "route", "routes"),
        _priority(key["priority"], content, cases, list(entries)),
        _replies(key["replies"], content, cases, coverage),
        _compliance(key["compliance"], cases, coverage),
        _library(key, content, done, cases),
    ]
    if "actions" in key:
        results.append(_choices(key["actions"], cases, content["labels"]["action"], "action", "actions"))
    results += [_judged(criterion, content, done, cases) for criterion in key.get("judged", [])]
    return sorted(results, key=lambda r: (len(r.id), r.id))


def _entries(content: Any, done: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What was handed in per message, in handling order; of a message handed in twice the first counts."""
    known = {message["id"] for message in content["messages"]}
    entries: dict[str, dict[str, Any]] = {}
    for entry in map(as_dict, as_list(done.get("handled"))):
        name = clean(entry.get("id"))
        if name in known:
            entries.setdefault(name, entry)
    return entries


def _cases(content: Any, key: Any, entries: dict[str, dict[str, Any]]) -> list[Case]:
    events = {event["id"]: event for event in key["events"]}
    cases = []
    for message in content["messages"]:
        event, entry = events[message["id"]], entries.get(message["id"], {})
        reply = clean(entry.get("reply"))
        groups = [group["say"] for group in [*event["never"], *key["never"]] if says(reply, group["any"])]
        terms = dict.fromkeys(finding.term for finding in unlawful(reply, key["law"]))
        against_law = [f"出现“{shown(term)}”，违反广告用语规定" for term in terms]
        cases.append(Case(event, message["author"], entry, reply, tuple(groups + against_law)))
    return cases


def _sentence(evidence: str, heading: str, faults: list[str]) -> str:
    return f"{evidence}。{heading}：{'；'.join(faults)}。" if faults else f"{evidence}。"


# ---- choices -------------------------------------------------------------------------------------
def _choices(
    criterion: dict[str, Any], cases: list[Case], label: str, part: str, accepted: str
) -> CriterionScore:
    faults = []
    for case in cases:
        chosen = case.entry.get(part)
        if fold(chosen) not in {fold(one) for one in case.event[accepted]}:
            what = f"选的是“{shown(chosen)}”" if fold(chosen) else "没有选择"
            faults.append(f"“{case.name}”{what}")
    right = len(cases) - len(faults)
    if not any(fold(case.entry.get(part)) for case in cases):
        return scored(criterion, Fraction(0), f"没有选择{label}，没有得分。")
    evidence = f"{len(cases)} 条中有 {right} 条的{label}正确"
    working = f"{right} ÷ {len(cases)}"
    return scored(criterion, Fraction(right, len(cases)), _sentence(evidence, "其余", faults), working)


def _priority(criterion: dict[str, Any], content: Any, cases: list[Case], order: list[str]) -> CriterionScore:
    faults = []
    for case in cases:
        number = _number(case.entry.get("prio"))
        if number != case.event["prio"]:
            faults.append(f"“{case.name}”{_chosen(number, content['priorities'])}")
    right = len(cases) - len(faults)
    if not order:
        return scored(criterion, Fraction(0), NOTHING)
    urgent = [case for case in cases if case.event["prio"] == 1]
    late = [case.name for case in urgent if case.event["id"] not in order[: len(urgent)] or not case.handled]
    share = Fraction(right, len(cases)) / 2 + (0 if late else Fraction(1, 2))
    evidence = _sentence(f"{len(cases)} 条中有 {right} 条的{content['labels']['prio']}正确", "其余", faults)
    if late:
        evidence += f"应当最先处理的 {len(urgent)} 条中，没有最先处理的有：“{'”“'.join(late)}”。"
    else:
        evidence += f"应当最先处理的 {len(urgent)} 条都排在了最前面。"
    evidence += f"{content['labels']['prio']}和处理顺序各占一半。"
    return scored(criterion, share, evidence, f"{right} ÷ {len(cases)} × 50% + {'0' if late else '50%'}")


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _chosen(number: int | None, names: list[str]) -> str:
    if number is None:
        return "没有选择"
    return f"选的是“{names[number - 1]}”" if 1 <= number <= len(names) else "选的不是本题的选项"


# ---- replies -------------------------------------------------------------------------------------
def _coverage(content: Any, cases: list[Case]) -> list[Coverage]:
    limit, texts = content["limits"]["reply"], [letters(case.reply) for case in cases]
    return [
        _covered(case, message["text"], limit, _template_of(index, cases, texts))
        for index, (case, message) in enumerate(zip(cases, content["messages"], strict=True))
    ]


def _template_of(index: int, cases: list[Case], texts: list[str]) -> str | None:
    """Name of the first message whose reply holds most of this reply."""
    for other, case in enumerate(cases):
        if other != index and texts[other] and contained(texts[index], texts[other]) > ALIKE:
            return case.name
    return None


def _covered(case: Case, message: str, limit: int, template: str | None) -> Coverage:
    if case.event.get("silent"):
        return _left_alone(case)
    if not case.reply:
        return Coverage(Fraction(0), ("没有回复",))
    wanted, text = case.event["must"], own_words(case.reply, message)
    missing = [group["say"] for group in wanted if not covers(text, group["any"])]
    share = Fraction(len(wanted) - len(missing), len(wanted))
    if len(case.reply) > limit:
        missing.append(f"有 {len(case.reply)} 字，最多 {limit} 字，只计一半")
        share *= TOO_LONG
    if case.forbidden:
        missing.append("写了不能说的话，只计四分之一")
    elif template:
        missing.append(f"与给“{template}”的回复大体相同，只计四分之一")
    return Coverage(share * TEMPLATE if case.forbidden or template else share, tuple(missing))


def _left_alone(case: Case) -> Coverage:
    """A message that must not be answered: the right action, and not a word."""
    if case.reply:
        return Coverage(Fraction(0), ("不应回复",))
    if fold(case.entry.get("action")) in {fold(one) for one in case.event["actions"]}:
        return Coverage(Fraction(1), ())
    return Coverage(Fraction(0), ("没有按规定处置",))


def _replies(
    criterion: dict[str, Any], content: Any, cases: list[Case], coverage: list[Coverage]
) -> CriterionScore:
    done = sum((one.share for one in coverage), Fraction(0))
    if not any(case.entry for case in cases):
        return scored(criterion, Fraction(0), NOTHING)
    full = sum(one.share == 1 for one in coverage)
    faults = [
        f"“{case.name}”{'、'.join(one.faults)}{counted(one.share)}"
        for case, one in zip(cases, coverage, strict=True)
        if one.faults
    ]
    evidence = f"{len(cases)} 条中有 {full} 条的{content['labels']['reply']}要点齐全"
    working = f"各条合计 {said(done)} ÷ {len(cases)}"
    return scored(criterion, done / len(cases), _sentence(evidence, "其余", faults), working)


def _compliance(criterion: dict[str, Any], cases: list[Case], coverage: list[Coverage]) -> CriterionScore:
    hits = [f"“{case.name}”{fault}" for case in cases for fault in case.forbidden]
    undone = [case.name for case in cases if not case.handled]
    if len(undone) == len(cases):
        return scored(criterion, Fraction(0), NOTHING)
    left = 1 - Fraction(len(hits), FORGIVEN) - Fraction(len(undone), len(cases))
    answered = sum((one.share for one in coverage), Fraction(0)) / len(cases)
    evidence = f"处理了 {len(cases) - len(undone)} 条，不合规的有 {len(hits)} 处"
    evidence = _sentence(evidence, "不合规的内容", hits)
    if undone:
        evidence += f"没有处理的有：“{'”“'.join(undone)}”。"
    if 2 * answered < left:
        evidence += f"要点平均只完成 {percent(answered)}，这一部分最多得它的两倍。"
        return scored(criterion, 2 * answered, evidence, f"2 × {percent(answered)}")
    working = f"1 − 不合规 {len(hits)} ÷ {FORGIVEN}"
    if undone:
        working += f" − 没有处理 {len(undone)} ÷ {len(cases)}"
    return scored(criterion, left, evidence, working)


# ---- library and what people judge ---------------------------------------------------------------
def _library(key: Any, content: Any, done: dict[str, Any], cases: list[Case]) -> CriterionScore:
    criterion, word = key["library"], content["labels"]["entry"]
    replies = [letters(case.reply) for case in cases if case.reply]
    verdicts = usable_scripts(criterion, content, key["law"], key["never"], done.get("library"), replies)
    if not verdicts:
        return scored(criterion, Fraction(0), f"没有补充{word}，没有得分。")
    usable, wanted = sum(fault is None for fault in verdicts), criterion["wanted"]
    faults = [f"第 {number} 条{fault}" for number, fault in enumerate(verdicts, 1) if fault]
    evidence = _sentence(
        f"补充了 {len(verdicts)} 条{word}，{usable} 条可用，要求 {wanted} 条", "不可用的", faults
    )
    counted = min(usable, wanted)
    return scored(criterion, Fraction(counted, wanted), evidence, f"{counted} ÷ {wanted}")


def _judged(
    criterion: dict[str, Any], content: Any, done: dict[str, Any], cases: list[Case]
) -> CriterionScore:
    labels, library = content["labels"], as_list(done.get("library"))
    replies = sum(bool(case.reply) for case in cases)
    scripts = sum(bool(fold(as_dict(entry).get("a"))) for entry in library)
    if not replies and not scripts:
        return judged(criterion, "")
    return judged(criterion, f"本题写了 {replies} 条{labels['reply']}、{scripts} 条{labels['entry']}。")
