"""The publish gate asks that every part of a key is felt by some sample answer."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from itembank.practical import kind, kind_names
from itembank.practical.probes import parts_of_key
from itembank.practical.tasks import gate_problems, read_task
from tests.practical.samples import files_of

GROUP = {"type": "object", "properties": {"say": {}, "any": {}, "must": {"title": "须写到的词"}}}
SCHEMA = {
    "type": "object",
    "properties": {
        "law": {"type": "string"},
        "events": {"type": "array", "title": "消息", "items": {
            "type": "object",
            "properties": {"id": {}, "must": {"type": "array", "title": "要点", "items": GROUP}},
        }},
        "days": {"type": "array", "title": "日期段", "items": {"type": "object", "properties": {"from": {}, "to": {}}}},
        "tags": {"type": "object", "title": "用户", "additionalProperties": {"type": "string"}},
        "judged": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
KEY = {
    "law": "2023-05-01",
    "events": [{"id": "m1", "must": [{"say": "没有致歉", "any": ["抱歉", "对不起"], "must": ["您"]}]}],
    "days": [{"from": "08-18", "to": "08-24"}],
    "tags": {"u1": "高意向"},
    "judged": [{"id": "J1"}],
}


def test_parts_are_entries_of_titled_lists_and_maps_and_lists_of_words_that_may_be_left_out() -> None:
    found = {where: (place, key) for where, place, key in parts_of_key(KEY, SCHEMA)}
    assert {where: place for where, (place, _) in found.items()} == {
        "key.events.0": "消息“m1”",
        "key.events.0.must.0": "消息“m1”的要点“没有致歉”",
        "key.events.0.must.0.must": "消息“m1”的要点“没有致歉”的须写到的词“您”",
        "key.days.0": "日期段“08-18～08-24”",
        "key.tags.u1": "用户“u1”",
    }
    assert found["key.events.0.must.0"][1] == {**KEY, "events": [{"id": "m1", "must": []}]}
    assert found["key.tags.u1"][1] == {**KEY, "tags": {}}
    assert KEY["tags"] == {"u1": "高意向"}


# Which sample answer is the only one that feels a part, and how the author is told.
ONLY = [
    ("console", "e1", "no-services", "评分项“名称与简介”的检查项“账号简介”的要点“没有写到预约、品茶或茶课”"),
    ("inbasket", "e3", "no-contact", "消息“m3”的要点“没有请对方私信或说明会联系对方”"),
    ("inbasket", "e5", "delete-comment", "消息“c5”的禁忌“要求删除评论”"),
    ("inbasket", "a5", "scripts-regulars", "话术情形“老客”"),
    ("plan", "m5", "no-festival", "评分项“选题与热点”的核对“dated”的节点“七夕”"),
    ("plan", "m5", "vague", "评分项“联动与互推”的核对“cases”的要点“公众号”的须写到的词“推送"),
    ("plan", "m5", "eleven-posts", "评分项“排期合理”的核对“spread”的日期段“2025-08-18～2025-08-24”"),
]


@pytest.mark.parametrize(("of", "name", "answer", "place"), ONLY)
def test_a_part_that_no_sample_answer_feels_is_refused(of: str, name: str, answer: str, place: str) -> None:
    task = read_task(files_of(of)[name])
    others = tuple(golden for golden in task.goldens if golden["name"] != answer)
    found = gate_problems(dataclasses.replace(task, goldens=others))
    assert {problem.code for problem in found} == {"idle"}
    told = [problem for problem in found if place in problem.message]
    assert len(told) == 1
    assert told[0].where.startswith("key.")
    assert "请加一份样例答案" in told[0].message


def test_an_idea_of_a_conclusion_must_be_felt() -> None:
    task = read_task(files_of("data")["m3"])
    found = gate_problems(dataclasses.replace(task, goldens=task.goldens[:1]))
    assert any(one.code == "idle" and "的要点“" in one.message for one in found)


def test_a_part_that_the_key_cannot_do_without_needs_no_answer_of_its_own() -> None:
    """With the model answer alone: the key of a message cannot be deleted, an idea can."""
    task = read_task(files_of("inbasket")["e3"])
    alone = dataclasses.replace(task, goldens=task.goldens[:1])
    messages = [problem.where for problem in gate_problems(alone) if problem.code == "idle"]
    assert "key.events.0.must.0" in messages
    assert "key.events.0" not in messages


def untitled(schema: Any, path: str) -> Iterator[str]:
    """Lists of objects in a schema that do not say what an entry is called."""
    items = schema.get("items", {})
    if schema.get("type") == "array":
        if items.get("type", "object" if items.get("oneOf") else "") == "object" and "title" not in schema:
            yield path
        yield from untitled(items, path)
    for inner in [*schema.get("oneOf", ()), *(rule["then"] for rule in schema.get("allOf", ()))]:
        yield from untitled(inner, path)
    for name, inner in schema.get("properties", {}).items():
        yield from untitled(inner, f"{path}.{name}")


@pytest.mark.parametrize("name", kind_names())
def test_every_list_of_objects_in_a_key_says_what_an_entry_is_called(name: str) -> None:
    """Only what people judge is looked for by no scorer."""
    found = set(untitled(kind(name).schema.key, "key"))
    assert found <= {"key.judged"}
