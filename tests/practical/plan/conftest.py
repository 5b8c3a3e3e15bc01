"""Tasks for the tests of PLAN."""

import pytest

from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.samples import files_of

FILES = files_of("plan")


@pytest.fixture(params=FILES.values(), ids=FILES.keys())
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every PLAN task of the sample bank in turn."""
    return read_task(request.param)


@pytest.fixture
def a1() -> PracticalTask:
    return read_task(FILES["a1"])


@pytest.fixture
def m5() -> PracticalTask:
    return read_task(FILES["m5"])
