"""Wiring between rooms that neither of them may import: the front hall knows all."""

from exams.models import Form
from itembank.models import ItemRequirement
from standards.models import Standard


def _cited_by_an_item(standard: Standard) -> bool:
    return ItemRequirement.objects.filter(requirement__level__standard=standard).exists()


def _sat_by_a_form(standard: Standard) -> bool:
    return Form.objects.filter(blueprint__level__standard=standard).exists()


IN_USE_CHECKS = [_cited_by_an_item, _sat_by_a_form]
