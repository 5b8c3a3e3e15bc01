"""Pages of results: who sees and moves them, what a candidate learns and when, what each page costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership
from exams.models import Registration
from grading import services
from grading.enums import ResultState
from grading.models import Result
from tests import factories
from tests.factories import browser

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode()


def send(user, act, *results, **more):
    body = {"act": act, "result": [one.pk for one in results], **more}
    return browser(user).post("/results/act/", body, follow=True)


def state(result) -> str:
    return Result.objects.get(pk=result.pk).state


def organisation_of(result):
    return result.registration.session.organisation


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.REVIEWER, Role.SUPERVISOR])
def test_viewers_see_list_and_detail(role):
    result = factories.concluded_result()
    client = browser(factories.staff(organisation_of(result), role))
    assert result.registration.ticket_number in text(client.get("/results/"))
    page = text(client.get(f"/results/{result.uuid}/"))
    for word in ("合格规则", "按工作领域", "按工作任务", "按职业技能要求", "理论逐题得分"):
        assert word in page


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.AUTHOR, Role.RATER])
def test_other_colleagues_get_403(role):
    result = factories.concluded_result()
    client = browser(factories.staff(organisation_of(result), role))
    assert client.get("/results/").status_code == 403
    assert client.get(f"/results/{result.uuid}/").status_code == 403
    assert client.post("/results/act/", {"act": "review", "result": result.pk}).status_code == 403
    assert state(result) == ResultState.PENDING_REVIEW


def test_strangers_get_404_candidates_403_and_anonymous_people_the_sign_in_page():
    result = factories.concluded_result()
    url = f"/results/{result.uuid}/"
    stranger = factories.staff(factories.organisation(), Role.ADMINISTRATOR, Role.REVIEWER)
    assert browser(stranger).get(url).status_code == 404
    assert result.registration.ticket_number not in text(browser(stranger).get("/results/"))
    assert browser(stranger).post("/results/act/", {"act": "review", "result": result.pk}).status_code == 404
    assert state(result) == ResultState.PENDING_REVIEW
    assert browser(result.registration.candidate.user).get(url).status_code == 403
    assert browser(None).get(url)["Location"].startswith("/staff/sign-in/")
    assert browser(None).get("/results/mine/")["Location"] == "/sit/"
    assert browser(stranger).get("/results/mine/").status_code == 403


def test_supervisors_have_no_boxes_and_may_not_act():
    result = factories.concluded_result()
    supervisor = factories.staff(organisation_of(result), Role.SUPERVISOR)
    assert 'type="checkbox"' not in text(browser(supervisor).get("/results/"))
    assert send(supervisor, "review", result).status_code == 403
    assert state(result) == ResultState.PENDING_REVIEW


def test_a_reviewer_reviews_but_does_not_release():
    result = factories.concluded_result()
    reviewer = factories.staff(organisation_of(result), Role.REVIEWER)
    assert "已复核 1 人的成绩" in text(send(reviewer, "review", result))
    assert state(result) == ResultState.REVIEWED
    assert send(reviewer, "release", result).status_code == 403
    assert state(result) == ResultState.REVIEWED


def test_partial_failures_are_named_and_the_others_done():
    session = factories.session(candidates=2, names=["张三", "李四"])
    mine, theirs = (factories.concluded_result(session, index=index) for index in range(2))
    both = factories.staff(session.organisation, Role.ADMINISTRATOR, Role.REVIEWER)
    services.review(result_id=mine.pk, by=both)
    services.review(result_id=theirs.pk, by=factories.staff(session.organisation, Role.REVIEWER))
    page = text(send(both, "release", mine, theirs))
    assert "张三：复核人与发布人不能是同一人" in page
    assert "已发布 1 人的成绩" in page
    assert (state(mine), state(theirs)) == (ResultState.REVIEWED, ResultState.RELEASED)
    assert "由您复核，须由另一位管理员发布" in text(browser(both).get("/results/?state=reviewed"))
    assert "由您复核，须由另一位管理员发布" in text(browser(both).get(f"/results/{mine.uuid}/"))


def test_a_missing_role_for_one_organisation_stops_before_anything_is_done():
    own, other = factories.concluded_result(), factories.concluded_result()
    user = factories.staff(organisation_of(own), Role.REVIEWER)
    Membership.objects.create(user=user, organisation=organisation_of(other), role=Role.SUPERVISOR)
    assert send(user, "review", own, other).status_code == 403
    assert (state(own), state(other)) == (ResultState.PENDING_REVIEW, ResultState.PENDING_REVIEW)


@pytest.mark.parametrize("value", ["x", "9" * 40, "-1", ""])
def test_odd_input_changes_nothing(value):
    result = factories.concluded_result()
    user = factories.staff(organisation_of(result))
    assert browser(user).post("/results/act/", {"act": "review", "result": value}).status_code == 302
    assert browser(user).post("/results/act/", {"act": "destroy", "result": result.pk}).status_code == 404
    assert state(result) == ResultState.PENDING_REVIEW


def test_the_list_keeps_its_session_and_state_through_an_act():
    organisation = factories.organisation()
    first, second = (factories.concluded_result(factories.session(organisation)) for _ in range(2))
    admin = factories.staff(organisation)
    page = text(browser(admin).get("/results/", {"session": first.registration.session.uuid}))
    assert first.registration.ticket_number in page
    assert second.registration.ticket_number not in page
    answer = send(admin, "review", first, state="pending_review", session=first.registration.session.uuid)
    assert answer.redirect_chain[-1][0].endswith(f"session={first.registration.session.uuid}")
    assert "没有处于这个状态的成绩" in text(answer)


def test_detail_of_a_reviewed_result_names_who_and_when():
    result = factories.released_result()
    page = text(browser(factories.staff(organisation_of(result))).get(f"/results/{result.uuid}/"))
    assert result.reviewed_by.display_name in page
    assert result.released_by.display_name in page


def test_detail_of_an_unscored_result_says_what_is_missing():
    attempt = factories.hand_in(factories.attempt())
    result = Result.objects.get(registration=attempt.registration)
    page = text(browser(factories.staff(organisation_of(result))).get(f"/results/{result.uuid}/"))
    assert "还有 1 项评分没有完成" in page


def cost(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_list_and_detail_cost_the_same_for_one_and_three():
    lists, details = [], []
    for number in (1, 3):
        session = factories.session(candidates=number)
        results = [factories.released_result(session, index=index) for index in range(number)]
        client = browser(factories.staff(session.organisation))
        lists.append(cost(client, "/results/?state=released"))
        details.append(cost(client, f"/results/{results[0].uuid}/"))
    assert lists[0] == lists[1]
    assert details[0] == details[1]


def test_own_results_cost_the_same_for_one_and_three():
    costs = []
    for number in (1, 3):
        person = factories.candidate()
        for _ in range(number):
            session = factories.session()
            Registration.objects.filter(session=session).update(candidate=person)
            factories.released_result(session)
        costs.append(cost(browser(person.user), "/results/mine/"))
    assert costs[0] == costs[1]


def test_nothing_of_a_result_shows_before_release():
    session = factories.session(candidates=2)
    waiting = factories.concluded_result(session)
    user = waiting.registration.candidate.user
    page = text(browser(user).get("/results/mine/"))
    assert "成绩尚未发布" in page
    assert "综合成绩" not in page
    services.review(result_id=waiting.pk, by=factories.staff(session.organisation, Role.REVIEWER))
    assert "综合成绩" not in text(browser(user).get("/results/mine/"))
    assert "成绩尚未发布" in text(browser(factories.candidate().user).get("/results/mine/"))


def test_a_failed_candidate_learns_where_to_improve_and_sees_nobody_elses_result():
    session = factories.session(candidates=2)
    failed = factories.released_result(session, passed=False)
    passed = factories.released_result(session, index=1)
    page = text(browser(failed.registration.candidate.user).get("/results/mine/"))
    for word in ("不合格", "需要加强", "未达到", "补考安排请咨询报名院校"):
        assert word in page
    assert passed.registration.ticket_number not in page
    good = text(browser(passed.registration.candidate.user).get("/results/mine/"))
    assert "掌握良好" in good
    assert 'href="/sit/certificates/"' in good
