"""考试便利: more time for one candidate, decided before the candidate begins, exact on the clock, told by the trail."""

from decimal import Decimal

import pytest

from accounts.enums import Role
from audit.queries import trail
from certification import integrity
from exams.delivery import services
from exams.enums import SessionState
from exams.models import Attempt
from exams.scheduling import services as scheduling
from lib.refusals import Conflict, Invalid
from tests import factories

pytestmark = pytest.mark.django_db


def give(session, registration, factor="1.50", user=None, reason="视力障碍"):
    user = user or factories.staff(session.organisation)
    return factories.browser(user).post(
        f"/sessions/{session.uuid}/accommodations/",
        {"ticket": registration.ticket_number.lower(), "factor": factor, "reason": reason},
    )


def test_the_clock_runs_longer_by_the_factor():
    session = factories.session(candidates=2, minutes=40)
    registration = factories.registration(session)
    assert give(session, registration).status_code == 302
    attempt = factories.attempt(session)
    answer = factories.api(registration.candidate.user).get(f"/api/v1/attempts/{attempt.uuid}/").json()
    assert 60 * 60_000 - 10_000 < answer["remaining_ms"] <= 60 * 60_000
    assert Attempt.objects.get(registration=factories.registration(session, 1)).factor == 1
    assert trail(session.stream).get(action="registration.accommodate").reason == "视力障碍"
    assert integrity.sitting.attempts() is None
    page = factories.browser(factories.staff(session.organisation)).get(
        f"/sessions/{session.uuid}/accommodations/"
    )
    assert "1.5 倍" in page.content.decode()


def test_what_is_given_before_the_session_is_published_counts_too():
    session = factories.session(state=SessionState.DRAFT)
    registration = factories.registration(session)
    by = factories.staff(session.organisation)
    scheduling.accommodate(registration_id=registration.pk, factor=Decimal("2.00"), reason="手部受伤", by=by)
    scheduling.publish(session_id=session.pk, by=by)
    assert Attempt.objects.get(registration=registration).factor == 2
    assert integrity.sitting.attempts() is None


def test_it_is_taken_back_by_one():
    session = factories.session()
    registration = factories.registration(session)
    give(session, registration)
    give(session, registration, "1.00", reason="登记有误")
    assert Attempt.objects.get(registration=registration).factor == 1
    assert integrity.sitting.attempts() is None


def test_a_running_clock_is_not_changed():
    session = factories.session()
    attempt = factories.attempt(session)
    answer = give(session, attempt.registration)
    assert answer.status_code == 409
    assert "请在监考页面补时" in answer.content.decode()
    services.end(attempt_id=attempt.pk, reason="考试结束", by=factories.proctor(session))
    with pytest.raises(Conflict):
        scheduling.accommodate(
            registration_id=attempt.registration_id, factor=Decimal("1.50"), reason="视力障碍",
            by=factories.staff(session.organisation),
        )  # fmt: skip
    attempt.refresh_from_db()
    assert attempt.factor == 1


@pytest.mark.parametrize("factor", ["3.00", "0", "-1", "abc", "", "1.333", "NaN", "Infinity"])
def test_odd_factors_are_refused(factor):
    session = factories.session()
    assert give(session, factories.registration(session), factor).status_code == 422
    assert Attempt.objects.get(registration__session=session).factor == 1


def test_a_reason_and_a_ticket_of_this_session_are_needed():
    session, other = factories.session(), factories.session()
    assert give(session, factories.registration(session), reason=" ").status_code == 422
    assert give(session, factories.registration(other)).status_code == 422
    with pytest.raises(Invalid):
        scheduling.accommodate(
            registration_id=factories.registration(session).pk, factor=Decimal("1.50"), reason="",
            by=factories.staff(session.organisation),
        )  # fmt: skip


def test_only_administrators_of_the_body_decide():
    session = factories.session()
    registration = factories.registration(session)
    for user, status in (
        (factories.proctor(session), 403), (factories.staff(session.organisation, Role.SUPERVISOR), 403),
        (factories.staff(factories.organisation()), 404), (registration.candidate.user, 403),
    ):  # fmt: skip
        assert give(session, registration, user=user).status_code == status
    assert factories.browser().get(f"/sessions/{session.uuid}/accommodations/").status_code == 302
    assert Attempt.objects.get(registration=registration).factor == 1


def test_break_time_is_registered_with_it_and_taken_back():
    session = factories.session()
    registration = factories.registration(session)
    browser = factories.browser(factories.staff(session.organisation))
    page = f"/sessions/{session.uuid}/accommodations/"
    ticket = {"ticket": registration.ticket_number, "reason": "哺乳"}
    assert browser.post(page, {**ticket, "factor": "1.00", "break_minutes": "15"}).status_code == 302
    registration.refresh_from_db()
    assert registration.break_minutes == 15
    assert "每科 15 分钟" in browser.get(page).content.decode()
    assert integrity.sitting.attempts() is None
    refused = browser.post(page, {**ticket, "factor": "1.00", "break_minutes": "500"})
    assert (refused.status_code, "休息时间请从列表中选择" in refused.content.decode()) == (422, True)
    assert browser.post(page, {**ticket, "factor": "1.00", "break_minutes": "0"}).status_code == 302
    registration.refresh_from_db()
    assert registration.break_minutes == 0
