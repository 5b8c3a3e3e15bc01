"""JSON schemas of SEM: the public content, the hidden key, the frozen world and the submission.

Money is written in yuan with at most two decimals where people write it (content, submission) and in whole
cents, hundredths or smaller fixed points where the engine reads it (world, anchors): a mark must not hang
on how a machine rounds binary fractions.
"""

from typing import Any

TEXT_LIMIT = 200
BYTES_LIMIT = 64 * 1024
DEPTH_LIMIT = 10
MONEY_LIMIT = 9999.99  # no budget or bid of an exercise comes near; the workbench takes nothing above

MATCHES = ("exact", "phrase", "broad")

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


ID: Schema = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"}
CODE: Schema = {"type": "string", "pattern": r"^((初级|中级|高级)/)?\d+\.\d+\.\d+$"}
SHA: Schema = {"type": "string", "pattern": r"^[0-9a-f]{64}$"}
MONEY: Schema = {"type": "number", "minimum": 0, "maximum": MONEY_LIMIT}
WORDS = _list(_text(20, 1), 40, 1)

# ---- the submission ------------------------------------------------------------------------------
# Nothing is required: a save may be early. The counts are safety limits; the limits of the simulated
# platform are part of the task (`content.limits`) and far below them.
NEGATIVES = _list(_object({"text": _text(), "match": {"enum": ["exact", "phrase"]}}, ["text", "match"]), 100)
KEYWORD = _object({"text": _text(), "match": {"enum": list(MATCHES)}, "bid": MONEY}, ["text", "match"])
CREATIVE = _object({"title": _text(), "desc": _text()}, [])
GROUP = _object(
    {
        "name": _text(),
        "bid": MONEY,
        "landing": _text(40),
        "keywords": _list(KEYWORD, 100),
        "negatives": NEGATIVES,
        "creatives": _list(CREATIVE, 20),
    },
    [],
)
CAMPAIGN = _object(
    {"name": _text(), "daily_budget": MONEY, "negatives": NEGATIVES, "groups": _list(GROUP, 20)}, []
)
SUBMISSION = _object({"daily_budget": MONEY, "campaigns": _list(CAMPAIGN, 20)}, [])

# ---- what the candidate sees ---------------------------------------------------------------------
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
        "campaigns": _whole(1, 20),
        "groups": _whole(1, 40),
        "keywords": _whole(1, 100),
        "negatives": _whole(1, 100),  # of one plan, its units included
        "creatives": _whole(1, 20),  # of one unit
        "keyword": _whole(1, 60),  # characters
        "title": _list(_whole(1, 100), 2, 2),  # characters, least and most; braces of a wildcard do not count
        "desc": _list(_whole(1, 100), 2, 2),
        "bid": MONEY,
    }
)
PLANNER_ROW = _object(
    {
        "text": _text(40, 1),
        "volume": _whole(0, 1_000_000),
        "price": MONEY,
        "competition": {"enum": ["低", "中", "高"]},
    }
)
REPORT_ROW = _object(
    {
        "text": _text(40, 1),
        "impressions": _whole(0, 10_000_000),
        "clicks": _whole(0, 1_000_000),
        "cost": {"type": "number", "minimum": 0, "maximum": 10_000_000},
        "conversions": _whole(0, 1_000_000),
    }
)
CONTENT = _object(
    {
        "platform": _text(30, 1),
        "account": _text(30, 1),
        # "optimise" will start from `account_now` and score a list of changes; the scorer knows "build" only.
        "mode": {"const": "build"},
        "scenario": _list(_text(500, 1), 10, 1),
        "tasks": _list(_text(300, 1), 15, 1),
        "materials": _list(MATERIAL, 15),
        "conversion": _text(6, 1),  # what a conversion is called here, e.g. 订单
        "daily_budget": MONEY,
        "limits": LIMITS,
        "landings": _list(_object({"id": ID, "name": _text(30, 1), "about": _text(200, 1)}), 10, 2),
        "selling_points": WORDS,
        "calls": WORDS,
        "planner": _list(PLANNER_ROW, 600, 10),
        "report": _object({"title": _text(40, 1), "rows": _list(REPORT_ROW, 200, 1)}),
    },
    [
        "platform", "account", "mode", "scenario", "tasks", "materials", "conversion", "daily_budget",
        "limits", "landings", "selling_points", "calls", "planner",
    ],
)  # fmt: skip

