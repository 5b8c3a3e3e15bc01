"""Fixtures of the item bank's tests."""

import pytest

from accounts.enums import Role
from tests import factories
from tests.itembank.desk import Bank


@pytest.fixture
def bank():
    organisation = factories.organisation()
    return Bank(
        organisation,
        factories.level(factories.standard(areas=5, tasks=5, requirements=7)),
        factories.staff(organisation, Role.AUTHOR, name="命题甲"),
        factories.staff(organisation, Role.REVIEWER, name="审题乙"),
    )
