"""INBASKET, 消息处置台: messages of users and incidents of a live show, put in order, routed and answered."""

from itembank.practical.base import FRAME_STYLES, PracticalKind, TaskSchema
from itembank.practical.inbasket.attacks import attacks, parts
from itembank.practical.inbasket.authoring import check_task
from itembank.practical.inbasket.schema import CONTENT, KEY, SUBMISSION
from itembank.practical.inbasket.scorer import score
from itembank.practical.inbasket.submission import validate_submission

KIND = PracticalKind(
    name="inbasket",
    label="消息处置台",
    scorer_name="inbasket",
    scorer_version="1.0.0",
    queue="fast",
    schema=TaskSchema(content=CONTENT, key=KEY, submission=SUBMISSION),
    workbench_module="js/practical/inbasket/workbench.js",
    workbench_styles=(
        *FRAME_STYLES,
        "css/practical/inbasket/desk.css",
        "css/practical/inbasket/handling.css",
    ),
    validate_submission=validate_submission,
    score=score,
    check_task=check_task,
    attacks=attacks,
    parts=parts,
)