# ---- the frozen world ----------------------------------------------------------------------------
PERCENT = _whole(0, 100)
THEME = _object({"name": _text(20, 1), "kind": {"enum": ["target", "other", "junk"]}})
QUERY = _object(
    {
        "text": _text(40, 1),
        "theme": ID,
        "tokens": WORDS,
        "volume": _whole(0, 1_000_000),  # searches a day
        "ctr": _whole(0, 10_000),  # in 1/10000, of the first place
        "cvr": _whole(0, 100_000),  # in 1/100000
        "value": _whole(0, 1_000_000),  # yuan of one conversion
        # Rank scores of the strongest rivals in hundredths: draw after draw, strongest first.
        "rivals": _list(_whole(0, 100_000_000), 4096),
    }
)
WORLD = _object(
    {
        "format": {"const": 1},
        "draws": _whole(1, 1024),
        "slots": _list(PERCENT, 8, 1),  # clicks of each place in % of the first
        "reserve": _whole(1, 10_000),  # least rank score that is shown, in hundredths
        "tick": _whole(0, 100),  # cents above the next rank
        "quality": _object({"ctr": PERCENT, "relevance": PERCENT, "landing": PERCENT}),  # weights
        "relevance": _object(dict.fromkeys(MATCHES, PERCENT)),
        "themes": _map(THEME),
        "landings": _map(_map(PERCENT)),  # how well each page serves each theme
        "vocabulary": _list(_text(12, 1), 400, 1),
        "synonyms": {"type": "object", "additionalProperties": _text(12, 1), "maxProperties": 100},
        "queries": _list(QUERY, 600, 10),
        "description": {"type": ["object", "null"]},  # what the world was drawn from, see world.py
        "sha256": SHA,
    }
)

# ---- what nobody sees before release -------------------------------------------------------------
POINTS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 100, "multipleOf": 0.25}
CRITERION: Schema = {"id": ID, "name": _text(40, 1), "codes": _list(CODE, 6, 1), "max": POINTS}
RAMP = _list(PERCENT, 2, 2)  # share of nothing, share of everything
# Millionths of a conversion a day of the weak, pass and model answer and the upper bound; see anchors.py.
ANCHORS = _object({name: _whole(0, 10**15) for name in ("naive", "pass", "reference", "bound")})
SKILLS = ("structure", "words", "exact", "broad", "negatives", "bids", "creatives", "landing")
KEY = _object(
    {
        "law": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "world_sha256": SHA,
        "criteria": _list(
            {
                "oneOf": [
                    _object({**CRITERION, "kind": {"const": "structure"}}),
                    _object({**CRITERION, "kind": {"const": "coverage"}, "recall": RAMP, "precision": RAMP}),
                    _object({**CRITERION, "kind": {"const": "negatives"}, "exposure": PERCENT, "lost": PERCENT}),
                    _object({**CRITERION, "kind": {"const": "bids"}, "spend": PERCENT}),
                    _object({**CRITERION, "kind": {"const": "creatives"}}),
                    _object({**CRITERION, "kind": {"const": "outcome"}, "anchors": ANCHORS}),
                    # Average quality (millionths) and price of a click (1/10000 yuan) of the weak and the
                    # model answer; `pass` is the anchor of the same name of the outcome.
                    _object(
                        {
                            **CRITERION,
                            "kind": {"const": "efficiency"},
                            "quality": _list(_whole(0, 10**8), 2, 2),
                            "price": _list(_whole(0, 10**9), 2, 2),
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
            "additionalProperties": _list({"enum": list(SKILLS)}, len(SKILLS), 1),
        },
    }
)  # fmt: skip
