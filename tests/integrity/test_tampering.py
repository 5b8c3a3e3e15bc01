"""Whoever writes to the database with its triggers off is found: any single row changed, removed or made up."""

import datetime as dt
import random
import uuid
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction

from accounts.enums import Role
from audit.models import AuditEvent
from certificates import services as certificates
from certificates.models import Certificate, CertificateDocument, Decision
from certification.integrity import CHECKS, checkpoints, verify
from exams.delivery import late, saving, services, timing
from exams.enums import ClockKind
from exams.models import (
    Attempt,
    AttemptMessage,
    Break,
    ItemOrder,
    LateDecision,
    Receipt,
    Response,
    ResponseEvent,
    SeenSlot,
    TimeGrant,
)
from exams.scheduling import services as scheduling
from grading import services as grading
from grading.models import (
    ComponentResult,
    ItemScore,
    LiveScorer,
    Rating,
    RatingTask,
    Result,
    ScorerTrial,
    ScoringRun,
)
from grading.rating import services as rating
from grading.trials import services as trials
from itembank.practical.tasks import read_task
from lib.canonical import canonical_text
from tests import factories, scorers
from tests.practical.samples import files_of, golden

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = 200
# Columns whose change harms nobody's answers, marks or certificates, and why. Primary keys name a row inside the
# database only.
WATCHED: dict[type[models.Model], dict[str, str]] = {
    ResponseEvent: {},
    Response: {},
    LateDecision: {},
    Receipt: {},
    Break: {},
    SeenSlot: {},
    ItemOrder: {},
    TimeGrant: {"request": "recognises the same click, told to nobody"},
    AttemptMessage: {"uuid": "tells the page which message was read"},
    Attempt: {"device": "the seat of this moment", "last_seen_at": "a sign of life"},
    ScoringRun: {
        **dict.fromkeys(("tries", "lease_until", "failure", "created_at", "done_at"), "how the work went"),
    },
    ItemScore: {},
    ScorerTrial: {},
    LiveScorer: {},
    ComponentResult: {},
    RatingTask: {
        "uuid": "told by the trail once it is rated, and watched there",
        **dict.fromkeys(("rater", "taken_at"), "in whose hands the work is at this moment"),
    },
    Rating: {},
    Result: {},
    AuditEvent: {},
    Decision: {},
    Certificate: {},
    CertificateDocument: {
        **dict.fromkeys(("tries", "lease_until", "failure", "created_at", "done_at"), "how the work went"),
        "state": "whether a worker is to print; the print itself is watched",
    },
}


@pytest.fixture
def house(install_scorer):
    """A finished session of two, with a grant, a message, a pause, superseded and late events, a certificate; practical
    works, one of them scored by a newer version that was made live."""
    session = factories.session(candidates=2, items=3)
    by = factories.proctor(session)
    one = factories.attempt(session)
    timing.grant(attempt_id=one.pk, seconds=60, reason="设备故障", by=by)
    services.message(attempt_id=one.pk, text="请看第二题", by=by)
    timing.pause(attempt_id=one.pk, reason="停电", by=by)
    timing.resume(attempt_id=one.pk, reason="来电", by=by)
    events = [factories.event("T01", ["b"], rev=3), factories.event("T01", ["c"], rev=2)]
    saving.save_responses(attempt_id=one.pk, raw_events=events, device=one.device)
    other = factories.released_result(session, index=1)
    by_admin = factories.staff(session.organisation)
    certificate = certificates.issue(decision_id=Decision.objects.get(result=other).pk, by=by_admin)
    certificates.print_document(certificate.document.pk)
    services.submit(
        attempt_id=one.pk, raw_events=[factories.event("T02")], device=one.device,
        by=one.registration.candidate.user,
    )  # fmt: skip
    late_events = [factories.event("T03", ["b"], rev=2), factories.event("T02", ["b"], rev=2)]
    saving.save_responses(attempt_id=one.pk, raw_events=late_events, device=one.device)
    chief = factories.proctor(session)
    late.decide(attempt_id=one.pk, seqs=[4], accept=True, reason="网络中断", by=chief)
    late.decide(attempt_id=one.pk, seqs=[5], accept=False, reason="超时太久", by=chief)
    undecided = factories.event("T02", ["b"], rev=3)
    saving.save_responses(attempt_id=one.pk, raw_events=[undecided], device=one.device)
    _rated_by_people()
    _rested()
    _scored_by_a_newer_version(install_scorer)
    assert checkpoints.write() > 0
    assert {name: bad for name, bad in verify().items() if bad} == {}
    return session


