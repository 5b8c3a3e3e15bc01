"""Making a task file: what the computer fills in once."""

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
