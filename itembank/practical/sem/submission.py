"""Is this document something the workbench can have produced? Asked on every save."""

from typing import Any

from jsonschema import Draft202012Validator

from itembank.practical.base import Problem
from itembank.practical.saves import schema_problems, size_problem
from itembank.practical.sem.schema import BYTES_LIMIT, DEPTH_LIMIT, MONEY_LIMIT, SUBMISSION

NAMES = {
    "daily_budget": "日预算",
    "campaigns": "计划",
    "groups": "单元",
    "keywords": "关键词",
    "negatives": "否定关键词",
    "creatives": "创意",
    "name": "名称",
    "bid": "出价",
    "landing": "落地页",
    "text": "关键词",
    "match": "匹配方式",
    "title": "创意标题",
    "desc": "创意描述",
}
VALIDATOR = Draft202012Validator(SUBMISSION)
NUMBER = "作答内容里有无法识别的数字，无法保存。请重新填写出价和预算。"
AMOUNT = f"“{{label}}”的金额不合理，无法保存。请填写 0～{MONEY_LIMIT} 元之间的数。"
OWN = {"minimum": AMOUNT, "maximum": AMOUNT}


def validate_submission(content: Any, submission: Any) -> list[Problem]:
    """No problem, or sentences for the person; never raises on any JSON. Every task of this kind has the
    same shape, so `content` adds nothing."""
    too_much = size_problem(
        submission, depth=DEPTH_LIMIT, size=BYTES_LIMIT, number=NUMBER, advice="请删去多余的内容后再试。"
    )
    if too_much:
        return [too_much]
    return schema_problems(VALIDATOR.iter_errors(submission), _label, OWN)


def _label(steps: list[str]) -> str:
    return next((NAMES[step] for step in reversed(steps) if step in NAMES), "作答内容")
