"""PLAN, 策划方案: a plan in typed tables (running order, staff, budget, calendar), scored for its consistency."""

from itembank.practical.base import FRAME_STYLES, PracticalKind, TaskSchema
from itembank.practical.plan.attacks import attacks, parts
from itembank.practical.plan.authoring import check_task
from itembank.practical.plan.keys import KEY
from itembank.practical.plan.schema import CONTENT, SUBMISSION
from itembank.practical.plan.scorer import score
from itembank.practical.plan.submission import validate_submission

KIND = PracticalKind(
    name="plan",
    label="策划方案",
    scorer_name="plan",
    scorer_version="1.0.0",
    queue="fast",
    schema=TaskSchema(content=CONTENT, key=KEY, submission=SUBMISSION),
    workbench_module="js/practical/plan/workbench.js",
    workbench_styles=(
        *FRAME_STYLES,
        "css/practical/plan/layout.css",
        "css/practical/plan/cells.css",
        "css/practical/plan/tables.css",
        "css/practical/plan/pictures.css",
    ),
    validate_submission=validate_submission,
    score=score,
    check_task=check_task,
    attacks=attacks,
    parts=parts,
)
