"""Pages of staff: who sees them, that they cost the same for one and for three rows, and that acts work."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from certificates.models import Certificate, Decision
from exams.enums import SessionState
from grading.enums import ResultState
from grading.models import Result
from tests import factories
from tests.factories import browser

pytestmark = pytest.mark.django_db


LISTS = {
    "/sessions/": Role.ADMINISTRATOR,
    "/results/": Role.ADMINISTRATOR,
    "/certificates/": Role.ADMINISTRATOR,
    "/items/": Role.AUTHOR,
    "/staff/": Role.ADMINISTRATOR,
}


@pytest.mark.parametrize("url", LISTS)
def test_lists_need_staff_and_the_role(url):
    candidate = factories.candidate().user
    assert browser(None).get(url).status_code == 302
    assert browser(candidate).get(url).status_code == 403
    assert browser(factories.staff(factories.organisation(), LISTS[url])).get(url).status_code == 200


@pytest.mark.parametrize("url", ["/results/", "/certificates/", "/items/"])
def test_a_colleague_without_the_role_gets_403(url):
    assert browser(factories.staff(factories.organisation(), Role.PROCTOR)).get(url).status_code == 403


@pytest.mark.parametrize("url", LISTS)
def test_lists_cost_the_same_for_one_and_three(url):
    counts = []
    for number in (1, 3):
        session = factories.session(candidates=number)
        for index in range(number):
            factories.released_result(session, index=index)
        client = browser(factories.staff(session.organisation, Role.ADMINISTRATOR, Role.AUTHOR))
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url + "?state=released").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_strangers_session_result_and_certificate_are_404():
    result = factories.released_result()
    session = result.registration.session
    admin = factories.staff(session.organisation)
    browser(admin).post("/certificates/issue/", {"decision": Decision.objects.get(result=result).pk})
    certificate = Certificate.objects.get()
    urls = [
        f"/sessions/{session.uuid}/", f"/sessions/{session.uuid}/log/", f"/sessions/{session.uuid}/forms/",
        f"/results/{result.uuid}/", f"/certificates/{certificate.uuid}/", f"/certificates/{certificate.uuid}/pdf/",
    ]  # fmt: skip
    stranger = browser(factories.staff(factories.organisation()))
    colleague = browser(factories.staff(session.organisation, Role.AUTHOR))
    for url in urls:
        assert stranger.get(url).status_code == 404
        assert colleague.get(url).status_code == 403
        if not url.endswith("/pdf/"):
            assert browser(admin).get(url).status_code == 200


def test_a_session_goes_from_draft_to_running_by_buttons():
    session = factories.session(state=SessionState.DRAFT)
    admin = browser(factories.staff(session.organisation))
    for act, state in (("publish", "published"), ("start", "running"), ("close", "closed")):
        admin.post(f"/sessions/{session.uuid}/move/", {"act": act})
        session.refresh_from_db()
        assert session.state == state


def test_one_person_reviews_another_releases_and_the_same_is_told_so():
    result = factories.concluded_result()
    both = factories.staff(result.registration.session.organisation, Role.ADMINISTRATOR, Role.REVIEWER)
    browser(both).post("/results/act/", {"act": "review", "result": result.pk})
    page = browser(both)
    answer = page.post("/results/act/", {"act": "release", "result": result.pk}, follow=True)
    assert "不能是同一人" in answer.content.decode()
    other = factories.staff(result.registration.session.organisation)
    browser(other).post("/results/act/", {"act": "release", "result": result.pk})
    assert Result.objects.get().state == ResultState.RELEASED


def test_a_candidate_sees_the_own_result_after_release_only():
    result = factories.concluded_result()
    candidate = browser(result.registration.candidate.user)
    assert "成绩尚未发布" in candidate.get("/results/mine/").content.decode()
    released = factories.released_result()
    page = browser(released.registration.candidate.user).get("/sit/results/", follow=True).content.decode()
    assert "恭喜你通过考核" in page
    assert "各工作领域得分" in page


def test_an_item_shows_its_key_to_authors_and_nobody_else():
    session = factories.session()
    code = session.forms.get().form.items.first().item_version.item.code
    author = factories.staff(session.organisation, Role.AUTHOR)
    assert "答案" in browser(author).get(f"/items/{code}/").content.decode()
    assert (
        browser(factories.staff(session.organisation, Role.PROCTOR)).get(f"/items/{code}/").status_code == 403
    )
    assert (
        browser(factories.staff(factories.organisation(), Role.AUTHOR)).get(f"/items/{code}/").status_code
        == 404
    )


def test_health_and_readiness_name_their_checks():
    assert Client().get("/healthz").json()["status"] == "ok"
    ready = Client().get("/readyz")
    assert ready.status_code == 200
    assert set(ready.json()["checks"]) == {"database", "migrations", "broker"}
