"""Tasks for the tests of INBASKET."""

import copy
from typing import Any

import pytest

from itembank.practical.tasks import PracticalTask, read_task, task_files

FILES = {path.stem: path for path in task_files("530053") if path.name.startswith("practical-inbasket-")}


@pytest.fixture(params=FILES.values(), ids=FILES.keys())
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every INBASKET task of the sample bank in turn."""
    return read_task(request.param)


@pytest.fixture
def e3() -> PracticalTask:
    return read_task(FILES["practical-inbasket-e3"])


@pytest.fixture
def a5() -> PracticalTask:
    return read_task(FILES["practical-inbasket-a5"])


def golden(task: PracticalTask, name: str) -> Any:
    """A fresh copy of the submission of a golden."""
    return copy.deepcopy(next(g["submission"] for g in task.goldens if g["name"] == name))
