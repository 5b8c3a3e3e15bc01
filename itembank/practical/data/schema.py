"""JSON schemas of DATA: the public content, the hidden key and the submission.

Two sorts of limits exist and must not be confused. A limit of the task (a conclusion of at most 400
characters) costs points when it is broken. A safety limit (no text above 2,000 characters) protects the
server: the workbench cannot produce anything beyond it, so a save is refused only when something else wrote
it.
"""

from typing import Any

from itembank.practical.data.numbers import TYPED_LIMIT

TEXT_LIMIT = 2000
CELL_LIMIT = 200
CELLS_LIMIT = 400  # filled cells of all scratch areas together
BYTES_LIMIT = 64 * 1024
DEPTH_LIMIT = 6

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


def _map(names: Schema, values: Schema, most: int) -> Schema:
    return {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": values,
        "maxProperties": most,
    }


ID: Schema = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"}
# Names of answers and sheets stand in formulas, so they are words: letters, Chinese characters, digits.
NAME: Schema = {"type": "string", "pattern": r"^[A-Za-z\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff]{0,15}$"}
ADDRESS = r"^[A-Z]{1,2}[1-9][0-9]{0,2}$"
CODE: Schema = {"type": "string", "pattern": r"^((初级|中级|高级)/)?\d+\.\d+\.\d+$"}
LENGTH: Schema = {"type": "integer", "minimum": 1, "maximum": 1000}
POINTS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 100, "multipleOf": 0.25}

# ---- the submission ------------------------------------------------------------------------------
OPTION = _text(20, 1)
TYPED = _text(TYPED_LIMIT)
SCRATCH = _map(NAME, _map({"type": "string", "pattern": ADDRESS}, _text(CELL_LIMIT, 1), CELLS_LIMIT), 6)
# The general shape. `submission.submission_schema(content)` narrows it to the fields of one task.
SUBMISSION = _object(
    {
        "n": _map(NAME, TYPED, 40),
        "c": _map(NAME, {**_list(OPTION, 40), "uniqueItems": True}, 40),
        "t": _map(NAME, _text(), 10),
        "s": SCRATCH,
    },
    [],
)

# ---- what the candidate sees ---------------------------------------------------------------------
MATERIAL = _object(
    {
        "title": _text(40, 1),
        "rows": _list(_list(_text(200), 2, 2), 40),
        "lines": _list(_text(300, 1), 40),
    },
    ["title"],
)
COLUMN = _object(
    {
        "title": _text(12, 1),
        "unit": _text(8, 1),
        "show": {"enum": ["text", "number", "percent"]},
        "decimals": {"type": "integer", "minimum": 0, "maximum": 4},
    },
    ["title", "show"],
)
SHEET = _object(
    {
        "title": NAME,
        "note": _text(200, 1),
        "columns": _list(COLUMN, 20, 2),
        "rows": _list(_list({"type": ["string", "number"], "maxLength": 60}, 20, 2), 200, 1),
        # So many columns stay in sight while the others are scrolled sideways.
        "freeze": {"type": "integer", "minimum": 0, "maximum": 3},
        # Blank columns and rows beside and below the data, for the candidate's own sums.
        "spare": _object(
            {
                "columns": {"type": "integer", "minimum": 0, "maximum": 12},
                "rows": {"type": "integer", "minimum": 0, "maximum": 30},
            }
        ),
    },
    ["title", "columns", "rows", "spare"],
)
NUMBER_FIELD = _object(
    {
        "type": {"const": "number"},
        "id": NAME,
        "label": _text(40, 1),
        "unit": _text(8, 1),
        "meaning": _text(120, 1),  # the definition that counts; sources disagree on many terms
    },
    ["type", "id", "label", "unit"],
)
CHOICE = _object({"value": OPTION, "label": _text(40, 1)})
QUESTION = _object({"id": NAME, "label": _text(60, 1)})
CHOICE_FIELD = _object(
    {
        "type": {"const": "choice"},
        "id": NAME,
        "label": _text(60, 1),
        "one": {"type": "boolean"},  # exactly one may be chosen
        "options": _list(CHOICE, 30, 2),
    },
    ["type", "id", "label", "options"],
)
GRID_FIELD = _object(  # several questions over the same options, e.g. an action per search term
    {
        "type": {"const": "grid"},
        "label": _text(60, 1),
        "questions": _list(QUESTION, 6, 2),
        "options": _list(CHOICE, 30, 2),
    }
)
TEXT_FIELD = _object(
    {"type": {"const": "text"}, "id": NAME, "label": _text(40, 1), "least": LENGTH, "most": LENGTH}
)
SECTION = _object(
    {
        "title": _text(40, 1),
        "lead": _text(300, 1),
        "fields": _list({"oneOf": [NUMBER_FIELD, CHOICE_FIELD, GRID_FIELD, TEXT_FIELD]}, 20, 1),
    },
    ["title", "fields"],
)
CONTENT = _object(
    {
        "platform": _text(30, 1),
        "account": _text(30, 1),
        "scenario": _list(_text(500, 1), 10, 1),
        "tasks": _list(_text(300, 1), 15, 1),
        "materials": _list(MATERIAL, 15),
        "sheets": _list(SHEET, 6, 1),
        "sections": _list(SECTION, 10, 1),
    }
)

# ---- what nobody sees before release -------------------------------------------------------------
CRITERION: Schema = {"id": ID, "name": _text(40, 1), "codes": _list(CODE, 6, 1), "max": POINTS}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
TOLERANCE: Schema = {  # right when the difference is at most rel × value + abs
    "rel": {"type": "number", "minimum": 0, "maximum": 0.05},
    "abs": {"type": "number", "minimum": 0, "maximum": 1000},
}
NUMBER_ITEM = _object(
    {
        "id": NAME,
        "formula": _text(300, 1),
        "value": TYPED,  # what the formula must give, as a person would type it; the gate compares
        **TOLERANCE,
    },
    ["id", "formula", "value"],
)
IDEA = _object({"any": _list(_text(60, 1), 30, 1), "say": _text(60, 1)})
# `title` says what an entry is called and that it must be felt by a sample answer: see ../probes.py.
KEY = _object(
    {
        "tolerance": _object(TOLERANCE),
        # A number that is wrong, but right by the candidate's own earlier numbers, earns `share`; only while
        # those are within the factor `within` of the right ones, so that nonsense is not followed.
        "follow": _object({"share": SHARE, "within": {"type": "number", "minimum": 1, "maximum": 50}}),
        "numbers": _list(
            _object({**CRITERION, "items": _list(NUMBER_ITEM, 20, 1, title="数值")}), 10, 1, title="评分项"
        ),
        "choices": _list(
            _object(
                {
                    **CRITERION,
                    "items": _list(_object({"id": NAME, "want": _list(OPTION, 20, 1)}), 20, 1, title="选择"),
                }
            ),
            10,
            title="评分项",
        ),
        "texts": _list(
            _object(
                {
                    **CRITERION,
                    "field": NAME,
                    "ideas": _list(IDEA, 10, 2, title="要点"),
                    "sentence": {
                        "type": "integer",
                        "minimum": 4,
                        "maximum": 30,
                    },  # least length of a sentence
                    "repeated": SHARE,  # what is left of the points when the text repeats itself
                    "too_long": SHARE,  # … and when it is longer than it may be
                }
            ),
            6,
            title="评分项",
        ),
        "judged": _list(_object({**CRITERION, "rubric": _list(_text(300, 1), 4, 4)}), 4),
    },
    ["tolerance", "follow", "numbers", "choices", "texts"],
)
