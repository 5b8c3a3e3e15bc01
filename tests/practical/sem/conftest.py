"""Tasks for the tests of SEM."""

import pytest

from itembank.practical.tasks import PracticalTask, read_task, task_files

SEM_FILES = [path for path in task_files("530053") if path.name.startswith("practical-sem-")]


@pytest.fixture(params=SEM_FILES, ids=lambda path: path.stem)
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every SEM task of the sample bank in turn."""
    return read_task(request.param)


@pytest.fixture
def m1() -> PracticalTask:
    return read_task(SEM_FILES[0])


@pytest.fixture
def m6() -> PracticalTask:
    return read_task(SEM_FILES[1])
