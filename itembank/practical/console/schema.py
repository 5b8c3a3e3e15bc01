"""JSON schemas of CONSOLE: the public content, the hidden key and the submission.

Two sorts of limits exist and must not be confused. A platform limit (a menu name of at most four
characters) is part of the task: whoever breaks it loses points. A safety limit (no text above 2,000
characters) protects the server: the workbench cannot produce anything beyond it, so a save is refused
only when something other than the workbench wrote.
"""

from typing import Any

TEXT_LIMIT = 2000
BYTES_LIMIT = 64 * 1024
DEPTH_LIMIT = 8

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
PATH: Schema = {"type": "string", "pattern": r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$"}
CODE: Schema = {"type": "string", "pattern": r"^((初级|中级|高级)/)?\d+\.\d+\.\d+$"}
COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 1000}
WORDS = _list(_text(60, 1), 30, 1)

# ---- the submission ------------------------------------------------------------------------------
VALUE: Schema = {
    "type": ["string", "boolean", "array"],
    "maxLength": TEXT_LIMIT,
    "items": _text(200),
    "maxItems": 40,
}
RULES = _list(
    _object(
        {
            "keywords": _list(
                _object({"text": _text(200), "match": {"enum": ["full", "half"]}}, ["text", "match"]), 50
            ),
            "reply": _text(),
        },
        [],
    ),
    200,
)
LEAF: Schema = {"name": _text(200), "type": _text(40), "target": _text(500)}
MENU = _list(_object({**LEAF, "sub": _list(_object(LEAF, []), 20)}, []), 20)
TAGS: Schema = {
    "type": "object",
    "propertyNames": ID,
    "additionalProperties": _text(60),
    "maxProperties": 200,
}
# The general shape. `submission.submission_schema(content)` narrows it to the fields of one task.
SUBMISSION: Schema = {
    "type": "object",
    "maxProperties": 40,
    "propertyNames": {"pattern": r"^[a-z][a-z0-9_]{0,39}$"},
    "properties": {"rules": RULES, "menu": MENU, "tags": TAGS},
    "additionalProperties": {
        "anyOf": [VALUE, {"type": "object", "additionalProperties": VALUE, "maxProperties": 40}],
    },
}

# ---- what the candidate sees ---------------------------------------------------------------------
FIELD = _object(
    {
        "path": PATH,
        "label": _text(40, 1),
        "widget": {"enum": ["text", "tel", "textarea", "select", "radio", "switch", "multiselect"]},
        "hint": _text(200),
        "placeholder": _text(60),
        "unit": _text(10),
        "maxlength": COUNT,  # shown as a counter; never cuts what was typed
        "options": _list(_text(60, 1), 30, 2),
        "join": _text(3, 1),  # multiselect: hand in one text, parts in the order of the options
    },
    ["path", "label", "widget"],
)
SCREEN_HEAD: Schema = {"id": ID, "title": _text(20, 1), "hint": _text(300)}
FORM_SCREEN = _object(
    {**SCREEN_HEAD, "type": {"const": "form"}, "fields": _list(FIELD, 20, 1)},
    ["id", "title", "type", "fields"],
)
RULES_SCREEN = _object(
    {**SCREEN_HEAD, "type": {"const": "rules"}, "path": {"const": "rules"}}, ["id", "title", "type", "path"]
)
MENU_TYPE = _object(
    {
        "value": ID,
        "label": _text(20, 1),
        "target_label": _text(20, 1),
        "targets": _list(_text(60, 1), 30, 2),
    },
    ["value", "label", "target_label"],
)
MENU_SCREEN = _object(
    {**SCREEN_HEAD, "type": {"const": "menu"}, "path": {"const": "menu"}, "types": _list(MENU_TYPE, 10, 1)},
    ["id", "title", "type", "path", "types"],
)
TAGS_SCREEN = _object(
    {
        **SCREEN_HEAD,
        "type": {"const": "tags"},
        "path": {"const": "tags"},
        "tags": _list(_text(20, 1), 20, 2),
        "users": _list(_object({"id": ID, "name": _text(20, 1), "facts": _list(_text(80, 1), 10, 1)}), 60, 1),
    },
    ["id", "title", "type", "path", "tags", "users"],
)
MATERIAL = _object(
    {
        "title": _text(40, 1),
        "rows": _list(_list(_text(200), 2, 2), 40),
        "lines": _list(_text(300, 1), 40),
    },
    ["title"],
)
LIMITS = _object(
    {
        "rules": COUNT,
        "keywords": COUNT,
        "keyword": COUNT,
        "reply": COUNT,
        "menu": COUNT,
        "sub": COUNT,
        "menu_name": COUNT,
        "sub_name": COUNT,
    }
)
CONTENT = _object(
    {
        "platform": _text(30, 1),
        "account": _text(30, 1),
        "scenario": _list(_text(500, 1), 10, 1),
        "tasks": _list(_text(300, 1), 15, 1),
        "materials": _list(MATERIAL, 15),
        "limits": LIMITS,
        "screens": _list({"oneOf": [FORM_SCREEN, RULES_SCREEN, MENU_SCREEN, TAGS_SCREEN]}, 12, 1),
    }
)

# ---- what nobody sees before release -------------------------------------------------------------
POINTS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 100, "multipleOf": 0.25}
CRITERION: Schema = {"id": ID, "name": _text(40, 1), "codes": _list(CODE, 6, 1), "max": POINTS}
# `title` says what an entry is called and that it must be felt by a sample answer: see ../probes.py.
MUST = _list(_object({"any": WORDS, "say": _text(60, 1)}), 10, title="要点")
CHECK: Schema = {
    "oneOf": [
        _object({"path": PATH, "label": _text(40, 1), "kind": {"enum": ["eq"]}, "value": _text(200, 1)}),
        _object({"path": PATH, "label": _text(40, 1), "kind": {"enum": ["in", "set"]}, "values": WORDS}),
        _object({"path": PATH, "label": _text(40, 1), "kind": {"enum": ["on", "off"]}}),
        _object(
            {
                "path": PATH,
                "label": _text(40, 1),
                "kind": {"const": "text"},
                "min": COUNT,
                "max": COUNT,
                "must": MUST,
            }
        ),
    ]
}
KEY = _object(
    {
        "law": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "fields": _list(
            _object({**CRITERION, "checks": _list(CHECK, 20, 1, title="检查项")}), 20, title="评分项"
        ),
        "probes": _object(
            {
                **CRITERION,
                "answers": {
                    "type": "object",
                    "title": "答案",
                    "propertyNames": ID,
                    "additionalProperties": WORDS,
                    "minProperties": 1,
                },
                # want: the id of the one answer that must come, or null when nothing may come
                "cases": _list(
                    _object({"message": _text(60, 1), "want": {"anyOf": [ID, {"type": "null"}]}}),
                    60,
                    1,
                    title="试发消息",
                ),
            }
        ),
        "menu": _object(
            {
                **CRITERION,
                "must": _list(
                    _object({"type": ID, "any": WORDS, "say": _text(60, 1)}), 15, 1, title="菜单要求"
                ),
            }
        ),
        "tags": _object(
            {
                **CRITERION,
                "wanted": {
                    "type": "object",
                    "title": "用户",
                    "propertyNames": ID,
                    "additionalProperties": _text(20, 1),
                    "minProperties": 2,
                },
            }
        ),
    },
    ["law", "fields"],
)
