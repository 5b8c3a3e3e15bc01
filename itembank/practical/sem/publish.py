"""Making a task file: what the computer fills in once, and how the file is laid out."""

import json
from typing import Any

from itembank.practical.sem.anchors import anchors, efficiency

Entry = dict[str, Any]  # a task file as JSON


def frozen(entry: Entry) -> Entry:
    """The task with the hash of its world and the anchors of its sample answers in the key."""
    key = {**entry["key"], "world_sha256": entry["world"]["sha256"]}
    answers = {golden["name"]: golden["submission"] for golden in entry["goldens"]}
    figures = anchors(entry["content"], key, entry["world"], answers)
    key["criteria"] = [
        {**criterion, "anchors": figures}
        if criterion["kind"] == "outcome"
        else {
            **criterion,
            **efficiency(entry["content"], key, entry["world"], answers),
            "pass": figures["pass"],
        }
        if criterion["kind"] == "efficiency"
        else criterion
        for criterion in key["criteria"]
    ]
    return {**entry, "key": key}


def layout(value: Any, depth: int = 0) -> str:
    """JSON with one line for whatever holds no further list or object, so that a world of many thousand
    numbers stays readable in a review."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(inner, dict | list) for inner in inside):
        return json.dumps(
            value, ensure_ascii=False, separators=(", " if isinstance(value, dict) else ",", ": ")
        )
    margin, end = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict):
        lines = [f"{json.dumps(k, ensure_ascii=False)}: {layout(v, depth + 1)}" for k, v in value.items()]
        return "{" + margin + ("," + margin).join(lines) + end + "}"
    return "[" + margin + ("," + margin).join(layout(v, depth + 1) for v in value) + end + "]"
