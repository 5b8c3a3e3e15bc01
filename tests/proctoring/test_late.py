"""迟到作答: held until a person takes or refuses it, once; what is taken counts, is receipted and scored again."""

import datetime as dt
import io
import json
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.enums import Role
from audit.queries import trail
from certification import integrity
from exams.delivery import late, receipts, saving, services
from exams.models import LateDecision, Receipt, ResponseEvent
from grading import services as grading
from grading.enums import ResultState
from grading.models import ComponentResult, Result, ScoringRun
from lib.canonical import sha256_hex
from lib.refusals import Conflict
from proctoring import services as steering
from proctoring.queries import late_attempts
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(integrity.CHECKS)


@pytest.fixture
def room():
    """(session, chief proctor, attempt): three items, T01 answered wrong in time; b, then a for it came late."""
    session = factories.session(candidates=2, rooms=2)
    attempt = factories.hand_in(factories.attempt(session), right=False)
    send(attempt, factories.event("T01", ["c"], rev=2), factories.event("T01", ["a"], rev=3))
    score(attempt)
    return session, factories.proctor(session), attempt


def send(attempt, *events):
    saving.save_responses(attempt_id=attempt.pk, raw_events=list(events), device=attempt.device)
    attempt.refresh_from_db()


def score(attempt):
    for run_id in ScoringRun.objects.filter(attempt=attempt, state="queued").values_list("pk", flat=True):
        grading.execute(run_id)


def points(attempt):
    return ComponentResult.objects.get(attempt=attempt).points


def exported(attempt):
    out = io.StringIO()
    call_command("export_events", str(attempt.uuid), stdout=out)
    return [json.loads(line)["state"] for line in out.getvalue().splitlines()]


def decide(room, seqs, accept=True, by=None, reason="网络中断"):
    session, chief, attempt = room
    return steering.decide_late(
        session=session, attempt_uuid=attempt.uuid, seqs=seqs, accept=accept, reason=reason, by=by or chief
    )


def test_late_answers_that_were_taken_count_and_the_receipt_says_so(room):
    session, _, attempt = room
    first = attempt.receipts.get()
    assert (points(attempt), exported(attempt)) == (0, ["accepted"] * 3 + ["held"] * 2)
    assert decide(room, [4, 5]) == {"accepted": 2}
    assert exported(attempt) == ["accepted"] * 5
    second = attempt.receipts.get(number=2)
    body = json.loads(second.body)
    assert (body["events"], body["head"]) == (5, attempt.head)
    assert body["supersedes"] == sha256_hex(first.body.encode())
    assert receipts.verifies(second)
    result = Result.objects.get(registration=attempt.registration)
    assert (result.state, result.concluded_at) == (ResultState.SCORING, None)
    score(attempt)
    assert points(attempt) == 4
    told = trail(session.stream).get(action="attempt.late")
    assert (told.reason, told.data) == ("网络中断", {"decided": {"4": "accepted", "5": "accepted"}})
    assert integrity.verify() == GOOD


def test_what_was_refused_changes_nothing_but_its_state(room):
    _, _, attempt = room
    assert decide(room, [4, 5], accept=False, reason="没有合理的理由") == {"refused": 2}
    assert (exported(attempt)[3:], attempt.receipts.count(), points(attempt)) == (["refused"] * 2, 1, 0)
    assert Result.objects.get(registration=attempt.registration).state == ResultState.PENDING_REVIEW
    assert integrity.verify() == GOOD


def test_taken_after_a_newer_one_it_is_superseded(room):
    _, _, attempt = room
    decide(room, [5])
    assert decide(room, [4]) == {"superseded": 1}
    assert (exported(attempt)[3:], attempt.receipts.count()) == (["superseded", "accepted"], 2)
    assert integrity.verify() == GOOD


def test_an_answer_taken_before_the_hand_in_makes_a_new_receipt_over_the_same_chain():
    """What comes between the end and the sweep's hand-in is held under the first receipt already."""
    session = factories.session(minutes=1)
    attempt = factories.attempt(session)
    send(attempt, factories.event("T01", ["b"]))
    factories.began(attempt, attempt.started_at - dt.timedelta(seconds=70))
    send(attempt, factories.event("T01", ["a"], rev=2))
    assert services.expire(attempt_ids=[attempt.pk]) == 1
    score(attempt)
    assert (exported(attempt), points(attempt)) == (["accepted", "held"], 0)
    late.decide(
        attempt_id=attempt.pk, seqs=[2], accept=True, reason="网络中断", by=factories.proctor(session)
    )
    score(attempt)
    heads = [json.loads(one.body)["head"] for one in attempt.receipts.order_by("number")]
    assert (heads, points(attempt)) == ([attempt.head] * 2, 4)


def test_once_decided_it_stays_decided(room):
    decide(room, [4])
    for accept in (True, False):
        with pytest.raises(Conflict, match="已经处理过"):
            decide(room, [4, 5], accept=accept)
    assert LateDecision.objects.count() == 1


@pytest.mark.parametrize("seqs", [[1], [99], [4, 99]])
def test_only_what_is_held_can_be_decided(room, seqs):
    with pytest.raises(Conflict):
        decide(room, seqs)
    assert not LateDecision.objects.exists()


