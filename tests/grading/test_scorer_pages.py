"""Pages of 评分程序: who sees and moves what, what they say, what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from grading.enums import ResultState
from grading.models import LiveScorer, ScorerTrial
from lib.leases import TaskState
from tests import factories
from tests.factories import browser
from tests.scorers import NEW, OLD, result_of, run_all, sitting, stricter, task_of, try_it

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode()


def start(user, session, **more):
    body = {"task": [str(task_of(session).uuid)], "reason": "顺序判得过严", **more}
    return browser(user).post("/results/scorers/start/", body, follow=True)


def test_from_the_list_to_the_live_version(install_scorer):
    session = sitting("late", "template", "model")
    reviewer, admin = (
        factories.staff(session.organisation, Role.REVIEWER),
        factories.staff(session.organisation),
    )
    assert "都按最新的评分程序评分" in text(browser(admin).get("/results/scorers/"))
    install_scorer(NEW, stricter)
    page = text(browser(reviewer).get("/results/scorers/"))
    assert task_of(session).item.code in page
    assert OLD in page
    assert NEW in page
    assert "有新版评分程序的任务" in text(browser(reviewer).get("/staff/"))
    page = text(start(reviewer, session))
    trial = ScorerTrial.objects.get()
    address = f"/results/scorers/{trial.uuid}/"
    assert "已试评 0 / 3 份" in page
    assert "js/reload.js" in page
    assert "还有 3 份作品正在试评" in text(browser(admin).get(address))
    run_all()
    assert "可以启用" in text(browser(admin).get("/results/scorers/"))
    page = text(browser(admin).get(address))
    assert "js/reload.js" not in page
    for words in (
        "+3",
        "-8",
        "回复要点不到一半，话术库不计分。",
        "按新版结论不同的成绩",
        "<strong>3</strong> 份待复核的按新版重新合成",
    ):
        assert words in page
    registration = factories.registration(session, 1)
    assert registration.ticket_number in page
    assert registration.candidate.name not in page
    page = text(browser(reviewer).post(f"{address}live/", {"reason": "差异已核对"}, follow=True))
    assert not LiveScorer.objects.exists()
    page = text(browser(admin).post(f"{address}live/", {"reason": "差异已核对"}, follow=True))
    assert f"从现在起按评分程序 {NEW} 版评分" in page
    assert "已启用" in page
    assert result_of(session, 1).weighted == 53
    assert result_of(session).state == ResultState.PENDING_REVIEW
    assert "都按最新的评分程序评分" in text(browser(admin).get("/results/scorers/"))
    assert f"评分程序 {NEW} 版" in text(browser(admin).get(f"/results/{result_of(session).uuid}/"))


def test_a_flagged_trial_says_which_works_and_why(install_scorer):
    def broken(*_):
        raise ZeroDivisionError("division by zero")

    session = sitting("late")
    install_scorer(NEW, broken)
    admin = factories.staff(session.organisation)
    start(admin, session)
    for _ in range(3):
        run_all()
    page = text(browser(admin).get(f"/results/scorers/{ScorerTrial.objects.get().uuid}/"))
    for words in ("有 1 份需人工处理", "ZeroDivisionError", factories.registration(session).ticket_number):
        assert words in page
    assert "评分需人工处理" not in text(browser(admin).get("/staff/"))
    assert session.registrations.get().attempts.get().scoring_runs.filter(state=TaskState.FLAGGED).exists()


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.AUTHOR, Role.RATER, Role.SUPERVISOR])
def test_other_colleagues_get_403(install_scorer, role):
    session = sitting("late")
    install_scorer(NEW, stricter)
    address = f"/results/scorers/{try_it(session).uuid}/"
    client = browser(factories.staff(session.organisation, role))
    assert client.get("/results/scorers/").status_code == 403
    assert client.get(address).status_code == 403
    assert client.post(f"{address}live/", {"reason": "差异已核对"}).status_code == 403
    assert client.post("/results/scorers/start/", {"reason": "试一试"}).status_code == 403


def test_strangers_find_nothing_and_candidates_and_the_public_do_not_get_in(install_scorer):
    session = sitting("late")
    install_scorer(NEW, stricter)
    stranger = factories.staff(factories.organisation())
    assert start(stranger, session).status_code == 404
    assert task_of(session).item.code not in text(browser(stranger).get("/results/scorers/"))
    address = f"/results/scorers/{try_it(session).uuid}/"
    assert browser(stranger).get(address).status_code == 404
    assert browser(stranger).post(f"{address}live/", {"reason": "差异已核对"}).status_code == 404
    assert task_of(session).item.code not in text(browser(stranger).get("/results/scorers/"))
    candidate = browser(factories.registration(session).candidate.user)
    assert candidate.get(address).status_code == 403
    assert candidate.get("/results/scorers/").status_code == 403
    assert browser().get(address).status_code == 302
    assert not LiveScorer.objects.exists()


def test_the_starter_reads_that_somebody_else_has_to_make_it_live(install_scorer):
    session = sitting("late")
    install_scorer(NEW, stricter)
    admin = factories.staff(session.organisation)
    start(admin, session)
    run_all()
    address = f"/results/scorers/{ScorerTrial.objects.get().uuid}/"
    assert "请由另一位管理员启用" in text(browser(admin).get(address))
    answer = browser(admin).post(f"{address}live/", {"reason": "差异已核对"})
    assert answer.status_code == 409
    assert "启用新版" not in text(browser(admin).get(address))


@pytest.mark.parametrize("body", [{}, {"task": "x"}, {"task": "00000000-0000-0000-0000-000000000000"}])
def test_odd_input_starts_nothing(install_scorer, body):
    session = sitting("late")
    install_scorer(NEW, stricter)
    client = browser(factories.staff(session.organisation))
    assert client.post("/results/scorers/start/", body).status_code in (302, 404)
    assert "请填写原因" in text(start(factories.staff(session.organisation), session, reason=" "))
    assert not ScorerTrial.objects.exists()


def test_both_pages_cost_the_same_for_two_works_and_five(install_scorer):
    def cost(client, address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    sessions = [sitting("late", "template"), sitting("late", "template", "weak", "pass", "template")]
    install_scorer(NEW, stricter)
    costs = []
    for session in sessions:
        client = browser(factories.staff(session.organisation))
        before = cost(client, "/results/scorers/")
        address = f"/results/scorers/{try_it(session).uuid}/"
        costs.append((before, cost(client, "/results/scorers/"), cost(client, address)))
    assert costs[0] == costs[1]


def test_results_and_ratings_lead_there(install_scorer):
    session = sitting("late")
    admin = browser(factories.staff(session.organisation))
    link = 'href="/results/scorers/"'
    assert link in text(admin.get("/results/"))
    assert link in text(admin.get("/ratings/"))
    supervisor = browser(factories.staff(session.organisation, Role.SUPERVISOR))
    assert link not in text(supervisor.get("/results/"))
