"""The JSON schema of PLAN keys: criteria made of the declared checks. Built from the checks themselves, so a
new check needs no second description."""

from itembank.practical.plan.checks import CHECKS, Check
from itembank.practical.plan.schema import CLOCK, DAY, ID, MOMENT, NAME
from itembank.practical.schemas import CRITERION, JUDGED, Schema, listing, record, text

COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": 1440}
AMOUNT: Schema = {"type": "number", "minimum": 0, "maximum": 10**12}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
PATH: Schema = {"type": "string", "pattern": r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*$"}
WORDS = listing(text(60, 1), 30, 1)
VALUES = listing(NAME, 30, 1)
GROUP = record({"say": NAME, "any": WORDS, "must": {**WORDS, "title": "须写到的词"}}, ["say", "any"])
FROM_TO = {"from": DAY, "to": DAY}

# What stands in the key for each type of parameter; the part before a colon decides.
KINDS: dict[str, Schema] = {
    "table": ID,
    "column": ID,
    "columns": listing(ID, 12, 1),
    "figure": PATH,
    "figures": listing(PATH, 6, 1),
    "path": PATH,
    "paths": listing(PATH, 12, 1),
    "count": COUNT,
    "number": AMOUNT,
    "share": SHARE,
    "flag": {"type": "boolean"},
    "clock": CLOCK,
    "day": DAY,
    "moment": MOMENT,
    "value": NAME,
    "values": VALUES,
    "words": WORDS,
    "groups": listing(GROUP, 20, 1, title="要点"),
    "pairs": listing(record({"first": GROUP, "then": GROUP}), 10, 1, title="先后次序"),
    "slots": listing(record({"value": NAME, "from": CLOCK, "to": CLOCK}), 20, 1, title="时段"),
    "days": listing(record(FROM_TO), 12, 1, title="日期段"),
    "events": listing(record({"say": NAME, "any": WORDS, **FROM_TO}), 10, 1, title="节点"),
    "answers": listing(record({"key": NAME, "values": VALUES}), 20, 1, title="对应关系"),
    "bounds": listing(
        record({"value": NAME, "least": {"type": "integer", "minimum": 0, "maximum": 60}, "most": COUNT}),
        20,
        1,
        title="数量",
    ),
}


def kind_of(param: str) -> str:
    """The type of a parameter without what it refers to and without its question mark."""
    return param.rstrip("?").partition(":")[0]


def _check(check: Check) -> Schema:
    params = {name: KINDS[kind_of(param)] for name, param in check.params.items()}
    required = [name for name, param in check.params.items() if not param.endswith("?")]
    weight: Schema = {} if check.deducts else {"weight": {"type": "integer", "minimum": 1, "maximum": 20}}
    return record({"check": {"const": check.name}, **weight, **params}, ["check", *required])


ONE_CHECK: Schema = {
    "type": "object",
    "required": ["check"],
    "properties": {"check": {"enum": sorted(CHECKS)}},
    "allOf": [
        {"if": {"properties": {"check": {"const": name}}}, "then": _check(CHECKS[name])}
        for name in sorted(CHECKS)
    ],
}
GATE = record({"table": ID, "rows": COUNT, "columns": listing(ID, 12, 1)})
KEY = record(
    {
        "law": DAY,
        "never": listing(GROUP, 20, title="禁忌"),  # ideas that this plan must not contain
        "criteria": listing(
            record(
                {
                    **CRITERION,
                    # Nothing is earned before so many rows have these columns filled in.
                    "gate": listing(GATE, 4, 1, title="起评条件"),
                    "checks": listing(ONE_CHECK, 12, 1, title="核对"),
                }
            ),
            12,
            1,
            title="评分项",
        ),
        "judged": JUDGED,
    },
    ["law", "criteria"],
)