def _rated_by_people():
    """A practical work that two raters saw too differently: the third is still to come."""
    org = factories.organisation()
    session = factories.session(org, form_=factories.practical_form(org, "inbasket-e3"))
    task = read_task(files_of("inbasket")["e3"])
    factories.hand_in_work(factories.attempt(session), golden(task, "model"))
    for level in (1, 3):
        by = factories.staff(org, Role.RATER)
        taken = rating.take(by=by)
        rating.rate(task_uuid=taken.uuid, levels={"J1": level}, remark="见第二条", by=by)


def _rested():
    """Two components under one clock, items in an order of their own, a break with what it froze."""
    session = factories.session(both=True, clock=ClockKind.SHARED, shuffle=True, items=4)
    registration = factories.registration(session)
    scheduling.accommodate(
        registration_id=registration.pk, factor=Decimal("1.25"), break_minutes=10, reason="手部受伤",
        by=factories.staff(session.organisation),
    )  # fmt: skip
    one = factories.attempt(session)
    user = registration.candidate.user
    timing.take_break(
        attempt_id=one.pk, raw_events=[factories.event("T01")], slots=["T02"], device=one.device, by=user
    )
    timing.end_break(attempt_id=one.pk, device=one.device, by=user)
    changed = factories.event("T01", ["b"], rev=2)
    saving.save_responses(attempt_id=one.pk, raw_events=[changed], device=one.device)


def _scored_by_a_newer_version(install_scorer):
    """A reviewed result that rests on the old version, one that was concluded again by the new one, and a further trial."""
    org = factories.organisation()
    session = factories.session(org, candidates=2, form_=factories.practical_form(org, "inbasket-e3"))
    for index in range(2):
        factories.hand_in_work(factories.attempt(session, index=index), None)
    reviewer, admin = factories.staff(org, Role.REVIEWER), factories.staff(org)
    grading.review(result_id=Result.objects.filter(registration__session=session)[0].pk, by=reviewer)
    item_version = session.forms.get().form.items.get().item_version.uuid
    for version in (scorers.NEW, "1.2.0"):
        install_scorer(version, scorers.stricter)
        trial = trials.start_trial(
            item_version=item_version, scorer_version=version, reason="顺序判得过严", by=reviewer
        )
        for run_id in ScoringRun.objects.filter(state="queued").values_list("pk", flat=True):
            grading.execute(run_id)
        if version == scorers.NEW:
            trials.make_live(trial=trial.uuid, reason="差异已核对", by=admin)


def other_value(field, value, rng):
    """A value of the same kind that is not this one."""
    if field.choices:
        return rng.choice([one for one, _ in field.choices if one != value])
    if isinstance(field, models.ForeignKey):
        ids = list(field.related_model._base_manager.exclude(pk=value).values_list("pk", flat=True)[:20])
        return rng.choice(ids) if ids else (value or 0) + 1
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.DateTimeField):
        return (value or dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) + dt.timedelta(
            seconds=rng.choice([-60, 1, 3600])
        )
    if isinstance(field, models.DecimalField):
        return (value or Decimal(0)) + rng.choice([Decimal("-0.25"), Decimal("0.25"), Decimal(1)])
    if isinstance(field, models.IntegerField):
        return max(0, (value or 0) + rng.choice([-1, 1, 7])) if value else (value or 0) + 1
    if isinstance(field, models.JSONField):
        return [*value, {}] if isinstance(value, list) else {**(value or {}), "x": 1}
    if isinstance(field, models.BinaryField):
        return bytes(value)[:-1] + b"x"
    text = str(value)
    return ("1" if text[0] != "1" else "2") + text[1:] if text else "x"


def found():
    """The first check that finds something, with what it says."""
    return next(((name, bad) for name, check in CHECKS.items() if (bad := check())), None)


class Undone(Exception):
    """Everything of one try is rolled back."""


