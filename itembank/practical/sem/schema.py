"""JSON schemas of SEM: the public content, the hidden key, the frozen world and the submission.

Money is written in yuan with at most two decimals where people write it (content, submission) and in whole
cents, hundredths or smaller fixed points where the engine reads it (world, anchors): a mark must not hang
on how a machine rounds binary fractions.
"""

from itembank.practical.schemas import CODE, CRITERION, ID, Schema, listing, record, text

TEXT_LIMIT = 200
BYTES_LIMIT = 64 * 1024
DEPTH_LIMIT = 10
MONEY_LIMIT = 9999.99  # no budget or bid of an exercise comes near; the workbench takes nothing above

MATCHES = ("exact", "phrase", "broad")


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _map(values: Schema, most: int = 20, least: int = 1) -> Schema:
    return {
        "type": "object",
        "propertyNames": ID,
        "additionalProperties": values,
        "minProperties": least,
        "maxProperties": most,
    }


SHA: Schema = {"type": "string", "pattern": r"^[0-9a-f]{64}$"}
MONEY: Schema = {"type": "number", "minimum": 0, "maximum": MONEY_LIMIT}
WORDS = listing(text(20, 1), 40, 1)

# ---- the submission ------------------------------------------------------------------------------
# Nothing is required: a save may be early. The counts are safety limits; the limits of the simulated
# platform are part of the task (`content.limits`) and far below them.
NEGATIVES = listing(
    record({"text": text(TEXT_LIMIT), "match": {"enum": ["exact", "phrase"]}}, ["text", "match"]), 100
)
KEYWORD = record(
    {"text": text(TEXT_LIMIT), "match": {"enum": list(MATCHES)}, "bid": MONEY}, ["text", "match"]
)
CREATIVE = record({"title": text(TEXT_LIMIT), "desc": text(TEXT_LIMIT)}, [])
GROUP = record(
    {
        "name": text(TEXT_LIMIT),
        "bid": MONEY,
        "landing": text(40),
        "keywords": listing(KEYWORD, 100),
        "negatives": NEGATIVES,
        "creatives": listing(CREATIVE, 20),
    },
    [],
)
CAMPAIGN = record(
    {"name": text(TEXT_LIMIT), "daily_budget": MONEY, "negatives": NEGATIVES, "groups": listing(GROUP, 20)},
    [],
)
SUBMISSION = record({"daily_budget": MONEY, "campaigns": listing(CAMPAIGN, 20)}, [])

# ---- what the candidate sees ---------------------------------------------------------------------
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
        "campaigns": _whole(1, 20),
        "groups": _whole(1, 40),
        "keywords": _whole(1, 100),
        "negatives": _whole(1, 100),  # of one plan, its units included
        "creatives": _whole(1, 20),  # of one unit
        "keyword": _whole(1, 60),  # characters
        "title": listing(
            _whole(1, 100), 2, 2
        ),  # characters, least and most; braces of a wildcard do not count
        "desc": listing(_whole(1, 100), 2, 2),
        "bid": MONEY,
    }
)
PLANNER_ROW = record(
    {
        "text": text(40, 1),
        "volume": _whole(0, 1_000_000),
        "price": MONEY,
        "competition": {"enum": ["低", "中", "高"]},
    }
)
REPORT_ROW = record(
    {
        "text": text(40, 1),
        "impressions": _whole(0, 10_000_000),
        "clicks": _whole(0, 1_000_000),
        "cost": {"type": "number", "minimum": 0, "maximum": 10_000_000},
        "conversions": _whole(0, 1_000_000),
    }
)
CONTENT = record(
    {
        "platform": text(30, 1),
        "account": text(30, 1),
        # "optimise" will start from `account_now` and score a list of changes; the scorer knows "build" only.
        "mode": {"const": "build"},
        "scenario": listing(text(500, 1), 10, 1),
        "tasks": listing(text(300, 1), 15, 1),
        "materials": listing(MATERIAL, 15),
        "conversion": text(6, 1),  # what a conversion is called here, e.g. 订单
        "daily_budget": MONEY,
        "limits": LIMITS,
        "landings": listing(record({"id": ID, "name": text(30, 1), "about": text(200, 1)}), 10, 2),
        "selling_points": WORDS,
        "calls": WORDS,
        "planner": listing(PLANNER_ROW, 600, 10),
        "report": record({"title": text(40, 1), "rows": listing(REPORT_ROW, 200, 1)}),
    },
    [
        "platform", "account", "mode", "scenario", "tasks", "materials", "conversion", "daily_budget",
        "limits", "landings", "selling_points", "calls", "planner",
    ],
)  # fmt: skip

