"""Small builders of real objects. Defaults are plain; a test names what it is about."""

import datetime as dt
import itertools
import json
import uuid
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts import tokens
from accounts.enums import OrganisationKind, Role
from accounts.models import Candidate, Membership, Organisation, User
from certification.demo import people
from exams.assembly import services as assembly
from exams.delivery import services as delivery
from exams.enums import ClockKind, Component, SessionState, TakeOver
from exams.models import (
    Attempt,
    Batch,
    Blueprint,
    BlueprintCell,
    Form,
    Registration,
    Room,
    Scheme,
    SchemeComponent,
    Session,
    SessionForm,
    SessionProctor,
    Site,
)
from exams.scheduling import services as scheduling
from grading import services as grading
from grading.models import Result, ScoringRun
from itembank import services as itembank
from itembank.models import ItemVersion
from itembank.practical.tasks import task_files
from lib.clock import database_now
from standards.models import Level, Requirement, Standard, WorkArea, WorkTask

_count = itertools.count(1)
PASSWORD = "a long test password"
# One slow hash for all test accounts.
_HASH: list[str] = []


def n() -> int:
    """A number no other object of this process has."""
    return next(_count)


def _password_hash() -> str:
    if not _HASH:
        _HASH.append(make_password(PASSWORD))
    return _HASH[0]


def organisation(*, is_demo: bool = True, kind: str = OrganisationKind.EVALUATOR) -> Organisation:
    number = n()
    return Organisation.objects.create(
        code=f"ORG{number}", name=f"评价中心{number}", kind=kind, is_demo=is_demo
    )


def staff(org: Organisation, *roles: str, name: str = "") -> User:
    number = n()
    user = User.objects.create(
        username=f"staff{number}", display_name=name or f"职员{number}", password=_password_hash()
    )
    for role in roles or (Role.ADMINISTRATOR,):
        Membership.objects.create(user=user, organisation=org, role=role)
    return user


def candidate(*, name: str = "张三", id_number: str = "") -> Candidate:
    number = n()
    return accounts.create_candidate(
        name=name, id_number=id_number or people.id_number(f"test{uuid.uuid4()}", number),
        username=f"candidate{number}", password_hash=_password_hash(),
    )  # fmt: skip


def standard(*, code: str = "", areas: int = 2, tasks: int = 1, requirements: int = 2) -> Standard:
    """A small standard with three levels."""
    number = n()
    one = Standard.objects.create(
        code=code or f"9{number:05d}", version="1.0", year=2026, title=f"测试职业{number}", source_name="test.txt",
        source_sha256="0" * 64, source_text="", content_sha256="0" * 64, loaded_at=database_now(),
    )  # fmt: skip
    ordinal = 0
    for level_number, level_name in enumerate(["初级", "中级", "高级"], 1):
        level = Level.objects.create(
            standard=one, number=level_number, name=level_name, caption=f"表{level_number}",
            occupation_description=f"{level_name}岗位描述", grading_description=f"{level_name}等级描述",
        )  # fmt: skip
        for area_number in range(1, areas + 1):
            area = WorkArea.objects.create(
                level=level, number=area_number, name=f"领域{area_number}", printed_name=f"领域{area_number}"
            )
            for task_number in range(1, tasks + 1):
                task = WorkTask.objects.create(
                    area=area, ordinal=task_number, code=f"{area_number}.{task_number}", name=f"任务{task_number}",
                    printed_name=f"任务{task_number}",
                )  # fmt: skip
                for index in range(1, requirements + 1):
                    ordinal += 1
                    Requirement.objects.create(
                        task=task, level=level, code=f"{task.code}.{index}", ordinal=ordinal, line=ordinal,
                        text=f"能完成{task.code}.{index}",
                    )  # fmt: skip
    return one


def level(of: Standard, name: str = "初级") -> Level:
    return Level.objects.get(standard=of, name=name)


def item(
    org: Organisation, of: Level, *, requirement: str = "1.1.1", interaction: str = "choice_single",
    key: list[str] | None = None, data: dict[str, Any] | None = None,
) -> ItemVersion:  # fmt: skip
    """A published item. Key of a single choice is a, of a multiple choice a and b, of true/false true."""
    number = n()
    ids = ["true", "false"] if interaction == "true_false" else ["a", "b", "c", "d"]
    keys = {"choice_single": ["a"], "choice_multiple": ["a", "b"], "true_false": ["true"]}
    entry = data or {
        "code": f"ITEM-{number}", "interaction": interaction, "requirements": [requirement],
        "prompt": f"第 {number} 道试题的题干", "choices": [{"id": one, "text": f"选项{one}"} for one in ids],
        "key": key or keys[interaction], "rationale": "解析",
    }  # fmt: skip
    author, reviewer = staff(org, Role.AUTHOR), staff(org, Role.REVIEWER)
    version = itembank.write_version(
        organisation=org, level=of, requirements={one.code: one for one in of.requirements.all()}, data=entry,
        by=author, at=database_now(),
    )  # fmt: skip
    assert version is not None
    itembank.submit_for_review(version_id=version.pk, by=author)
    return itembank.publish(version_id=version.pk, by=reviewer)


