"""CONSOLE, 后台模拟台: a media account's back office, set up in the browser and scored by its finished
state."""

from itembank.practical.base import FRAME_STYLES, PracticalKind, TaskSchema
from itembank.practical.console.attacks import attacks, parts
from itembank.practical.console.authoring import check_task
from itembank.practical.console.schema import CONTENT, KEY, SUBMISSION
from itembank.practical.console.scorer import score
from itembank.practical.console.submission import validate_submission

KIND = PracticalKind(
    name="console",
    label="后台模拟台",
    scorer_name="console",
    scorer_version="1.0.0",
    queue="fast",
    schema=TaskSchema(content=CONTENT, key=KEY, submission=SUBMISSION),
    workbench_module="js/practical/console/workbench.js",
    workbench_styles=(
        *FRAME_STYLES,
        "css/practical/console/layout.css",
        "css/practical/console/editors.css",
        "css/practical/console/phone.css",
    ),
    validate_submission=validate_submission,
    score=score,
    check_task=check_task,
    attacks=attacks,
    parts=parts,
)
