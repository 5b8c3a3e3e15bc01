"""Tasks for the tests of SEM."""

import pytest

from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.samples import files_of

FILES = files_of("sem")


@pytest.fixture(params=FILES.values(), ids=FILES.keys())
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every SEM task of the sample bank in turn."""
    return read_task(request.param)


@pytest.fixture
def m1() -> PracticalTask:
    return read_task(FILES["m1"])


@pytest.fixture
def m6() -> PracticalTask:
    return read_task(FILES["m6"])
