"""Forms: what may be locked."""

import pytest

from exams.enums import FormState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stem", ["inbasket-e3", "console-e1", "sem-m1"])
def test_every_kind_of_practical_task_is_locked_into_a_form(stem):
    assert factories.practical_form(factories.organisation(), stem).state == FormState.LOCKED