def form(org: Organisation, of: Level, *, items: int = 3, component: str = Component.THEORY) -> Form:
    """A locked theory form of ``items`` single-choice items worth 100 / items... points each (4 for 3 items)."""
    number = n()
    for index in range(items):
        codes = list(of.requirements.values_list("code", flat=True))
        item(org, of, requirement=codes[index % len(codes)])
    blueprint = Blueprint.objects.create(
        organisation=org, level=of, component=component, name=f"方案{number}", minutes=40
    )
    BlueprintCell.objects.create(
        blueprint=blueprint,
        position=1,
        source_level=of,
        interaction="choice_single",
        count=items,
        points=Decimal(4),
    )
    one = assembly.assemble(blueprint=blueprint, seed="test", code=f"FORM-{number}")
    return assembly.lock_form(form_id=one.pk, by=staff(org))


def practical_form(org: Organisation, stem: str) -> Form:
    """A locked practical form of one sample task worth 100, for example "inbasket-e3"."""
    path = next(one for one in task_files("530053") if one.stem == f"practical-{stem}")
    entry = json.loads(path.read_text(encoding="utf-8"))
    of = level(standard(areas=5, tasks=5, requirements=7), entry["level"])
    item(org, of, data={**entry, "cites": []})
    blueprint = Blueprint.objects.create(
        organisation=org, level=of, component=Component.PRACTICAL, name=f"实操{n()}", minutes=60
    )
    BlueprintCell.objects.create(
        blueprint=blueprint, position=1, source_level=of, interaction=entry["interaction"], count=1, points=Decimal(100)
    )  # fmt: skip
    one = assembly.assemble(blueprint=blueprint, seed="test", code=f"FORM-{n()}")
    return assembly.lock_form(form_id=one.pk, by=staff(org))


def scheme(
    org: Organisation, forms: list[Form], *, minutes: int = 40, publicity_days: int = 0,
    clock: str = ClockKind.OWN, shuffle: bool = False,
) -> Scheme:  # fmt: skip
    """Equal weights (the last takes the rest), each >= 60 and weighted >= 60."""
    one = Scheme.objects.create(
        organisation=org, level=forms[0].blueprint.level, name=f"方案{n()}", publicity_days=publicity_days,
        clock=clock,
        pass_rule=[{"rule": "each", "at_least": 60}, {"rule": "weighted", "at_least": 60}],
    )  # fmt: skip
    share = 100 // len(forms)
    for position, form_ in enumerate(forms, 1):
        weight = share if position < len(forms) else 100 - share * (len(forms) - 1)
        SchemeComponent.objects.create(
            scheme=one, component=form_.blueprint.component, position=position, weight=weight, minutes=minutes,
            blueprint=form_.blueprint, shuffle=shuffle,
        )  # fmt: skip
    return one


def session(
    org: Organisation | None = None, *, candidates: int = 1, state: str = SessionState.RUNNING, minutes: int = 40,
    items: int = 3, take_over: str = TakeOver.CANDIDATE, publicity_days: int = 0, names: list[str] | None = None,
    rooms: int = 1, form_: Form | None = None, clock: str = ClockKind.OWN, shuffle: bool = False, both: bool = False,
) -> Session:  # fmt: skip
    """A session with registered candidates and one component, theory unless told otherwise, running too; ``both``: with a
    practical component of plain items after it."""
    org = org or organisation()
    form_ = form_ or form(org, level(standard()), items=items)
    forms = [form_]
    if both:
        forms.append(form(org, form_.blueprint.level, items=items, component=Component.PRACTICAL))
    scheme_ = scheme(org, forms, minutes=minutes, publicity_days=publicity_days, clock=clock, shuffle=shuffle)
    site = Site.objects.create(
        organisation=organisation(kind=OrganisationKind.SCHOOL),
        code=f"{n():04d}",
        name="考点",
        address="某路 1 号",
    )
    one = Session.objects.create(
        organisation=org, scheme=scheme_, site=site, name=f"场次{n()}", starts_at=database_now(), take_over=take_over,
        batch=Batch.objects.create(organisation=org, name="批次", number=n(), year=2026),
    )  # fmt: skip
    for form_ in forms:
        SessionForm.objects.create(session=one, component=form_.blueprint.component, form=form_)
    halls = [
        Room.objects.create(site=site, name=f"第 {index + 1:02d} 考场", capacity=30) for index in range(rooms)
    ]
    for index in range(candidates):
        scheduling.register(
            session=one, candidate=candidate(name=(names or ["张三"])[index % len(names or [1])]),
            room=halls[index % rooms], seat=f"{index + 1:02d}", ticket_number=f"T{n():08d}",
        )  # fmt: skip
    admin = staff(org)
    if state in (SessionState.PUBLISHED, SessionState.RUNNING):
        scheduling.publish(session_id=one.pk, by=admin)
    if state == SessionState.RUNNING:
        scheduling.start(session_id=one.pk, by=admin)
    one.refresh_from_db()
    return one


