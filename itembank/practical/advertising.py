"""Advertising-law checking of free text by a dated rule pack.

A list of banned words is the wrong tool: the regulator's 2023 guide exempts comparisons with oneself,
advice on use, official grades, aims and sourced facts. So every hit has one of three outcomes: a
violation with its article, a suspect that a person should look at, or exempt. Only violations cost
points. The rules are data in `packs/`; a task names the version it was published with, so a later law
never changes a past mark.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from itembank.practical.text import clean

PACKS = Path(__file__).parent / "packs"
DEFAULT_VERSION = "2023-05-01"
# Separators people put between characters to slip a word past a checker: 最·好, 最 好.
SEPARATORS = re.compile(r"(?<=[\u3400-\u9fff0-9%])[\s·•.\-_*~|/、]{1,3}(?=[\u3400-\u9fff])")
CONTEXT = 10

Outcome = Literal["violation", "suspect", "exempt"]


@dataclass(frozen=True)
class Rule:
    """One pattern of the pack and the article behind it."""

    id: str
    outcome: Outcome
    grave: bool
    law: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Pack:
    """One dated set of rules, compiled."""

    version: str
    rules: tuple[Rule, ...]
    exemptions: tuple[tuple[str, re.Pattern[str]], ...]
    lookalikes: dict[int, str]
    negation: re.Pattern[str]
    negatable: frozenset[str]


@dataclass(frozen=True)
class Finding:
    """One hit in a text: the words, what they mean in law and why."""

    rule: str
    term: str
    outcome: Outcome
    why: str
    grave: bool


@cache
def pack(version: str = DEFAULT_VERSION) -> Pack:
    """The rule pack of that version. Raises KeyError when there is none."""
    path = PACKS / f"advertising-{version}.json"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", version) or not path.is_file():
        raise KeyError(f"no advertising rule pack {version!r}")
    data = json.loads(path.read_text(encoding="utf-8"))
    return Pack(
        version=data["version"],
        rules=tuple(
            Rule(r["id"], r["outcome"], r["grave"], r["law"], re.compile(r["pattern"])) for r in data["rules"]
        ),
        exemptions=tuple((e["why"], re.compile(e["pattern"])) for e in data["exemptions"]),
        lookalikes={ord(a): b for a, b in data["lookalikes"].items()},
        negation=re.compile(data["negation"]),
        negatable=frozenset(data["negatable"]),
    )


def check(text: str, version: str = DEFAULT_VERSION) -> list[Finding]:
    """All hits in order of the rules and of their place in the text."""
    rules = pack(version)
    plain = re.sub(r"zui(?=[\u3400-\u9fff])", "最", clean(text).lower().translate(rules.lookalikes))
    plain = SEPARATORS.sub("", plain)
    exempt = [(m.start(), m.end(), why) for why, rx in rules.exemptions for m in rx.finditer(plain)]
    return [
        _judge(rules, rule, match, plain, exempt)
        for rule in rules.rules
        for match in rule.pattern.finditer(plain)
    ]


def violations(text: str, version: str = DEFAULT_VERSION) -> list[Finding]:
    """Only the hits that are certainly against the law."""
    return [f for f in check(text, version) if f.outcome == "violation"]


def _judge(
    rules: Pack, rule: Rule, match: re.Match[str], plain: str, exempt: list[tuple[int, int, str]]
) -> Finding:
    family = rule.id.split(".")[0]
    outcome, why = rule.outcome, rule.law
    if family == "absolute":  # the guide's exemptions concern absolute terms only
        reason = next((w for a, b, w in exempt if a <= match.start() and match.end() <= b), None)
        if reason:
            outcome, why = "exempt", reason
    before = plain[max(0, match.start() - CONTEXT) : match.start()]
    if outcome != "exempt" and family in rules.negatable and rules.negation.search(before):
        outcome, why = "exempt", "否定或告诫的说法"
    return Finding(rule.id, match.group(0), outcome, why, rule.grave)
