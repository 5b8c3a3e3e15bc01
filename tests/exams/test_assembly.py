"""Forms: what may be locked."""

import json
from decimal import Decimal

import pytest

from exams.assembly import services as assembly
from exams.enums import Component, FormState
from exams.models import Blueprint, BlueprintCell, Form
from itembank.practical.tasks import task_files
from lib.refusals import Invalid
from tests import factories

pytestmark = pytest.mark.django_db


def form_of(stem, interaction):
    organisation = factories.organisation()
    path = next(one for one in task_files("530053") if one.stem == stem)
    entry = json.loads(path.read_text(encoding="utf-8"))
    level = factories.level(factories.standard(areas=3, tasks=4, requirements=6), entry["level"])
    factories.item(organisation, level, data={**entry, "cites": []})
    blueprint = Blueprint.objects.create(
        organisation=organisation, level=level, component=Component.PRACTICAL, name="实操", minutes=60
    )
    BlueprintCell.objects.create(
        blueprint=blueprint,
        position=1,
        source_level=level,
        interaction=interaction,
        count=1,
        points=Decimal(100),
    )
    return assembly.assemble(blueprint=blueprint, seed="x", code=f"F-{stem}"), factories.staff(organisation)


def test_a_task_that_people_judge_is_not_locked_into_a_form():
    form, by = form_of("practical-inbasket-e3", "practical.inbasket")
    with pytest.raises(Invalid, match="须由考评员评分"):
        assembly.lock_form(form_id=form.pk, by=by)
    assert Form.objects.get().state == FormState.DRAFT


def test_a_task_that_the_machine_scores_is():
    form, by = form_of("practical-console-e1", "practical.console")
    assert assembly.lock_form(form_id=form.pk, by=by).state == FormState.LOCKED
