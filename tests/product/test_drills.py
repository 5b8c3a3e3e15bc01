"""The short selection of the drills (docs/drills.md); all of them, at length: `make drill`."""

import pytest

from tests.drills import outages, races
from tests.drills.ledger import closing
from tests.drills.sizes import TEST

pytestmark = pytest.mark.xdist_group("product")


def test_nothing_acknowledged_is_lost_or_doubled_whatever_fails(product):
    """One test, for what was scored after all of it shows only when a killed worker's lease has run out."""
    outcomes = [
        drill(product, TEST)
        for drill in (
            outages.one_after_another,
            outages.restored_backup,
            races.save_races,
            races.time_outs,
        )
    ]
    outcomes.append(closing(product))
    print(*outcomes, sep="\n")
    assert all(found.ok for found in outcomes), "\n".join(map(str, outcomes))
