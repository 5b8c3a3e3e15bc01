"""JSON schemas of DATA: the public content, the hidden key and the submission.

Two sorts of limits exist and must not be confused. A limit of the task (a conclusion of at most 400
characters) costs points when it is broken. A safety limit (no text above 2,000 characters) protects the
server: the workbench cannot produce anything beyond it, so a save is refused only when something else wrote
it.
"""

from itembank.practical.data.numbers import TYPED_LIMIT
from itembank.practical.schemas import CRITERION, JUDGED, Schema, listing, record, text

TEXT_LIMIT = 2000
CELL_LIMIT = 200
CELLS_LIMIT = 400  # filled cells of all scratch areas together
BYTES_LIMIT = 64 * 1024
DEPTH_LIMIT = 6


def _map(names: Schema, values: Schema, most: int) -> Schema:
    return {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": values,
        "maxProperties": most,
    }


# Names of answers and sheets stand in formulas, so they are words: letters, Chinese characters, digits.
NAME: Schema = {"type": "string", "pattern": r"^[A-Za-z\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff]{0,15}$"}
ADDRESS = r"^[A-Z]{1,2}[1-9][0-9]{0,2}$"
LENGTH: Schema = {"type": "integer", "minimum": 1, "maximum": 1000}

# ---- the submission ------------------------------------------------------------------------------
OPTION = text(20, 1)
TYPED = text(TYPED_LIMIT)
SCRATCH = _map(NAME, _map({"type": "string", "pattern": ADDRESS}, text(CELL_LIMIT, 1), CELLS_LIMIT), 6)
# The general shape. `submission.submission_schema(content)` narrows it to the fields of one task.
SUBMISSION = record(
    {
        "n": _map(NAME, TYPED, 40),
        "c": _map(NAME, {**listing(OPTION, 40), "uniqueItems": True}, 40),
        "t": _map(NAME, text(TEXT_LIMIT), 10),
        "s": SCRATCH,
    },
    [],
)

# ---- what the candidate sees ---------------------------------------------------------------------
MATERIAL = record(
    {
        "title": text(40, 1),
        "rows": listing(listing(text(200), 2, 2), 40),
        "lines": listing(text(300, 1), 40),
    },
    ["title"],
)
COLUMN = record(
    {
        "title": text(12, 1),
        "unit": text(8, 1),
        "show": {"enum": ["text", "number", "percent"]},
        "decimals": {"type": "integer", "minimum": 0, "maximum": 4},
    },
    ["title", "show"],
)
SHEET = record(
    {
        "title": NAME,
        "note": text(200, 1),
        "columns": listing(COLUMN, 20, 2),
        "rows": listing(listing({"type": ["string", "number"], "maxLength": 60}, 20, 2), 200, 1),
        # So many columns stay in sight while the others are scrolled sideways.
        "freeze": {"type": "integer", "minimum": 0, "maximum": 3},
        # Blank columns and rows beside and below the data, for the candidate's own sums.
        "spare": record(
            {
                "columns": {"type": "integer", "minimum": 0, "maximum": 12},
                "rows": {"type": "integer", "minimum": 0, "maximum": 30},
            }
        ),
    },
    ["title", "columns", "rows", "spare"],
)
NUMBER_FIELD = record(
    {
        "type": {"const": "number"},
        "id": NAME,
        "label": text(40, 1),
        "unit": text(8, 1),
        "meaning": text(120, 1),  # the definition that counts; sources disagree on many terms
    },
    ["type", "id", "label", "unit"],
)
CHOICE = record({"value": OPTION, "label": text(40, 1)})
QUESTION = record({"id": NAME, "label": text(60, 1)})
CHOICE_FIELD = record(
    {
        "type": {"const": "choice"},
        "id": NAME,
        "label": text(60, 1),
        "one": {"type": "boolean"},  # exactly one may be chosen
        "options": listing(CHOICE, 30, 2),
    },
    ["type", "id", "label", "options"],
)
GRID_FIELD = record(  # several questions over the same options, e.g. an action per search term
    {
        "type": {"const": "grid"},
        "label": text(60, 1),
        "questions": listing(QUESTION, 6, 2),
        "options": listing(CHOICE, 30, 2),
    }
)
TEXT_FIELD = record(
    {"type": {"const": "text"}, "id": NAME, "label": text(40, 1), "least": LENGTH, "most": LENGTH}
)
SECTION = record(
    {
        "title": text(40, 1),
        "lead": text(300, 1),
        "fields": listing({"oneOf": [NUMBER_FIELD, CHOICE_FIELD, GRID_FIELD, TEXT_FIELD]}, 20, 1),
    },
    ["title", "fields"],
)
CONTENT = record(
    {
        "platform": text(30, 1),
        "account": text(30, 1),
        "scenario": listing(text(500, 1), 10, 1),
        "tasks": listing(text(300, 1), 15, 1),
        "materials": listing(MATERIAL, 15),
        "sheets": listing(SHEET, 6, 1),
        "sections": listing(SECTION, 10, 1),
    }
)

# ---- what nobody sees before release -------------------------------------------------------------
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
TOLERANCE: Schema = {  # right when the difference is at most rel × value + abs
    "rel": {"type": "number", "minimum": 0, "maximum": 0.05},
    "abs": {"type": "number", "minimum": 0, "maximum": 1000},
}
NUMBER_ITEM = record(
    {
        "id": NAME,
        "formula": text(300, 1),
        "value": TYPED,  # what the formula must give, as a person would type it; the gate compares
        **TOLERANCE,
    },
    ["id", "formula", "value"],
)
IDEA = record({"any": listing(text(60, 1), 30, 1), "say": text(60, 1)})
KEY = record(
    {
        "tolerance": record(TOLERANCE),
        # A number that is wrong, but right by the candidate's own earlier numbers, earns `share`; only while
        # those are within the factor `within` of the right ones, so that nonsense is not followed.
        "follow": record({"share": SHARE, "within": {"type": "number", "minimum": 1, "maximum": 50}}),
        "numbers": listing(
            record({**CRITERION, "items": listing(NUMBER_ITEM, 20, 1, title="数值")}), 10, 1, title="评分项"
        ),
        "choices": listing(
            record(
                {
                    **CRITERION,
                    "items": listing(
                        record({"id": NAME, "want": listing(OPTION, 20, 1)}), 20, 1, title="选择"
                    ),
                }
            ),
            10,
            title="评分项",
        ),
        "texts": listing(
            record(
                {
                    **CRITERION,
                    "field": NAME,
                    "ideas": listing(IDEA, 10, 2, title="要点"),
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
        "judged": JUDGED,
    },
    ["tolerance", "follow", "numbers", "choices", "texts"],
)
