"""Tasks for the tests of INBASKET."""

import pytest

from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.samples import files_of

FILES = files_of("inbasket")


@pytest.fixture(params=FILES.values(), ids=FILES.keys())
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every INBASKET task of the sample bank in turn."""
    return read_task(request.param)


@pytest.fixture
def e3() -> PracticalTask:
    return read_task(FILES["e3"])


@pytest.fixture
def a5() -> PracticalTask:
    return read_task(FILES["a5"])
