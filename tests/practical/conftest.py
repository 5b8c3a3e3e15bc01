"""Tasks for the tests of practical kinds."""

import copy
from typing import Any

import pytest

from itembank.practical.tasks import PracticalTask, read_task, task_files

CONSOLE_FILES = [path for path in task_files("530053") if path.name.startswith("practical-console-")]


@pytest.fixture(params=CONSOLE_FILES, ids=lambda path: path.stem)
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every CONSOLE task of the sample bank in turn."""
    return read_task(request.param)


@pytest.fixture
def e1() -> PracticalTask:
    return read_task(CONSOLE_FILES[0])


@pytest.fixture
def e2() -> PracticalTask:
    return read_task(CONSOLE_FILES[1])


def golden(task: PracticalTask, name: str) -> Any:
    """A fresh copy of the submission of a golden."""
    return copy.deepcopy(next(g["submission"] for g in task.goldens if g["name"] == name))
