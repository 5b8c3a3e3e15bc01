"""DATA, 数据分析: a table in a sheet, numbers worked out from it, decisions by rule and a conclusion."""

from itembank.practical.base import FRAME_STYLES, PracticalKind, TaskSchema
from itembank.practical.data.attacks import attacks, parts
from itembank.practical.data.authoring import check_task
from itembank.practical.data.schema import CONTENT, KEY, SUBMISSION
from itembank.practical.data.scorer import score
from itembank.practical.data.submission import validate_submission

KIND = PracticalKind(
    name="data",
    label="数据分析",
    scorer_name="data",
    scorer_version="1.0.0",
    queue="fast",
    schema=TaskSchema(content=CONTENT, key=KEY, submission=SUBMISSION),
    workbench_module="js/practical/data/workbench.js",
    workbench_styles=(
        *FRAME_STYLES,
        "css/practical/data/sheet.css",
        "css/practical/data/grid.css",
        "css/practical/data/answers.css",
    ),
    validate_submission=validate_submission,
    score=score,
    check_task=check_task,
    attacks=attacks,
    parts=parts,
)
