"""The sample tasks of 530053, as the tests of the kinds use them."""

import copy
from pathlib import Path
from typing import Any

from itembank.practical.tasks import PracticalTask, task_files


def files_of(kind: str) -> dict[str, Path]:
    """The task files of one kind by their last part, for example {"e1": ...}."""
    stem = f"practical-{kind}-"
    return {path.stem.removeprefix(stem): path for path in task_files("530053") if path.name.startswith(stem)}


def golden(task: PracticalTask, name: str) -> Any:
    """A fresh copy of the submission of a golden."""
    return copy.deepcopy(next(g["submission"] for g in task.goldens if g["name"] == name))
