"""Locked forms never change, so each process reads a form once."""

from functools import lru_cache
from typing import Any

from exams.assembly.models import Form
from lib.canonical import parse


@lru_cache(maxsize=64)
def sections_of_form(form_id: int) -> list[dict[str, Any]]:
    """The sections as start gives them. Callers must not change what they get."""
    sections: list[dict[str, Any]] = parse(Form.objects.values_list("sections", flat=True).get(pk=form_id))
    return sections


@lru_cache(maxsize=64)
def slots_of_form(form_id: int) -> dict[str, dict[str, Any]]:
    """Public item data by slot."""
    return {item["slot"]: item for section in sections_of_form(form_id) for item in section["items"]}