def tampered(statement, values):
    """What the checks say after one statement with the triggers off; None when the database itself refuses it."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
            raise Undone(found())
    except Undone as outcome:
        return outcome.args
    except (IntegrityError, DataError):
        return None


@pytest.fixture
def triggers_off(house):
    tables = [model._meta.db_table for model in WATCHED]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_every_one_of_200_random_changes_of_one_row_is_found(triggers_off):
    seed = random.SystemRandom().randrange(10**6)
    rng = random.Random(seed)
    kinds = [
        (model, field)
        for model, exempt in WATCHED.items()
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in exempt
    ]
    done, missed = 0, []
    while done < CHANGES:
        # Every column has its turn before any has a second one.
        model, field = kinds[done % len(kinds)] if done < len(kinds) else rng.choice(kinds)
        rows = model._base_manager.order_by("pk").values_list("pk", field.attname)
        if (model, field.name) == (Result, "uuid"):
            rows = rows.exclude(state="scoring")  # nothing names a result before it is concluded
        rows = list(rows)
        pk, value = rng.choice(rows)
        new = other_value(field, value, rng)
        stored = field.get_db_prep_save(new, connection) if not isinstance(field, models.ForeignKey) else new
        said = tampered(f"UPDATE {model._meta.db_table} SET {field.column} = %s WHERE id = %s", [stored, pk])
        done += 1
        if said == (None,):
            missed.append(f"{model.__name__}.{field.name} {pk}: {str(value)[:60]} -> {str(new)[:60]}")
    assert not missed, f"seed {seed}: {len(missed)} of {done} not found: {missed[:30]}"


@pytest.mark.parametrize("model", list(WATCHED), ids=lambda model: model.__name__)
def test_a_removed_row_is_found(triggers_off, model):
    rows = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    for pk in (rows[0], rows[-1]):
        said = tampered(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [pk])
        assert said is None or said[0], f"{model.__name__} {pk}"


def test_a_cut_tail_is_found_by_the_signed_checkpoints(triggers_off):
    """The last events of an attempt with its head and count put back, and the last events of a trail: nothing inside
    the database is wrong then."""
    attempt = Attempt.objects.filter(response_events__state="held", frozen=[]).distinct().get()
    last = ResponseEvent.objects.filter(attempt=attempt).order_by("-seq")[0]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM exams_responseevent WHERE id = %s", [last.pk])
        cursor.execute(
            "UPDATE exams_attempt SET events = %s, head = %s WHERE id = %s",
            [last.seq - 1, last.prev, attempt.pk],
        )
    assert found() == (
        "checkpoints",
        f"attempt {attempt.uuid}: {last.seq} events were there, the chain is cut or changed",
    )


def test_the_cut_tail_of_a_trail_is_found(triggers_off, house):
    last = AuditEvent.objects.filter(stream=house.stream).order_by("-seq")[0]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id = %s", [last.pk])
    assert (
        checkpoints.since_signed()
        == f"audit {house.stream}: {last.seq} events were there, the chain is cut or changed"
    )


def test_a_checkpoint_tells_news_once_and_lags_never_leads(house):
    assert checkpoints.write() == 0
    attempt = factories.attempt(factories.session())
    saving.save_responses(attempt_id=attempt.pk, raw_events=[factories.event("T01")], device=attempt.device)
    assert checkpoints.since_signed() is None
    assert checkpoints.write() > 0
    assert checkpoints.write() == 0


@pytest.mark.parametrize("fault", ["changed", "line_gone", "swapped", "forged"])
def test_the_checkpoints_themselves_cannot_be_changed(house, fault):
    factories.attempt(factories.session())
    checkpoints.write()
    lines = checkpoints.log_file().read_bytes().splitlines(keepends=True)
    assert len(lines) == 2
    if fault == "changed":
        lines[0] = lines[0].replace(b'"v":1', b'"v":2')
    elif fault == "line_gone":
        lines = lines[1:]
    elif fault == "swapped":
        lines.reverse()
    else:
        lines.append(canonical_text({"n": 3, "signature": "x", "kid": "y"}).encode() + b"\n")
    checkpoints.log_file().write_bytes(b"".join(lines))
    assert checkpoints.since_signed().endswith("not ours, or out of its order")


def test_a_line_cut_short_by_a_crash_is_written_anew(house):
    with checkpoints.log_file().open("ab") as file:
        file.write(b'{"attempts":{')
    factories.attempt(factories.session())
    assert checkpoints.write() > 0
    assert checkpoints.since_signed() is None
    assert checkpoints.log_file().read_bytes().count(b"\n") == 2
