"""JSON schemas of CONSOLE: the public content, the hidden key and the submission.

Two sorts of limits exist and must not be confused. A platform limit (a menu name of at most four
characters) is part of the task: whoever breaks it loses points. A safety limit (no text above 2,000
characters) protects the server: the workbench cannot produce anything beyond it, so a save is refused
only when something other than the workbench wrote.
"""

from itembank.practical.schemas import CRITERION, ID, Schema, listing, record, text

TEXT_LIMIT = 2000
BYTES_LIMIT = 64 * 1024
DEPTH_LIMIT = 8


PATH: Schema = {"type": "string", "pattern": r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$"}
COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 1000}
WORDS = listing(text(60, 1), 30, 1)

# ---- the submission ------------------------------------------------------------------------------
VALUE: Schema = {
    "type": ["string", "boolean", "array"],
    "maxLength": TEXT_LIMIT,
    "items": text(200),
    "maxItems": 40,
}
RULES = listing(
    record(
        {
            "keywords": listing(
                record({"text": text(200), "match": {"enum": ["full", "half"]}}, ["text", "match"]), 50
            ),
            "reply": text(TEXT_LIMIT),
        },
        [],
    ),
    200,
)
LEAF: Schema = {"name": text(200), "type": text(40), "target": text(500)}
MENU = listing(record({**LEAF, "sub": listing(record(LEAF, []), 20)}, []), 20)
TAGS: Schema = {
    "type": "object",
    "propertyNames": ID,
    "additionalProperties": text(60),
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
FIELD = record(
    {
        "path": PATH,
        "label": text(40, 1),
        "widget": {"enum": ["text", "tel", "textarea", "select", "radio", "switch", "multiselect"]},
        "hint": text(200),
        "placeholder": text(60),
        "unit": text(10),
        "maxlength": COUNT,  # shown as a counter; never cuts what was typed
        "options": listing(text(60, 1), 30, 2),
        "join": text(3, 1),  # multiselect: hand in one text, parts in the order of the options
    },
    ["path", "label", "widget"],
)
SCREEN_HEAD: Schema = {"id": ID, "title": text(20, 1), "hint": text(300)}
FORM_SCREEN = record(
    {**SCREEN_HEAD, "type": {"const": "form"}, "fields": listing(FIELD, 20, 1)},
    ["id", "title", "type", "fields"],
)
RULES_SCREEN = record(
    {**SCREEN_HEAD, "type": {"const": "rules"}, "path": {"const": "rules"}}, ["id", "title", "type", "path"]
)
MENU_TYPE = record(
    {
        "value": ID,
        "label": text(20, 1),
        "target_label": text(20, 1),
        "targets": listing(text(60, 1), 30, 2),
    },
    ["value", "label", "target_label"],
)
MENU_SCREEN = record(
    {**SCREEN_HEAD, "type": {"const": "menu"}, "path": {"const": "menu"}, "types": listing(MENU_TYPE, 10, 1)},
    ["id", "title", "type", "path", "types"],
)
TAGS_SCREEN = record(
    {
        **SCREEN_HEAD,
        "type": {"const": "tags"},
        "path": {"const": "tags"},
        "tags": listing(text(20, 1), 20, 2),
        "users": listing(
            record({"id": ID, "name": text(20, 1), "facts": listing(text(80, 1), 10, 1)}), 60, 1
        ),
    },
    ["id", "title", "type", "path", "tags", "users"],
)
MATERIAL = record(
    {
        "title": text(40, 1),
        "rows": listing(listing(text(200), 2, 2), 40),
        "lines": listing(text(300, 1), 40),
    },
    ["title"],
)
LIMITS = record(
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
CONTENT = record(
    {
        "platform": text(30, 1),
        "account": text(30, 1),
        "scenario": listing(text(500, 1), 10, 1),
        "tasks": listing(text(300, 1), 15, 1),
        "materials": listing(MATERIAL, 15),
        "limits": LIMITS,
        "screens": listing({"oneOf": [FORM_SCREEN, RULES_SCREEN, MENU_SCREEN, TAGS_SCREEN]}, 12, 1),
    }
)

# ---- what nobody sees before release -------------------------------------------------------------
MUST = listing(record({"any": WORDS, "say": text(60, 1)}), 10, title="要点")
CHECK: Schema = {
    "oneOf": [
        record({"path": PATH, "label": text(40, 1), "kind": {"enum": ["eq"]}, "value": text(200, 1)}),
        record({"path": PATH, "label": text(40, 1), "kind": {"enum": ["in", "set"]}, "values": WORDS}),
        record({"path": PATH, "label": text(40, 1), "kind": {"enum": ["on", "off"]}}),
        record(
            {
                "path": PATH,
                "label": text(40, 1),
                "kind": {"const": "text"},
                "min": COUNT,
                "max": COUNT,
                "must": MUST,
            }
        ),
    ]
}
KEY = record(
    {
        "law": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "fields": listing(
            record({**CRITERION, "checks": listing(CHECK, 20, 1, title="检查项")}), 20, title="评分项"
        ),
        "probes": record(
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
                "cases": listing(
                    record({"message": text(60, 1), "want": {"anyOf": [ID, {"type": "null"}]}}),
                    60,
                    1,
                    title="试发消息",
                ),
            }
        ),
        "menu": record(
            {
                **CRITERION,
                "must": listing(
                    record({"type": ID, "any": WORDS, "say": text(60, 1)}), 15, 1, title="菜单要求"
                ),
            }
        ),
        "tags": record(
            {
                **CRITERION,
                "wanted": {
                    "type": "object",
                    "title": "用户",
                    "propertyNames": ID,
                    "additionalProperties": text(20, 1),
                    "minProperties": 2,
                },
            }
        ),
    },
    ["law", "fields"],
)
