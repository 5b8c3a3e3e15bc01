"""Tasks for the tests of CONSOLE."""

import pytest

from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.samples import files_of

FILES = files_of("console")


@pytest.fixture(params=FILES.values(), ids=FILES.keys())
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every CONSOLE task of the sample bank in turn."""
    return read_task(request.param)


@pytest.fixture
def e1() -> PracticalTask:
    return read_task(FILES["e1"])


@pytest.fixture
def e2() -> PracticalTask:
    return read_task(FILES["e2"])
