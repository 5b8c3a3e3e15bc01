"""JSON schemas of INBASKET: the public content, the hidden key and the submission.

Two sorts of limits exist and must not be confused. A limit of the task (a reply of at most 140 characters)
costs points when it is broken. A safety limit (no text above 2,000 characters) protects the server: the
workbench cannot produce anything beyond it, so a save is refused only when something else wrote it.
"""

from itembank.practical.schemas import CRITERION, ID, JUDGED, Schema, listing, record, text

TEXT_LIMIT = 2000
BYTES_LIMIT = 64 * 1024
DEPTH_LIMIT = 8
LIBRARY_LIMIT = 20
QUESTION_LIMIT = 200  # safety; the usable length of a question is part of the key


COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": 1000}
SECOND: Schema = {"type": "integer", "minimum": 0, "maximum": 4 * 60 * 60}
OPTION = text(20, 1)
WORDS = listing(text(60, 1), 30, 1)

# ---- the submission ------------------------------------------------------------------------------
ENTRY: Schema = record(
    {
        "id": ID,
        "type": OPTION,
        "route": OPTION,
        "prio": {"type": "integer", "minimum": 1, "maximum": 5},
        "action": OPTION,
        "reply": text(TEXT_LIMIT),
    },
    ["id"],
)
LIBRARY: Schema = listing(record({"q": text(QUESTION_LIMIT), "a": text(TEXT_LIMIT)}, []), LIBRARY_LIMIT)
# The general shape. `submission.submission_schema(content)` narrows it to the messages of one task.
SUBMISSION = record({"handled": listing(ENTRY, 40), "library": LIBRARY}, [])

# ---- what the candidate sees ---------------------------------------------------------------------
MATERIAL = record(
    {
        "title": text(40, 1),
        "rows": listing(listing(text(200), 2, 2), 40),
        "lines": listing(text(300, 1), 40),
    },
    ["title"],
)
MESSAGE = record(
    {
        "id": ID,
        "platform": text(10, 1),
        "channel": text(12, 1),
        "author": text(20, 1),
        "time": text(20, 1),
        "about": text(60, 1),  # the post, video or moment of the show that it belongs to
        "facts": listing(text(40, 1), 6, 1),  # what the desk knows about the author
        "text": text(300, 1),
    },
    ["id", "platform", "channel", "author", "time", "text"],
)
LABELS = record(
    {
        part: text(12, 1)
        for part in ("message", "type", "route", "prio", "action", "reply", "library", "question", "entry")
    }
)
CONTENT = record(
    {
        "platform": text(30, 1),
        "account": text(30, 1),
        "scenario": listing(text(500, 1), 10, 1),
        "tasks": listing(text(300, 1), 15, 1),
        "materials": listing(MATERIAL, 15),
        "labels": LABELS,
        "types": listing(OPTION, 12, 2),
        "routes": listing(OPTION, 12, 2),
        "priorities": listing(OPTION, 5, 2),  # the first is priority 1
        "actions": listing(OPTION, 12, 2),
        "limits": record({"reply": COUNT, "question": COUNT, "script": COUNT}),
        "messages": listing(MESSAGE, 40, 4),
        "scripts": listing(record({"q": text(60, 1), "a": text(300, 1)}), 20),  # the library as found
    }
)

# ---- what nobody sees before release -------------------------------------------------------------
GROUP = record({"any": WORDS, "say": text(60, 1)})  # one idea, in any of these words
EVENT = record(
    {
        "id": ID,
        "types": listing(OPTION, 6, 1),
        "routes": listing(OPTION, 6, 1),
        "prio": {"type": "integer", "minimum": 1, "maximum": 5},
        "actions": listing(OPTION, 6, 1),
        "silent": {"type": "boolean"},  # answered by an action alone
        "must": listing(GROUP, 8, title="要点"),
        "never": listing(GROUP, 8, title="禁忌"),
        # Second of arrival and of the latest answer, for a task whose messages arrive while it runs.
        "arrives": SECOND,
        "deadline": SECOND,
    },
    ["id", "types", "routes", "prio", "must", "never"],
    dependentRequired={"arrives": ["deadline"], "deadline": ["arrives"]},
)
KEY = record(
    {
        "law": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "events": listing(EVENT, 40, 4, title="消息"),
        "never": listing(GROUP, 20, title="共同的禁忌"),  # what may be said to nobody
        "classification": record(CRITERION),
        "routing": record(CRITERION),
        "priority": record(CRITERION),
        "actions": record(CRITERION),
        "replies": record(CRITERION),
        "compliance": record(CRITERION),
        "library": record(
            {
                **CRITERION,
                "wanted": {"type": "integer", "minimum": 1, "maximum": 10},
                "question": listing(COUNT, 2, 2),  # least and most characters of a usable question …
                "script": listing(COUNT, 2, 2),  # … and of a usable script
                "topics": listing(
                    record({"any": WORDS}), 20, 1, title="话术情形"
                ),  # what these messages gave reason to write
            }
        ),
        "judged": JUDGED,
    },
    ["law", "events", "never", "classification", "routing", "priority", "replies", "compliance", "library"],
)
