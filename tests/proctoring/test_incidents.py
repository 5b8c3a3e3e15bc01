"""考场情况与违纪: on record once, witnessed, decided by headquarters, with computed effect; and no certificate meanwhile."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from accounts.enums import Role
from audit.queries import trail
from certificates import services as certificates
from certificates.models import Decision
from certification import integrity
from exams.enums import AttemptState, SessionState
from exams.models import Attempt
from exams.scheduling import services as scheduling
from grading import services as grading
from grading.enums import Outcome
from grading.models import Result
from lib.refusals import Conflict
from proctoring import incidents
from proctoring.models import Incident, IncidentDecision, IncidentFile
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(integrity.CHECKS)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def record(session, attempt, by, tier=2, **changed):
    given = {
        "article": "抄袭他人作答", "facts": "09:40 看到考生抄写邻座的答案，当场制止。", "witness": "王老师", "statement": "",
        "files": [],
    }  # fmt: skip
    return incidents.put_on_record(
        session=session, attempt_uuid=attempt.uuid, tier=tier, by=by, **(given | changed)
    )


def decide(incident, effect, years=1, by=None):
    by = by or factories.staff(incident.session.organisation)
    return incidents.decide(incident_id=incident.pk, effect=effect, years=years, reason="证据充分", by=by)


@pytest.fixture
def room():
    """(session, attempt, proctor)"""
    session = factories.session(candidates=2, rooms=2)
    return session, factories.attempt(session), factories.proctor(session)


@pytest.mark.parametrize(
    ("tier", "effect", "state", "barred"),
    [
        (1, "component", AttemptState.VOIDED, False), (2, "all", AttemptState.VOIDED, False),
        (3, "barred", AttemptState.VOIDED, True), (2, "none", AttemptState.IN_PROGRESS, False),
    ],
)  # fmt: skip
def test_the_effect_follows_from_the_tier(room, tier, effect, state, barred):
    session, attempt, proctor = room
    incident = record(session, attempt, proctor, tier)
    assert decide(incident, effect, years=2).barred_until == (
        incidents._years_later(localdate(), 2) if barred else None
    )
    assert Attempt.objects.get(pk=attempt.pk).state == state
    candidate = attempt.registration.candidate
    assert bool(incidents.barred_until(candidate, localdate())) == barred
    later = factories.session(state=SessionState.DRAFT)
    if barred:
        with pytest.raises(Conflict, match="限制报考"):
            scheduling.register(
                session=later,
                candidate=candidate,
                room=attempt.registration.room,
                seat="99",
                ticket_number="X1",
            )
    else:
        scheduling.register(
            session=later, candidate=candidate, room=attempt.registration.room, seat="99", ticket_number="X1"
        )
    told = [
        one.action for one in trail(session.stream).filter(target=f"attempt:{attempt.uuid}").order_by("seq")
    ]
    expected = [
        "attempt.start",
        "attempt.misconduct",
        *(["attempt.voided"] if effect != "none" else []),
        "attempt.judged",
    ]
    assert told == expected
    assert integrity.verify() == GOOD


@pytest.mark.parametrize(
    ("tier", "effect"), [(1, "all"), (1, "barred"), (2, "barred"), (3, "component"), (2, "x")]
)
def test_an_effect_that_is_not_the_tiers_is_refused(room, tier, effect):
    session, attempt, proctor = room
    incident = record(session, attempt, proctor, tier)
    with pytest.raises(Exception, match="不符"):
        decide(incident, effect)
    assert not IncidentDecision.objects.exists()


def test_it_is_decided_once_and_not_by_whoever_recorded_it(room):
    session, attempt, _ = room
    admin = factories.staff(session.organisation)
    incident = record(session, attempt, admin)
    with pytest.raises(Exception, match="登记人不能认定"):
        decide(incident, "all", by=admin)
    decide(incident, "none")
    with pytest.raises(Conflict, match="已经认定过"):
        decide(incident, "all")
    assert Attempt.objects.get(pk=attempt.pk).state == AttemptState.IN_PROGRESS


def test_open_misconduct_keeps_back_the_certificate_until_it_is_decided():
    session = factories.session()
    result = factories.concluded_result(session)
    incident = record(session, Attempt.objects.get(), factories.proctor(session))
    grading.review(result_id=result.pk, by=factories.staff(session.organisation, Role.REVIEWER))
    grading.release(result_id=result.pk, by=factories.staff(session.organisation))
    assert certificates.decide(result.pk) is None
    assert not Decision.objects.exists()
    decide(incident, "none")
    certificates.sweep()
    assert Decision.objects.get().passed


def test_a_void_sitting_fails_and_a_concluded_result_is_concluded_again():
    session = factories.session()
    result = factories.concluded_result(session)
    assert result.outcome == Outcome.PASSED
    decide(record(session, Attempt.objects.get(), factories.proctor(session)), "all")
    grading.sweep()
    assert Result.objects.get().outcome == Outcome.FAILED
    assert integrity.verify() == GOOD


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"tier": 9}, "请选择档次"), ({"article": ""}, "情形"), ({"facts": "抄"}, "事实经过"), ({"witness": ""}, "两名监考员"),
        ({"statement": "不"}, "考生陈述"), ({"files": [SimpleUploadedFile("a.exe", b"MZ")]}, "不是 JPG"),
        ({"files": [SimpleUploadedFile("a.png", PNG + bytes(incidents.MAX_FILE))]}, "超过 10 MB"),
    ],
)  # fmt: skip
def test_an_incomplete_record_is_refused_in_one_sentence_and_nothing_is_kept(room, changed, words):
    session, attempt, proctor = room
    address = f"/sessions/{session.uuid}/incidents/"
    data = {
        "attempt": str(attempt.uuid), "tier": "2", "article": "抄袭他人作答", "facts": "09:40 看到考生抄写邻座的答案。",
        "witness": "王老师",
    } | {name: str(value) if name == "tier" else value for name, value in changed.items()}  # fmt: skip
    page = factories.browser(proctor).post(address, data)
    assert (page.status_code, words in page.content.decode()) == (422, True)
    if "facts" not in changed:
        assert "09:40" in page.content.decode()  # what was typed is still there


def test_an_event_needs_no_witness_and_no_decision(room):
    session, attempt, proctor = room
    incident = record(session, attempt, proctor, 0, article="设备故障", witness="")
    assert incidents.open_misconduct(attempt.registration) == 0
    with pytest.raises(Conflict, match="不需要认定"):
        decide(incident, "none")


def test_evidence_and_statement_are_added_and_read_by_whoever_may(room):
    session, attempt, proctor = room
    incident = record(session, attempt, proctor)
    client = factories.browser(proctor)
    address = f"/sessions/{session.uuid}/incidents/{incident.uuid}/add/"
    for _ in range(2):  # the same file again is the same evidence
        client.post(address, {"statement": "", "files": [SimpleUploadedFile("照片.png", PNG)]})
    client.post(address, {"statement": "我没有抄。"})
    file = IncidentFile.objects.get()
    assert (file.kind, file.name) == ("image/png", "照片.png")
    text = client.get(f"/sessions/{session.uuid}/incidents/").content.decode()
    assert "我没有抄。" in text
    assert "照片.png" in text
    evidence = f"/sessions/{session.uuid}/evidence/{file.uuid}/"
    answer = client.get(evidence)
    assert b"".join(answer.streaming_content) == PNG
    assert "attachment" in answer["Content-Disposition"]
    other = factories.registration(session, 1).room
    assert factories.browser(factories.proctor(session, room=other)).get(evidence).status_code == 404
    assert factories.browser(factories.proctor(factories.session())).get(evidence).status_code == 404


def test_who_may_record_and_who_may_decide(room):
    session, attempt, chief = room
    own, other = attempt.registration.room, factories.registration(session, 1).room
    address = f"/sessions/{session.uuid}/incidents/"
    data = {
        "attempt": str(attempt.uuid), "tier": "1", "article": "离开座位", "facts": "考生未经允许离开座位。", "witness": "王老师",
    }  # fmt: skip
    refused = [
        (factories.proctor(session, room=other), 403), (factories.staff(session.organisation, Role.SUPERVISOR), 403),
        (factories.staff(session.organisation, Role.AUTHOR), 403), (factories.proctor(factories.session()), 404),
        (attempt.registration.candidate.user, 403), (None, 302),
    ]  # fmt: skip
    for user, status in refused:
        assert factories.browser(user).post(address, data).status_code == status, user
    assert not Incident.objects.exists()
    assert factories.browser(factories.proctor(session, room=own)).post(address, data).status_code == 302
    incident = Incident.objects.get()
    decision = {"effect": "component", "reason": "证据充分"}
    for user, status in [*refused[1:], (chief, 403)]:
        answer = factories.browser(user).post(f"{address}{incident.uuid}/decide/", decision)
        assert answer.status_code == status, user
    assert not IncidentDecision.objects.exists()
    admin = factories.staff(session.organisation)
    assert factories.browser(admin).post(f"{address}{incident.uuid}/decide/", decision).status_code == 302
    assert Attempt.objects.get(pk=attempt.pk).state == AttemptState.VOIDED


def test_the_list_costs_the_same_for_many_records(room, django_assert_num_queries):
    session, attempt, proctor = room
    record(session, attempt, proctor)
    with django_assert_num_queries(3):
        list(incidents.seen_incidents(session, None))
    record(session, attempt, proctor, 3, statement="没有", files=[SimpleUploadedFile("a.png", PNG)])
    with django_assert_num_queries(3):
        rows = list(incidents.seen_incidents(session, None))
    assert [one.tier for one in rows] == [3, 2]


def test_the_console_shows_that_a_decision_is_waited_for(room):
    session, attempt, proctor = room
    record(session, attempt, proctor)
    rows = factories.api(proctor).get(f"/api/v1/sessions/{session.uuid}/console/").json()["attempts"]
    assert sorted(row["misconduct"] for row in rows) == [0, 1]


def test_a_bar_of_a_leap_day_ends_on_a_day_there_is():
    assert incidents._years_later(dt.date(2028, 2, 29), 1) == dt.date(2029, 2, 28)


# ---- 常用原因 -------------------------------------------------------------------------------------------------


def test_reasons_are_edited_in_two_levels_and_offered_in_the_console(room):
    session, _, proctor = room
    admin = factories.browser(factories.staff(session.organisation))
    data = {
        "organisation": str(session.organisation.uuid),
        "text": "设备：键盘失灵、鼠标失灵\n\n考场: 消防演习",
    }
    assert admin.post("/reasons/", data).status_code == 302
    text = factories.browser(proctor).get(f"/sessions/{session.uuid}/").content.decode()
    for words in ("键盘失灵", "鼠标失灵", "消防演习"):
        assert f'data-value="{words}"' in text
    assert "设备故障" not in text
    for bad, words in (("设备", "第 1 行"), ("设备：键盘失灵、键盘失灵", "重复"), ("", "1–60 个")):
        page = admin.post("/reasons/", data | {"text": bad})
        assert (page.status_code, words in page.content.decode()) == (422, True)
    elsewhere = factories.organisation()
    assert admin.post("/reasons/", data | {"organisation": str(elsewhere.uuid)}).status_code == 404
    assert factories.browser(proctor).get("/reasons/").status_code == 403
    assert 'href="/reasons/"' in admin.get("/sessions/").content.decode()
    assert 'href="/reasons/"' not in factories.browser(proctor).get("/sessions/").content.decode()
