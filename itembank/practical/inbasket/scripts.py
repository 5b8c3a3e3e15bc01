"""Which entries of the script library a colleague could use tomorrow."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from itembank.practical.text import as_dict, as_list, clean, fold, mentions_any
from itembank.practical.wording import contained, letters, says, unlawful

COPIED = Fraction(7, 10)
# A blank to fill in, such as {订单号}; `clean` has made full-width braces plain.
VARIABLE = re.compile(r"\{[^{}]{1,12}\}")
LEAST_VARIETY = 8  # different characters besides the variables: less is a filler, not a script


def usable_scripts(
    criterion: dict[str, Any],
    content: Any,
    law: str,
    never: Sequence[dict[str, Any]],
    entries: Any,
    replies: Sequence[str],
) -> list[str | None]:
    """Per entry None when it is usable, otherwise what keeps it from being so. `replies` are given as
    `letters`."""
    known = [letters(script["a"]) for script in content["scripts"]]
    topics: set[int] = set()
    verdicts: list[str | None] = []
    for entry in map(as_dict, as_list(entries)):
        question, script = clean(entry.get("q")), clean(entry.get("a"))
        if not question and not script:
            continue
        fault = _form_fault(criterion, content["labels"], question, script) or _wording_fault(
            f"{question}\n{script}", law, never
        )
        bare = letters(VARIABLE.sub("", script))
        if not fault and any(contained(bare, reply) > COPIED for reply in replies):
            fault = "照搬了一条回复，没有写成通用的话"
        if not fault and any(contained(bare, old) > COPIED for old in known):
            fault = f"与{content['labels']['library']}已有的内容大体相同"
        if not fault:
            # Every script needs a reason of its own among the messages, so that one is not written twice.
            subject = next(
                (
                    number
                    for number, topic in enumerate(criterion["topics"])
                    if number not in topics and mentions_any(question, topic["any"])
                ),
                None,
            )
            if subject is None:
                fault = "与本题的情形无关，或与前面一条说的是同一件事"
            else:
                topics.add(subject)
        verdicts.append(fault)
    return verdicts


def _form_fault(criterion: dict[str, Any], labels: dict[str, str], question: str, script: str) -> str | None:
    for name, text, (least, most) in (
        (labels["question"], question, criterion["question"]),
        (labels["entry"], script, criterion["script"]),
    ):
        if not text:
            return f"没有写{name}"
        if not least <= len(text) <= most:
            return f"的{name}有 {len(text)} 字，应为 {least}～{most} 字"
    if not VARIABLE.search(script):
        return "没有可替换的变量，如{订单号}"
    if len(set(letters(VARIABLE.sub("", script)))) < LEAST_VARIETY:
        return "除变量以外几乎没有内容"
    return None


def _wording_fault(text: str, law: str, never: Sequence[dict[str, Any]]) -> str | None:
    forbidden = [group["say"] for group in never if says(text, group["any"])]
    against_law = unlawful(text, law)
    if forbidden:
        return forbidden[0]
    return f"出现“{fold(against_law[0].term)}”，违反广告用语规定" if against_law else None
