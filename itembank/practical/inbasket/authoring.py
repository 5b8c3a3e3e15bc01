"""Faults of an INBASKET task that schemas alone cannot see: a key that asks for what the desk does not offer,
that gives itself away, or that no reply could satisfy."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from itembank.practical import advertising
from itembank.practical.base import Problem
from itembank.practical.inbasket.schema import CONTENT, KEY
from itembank.practical.inbasket.wording import own_words
from itembank.practical.schemas import shape_problems
from itembank.practical.text import fold
from itembank.practical.wording import covers, says


def check_task(content: Any, key: Any) -> list[Problem]:
    """Sentences for the author; empty when the task can be used."""
    shape = [*shape_problems("content", CONTENT, content), *shape_problems("key", KEY, key)]
    if shape:
        return shape
    unmatched = list(_unmatched(content, key))
    if unmatched:
        return unmatched  # the other checks look at a message and its key together
    return [
        *_unreachable(content, key),
        *_events(content, key),
        *_guessable(content, key),
        *_library(content, key),
    ]


def _unmatched(content: Any, key: Any) -> Iterator[Problem]:
    """One key per message, and names by which a candidate can tell the messages apart."""
    shown, keyed = [m["id"] for m in content["messages"]], [e["id"] for e in key["events"]]
    for name in sorted({*shown, *keyed}):
        if shown.count(name) != 1 or keyed.count(name) != 1:
            yield Problem("key.events", "unmatched", f"消息 {name} 与评分标准没有一一对应，请各写一次。")
    authors = Counter(fold(message["author"]) for message in content["messages"])
    for message in content["messages"]:
        if authors[fold(message["author"])] > 1:
            yield Problem(
                "content.messages",
                "same_author",
                f"有两条消息的发送者都叫“{message['author']}”，请加以区分。",
            )


def _unreachable(content: Any, key: Any) -> Iterator[Problem]:
    for event in key["events"]:
        where = f"key.events.{event['id']}"
        for part, options in (("types", "types"), ("routes", "routes"), ("actions", "actions")):
            for value in event.get(part, []):
                if value not in content[options]:
                    yield Problem(where, "no_option", f"消息 {event['id']} 的“{value}”不在界面的选项里。")
        if event["prio"] > len(content["priorities"]):
            yield Problem(where, "no_priority", f"消息 {event['id']} 的优先级不在界面的选项里。")
    try:
        advertising.pack(key["law"])
    except KeyError:
        yield Problem("key.law", "no_pack", f"没有版本为 {key['law']} 的广告用语规则。")


def _events(content: Any, key: Any) -> Iterator[Problem]:
    texts = {message["id"]: message["text"] for message in content["messages"]}
    for event in key["events"]:
        name, where = event["id"], f"key.events.{event['id']}"
        silent = event.get("silent", False)
        if silent and (event["must"] or "actions" not in event):
            yield Problem(
                where, "silent", f"消息 {name} 不应回复，须写明正确的处理动作，不能再要求回复要点。"
            )
        if not silent and not event["must"]:
            yield Problem(where, "no_point", f"消息 {name} 没有写回复要点。")
        if "actions" in key and "actions" not in event:
            yield Problem(where, "no_action", f"处理动作要计分，但消息 {name} 没有写正确的动作。")
        if event.get("arrives", 0) > event.get("deadline", 0):
            yield Problem(where, "deadline", f"消息 {name} 的处理期限早于到达时间。")
        for group in event["must"]:
            if all(_forbidden(phrase, event, key) for phrase in group["any"]):
                yield Problem(
                    where, "contradiction", f"消息 {name} 的要点“{group['say']}”写了就会被判为不合规。"
                )
            if covers(own_words(texts[name], texts[name]), group["any"]):
                yield Problem(where, "echo", f"消息 {name} 的要点“{group['say']}”照抄原文就能得到。")


def _forbidden(phrase: str, event: Any, key: Any) -> bool:
    return any(says(phrase, group["any"]) for group in [*event["never"], *key["never"]])


def _guessable(content: Any, key: Any) -> Iterator[Problem]:
    """Nobody may get far by leaving the messages in their order or by always choosing the same."""
    urgent = [event["id"] for event in key["events"] if event["prio"] == 1]
    if not urgent or len(urgent) == len(key["events"]):
        yield Problem("key.events", "urgent", "须有应当最先处理的消息，也须有可以后处理的消息。")
    elif {message["id"] for message in content["messages"][: len(urgent)]} == set(urgent):
        yield Problem(
            "content.messages", "order", "紧急的消息本来就排在最前面，处理顺序无从考起。请打乱到达顺序。"
        )
    for part, option in (("types", "type"), ("routes", "route"), ("actions", "action")):
        if part == "actions" and "actions" not in key:
            continue
        uses = Counter(value for event in key["events"] for value in event.get(part, []))
        for value, number in uses.items():
            if 2 * number > len(key["events"]):
                text = f"{content['labels'][option]}全选“{value}”就能答对一半以上，请调整消息。"
                yield Problem("key.events", "one_answer", text)


def _library(content: Any, key: Any) -> Iterator[Problem]:
    library = key["library"]
    if len(library["topics"]) < library["wanted"]:
        yield Problem("key.library", "topics", "可以写成话术的情形少于要求补充的条数。")
    for part, limit in (("question", "question"), ("script", "script")):
        least, most = library[part]
        if least > most or most != content["limits"][limit]:
            yield Problem("key.library", "lengths", "话术的字数要求与界面上的上限不一致。")
