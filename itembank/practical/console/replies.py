"""How the simulated platform answers a message. `replies.js` of the workbench follows the same rules,
so that what a candidate tries out is what the probes will see; a test compares the two."""

from dataclasses import dataclass
from typing import Any

from itembank.practical.text import as_dict, as_list, clean, fold


@dataclass(frozen=True)
class Reply:
    """What the account answers. `sendable` is False when the platform would refuse the length."""

    text: str
    sendable: bool


@dataclass(frozen=True)
class ReadyRule:
    """A rule as the platform keeps it: folded keywords of both sorts and its reply."""

    full: frozenset[str]
    half: tuple[str, ...]
    reply: Reply


def ready_rules(rules: Any, limits: dict[str, int]) -> list[ReadyRule]:
    """The rules that can answer at all. A rule without reply is a draft; keywords beyond a limit are
    not saved.

    An over-long reply still catches its messages: lengthening a text must never be a way to switch off
    a rule that answers wrongly.
    """
    ready = []
    for rule in map(as_dict, as_list(rules)[: limits["rules"]]):
        text = clean(rule.get("reply"))
        if not text:
            continue
        keywords = [as_dict(k) for k in as_list(rule.get("keywords"))[: limits["keywords"]]]
        folded = [(fold(k.get("match")), fold(k.get("text"))) for k in keywords]
        usable = [(match, word) for match, word in folded if 0 < len(word) <= limits["keyword"]]
        ready.append(
            ReadyRule(
                full=frozenset(word for match, word in usable if match == "full"),
                half=tuple(word for match, word in usable if match == "half"),
                reply=Reply(text, len(text) <= limits["reply"]),
            )
        )
    return ready


def reply_to(rules: list[ReadyRule], message: str) -> Reply | None:
    """The reply to a message: full matches before half matches, then the order of the rules."""
    wanted = fold(message)
    for rule in rules:
        if wanted in rule.full:
            return rule.reply
    for rule in rules:
        if any(word in wanted for word in rule.half):
            return rule.reply
    return None