def test_a_result_waits_for_the_decision_and_then_stands(room):
    session, _, attempt = room
    result = Result.objects.get(registration=attempt.registration)
    reviewer = factories.staff(session.organisation, Role.REVIEWER)
    with pytest.raises(Conflict, match="2 条迟到作答没有处理"):
        grading.review(result_id=result.pk, by=reviewer)
    decide(room, [4], accept=False)
    decide(room, [5], accept=False)
    grading.review(result_id=result.pk, by=reviewer)
    send(attempt, factories.event("T02", ["a"], rev=2))
    with pytest.raises(Conflict, match="不能再采纳"):
        decide(room, [6])
    assert (Receipt.objects.count(), LateDecision.objects.count()) == (1, 2)
    assert decide(room, [6], accept=False) == {"refused": 1}
    assert integrity.verify() == GOOD


def test_an_older_revision_asks_for_no_decision(room):
    session, _, attempt = room
    decide(room, [4, 5], accept=False)
    send(attempt, factories.event("T01", ["d"], rev=1))
    assert exported(attempt)[-1] == "held"
    assert not late.undecided(ResponseEvent.objects.filter(attempt=attempt)).exists()
    grading.review(
        result_id=Result.objects.get(registration=attempt.registration).pk,
        by=factories.staff(session.organisation, Role.REVIEWER),
    )


def post(user, session, about, **changed):
    data = {"attempt": str(about.uuid), "seq": ["4", "5"], "act": "accept", "reason": "网络中断"} | changed
    return factories.browser(user).post(f"/sessions/{session.uuid}/late/", data)


def test_who_may_decide(room):
    session, chief, attempt = room
    own, other = attempt.registration.room, factories.registration(session, 1).room
    refused = [
        (factories.proctor(session, room=own), 403),
        (factories.proctor(session, room=other), 403),
        (factories.staff(session.organisation, Role.SUPERVISOR), 403),
        (factories.staff(session.organisation, Role.AUTHOR), 403),
        (factories.proctor(factories.session()), 404),
        (attempt.registration.candidate.user, 403),
        (None, 302),
    ]
    for user, status in refused:
        assert post(user, session, attempt).status_code == status, user
    assert not LateDecision.objects.exists()
    assert post(factories.staff(session.organisation), session, attempt, seq=["4"]).status_code == 302
    assert post(chief, session, attempt, seq=["5"]).status_code == 302
    assert LateDecision.objects.count() == 2


def test_the_page_shows_both_answers_and_keeps_what_was_typed(room):
    session, chief, attempt = room
    client = factories.browser(chief)
    text = client.get(f"/sessions/{session.uuid}/late/").content.decode()
    for words in ("第 1 题", "B. 选项b", "A. 选项a", "待处理", "采纳所选作答"):
        assert words in text
    page = post(chief, session, attempt, reason="", seq=["5"])
    assert (page.status_code, "请填写原因" in page.content.decode()) == (422, True)
    assert page.content.decode().count("checked") == 1
    for nonsense in ({"attempt": "x"}, {"seq": ["x"]}, {"seq": []}, {"seq": ["9" * 30]}):
        assert post(chief, session, attempt, **nonsense).status_code in (404, 422)
    elsewhere = factories.hand_in(factories.attempt())
    assert post(chief, session, elsewhere).status_code == 404


def test_a_proctor_of_a_room_sees_his_own_candidates_only(room):
    session, _, attempt = room
    own, other = attempt.registration.room, factories.registration(session, 1).room
    for hall, seen in ((own, True), (other, False)):
        text = factories.browser(factories.proctor(session, room=hall)).get(f"/sessions/{session.uuid}/late/")
        assert ("第 1 题" in text.content.decode()) == seen
        assert "采纳所选作答" not in text.content.decode()


def test_the_list_costs_the_same_for_many(room, django_assert_num_queries):
    session, _, _ = room
    with django_assert_num_queries(5):
        assert len(late_attempts(session, None)) == 1
    other = factories.hand_in(factories.attempt(session, index=1), right=False)
    send(other, *[factories.event(f"T0{one}", ["a"], rev=2) for one in (1, 2, 3)])
    with django_assert_num_queries(5):
        assert [one.waiting for one in late_attempts(session, None)] == [2, 3]


def test_the_console_says_how_many_wait(room):
    session, chief, _ = room
    address = f"/api/v1/sessions/{session.uuid}/console/"
    for expected in ([0, 2], [0, 0]):
        rows = factories.api(chief).get(address).json()["attempts"]
        assert sorted(row["late_answers"] for row in rows) == expected
        if expected[1]:
            decide(room, [4, 5])


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once():
    session = factories.session()
    attempt = factories.hand_in(factories.attempt(session), right=False)
    send(attempt, factories.event("T01", ["a"], rev=2))
    barrier, found = threading.Barrier(2), []

    def run(accept, by):
        barrier.wait()
        try:
            found.append(decide((session, by, attempt), [4], accept=accept))
        except Conflict as refusal:
            found.append(refusal.code)
        connection.close()

    people = [factories.proctor(session), factories.staff(session.organisation)]
    threads = [threading.Thread(target=run, args=one) for one in zip((True, False), people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found.count("decided") == 1
    assert LateDecision.objects.count() == 1


def test_the_candidate_is_told(room):
    _, _, attempt = room
    client = factories.browser(attempt.registration.candidate.user)
    address = f"/sit/done/{attempt.uuid}/"
    assert "有 2 条作答在考试结束后才送达" in client.get(address).content.decode()
    decide(room, [5])
    text = client.get(address).content.decode()
    assert "监考员采纳了 1 条迟到的作答" in text
    assert "条作答在考试结束后才送达" not in text
