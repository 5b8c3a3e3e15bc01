"""JSON schemas of PLAN: the public content and the submission. The schema of keys is in `keys.py`.

Two sorts of limits exist and must not be confused. A limit of the task (an opening of at most ten minutes)
costs points when it is broken. A safety limit (no text above 500 characters) protects the server: the
workbench cannot produce anything beyond it, so a save is refused only when something else wrote it.
"""

from typing import Any

from itembank.practical.schemas import Schema, listing, record, text

TEXT_LIMIT = 500
PICK_LIMIT = 60
TYPED_LIMIT = 20  # a number or time while it is still being typed
NUMBER_LIMIT = 10**12
ROWS_LIMIT = 60
BYTES_LIMIT = 128 * 1024
DEPTH_LIMIT = 6


ID: Schema = {"type": "string", "pattern": r"^[a-z][a-z0-9_]{0,29}$"}
NAME: Schema = text(40, 1)
CLOCK: Schema = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d$"}
PERIOD = record({"from": DAY, "to": DAY})
TYPES = ("text", "choice", "pick", "number", "percent", "time", "day", "moment")

# ---- what the candidate sees ---------------------------------------------------------------------
MATERIAL = record(
    {
        "title": text(40, 1),
        "rows": listing(listing(text(300), 8, 2), 40),
        "lines": listing(text(400, 1), 40),
    },
    ["title"],
)
COLUMN = record(
    {
        "id": ID,
        "label": text(20, 1),
        "type": {"enum": list(TYPES)},
        "unit": text(8, 1),
        "limit": {"type": "integer", "minimum": 1, "maximum": TEXT_LIMIT},
        "options": listing(NAME, 40, 2),
        "from": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"},
        "many": {"type": "boolean"},
        "days": PERIOD,
        "hint": text(60, 1),
        "wide": {"type": "boolean"},  # a long text: it gets the width that is left
    },
    ["id", "label", "type"],
)
SPAN = record(
    {
        "start": ID,
        "end": ID,
        "label": ID,
        "note": ID,
        "by": ID,
        "opens": CLOCK,
        "closes": CLOCK,
    },
    ["start", "end", "label", "opens", "closes"],
)
AGENDA = record({"day": ID, "time": ID, "label": ID, "note": ID, "days": PERIOD}, ["day", "label", "days"])
SECTION = record(
    {
        "id": ID,
        "title": text(20, 1),
        "kind": {"enum": ["form", "table"]},
        "note": text(200, 1),
        "row": text(6, 1),  # what one row is called: 段, 人, 项
        "columns": listing(COLUMN, 12, 1),
        "most": {"type": "integer", "minimum": 1, "maximum": ROWS_LIMIT},
        "below": listing(COLUMN, 4),  # figures written below the table, kept under their own id
        "sums": listing(ID, 4),  # columns whose sum is shown while the candidate writes
        "counts": listing(ID, 4),  # columns whose values are counted
        "span": SPAN,  # rows last from a start to an end: minutes and a time line are shown
        "agenda": AGENDA,  # rows have a day: a calendar is shown
    },
    ["id", "title", "kind", "columns"],
)
CONTENT = record(
    {
        "platform": text(30, 1),
        "account": text(30, 1),
        "scenario": listing(text(500, 1), 10, 1),
        "tasks": listing(text(300, 1), 15, 1),
        "materials": listing(MATERIAL, 15),
        "sections": listing(SECTION, 12, 1),
    }
)


# ---- the submission ------------------------------------------------------------------------------
def cell_schema(column: Any) -> Schema:
    """What one cell of a column may hold."""
    if column["type"] in ("choice", "pick"):
        one: Schema = {"enum": column["options"]} if column["type"] == "choice" else text(PICK_LIMIT, 1)
        return {**listing(one, 40), "uniqueItems": True} if column.get("many") else one
    if column["type"] in ("number", "percent"):
        return {
            "type": ["number", "string"],
            "minimum": -NUMBER_LIMIT,
            "maximum": NUMBER_LIMIT,
            "maxLength": TYPED_LIMIT,
        }
    return text(column.get("limit", TEXT_LIMIT) if column["type"] == "text" else TYPED_LIMIT)


def submission_schema(content: Any) -> Schema:
    """The exact shape of one task's submission: its forms and tables. Nothing is required: a save may be
    early."""
    properties: Schema = {}
    for section in content["sections"]:
        row = record({column["id"]: cell_schema(column) for column in section["columns"]}, [])
        most = section.get("most", ROWS_LIMIT)
        properties[section["id"]] = row if section["kind"] == "form" else listing(row, most)
        properties |= {below["id"]: cell_schema(below) for below in section.get("below", [])}
    return record(properties, [])


# The general shape. `submission_schema(content)` narrows it to the forms and tables of one task.
SUBMISSION: Schema = {"type": "object", "maxProperties": 40}
