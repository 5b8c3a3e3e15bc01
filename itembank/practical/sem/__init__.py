"""SEM, 搜索推广: a search advertising account, built in the browser and scored by its structure and by what
it would bring in a frozen world of auctions."""

from itembank.practical.base import FRAME_STYLES, PracticalKind, TaskSchema
from itembank.practical.sem.attacks import attacks, parts
from itembank.practical.sem.authoring import check_task
from itembank.practical.sem.gates import check_world, world_problems
from itembank.practical.sem.schema import CONTENT, KEY, SUBMISSION, WORLD
from itembank.practical.sem.scorer import score
from itembank.practical.sem.submission import validate_submission

KIND = PracticalKind(
    name="sem",
    label="搜索推广",
    scorer_name="sem",
    scorer_version="1.0.0",
    queue="sim",
    schema=TaskSchema(content=CONTENT, key=KEY, submission=SUBMISSION, world=WORLD),
    workbench_module="js/practical/sem/workbench.js",
    workbench_styles=(
        *FRAME_STYLES,
        "css/practical/sem/layout.css",
        "css/practical/sem/controls.css",
        "css/practical/sem/tables.css",
    ),
    validate_submission=validate_submission,
    score=score,
    check_task=check_task,
    attacks=attacks,
    parts=parts,
    check_world=check_world,
    extra_gate=world_problems,
)