# ---- the frozen world ----------------------------------------------------------------------------
PERCENT = _whole(0, 100)
THEME = record({"name": text(20, 1), "kind": {"enum": ["target", "other", "junk"]}})
QUERY = record(
    {
        "text": text(40, 1),
        "theme": ID,
        "tokens": WORDS,
        "volume": _whole(0, 1_000_000),  # searches a day
        "ctr": _whole(0, 10_000),  # in 1/10000, of the first place
        "cvr": _whole(0, 100_000),  # in 1/100000
        "value": _whole(0, 1_000_000),  # yuan of one conversion
        # Rank scores of the strongest rivals in hundredths: draw after draw, strongest first.
        "rivals": listing(_whole(0, 100_000_000), 4096),
    }
)
WORLD = record(
    {
        "format": {"const": 1},
        "draws": _whole(1, 1024),
        "slots": listing(PERCENT, 8, 1),  # clicks of each place in % of the first
        "reserve": _whole(1, 10_000),  # least rank score that is shown, in hundredths
        "tick": _whole(0, 100),  # cents above the next rank
        "quality": record({"ctr": PERCENT, "relevance": PERCENT, "landing": PERCENT}),  # weights
        "relevance": record(dict.fromkeys(MATCHES, PERCENT)),
        "themes": _map(THEME),
        "landings": _map(_map(PERCENT)),  # how well each page serves each theme
        "vocabulary": listing(text(12, 1), 400, 1),
        "synonyms": {"type": "object", "additionalProperties": text(12, 1), "maxProperties": 100},
        "queries": listing(QUERY, 600, 10),
        "description": {"type": ["object", "null"]},  # what the world was drawn from, see world.py
        "sha256": SHA,
    }
)

# ---- what nobody sees before release -------------------------------------------------------------
RAMP = listing(PERCENT, 2, 2)  # share of nothing, share of everything
# Millionths of a conversion a day of the weak, pass and model answer and the upper bound; see anchors.py.
ANCHORS = record({name: _whole(0, 10**15) for name in ("naive", "pass", "reference", "bound")})
SKILLS = ("structure", "words", "exact", "broad", "negatives", "bids", "creatives", "landing")
KEY = record(
    {
        "law": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "world_sha256": SHA,
        "criteria": listing(
            {
                "oneOf": [
                    record({**CRITERION, "kind": {"const": "structure"}}),
                    record({**CRITERION, "kind": {"const": "coverage"}, "recall": RAMP, "precision": RAMP}),
                    record({**CRITERION, "kind": {"const": "negatives"}, "exposure": PERCENT, "lost": PERCENT}),
                    record({**CRITERION, "kind": {"const": "bids"}, "spend": PERCENT}),
                    record({**CRITERION, "kind": {"const": "creatives"}}),
                    record({**CRITERION, "kind": {"const": "outcome"}, "anchors": ANCHORS}),
                    # Average quality (millionths) and price of a click (1/10000 yuan) of the weak and the
                    # model answer; `pass` is the anchor of the same name of the outcome.
                    record(
                        {
                            **CRITERION,
                            "kind": {"const": "efficiency"},
                            "quality": listing(_whole(0, 10**8), 2, 2),
                            "price": listing(_whole(0, 10**9), 2, 2),
                            "pass": _whole(1, 10**15),
                        }
                    ),
                ]
            },
            12,
            1,
            title="评分项",  # each entry must be felt by a sample answer: see ../probes.py
        ),
        # Which skills a requirement stands for: the publish gate takes them out of the model answer.
        "skills": {
            "type": "object",
            "propertyNames": CODE,
            "additionalProperties": listing({"enum": list(SKILLS)}, len(SKILLS), 1),
        },
    }
)  # fmt: skip
