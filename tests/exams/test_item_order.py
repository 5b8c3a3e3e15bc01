"""题序: everybody sees the same items in an order of his own, drawn before the start and told by the trail."""

import pytest

from exams.models import ItemOrder
from tests import factories

pytestmark = pytest.mark.django_db


def start(attempt, api=None):
    api = api or factories.api(attempt.registration.candidate.user)
    return api.post(f"/api/v1/attempts/{attempt.uuid}/start/", {}, format="json").json()


def started(session, index=0):
    return start(factories.attempt(session, index=index, started=False))


def test_every_candidate_has_an_order_of_his_own_over_the_same_form():
    session = factories.session(candidates=6, items=8, shuffle=True)
    answers = [started(session, index) for index in range(6)]
    assert all(answer["sections"] == answers[0]["sections"] for answer in answers)
    slots = [item["slot"] for section in answers[0]["sections"] for item in section["items"]]
    orders = [answer["order"] for answer in answers]
    assert all(sorted(one["items"]) == sorted(slots) for one in orders)
    assert len({tuple(one["items"]) for one in orders}) == 6
    ids = {item["slot"]: {c["id"] for c in item["choices"]} for item in answers[0]["sections"][0]["items"]}
    assert all({slot: set(found) for slot, found in one["choices"].items()} == ids for one in orders)


def test_a_second_start_shows_the_same_order():
    session = factories.session(items=8, shuffle=True)
    attempt = factories.attempt(session, started=False)
    api = factories.api(attempt.registration.candidate.user)
    assert start(attempt, api)["order"] == start(attempt, api)["order"]


def test_without_the_scheme_asking_for_it_there_is_none():
    assert started(factories.session())["order"] is None
    assert not ItemOrder.objects.exists()
