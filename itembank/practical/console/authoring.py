"""Faults of a CONSOLE task that schemas alone cannot see: a key that asks for what the screens do not
offer, and a key that shows through the content."""

import json
from collections.abc import Iterator
from typing import Any

from itembank.practical import advertising
from itembank.practical.base import Problem
from itembank.practical.console.schema import CONTENT, KEY
from itembank.practical.schemas import shape_problems
from itembank.practical.text import fold

SHORT_PROBE = 4  # one-word probes such as “地址” are everyday words and may stand in the scenario


def check_task(content: Any, key: Any) -> list[Problem]:
    """Sentences for the author; empty when the task can be used."""
    shape = [*shape_problems("content", CONTENT, content), *shape_problems("key", KEY, key)]
    if shape:
        return shape
    return [*_unreachable(content, key), *_dangling(content, key), *_leaks(content, key)]


def _unreachable(content: Any, key: Any) -> Iterator[Problem]:
    """Every checked field must be on a screen, and a wanted option among its options."""
    fields = {f["path"]: f for s in content["screens"] if s["type"] == "form" for f in s["fields"]}
    for criterion in key["fields"]:
        for check in criterion["checks"]:
            field = fields.get(check["path"])
            where = f"key.fields.{criterion['id']}"
            if field is None:
                yield Problem(
                    where,
                    "no_field",
                    f"评分项 {criterion['id']} 检查“{check['label']}”，但界面上没有这一栏。",
                )
                continue
            options = {fold(option) for option in field.get("options", [])}
            wanted = {
                fold(v) for v in [*check.get("values", []), *([check["value"]] if "value" in check else [])]
            }
            if options and not wanted <= options:
                yield Problem(where, "no_option", f"“{check['label']}”的正确选项不在界面的选项里。")


def _dangling(content: Any, key: Any) -> Iterator[Problem]:
    screens = {screen["type"]: screen for screen in content["screens"]}
    for part, kind in (("probes", "rules"), ("menu", "menu"), ("tags", "tags")):
        if part in key and kind not in screens:
            yield Problem(
                f"key.{part}", "no_screen", f"评分标准里有“{key[part]['name']}”，但界面上没有对应的页面。"
            )
    for case in key.get("probes", {}).get("cases", []):
        if case["want"] is not None and case["want"] not in key["probes"]["answers"]:
            yield Problem("key.probes", "no_answer", f"试发消息“{case['message']}”对应的答案没有定义。")
    if "menu" in key and "menu" in screens:
        known = {entry["value"] for entry in screens["menu"]["types"]}
        for must in key["menu"]["must"]:
            if must["type"] not in known:
                yield Problem("key.menu", "no_type", f"菜单要求的类型“{must['type']}”不在界面的选项里。")
    if "tags" in key and "tags" in screens:
        users = {user["id"] for user in screens["tags"]["users"]}
        for user, tag in key["tags"]["wanted"].items():
            if user not in users or tag not in screens["tags"]["tags"]:
                yield Problem("key.tags", "no_tag", f"用户 {user} 或标签“{tag}”不在界面里。")
    try:
        advertising.pack(key["law"])
    except KeyError:
        yield Problem("key.law", "no_pack", f"没有版本为 {key['law']} 的广告用语规则。")


def _leaks(content: Any, key: Any) -> Iterator[Problem]:
    seen = fold(json.dumps(content, ensure_ascii=False))
    for case in key.get("probes", {}).get("cases", []):
        message = fold(case["message"])
        if len(message) > SHORT_PROBE and message in seen:
            yield Problem("key.probes", "leak", f"试发消息“{case['message']}”在题面里出现，考生能照着配置。")