def registration(of: Session, index: int = 0) -> Registration:
    return of.registrations.select_related("candidate__user").order_by("pk")[index]


def attempt(of: Session | None = None, *, index: int = 0, started: bool = True) -> Attempt:
    """The first component's attempt of a candidate, started unless told otherwise."""
    of = of or session()
    one = Attempt.objects.filter(registration=registration(of, index)).order_by("position")[0]
    if started:
        delivery.start(attempt_id=one.pk, device="test:", take_over=False, by=one.registration.candidate.user)
        one.refresh_from_db()
    return one


def began(of: Attempt, at: dt.datetime) -> None:
    """Set back (or forth) when an attempt, and with it its clock, began."""
    Attempt.objects.filter(pk=of.pk).update(started_at=at, clock_from=at)


def proctor(of: Session, *, room: Room | None = None) -> User:
    """A proctor with a duty in the session, in one room or all."""
    user = staff(of.organisation, Role.PROCTOR)
    SessionProctor.objects.create(session=of, user=user, room=room)
    return user


def event(
    slot: str = "T01", choices: list[str] | None = None, *, rev: int = 1, key: str = ""
) -> dict[str, Any]:
    return {
        "key": key or str(uuid.uuid4()),
        "slot": slot,
        "rev": rev,
        "response": {"choices": choices or ["a"]},
    }


def hand_in(one: Attempt, *, right: bool = True) -> Attempt:
    """Answer every item (a is right) and hand in."""
    slots = list(one.form.items.values_list("slot", flat=True))
    delivery.submit(
        attempt_id=one.pk, raw_events=[event(slot, ["a"] if right else ["b"]) for slot in slots],
        device=one.device, by=one.registration.candidate.user,
    )  # fmt: skip
    one.refresh_from_db()
    return one


def hand_in_work(one: Attempt, submission: Any) -> Attempt:
    """Hand in a practical work and let the machine score it, in this process."""
    slot = one.form.items.get().slot
    delivery.submit(
        attempt_id=one.pk, raw_events=[] if submission is None else [{**event(slot), "response": submission}],
        device=one.device, by=one.registration.candidate.user,
    )  # fmt: skip
    for run_id in ScoringRun.objects.filter(attempt=one).values_list("pk", flat=True):
        grading.execute(run_id)
    one.refresh_from_db()
    return one


def concluded_result(of: Session | None = None, *, index: int = 0, passed: bool = True) -> Result:
    """Hand in and score in this process (the same service a worker calls)."""
    one = hand_in(attempt(of, index=index), right=passed)
    for run_id in ScoringRun.objects.filter(attempt=one).values_list("pk", flat=True):
        grading.execute(run_id)
    return Result.objects.get(registration=one.registration)


def released_result(
    of: Session | None = None,
    *,
    index: int = 0,
    passed: bool = True,
    name: str = "张三",
    publicity_days: int = 0,
) -> Result:
    """A result reviewed and released by two different persons."""
    of = of or session(names=[name], publicity_days=publicity_days)
    result = concluded_result(of, index=index, passed=passed)
    grading.review(result_id=result.pk, by=staff(of.organisation, Role.REVIEWER))
    grading.release(result_id=result.pk, by=staff(of.organisation))
    result.refresh_from_db()
    return result


def api(user: User | None = None) -> APIClient:
    """An API client signed in with a login token."""
    client = APIClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user)}")
    return client


def browser(user: User | None = None) -> Client:
    """A browser without script, signed in as ``user``."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client
