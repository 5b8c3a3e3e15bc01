"""Is this document something the workbench of this task can have produced? Asked on every save."""

from typing import Any

from jsonschema import Draft202012Validator

from itembank.practical.base import Problem
from itembank.practical.plan.schema import BYTES_LIMIT, DEPTH_LIMIT, NUMBER_LIMIT, submission_schema
from itembank.practical.saves import schema_problems, size_problem

NUMBER = "有一处数字过大或不是数字，无法保存。请检查各项数字后再试。"


def validate_submission(content: Any, submission: Any) -> list[Problem]:
    """No problem, or sentences for the person; never raises on any JSON."""
    too_much = size_problem(
        submission, depth=DEPTH_LIMIT, size=BYTES_LIMIT, largest=NUMBER_LIMIT, number=NUMBER
    )
    if too_much:
        return [too_much]
    errors = Draft202012Validator(submission_schema(content)).iter_errors(submission)
    return schema_problems(errors, lambda steps: _label(steps, content))


def _label(steps: list[str], content: Any) -> str:
    """What the place of a fault is called on screen."""
    for section in content["sections"]:
        if steps and steps[0] == section["id"]:
            columns = {column["id"]: column["label"] for column in section["columns"]}
            named = next((columns[step] for step in steps[1:3] if step in columns), None)
            return f"{section['title']}·{named}" if named else str(section["title"])
        for below in section.get("below", []):
            if steps and steps[0] == below["id"]:
                return str(below["label"])
    return "作答内容"
