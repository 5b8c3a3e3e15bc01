"""The demo organisation with its staff, standard, bank, blueprints, schemes and locked forms. Idempotent."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.services import ensure_staff
from certification.demo import people
from exams.assembly import services as assembly
from exams.enums import Component
from exams.models import Batch, Blueprint, Form, Scheme, SchemeComponent, Site
from itembank import bank
from itembank.practical.tasks import practical_mix
from lib.clock import database_now
from standards.models import Level, Standard
from standards.services import load_standard

STANDARD_FILE = Path(__file__).resolve().parent.parent.parent / "standards" / "data" / "530053-2021-v2.0.txt"
STAFF = [
    ("admin", "林主任（演示）", [Role.ADMINISTRATOR], "管理员：场次、发布成绩、颁发证书"),
    ("reviewer", "沈复核（演示）", [Role.REVIEWER], "复核员：审题、复核成绩"),
    ("proctor", "方监考（演示）", [Role.PROCTOR], "监考员：统一开考、补时、收卷"),
    ("author", "顾命题（演示）", [Role.AUTHOR], "命题人：题库"),
    ("rater1", "苏考评（演示）", [Role.RATER], "考评员：评实操作品"),
    ("rater2", "罗考评（演示）", [Role.RATER], "考评员：评实操作品"),
    ("rater3", "纪考评（演示）", [Role.RATER], "考评员：仲裁"),
    ("supervisor", "钟督导（演示）", [Role.SUPERVISOR], "督导员：只读查看"),
]
THEORY_MINUTES = 40
PASS_RULE = [{"rule": "each", "at_least": 60}, {"rule": "weighted", "at_least": 60}]


@dataclass(frozen=True)
class House:
    """What a demo session needs."""

    organisation: Organisation
    standard: Standard
    staff: dict[str, User]
    batch: Batch
    site: Site
    schemes: dict[str, Scheme]
    forms: dict[tuple[str, str], Form]


@transaction.atomic
def ensure_house() -> House:
    """Make what is missing and return everything; a second call changes nothing."""
    organisation, _ = Organisation.objects.get_or_create(
        code="DEMO",
        defaults={
            "name": "启明职业技能评价中心（演示）",
            "kind": OrganisationKind.EVALUATOR,
            "is_demo": True,
        },
    )
    school, _ = Organisation.objects.get_or_create(
        code="DEMO-SCHOOL",
        defaults={"name": "青禾职业学院（演示）", "kind": OrganisationKind.SCHOOL, "is_demo": True},
    )
    staff = {}
    for username, display_name, roles, _hint in STAFF:
        for role in roles:
            staff[username] = ensure_staff(
                username=username, display_name=display_name, password=people.password(username),
                organisation=organisation, role=role,
            )  # fmt: skip
    standard = _standard(organisation)
    bank.load(
        standard=standard, organisation=organisation, author=staff["author"], reviewer=staff["reviewer"]
    )
    today = database_now()
    batch, _ = Batch.objects.get_or_create(
        organisation=organisation,
        year=today.year,
        number=1,
        defaults={"name": f"{today.year}年第一批（演示）"},
    )
    site, _ = Site.objects.get_or_create(
        code="1101",
        defaults={
            "organisation": school,
            "name": "青禾职业学院考点",
            "address": "云州市青禾路 1 号实训楼三层（演示）",
        },
    )
    schemes, forms = {}, {}
    for level in Level.objects.filter(standard=standard).order_by("number"):
        schemes[level.name] = _scheme(organisation, level)
        for component in schemes[level.name].components.select_related("blueprint"):
            forms[level.name, component.component] = _form(component.blueprint, staff["admin"])
    return House(organisation, standard, staff, batch, site, schemes, forms)


def _standard(keeper: Organisation) -> Standard:
    # The sample bank is written against this version; a newer one somebody loads beside it changes nothing here.
    known = Standard.objects.filter(code="530053", version="2.0").first()
    if known is None:
        load_standard(
            data=STANDARD_FILE.read_bytes(),
            filename=STANDARD_FILE.name,
            by="演示",
            at=database_now(),
            keeper=keeper,
        )
        known = Standard.objects.get(code="530053", version="2.0")
    return known


def _scheme(organisation: Organisation, level: Level) -> Scheme:
    name = f"{level.standard.title}（{level.name}）考核方案"
    scheme = Scheme.objects.filter(organisation=organisation, name=name).first()
    if scheme is not None:
        return scheme
    scheme = Scheme.objects.create(
        organisation=organisation, level=level, name=name, pass_rule=PASS_RULE, publicity_days=0
    )
    theory = assembly.create_theory_blueprint(
        organisation=organisation, level=level, name=f"{level.name}理论组卷方案", minutes=THEORY_MINUTES
    )
    mix = practical_mix(level.standard.code, level.name)
    SchemeComponent.objects.create(
        scheme=scheme, component=Component.THEORY, position=1, weight=40 if mix else 100,
        minutes=THEORY_MINUTES, blueprint=theory,
    )  # fmt: skip
    if mix:
        blueprint = assembly.create_practical_blueprint(
            organisation=organisation, level=level, name=f"{level.name}实操组卷方案", minutes=mix.minutes,
            cells=mix.cells,
        )  # fmt: skip
        SchemeComponent.objects.create(
            scheme=scheme, component=Component.PRACTICAL, position=2, weight=60, minutes=mix.minutes,
            blueprint=blueprint,
        )  # fmt: skip
    return scheme


def _form(blueprint: Blueprint, by: User) -> Form:
    form = blueprint.forms.order_by("pk").first()
    if form is None:
        form = assembly.assemble(blueprint=blueprint, seed="demo-1", code=f"{blueprint.name}-A卷")
        form = assembly.lock_form(form_id=form.pk, by=by)
    return form
