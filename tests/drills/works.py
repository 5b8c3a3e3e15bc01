"""Practical works handed in by the hundred, inside the product's own code: ``manage.py shell -c "…works.hand_in(…)"``."""

import itertools
import uuid

from certification.demo.sessions import make_session
from certification.demo.setup import ensure_house
from exams.delivery import services as delivery
from exams.enums import Component
from exams.models import Attempt, FormItem
from grading.models import ScoringRun
from standards.models import Level


def hand_in_poison(deeds: list[str], seed: str) -> list[int]:
    """One 初级 work per deed whose 后台操作 submission names it (tests/drills/poisoned.py); the ids of those runs."""
    house = ensure_house()
    session, _ = make_session(house, candidates=len(deeds), seed=seed)
    runs: list[int] = []
    for registration, deed in zip(session.registrations.order_by("pk"), deeds, strict=True):
        by = registration.candidate.user
        for attempt in Attempt.objects.filter(registration=registration).order_by("position"):
            delivery.start(attempt_id=attempt.pk, device="drill:", take_over=False, by=by)
            slot = attempt.form.items.filter(item_version__item__interaction="practical.console").first()
            events = (
                [{"key": str(uuid.uuid4()), "slot": slot.slot, "rev": 1, "response": {"name": deed}}]
                if slot
                else []
            )
            delivery.submit(attempt_id=attempt.pk, raw_events=events, device="drill:", by=by)
            if slot:
                runs += ScoringRun.objects.filter(attempt=attempt, slot=slot.slot).values_list(
                    "pk", flat=True
                )
    return runs


def hand_in(works: int, seed: str) -> list[int]:
    """Hand in at least ``works`` practical works of all kinds in turn (goldens of the bank, level by level); the ids of
    the scoring runs that follow, those of the theory handed in empty before them included."""
    house = ensure_house()
    names = list(
        Level.objects.filter(standard=house.standard).order_by("number").values_list("name", flat=True)
    )
    forms = {
        name: list(
            FormItem.objects.filter(form=house.forms[name, Component.PRACTICAL]).select_related(
                "item_version"
            )
        )
        for name in names
        if (name, Component.PRACTICAL) in house.forms
    }
    each = -(-works // sum(map(len, forms.values())))
    attempts: list[int] = []
    for name, items in forms.items():
        session, _ = make_session(house, candidates=each, seed=f"{seed}-{name}", level=name)
        turns = itertools.cycle(["model", "pass", "weak"])
        for registration in session.registrations.select_related("candidate__user").order_by("pk"):
            for attempt in Attempt.objects.filter(registration=registration).order_by("position"):
                by = registration.candidate.user
                delivery.start(attempt_id=attempt.pk, device="drill:", take_over=False, by=by)
                events = []
                if attempt.component == Component.PRACTICAL:
                    golden = next(turns)
                    events = [
                        {
                            "key": str(uuid.uuid4()),
                            "slot": one.slot,
                            "rev": 1,
                            "response": _submission(one, golden),
                        }
                        for one in items
                    ]
                delivery.submit(attempt_id=attempt.pk, raw_events=events, device="drill:", by=by)
                attempts.append(attempt.pk)
    return list(ScoringRun.objects.filter(attempt__in=attempts).values_list("pk", flat=True))


def _submission(item: FormItem, name: str) -> object:
    return next(one["submission"] for one in item.item_version.goldens if one["name"] == name)
