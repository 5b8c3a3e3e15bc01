"""合计计时: one clock for all components, from the first start to the last hand-in."""

import datetime as dt

import pytest

from certification import integrity
from exams.delivery import clock, queries, services, timing
from exams.enums import AttemptState, ClockKind
from exams.models import Attempt, TimeGrant
from lib.clock import database_now
from lib.refusals import Conflict
from tests import factories
from tests.sit.conftest import signed_in

pytestmark = pytest.mark.django_db
MINUTE = 60_000


def sitting(minutes=40):
    """(theory, practical) of one candidate under a shared clock of twice ``minutes``; theory begun."""
    session = factories.session(both=True, minutes=minutes, clock=ClockKind.SHARED)
    theory = factories.attempt(session)
    practical = Attempt.objects.get(registration=theory.registration, position=2)
    return theory, practical


def begin(attempt):
    return services.start(
        attempt_id=attempt.pk, device="test:", take_over=False, by=attempt.registration.candidate.user
    )


def hand_in(attempt):
    services.submit(
        attempt_id=attempt.pk, raw_events=[], device="test:", by=attempt.registration.candidate.user
    )


def passed(attempt, minutes):
    """So many minutes of the shared clock have passed."""
    for one in Attempt.objects.filter(registration=attempt.registration):
        by = dt.timedelta(minutes=minutes)
        Attempt.objects.filter(pk=one.pk).update(
            clock_from=one.clock_from - by, started_at=one.started_at and one.started_at - by,
            submitted_at=one.submitted_at and one.submitted_at - by,
        )  # fmt: skip


def left(attempt):
    found = queries.with_clock(Attempt.objects.filter(pk=attempt.pk)).get()
    return clock.remaining_ms(found, database_now())


def near(value, minutes):
    """Within ten seconds of the machine's work; a pause is given back rounded up."""
    return minutes * MINUTE - 10_000 < value <= minutes * MINUTE + 1_000


def test_time_saved_in_the_first_component_is_there_for_the_second():
    theory, practical = sitting()
    assert near(left(theory), 80)
    passed(theory, 10)
    hand_in(theory)
    begin(practical)
    assert near(left(practical), 70)
    assert {name: bad for name, bad in integrity.verify().items() if bad} == {"attempts": moved(theory)}


def moved(attempt):
    """What the trail says of a start that the test set back."""
    return f"attempt {attempt.uuid}: start, pause or hand-in differs from the trail"


def test_the_clock_does_not_wait_between_the_components():
    theory, practical = sitting()
    hand_in(theory)
    passed(theory, 30)
    assert near(left(practical), 50)
    begin(practical)
    assert near(left(practical), 50)


def test_own_clocks_do_wait():
    session = factories.session(both=True, minutes=40)
    theory = factories.attempt(session)
    practical = Attempt.objects.get(registration=theory.registration, position=2)
    hand_in(theory)
    assert left(practical) == 40 * MINUTE
    assert practical.clock_from is None


def test_what_is_granted_in_one_component_reaches_the_other_once():
    theory, practical = sitting()
    by = factories.proctor(theory.registration.session)
    timing.grant(attempt_id=theory.pk, seconds=300, reason="设备故障", by=by)
    assert near(left(theory), 85)
    assert near(left(practical), 85)
    assert list(TimeGrant.objects.filter(attempt=practical).values_list("kind", "seconds")) == [
        ("shared", 300)
    ]
    assert {name: bad for name, bad in integrity.verify().items() if bad} == {}


def test_a_pause_moves_the_end_of_both():
    theory, practical = sitting()
    by = factories.proctor(theory.registration.session)
    timing.pause(attempt_id=theory.pk, reason="停电", by=by)
    Attempt.objects.filter(pk=theory.pk).update(paused_at=database_now() - dt.timedelta(minutes=6))
    before = left(theory)
    timing.resume(attempt_id=theory.pk, reason="来电", by=by)
    assert abs(left(theory) - before) < 5_000
    assert clock.ends_at(_fresh(theory)) == clock.ends_at(_fresh(practical))


def _fresh(attempt):
    return queries.with_clock(Attempt.objects.filter(pk=attempt.pk)).get()


def test_whoever_used_all_the_time_begins_nothing_more():
    theory, practical = sitting()
    hand_in(theory)
    passed(theory, 81)
    with pytest.raises(Conflict) as refused:
        begin(practical)
    assert refused.value.code == "time_over"
    practical.refresh_from_db()
    assert practical.state == AttemptState.READY


def test_a_component_opened_again_gets_no_time_that_the_other_one_used():
    theory, practical = sitting()
    passed(theory, 10)
    hand_in(theory)
    begin(practical)
    passed(theory, 60)
    hand_in(practical)
    passed(theory, 5)  # everything is handed in: the clock stands still
    by = factories.proctor(theory.registration.session)
    timing.reopen(attempt_id=theory.pk, seconds=0, reason="误交卷", by=by)
    assert near(left(theory), 10)


def test_while_a_component_waits_the_clock_has_not_stood_still():
    theory, practical = sitting()
    hand_in(theory)
    passed(theory, 20)
    by = factories.proctor(theory.registration.session)
    timing.reopen(attempt_id=theory.pk, seconds=60, reason="误交卷", by=by)
    assert near(left(theory), 61)
    assert near(left(practical), 61)


def test_the_overdue_are_found_by_the_shared_clock():
    theory, practical = sitting()
    passed(theory, 10)
    hand_in(theory)
    begin(practical)
    passed(theory, 71)
    assert queries.overdue(database_now()) == [practical.pk]


def test_the_waiting_page_says_that_the_clock_is_shared():
    theory, _ = sitting()
    page = signed_in(theory.registration).get("/sit/wait/").content.decode()
    assert "各科目合计" in page
    assert ">80<" in page
