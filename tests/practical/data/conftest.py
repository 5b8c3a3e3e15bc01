"""Tasks for the tests of DATA."""

import pytest

from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.samples import files_of

FILES = files_of("data")


@pytest.fixture(params=FILES.values(), ids=FILES.keys())
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every DATA task of the sample bank in turn."""
    return read_task(request.param)


@pytest.fixture
def m3() -> PracticalTask:
    return read_task(FILES["m3"])


@pytest.fixture
def a3() -> PracticalTask:
    return read_task(FILES["a3"])


@pytest.fixture
def m5() -> PracticalTask:
    return read_task(FILES["m5"])
