"""What people judge: two raters blind, a third between them, nobody's own school, and a result that waits for them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership
from audit.models import AuditEvent
from certification.integrity import verify
from exams.delivery import late, saving
from grading import services as grading
from grading.enums import ResultState
from grading.models import ComponentResult, ItemScore, Rating, RatingTask, Result
from grading.queries import criteria_of
from grading.rating import services
from grading.rating.levels import decide, filled, needs_third
from itembank.practical.tasks import read_task
from lib.refusals import Conflict, Forbidden, Invalid, NotFound
from tests import factories
from tests.practical.samples import files_of, golden

pytestmark = pytest.mark.django_db
MODEL = golden(read_task(files_of("inbasket")["e3"]), "model")


@pytest.fixture
def session():
    org = factories.organisation()
    return factories.session(org, candidates=2, form_=factories.practical_form(org, "inbasket-e3"))


@pytest.fixture
def work(session):
    """A work handed in and scored by the machine."""
    return factories.hand_in_work(factories.attempt(session), MODEL)


def rater(session):
    return factories.staff(session.organisation, Role.RATER)


def rate(session, level, by=None):
    """Take the next work and give every criterion the same level."""
    by = by or rater(session)
    task = services.take(by=by)
    services.rate(task_uuid=task.uuid, levels=dict.fromkeys(task.criteria, level), remark="", by=by)
    return task


# ---- levels ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("levels", "share"),
    [
        ([3, 3], 100), ([2, 3], 85), ([3, 2], 85), ([1, 2], "52.5"), ([0, 0], 0), ([0, 1], "17.5"),
        ([0, 3, 1], 35), ([3, 1, 2], 70), ([1, 3, 3], 100), ([0, 2, 3], 70),
    ],
)  # fmt: skip
def test_levels_become_a_share_of_the_points(levels, share):
    found = decide(levels)
    assert Decimal(found.share.numerator) / found.share.denominator * 100 == Decimal(share)


@pytest.mark.parametrize("levels", [[], [2], [0, 2], [3, 1]])
def test_one_rater_or_two_far_apart_decide_nothing(levels):
    assert decide(levels) is None
    assert needs_third(levels) == (len(levels) == 2)


def test_the_candidate_reads_who_said_what_and_the_sum():
    row = {
        "id": "J1",
        "name": "语气",
        "codes": [],
        "points": None,
        "max": 8.0,
        "evidence": "",
        "mode": "judge",
    }
    (done,) = filled([row], {"J1": [2, 3]}, {"J1": ["差", "一般", "较好", "很好"]})
    assert done["points"] == 6.8
    assert (
        done["evidence"] == "两位考评员评为 2 级和 3 级，取平均：85% × 8 分 = 6.8 分。 2 级：较好 3 级：很好"
    )


# ---- the way of a work ------------------------------------------------------------------------------------
def test_a_result_waits_for_two_raters_and_counts_what_they_say(session, work):
    result = Result.objects.get(registration=work.registration)
    assert result.state == ResultState.SCORING
    rate(session, 3)
    result.refresh_from_db()
    assert result.state == ResultState.SCORING
    rate(session, 2)
    result.refresh_from_db()
    assert result.state == ResultState.PENDING_REVIEW
    score = ItemScore.objects.get(run__attempt=work)
    judged = next(row for row in score.criteria if row.get("mode") == "judge")
    part = ComponentResult.objects.get(result=result)
    assert part.points == score.points + Decimal(str(judged["max"])) * Decimal("0.85")
    shown = criteria_of([result])[result.pk][0]
    assert shown["points"] == part.points
    assert {name: bad for name, bad in verify().items() if bad} == {}


def test_two_levels_apart_call_a_third_whose_word_is_between_them(session, work):
    rate(session, 0)
    rate(session, 2)
    result = Result.objects.get(registration=work.registration)
    assert result.state == ResultState.SCORING
    third = rate(session, 1)
    assert third.position == 3
    result.refresh_from_db()
    assert result.state == ResultState.PENDING_REVIEW
    shown = criteria_of([result])[result.pk][0]["criteria"][-1]
    assert shown["points"] == pytest.approx(shown["max"] * 0.35)
    assert "由第三位仲裁" in shown["evidence"]
    assert {name: bad for name, bad in verify().items() if bad} == {}


def test_what_was_not_handed_in_needs_no_rater(session):
    one = factories.hand_in_work(factories.attempt(session), None)
    assert not RatingTask.objects.exists()
    result = Result.objects.get(registration=one.registration)
    assert (result.state, result.weighted) == (ResultState.PENDING_REVIEW, 0)


def test_scoring_the_same_run_twice_asks_the_raters_once(session, work):
    for run in work.scoring_runs.all():
        assert not grading.execute(run.pk)
    assert RatingTask.objects.count() == 2


def test_nobody_rates_a_work_twice_and_nobody_sees_the_other(session, work):
    by = rater(session)
    rate(session, 3, by)
    assert services.take(by=by) is None
    page = factories.browser(other := rater(session))
    task = services.take(by=other)
    shown = page.get(f"/ratings/{task.uuid}/")
    assert shown.status_code == 200
    candidate = work.registration.candidate
    for secret in (candidate.name, work.registration.ticket_number, by.display_name, "checked>"):
        assert secret not in shown.content.decode()


def test_raters_of_the_candidates_school_get_nothing(session, work):
    teacher = rater(session)
    Membership.objects.create(user=teacher, organisation=session.site.organisation, role=Role.PROCTOR)
    assert services.take(by=teacher) is None
    assert services.take(by=rater(session)) is not None


def test_a_rating_counts_once_and_wants_a_level_for_each_criterion(session, work):
    by = rater(session)
    task = services.take(by=by)
    for levels in ({}, {"J1": 4}, {"J1": True}, {"J1": "3"}, {"J1": 3, "J9": 1}):
        with pytest.raises(Invalid, match="0～3 级"):
            services.rate(task_uuid=task.uuid, levels=levels, remark="", by=by)
    services.rate(task_uuid=task.uuid, levels={"J1": 3}, remark="好", by=by)
    with pytest.raises(Conflict, match="已经提交"):
        services.rate(task_uuid=task.uuid, levels={"J1": 2}, remark="", by=by)
    with pytest.raises(Conflict, match="不能退回"):
        services.give_back(task_uuid=task.uuid, by=by)
    assert Rating.objects.get().levels == {"J1": 3}
    event = AuditEvent.objects.get(action="rating.give")
    assert (event.actor, event.reason, event.data["levels"]) == (str(by.uuid), "好", {"J1": 3})


def test_a_work_given_back_or_left_lying_goes_to_somebody_else(session, work):
    first, second = rater(session), rater(session)
    task = services.take(by=first)
    services.give_back(task_uuid=task.uuid, by=first)
    task.refresh_from_db()
    assert task.rater is None
    taken = services.take(by=first)
    RatingTask.objects.filter(pk=taken.pk).update(taken_at=taken.taken_at - services.KEPT)
    others = [services.take(by=second)]
    services.rate(task_uuid=others[0].uuid, levels={"J1": 1}, remark="", by=second)
    third = rater(session)
    others.append(services.take(by=third))
    assert taken.pk in {one.pk for one in others}
    if others[0].pk == taken.pk or others[1].pk == taken.pk:
        with pytest.raises(NotFound, match="已转给其他考评员"):
            services.rate(task_uuid=taken.uuid, levels={"J1": 1}, remark="", by=first)


def test_what_raters_remark_is_there_for_whoever_confirms_the_result(session, work):
    for by in (rater(session), rater(session)):
        task = services.take(by=by)
        services.rate(task_uuid=task.uuid, levels={"J1": 2}, remark="第二条回复口吻生硬", by=by)
    result = Result.objects.get(registration=work.registration)
    reviewer = factories.browser(factories.staff(session.organisation, Role.REVIEWER))
    page = reviewer.get(f"/results/{result.uuid}/").content.decode()
    assert page.count("第二条回复口吻生硬") == 2
    assert "第 1 位考评员" in page
    assert by.display_name not in page


def test_late_answers_that_are_taken_make_a_new_work(session, work):
    by = rater(session)
    old = services.take(by=by)
    event = {**factories.event(old.slot, rev=2), "response": {**MODEL, "handled": MODEL["handled"][:2]}}
    saving.save_responses(attempt_id=work.pk, raw_events=[event], device=work.device)
    chief = factories.proctor(session)
    seq = work.response_events.order_by("-seq").first().seq
    late.decide(attempt_id=work.pk, seqs=[seq], accept=True, reason="网络中断", by=chief)
    with pytest.raises(NotFound):
        services.rate(task_uuid=old.uuid, levels={"J1": 3}, remark="", by=by)
    for run in work.scoring_runs.exclude(state="done"):
        grading.execute(run.pk)
    assert RatingTask.objects.filter(rating__isnull=True).exclude(root=old.root).count() == 2


# ---- who may ------------------------------------------------------------------------------------------------
def test_only_raters_of_the_organisation_take_and_only_the_taker_sees(session, work):
    task = services.take(by=(owner := rater(session)))
    colleague = rater(session)
    stranger = factories.staff(factories.organisation(), Role.RATER)
    admin = factories.staff(session.organisation)
    for by in (admin, factories.staff(session.organisation, Role.REVIEWER)):
        with pytest.raises(Forbidden):
            services.take(by=by)
    assert services.take(by=stranger) is None
    address = f"/ratings/{task.uuid}/"
    assert factories.browser(owner).get(address).status_code == 200
    for by in (colleague, stranger, admin):
        assert factories.browser(by).get(address).status_code == 404
        assert factories.browser(by).post(address, {"level-J1": "3"}).status_code == 404
        assert factories.browser(by).post(f"{address}return/").status_code == 404
    assert factories.browser().get(address).status_code == 302
    candidate = factories.browser(work.registration.candidate.user)
    assert candidate.get(address).status_code == 403
    assert candidate.get("/ratings/").status_code == 403
    assert not Rating.objects.exists()


def test_the_page_says_what_is_missing_and_goes_on_to_the_next(session, work):
    factories.hand_in_work(factories.attempt(session, index=1), MODEL)
    page = factories.browser(by := rater(session))
    first = page.post("/ratings/take/")
    assert first.status_code == 302
    missing = page.post(first.url, {"remark": "有想法"})
    assert missing.status_code == 422
    assert "还有评分项没有选等级" in missing.content.decode()
    assert "有想法" in missing.content.decode()
    second = page.post(first.url, {"level-J1": "2"})
    assert second.status_code == 302
    assert second.url not in (first.url, "/ratings/")
    assert page.post(second.url, {"level-J1": "1"}).url == "/ratings/"
    assert {one.levels["J1"] for one in Rating.objects.filter(rated_by=by)} == {1, 2}
    assert page.get(first.url).status_code == 302


def test_lists_take_the_same_number_of_queries_however_long(session, work):
    by, admin = rater(session), factories.staff(session.organisation, Role.ADMINISTRATOR, Role.RATER)
    rate(session, 3, by)

    def queries(who):
        client = factories.browser(who)
        client.get("/ratings/")
        with CaptureQueriesContext(connection) as found:
            assert client.get("/ratings/").status_code == 200
        return len(found)

    before = queries(by), queries(admin)
    factories.hand_in_work(factories.attempt(session, index=1), MODEL)
    rate(session, 2, by)
    assert (queries(by), queries(admin)) == before


# ---- at the same moment ---------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_many_raters_at_once_get_different_work_and_the_last_two_conclude():
    org = factories.organisation()
    session = factories.session(org, candidates=2, form_=factories.practical_form(org, "inbasket-e3"))
    for index in range(2):
        factories.hand_in_work(factories.attempt(session, index=index), MODEL)
    people = [rater(session) for _ in range(4)]
    start = threading.Barrier(8)

    def one(by):
        try:
            start.wait(20)
            return services.take(by=by)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(one, [*people, *people]))  # everybody clicks twice
    assert {task.pk for task in taken if task} == set(RatingTask.objects.values_list("pk", flat=True))
    assert all(task.rater_id == by.pk for task, by in zip(taken, [*people, *people], strict=True) if task)

    def give(task):
        try:
            start.wait(20)
            services.rate(task_uuid=task.uuid, levels={"J1": 2}, remark="", by=task.rater)
        finally:
            connections.close_all()

    start = threading.Barrier(4)
    tasks = list(RatingTask.objects.select_related("rater"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(give, tasks))
    assert set(Result.objects.values_list("state", flat=True)) == {ResultState.PENDING_REVIEW}
