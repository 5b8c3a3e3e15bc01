"""JSON schemas of INBASKET: the public content, the hidden key and the submission.

Two sorts of limits exist and must not be confused. A limit of the task (a reply of at most 140 characters)
costs points when it is broken. A safety limit (no text above 2,000 characters) protects the server: the
workbench cannot produce anything beyond it, so a save is refused only when something else wrote it.
"""

from typing import Any

TEXT_LIMIT = 2000
BYTES_LIMIT = 64 * 1024
DEPTH_LIMIT = 8
LIBRARY_LIMIT = 20
QUESTION_LIMIT = 200  # safety; the usable length of a question is part of the key

Schema = dict[str, Any]


def _object(properties: Schema, required: list[str] | None = None, **more: Any) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
        **more,
    }


def _text(limit: int = TEXT_LIMIT, least: int = 0) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": limit}


def _list(items: Schema, most: int, least: int = 0, **more: Any) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, **more}


ID: Schema = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"}
CODE: Schema = {"type": "string", "pattern": r"^((初级|中级|高级)/)?\d+\.\d+\.\d+$"}
COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": 1000}
SECOND: Schema = {"type": "integer", "minimum": 0, "maximum": 4 * 60 * 60}
OPTION = _text(20, 1)
WORDS = _list(_text(60, 1), 30, 1)

# ---- the submission ------------------------------------------------------------------------------
ENTRY: Schema = _object(
    {
        "id": ID,
        "type": OPTION,
        "route": OPTION,
        "prio": {"type": "integer", "minimum": 1, "maximum": 5},
        "action": OPTION,
        "reply": _text(),
    },
    ["id"],
)
LIBRARY: Schema = _list(_object({"q": _text(QUESTION_LIMIT), "a": _text()}, []), LIBRARY_LIMIT)
# The general shape. `submission.submission_schema(content)` narrows it to the messages of one task.
SUBMISSION = _object({"handled": _list(ENTRY, 40), "library": LIBRARY}, [])

# ---- what the candidate sees ---------------------------------------------------------------------
MATERIAL = _object(
    {
        "title": _text(40, 1),
        "rows": _list(_list(_text(200), 2, 2), 40),
        "lines": _list(_text(300, 1), 40),
    },
    ["title"],
)
MESSAGE = _object(
    {
        "id": ID,
        "platform": _text(10, 1),
        "channel": _text(12, 1),
        "author": _text(20, 1),
        "time": _text(20, 1),
        "about": _text(60, 1),  # the post, video or moment of the show that it belongs to
        "facts": _list(_text(40, 1), 6, 1),  # what the desk knows about the author
        "text": _text(300, 1),
    },
    ["id", "platform", "channel", "author", "time", "text"],
)
LABELS = _object(
    {
        part: _text(12, 1)
        for part in ("message", "type", "route", "prio", "action", "reply", "library", "question", "entry")
    }
)
CONTENT = _object(
    {
        "platform": _text(30, 1),
        "account": _text(30, 1),
        "scenario": _list(_text(500, 1), 10, 1),
        "tasks": _list(_text(300, 1), 15, 1),
        "materials": _list(MATERIAL, 15),
        "labels": LABELS,
        "types": _list(OPTION, 12, 2),
        "routes": _list(OPTION, 12, 2),
        "priorities": _list(OPTION, 5, 2),  # the first is priority 1
        "actions": _list(OPTION, 12, 2),
        "limits": _object({"reply": COUNT, "question": COUNT, "script": COUNT}),
        "messages": _list(MESSAGE, 40, 4),
        "scripts": _list(_object({"q": _text(60, 1), "a": _text(300, 1)}), 20),  # the library as found
    }
)

# ---- what nobody sees before release -------------------------------------------------------------
POINTS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 100, "multipleOf": 0.25}
CRITERION: Schema = {"id": ID, "name": _text(40, 1), "codes": _list(CODE, 6, 1), "max": POINTS}
GROUP = _object({"any": WORDS, "say": _text(60, 1)})  # one idea, in any of these words
# `title` says what an entry is called and that it must be felt by a sample answer: see ../probes.py.
EVENT = _object(
    {
        "id": ID,
        "types": _list(OPTION, 6, 1),
        "routes": _list(OPTION, 6, 1),
        "prio": {"type": "integer", "minimum": 1, "maximum": 5},
        "actions": _list(OPTION, 6, 1),
        "silent": {"type": "boolean"},  # answered by an action alone
        "must": _list(GROUP, 8, title="要点"),
        "never": _list(GROUP, 8, title="禁忌"),
        # Second of arrival and of the latest answer, for a task whose messages arrive while it runs.
        "arrives": SECOND,
        "deadline": SECOND,
    },
    ["id", "types", "routes", "prio", "must", "never"],
    dependentRequired={"arrives": ["deadline"], "deadline": ["arrives"]},
)
KEY = _object(
    {
        "law": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "events": _list(EVENT, 40, 4, title="消息"),
        "never": _list(GROUP, 20, title="共同的禁忌"),  # what may be said to nobody
        "classification": _object(CRITERION),
        "routing": _object(CRITERION),
        "priority": _object(CRITERION),
        "actions": _object(CRITERION),
        "replies": _object(CRITERION),
        "compliance": _object(CRITERION),
        "library": _object(
            {
                **CRITERION,
                "wanted": {"type": "integer", "minimum": 1, "maximum": 10},
                "question": _list(COUNT, 2, 2),  # least and most characters of a usable question …
                "script": _list(COUNT, 2, 2),  # … and of a usable script
                "topics": _list(
                    _object({"any": WORDS}), 20, 1, title="话术情形"
                ),  # what these messages gave reason to write
            }
        ),
        "judged": _list(_object({**CRITERION, "rubric": _list(_text(300, 1), 4, 4)}), 4),
    },
    ["law", "events", "never", "classification", "routing", "priority", "replies", "compliance", "library"],
)
